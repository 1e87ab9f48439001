package guard_test

import (
	"errors"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/audit/audittest"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/guard"
)

// TestEveryTryIsNoted writes the entry of a call for each outcome and reads it
// back: it names the documents and the basis, also when the guard refused.
func TestEveryTryIsNoted(t *testing.T) {
	t.Parallel()
	n := number(t, document.TaiwanPass, "12345678")
	file := []guard.Held{{ID: pass, Number: n}, {ID: permit, Number: n}}
	officer := actor.Actor{Role: actor.Officer, Officer: "o", Duties: []actor.Duty{actor.Accept}, Duty: actor.Accept}
	for _, tt := range []struct {
		name  string
		facts facts
		by    actor.Actor
		basis audit.Basis
		err   error
		noted audit.Basis
	}{
		{"own", facts{}, actor.Actor{Role: actor.Person, Document: pass}, audit.None, nil, audit.Own},
		{"another's", facts{}, actor.Actor{Role: actor.Person, Document: "other"}, audit.None, guard.ErrNotFound, audit.Own},
		{"on duty", facts{reaches: true}, officer, audit.None, nil, audit.OnDuty(actor.Accept)},
		{"by consent", facts{reaches: true}, officer, audit.Consented("c"), nil, audit.Consented("c")},
		{"by a grant", facts{reaches: true, grant: "g"}, officer, audit.None, nil, audit.Roaming("g")},
		{"by a grant and a consent", facts{reaches: true, grant: "g"}, officer, audit.Consented("c"), nil, "consent/c roaming/g"},
		{"by a grant, a tie", facts{reaches: true, grant: "g", tied: n}, officer, audit.None, guard.ErrConflict, audit.Roaming("g")},
		{"a tie", facts{reaches: true, tied: n}, officer, audit.None, guard.ErrConflict, audit.OnDuty(actor.Accept)},
		{"another region", facts{}, officer, audit.None, guard.ErrNotFound, audit.OnDuty(actor.Accept)},
		{"a system without a reason", facts{}, actor.Actor{Role: actor.System, Officer: "tax"}, audit.None, guard.ErrNotFound, audit.None},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := audittest.New(t, entdbtest.New(t))
			ctx, look := audit.Begin(t.Context(), tt.by, "test", "request")
			if err := newGuard(t, tt.facts).Enter(ctx, tt.by, tt.basis, file...); !errors.Is(err, tt.err) {
				t.Fatalf("Enter: %v, want %v", err, tt.err)
			}
			if err := w.Finish(ctx, look, "outcome"); err != nil {
				t.Fatal(err)
			}
			entries, _, err := w.ListEntries(t.Context(), audit.Filter{}, audit.Page{Limit: 10})
			if err != nil || len(entries) != 1 {
				t.Fatalf("%d entries: %v", len(entries), err)
			}
			if e := entries[0]; len(e.Subjects) != 2 || e.Subjects[0] != pass || e.Subjects[1] != permit || e.Basis != tt.noted {
				t.Errorf("noted %v on %q, want both on %q", e.Subjects, e.Basis, tt.noted)
			}
		})
	}
}
