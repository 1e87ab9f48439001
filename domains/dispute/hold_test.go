package dispute_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/dispute"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
)

// TestHeldAndForgotten: what was said is sealed and held, and blank once it is forgotten;
// what was open is withdrawn, and nothing of anybody else changes.
func TestHeldAndForgotten(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, q := w.person(t, 0), w.person(t, 1)
		answered, open := w.filed(t, p.Pass, "CANARY reason"), w.filed(t, p.Permit, "CANARY open")
		theirs := w.filed(t, q.Pass, "CANARY theirs")
		_, err := w.Decide(t.Context(), officer("o", police), answered.ID, true, "CANARY answer")
		must(t, "answer", err)
		file := []actor.DocumentID{w.ID(p.Pass), w.ID(p.Permit)}
		held, err := w.Holdings(t.Context(), 10, file...)
		if err != nil || len(held) != 2 || held[1].Reason != "CANARY reason" || held[1].Answer != "CANARY answer" {
			t.Errorf("%d are held (%v)", len(held), err)
		}
		if some, err := w.Holdings(t.Context(), 1, file...); err != nil || len(some) != 1 || some[0].ID != open.ID {
			t.Errorf("%d are held, want the newest (%v)", len(some), err)
		}
		var heard strings.Builder
		slog.New(slog.NewTextHandler(&heard, nil)).Info("x", "one", held[0], "err", err)
		before := w.rows(t)
		if strings.Contains(heard.String()+fmt.Sprint(before), "CANARY") {
			t.Error("the log or the table has it in clear")
		}
		forget := func() {
			t.Helper()
			must(t, "forget", w.deps.DB.InTx(t.Context(), func(ctx context.Context) error { return w.Forget(ctx, file...) }))
		}
		forget()
		after := w.rows(t)
		if after[theirs.ID] != before[theirs.ID] || !strings.Contains(after[open.ID], "state=withdrawn") || !strings.Contains(after[answered.ID], "state=corrected") {
			t.Errorf("%s, %s and %s", after[theirs.ID], after[open.ID], after[answered.ID])
		}
		if held, err = w.Holdings(t.Context(), 10, file...); err != nil || held[0].Reason+held[1].Reason+held[1].Answer != "" {
			t.Errorf("%v are left (%v)", held, err)
		}
		w.Clock.Advance(time.Hour)
		forget()
		if again := w.rows(t); again[open.ID] != after[open.ID] || again[answered.ID] != after[answered.ID] {
			t.Error("forgetting again changes something")
		}
		must(t, "erase", w.Erase(t.Context(), file...))
		_, err = w.Decide(t.Context(), officer("o", police), open.ID, true, "so")
		fails(t, "a forgotten one", err, dispute.ErrNotFound)
		w.until(t, "2026-06-01 00:00:00")
		if n, err := w.Remind(t.Context(), 10); err != nil || n != 1 {
			t.Errorf("%d are reminded of (%v), want the other one's", n, err)
		}
	})
}

// rows are all disputes as texts, with what they hold.
func (w *world) rows(t testing.TB) map[dispute.ID]string {
	t.Helper()
	all := map[dispute.ID]string{}
	must(t, "read", w.deps.DB.InTx(t.Context(), func(ctx context.Context) error {
		list, err := w.deps.DB.Client(ctx).Dispute.Query().All(ctx)
		for _, r := range list {
			all[dispute.ID(r.ID)] = fmt.Sprintf("%v %s %s", r, r.ReasonSealed, r.AnswerSealed)
		}
		return err
	}))
	return all
}

// TestNoted: filing, answering, and a reminder leave entries about the person's documents;
// a list notes those whose disputes it shows and nobody else.
func TestNoted(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.person(t, 0)
		far := dossiertest.NewPerson(1)
		entry := w.PermitEntry(far, "")
		entry.Area = "350200"
		w.Take(entry)
		w.filed(t, far.Permit, "far")
		w.filed(t, p.Pass, "near")
		by := officer("near", police)
		w.Staff.Limit(by.Officer, "350128")
		ctx, look := audit.Begin(t.Context(), by, "list", "request")
		list, _, err := w.Waiting(ctx, by, dispute.Cursor{}, 10)
		must(t, "list", err)
		if len(list) != 1 || slices.Contains(look.Subjects(), w.ID(far.Permit)) || !slices.Contains(look.Subjects(), w.ID(p.Pass)) {
			t.Errorf("%d are shown, %v noted", len(list), look.Subjects())
		}
		w.until(t, "2026-05-20 00:00:00")
		_, err = w.Remind(t.Context(), 10)
		must(t, "remind", err)
		_, err = w.Decide(t.Context(), by, list[0].ID, true, "so")
		must(t, "decide", err)
		entries, _, err := w.Audit.ListEntries(t.Context(), audit.Filter{}, audit.Page{Limit: 100})
		must(t, "read the log", err)
		for _, action := range []string{"dispute.file", "job/remind-disputes", "dispute.decide"} {
			found := slices.ContainsFunc(entries, func(e audit.Entry) bool {
				return e.Action == action && slices.Contains(e.Subjects, w.ID(p.Pass))
			})
			if !found {
				t.Errorf("there is no entry of %s", action)
			}
		}
	})
}

// TestNewWantsEverything: each dependency is required.
func TestNewWantsEverything(t *testing.T) {
	t.Parallel()
	if _, err := dispute.New(dispute.Deps{}); err == nil {
		t.Error("a service over nothing")
	}
}
