package guard_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/guard"
)

// Documents of the tests: a person's two, and a firm's one.
const (
	pass   = actor.DocumentID("pass")
	permit = actor.DocumentID("permit")
	firm   = actor.DocumentID("firm")
)

func number(t testing.TB, kind document.Kind, text string) document.Number {
	t.Helper()
	n, err := document.Parse(kind, text, civil.Date{Year: 2026, Month: 11, Day: 24})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// facts are what staff would say.
type facts struct {
	reaches bool
	grant   actor.GrantID
	tied    document.Number
	err     error
}

var errStaff = errors.New("no database")

func (f facts) Reaches(context.Context, actor.Actor, ...string) (bool, actor.GrantID, error) {
	return f.reaches, f.grant, f.err
}

func (f facts) Tied(_ context.Context, _ actor.OfficerID, numbers ...document.Number) (bool, error) {
	return slices.Contains(numbers, f.tied), f.err
}

func newGuard(t testing.TB, f facts) *guard.Guard {
	t.Helper()
	g, err := guard.New(f)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestEnter(t *testing.T) {
	t.Parallel()
	passNumber, permitNumber := number(t, document.TaiwanPass, "12345678"), number(t, document.TaiwanPermit, "830000190102280029")
	person := []guard.Held{{ID: pass, Number: passNumber, Area: "350128"}, {ID: permit, Number: permitNumber}}
	organisation := []guard.Held{{ID: firm, Number: number(t, document.CreditCode, "91350100M000100Y43")}}
	holder := actor.Actor{Role: actor.Person, Document: pass}
	delegate := actor.Actor{Role: actor.Person, Document: permit, Delegate: "friend", Delegation: "d1"}
	officer := actor.Actor{Role: actor.Officer, Officer: "o", Area: "350000", Duties: []actor.Duty{actor.Accept, actor.Review}, Duty: actor.Accept}
	system := actor.Actor{Role: actor.System, Officer: "tax", Department: "tax"}
	auditor := actor.Actor{Role: actor.Auditor, Officer: "a", Duties: []actor.Duty{actor.Audit}, Duty: actor.Audit}
	with := func(a actor.Actor, change func(*actor.Actor)) actor.Actor { change(&a); return a }
	near := facts{reaches: true}
	tests := []struct {
		name  string
		facts facts
		by    actor.Actor
		basis audit.Basis
		file  []guard.Held
		want  error
	}{
		{"own", near, holder, audit.None, person, nil},
		{"own, named", near, holder, audit.Own, person, nil},
		{"own by the other document", near, with(holder, func(a *actor.Actor) { a.Document = permit }), audit.None, person, nil},
		{"another's", near, with(holder, func(a *actor.Actor) { a.Document = "other" }), audit.None, person, guard.ErrNotFound},
		{"a person without a document", near, actor.Actor{Role: actor.Person}, audit.None, []guard.Held{{}}, guard.ErrNotFound},
		{"nothing there", near, holder, audit.None, nil, guard.ErrNotFound},
		{"delegated", near, delegate, audit.None, person, nil},
		{"delegated, another's", near, with(delegate, func(a *actor.Actor) { a.Document = "other" }), audit.None, person, guard.ErrNotFound},
		{"a delegate who says own", near, delegate, audit.Own, person, guard.ErrNotFound},
		{"another delegation", near, delegate, audit.Delegated("d2"), person, guard.ErrNotFound},
		{"a delegate without a charge", near, with(delegate, func(a *actor.Actor) { a.Delegation = "" }), audit.None, person, guard.ErrNotFound},
		{"a charge without a delegate", near, with(delegate, func(a *actor.Actor) { a.Delegate = "" }), audit.None, person, guard.ErrNotFound},
		{"a person by consent", near, with(holder, func(a *actor.Actor) { a.Document = "other" }), audit.Consented("c"), person, guard.ErrNotFound},
		{"a person by law", near, holder, audit.Legal("l"), person, guard.ErrNotFound},
		{"a person on duty", near, holder, audit.OnDuty(actor.Accept), person, guard.ErrNotFound},
		{"firm by role", near, holder, audit.FirmRole, organisation, nil},
		{"firm without a role", near, holder, audit.None, organisation, guard.ErrNotFound},
		{"a person's file by a firm's role", near, with(holder, func(a *actor.Actor) { a.Document = "other" }), audit.FirmRole, person, guard.ErrNotFound},
		{"both by a firm's role", near, holder, audit.FirmRole, append(slices.Clone(organisation), person...), guard.ErrNotFound},
		{"no firm by role", near, holder, audit.FirmRole, nil, guard.ErrNotFound},

		{"on duty", near, officer, audit.None, person, nil},
		{"on duty, named", near, officer, audit.OnDuty(actor.Accept), person, nil},
		{"on duty, firm", near, officer, audit.None, organisation, nil},
		{"on duty by consent", near, officer, audit.Consented("c"), person, nil},
		{"on duty by law", near, officer, audit.Legal("l"), person, nil},
		{"under another duty", near, officer, audit.OnDuty(actor.Review), person, guard.ErrNotFound},
		{"an officer as holder", near, officer, audit.Own, person, guard.ErrNotFound},
		{"an officer by a firm's role", near, officer, audit.FirmRole, organisation, guard.ErrNotFound},
		{"by no consent", near, officer, audit.Consented(""), person, guard.ErrNotFound},
		{"without the duty", near, with(officer, func(a *actor.Actor) { a.Duty = actor.Approve }), audit.None, person, guard.ErrNotFound},
		{"without a duty of the call", near, with(officer, func(a *actor.Actor) { a.Duty = "" }), audit.None, person, guard.ErrNotFound},
		{"without any duty, by law", near, with(officer, func(a *actor.Actor) { a.Duty, a.Duties = "", nil }), audit.Legal("l"), person, guard.ErrNotFound},
		{"an empty duty", near, with(officer, func(a *actor.Actor) { a.Duty, a.Duties = "", []actor.Duty{""} }), audit.None, person, guard.ErrNotFound},
		{"by a grant", facts{reaches: true, grant: "g"}, officer, audit.None, person, nil},
		{"by a grant and a consent", facts{reaches: true, grant: "g"}, officer, audit.Consented("c"), person, nil},
		{"naming a grant", near, officer, audit.Roaming("g"), person, guard.ErrNotFound},
		{"a system by a grant", near, system, audit.Roaming("g"), person, guard.ErrNotFound},
		{"another region", facts{}, officer, audit.None, person, guard.ErrNotFound},
		{"another region by consent", facts{}, officer, audit.Consented("c"), person, guard.ErrNotFound},
		{"a tie", facts{reaches: true, tied: permitNumber}, officer, audit.None, person, guard.ErrConflict},
		{"a tie by law", facts{reaches: true, tied: passNumber}, officer, audit.Legal("l"), person, guard.ErrConflict},
		{"a tie in another region", facts{tied: permitNumber}, officer, audit.None, person, guard.ErrNotFound},
		{"a number that nobody read", near, officer, audit.None, []guard.Held{{ID: pass}}, guard.ErrNotFound},
		{"an officer, nothing there", near, officer, audit.None, nil, guard.ErrNotFound},
		{"an officer without an ID", near, with(officer, func(a *actor.Actor) { a.Officer = "" }), audit.None, person, guard.ErrNotFound},
		{"an officer for somebody", near, with(officer, func(a *actor.Actor) { a.Delegate, a.Delegation = "x", "d" }), audit.None, person, guard.ErrNotFound},
		{"no answer about the officer", facts{reaches: true, err: errStaff}, officer, audit.None, person, errStaff},

		{"a system by consent", near, system, audit.Consented("c"), person, nil},
		{"a system by law", near, system, audit.Legal("l"), organisation, nil},
		{"a system", near, system, audit.None, person, guard.ErrNotFound},
		{"a system by no consent", near, system, audit.Consented(""), person, guard.ErrNotFound},
		{"a system by no law", near, system, audit.Legal(""), person, guard.ErrNotFound},
		{"a system as holder", near, system, audit.Own, person, guard.ErrNotFound},
		{"a system on duty", near, system, audit.OnDuty(actor.Accept), person, guard.ErrNotFound},
		{"a system, nothing there", near, system, audit.Consented("c"), nil, guard.ErrNotFound},
		{"a system without an ID", near, actor.Actor{Role: actor.System}, audit.Consented("c"), person, guard.ErrNotFound},

		{"an auditor", near, auditor, audit.None, person, guard.ErrNotFound},
		{"an auditor on duty", near, auditor, audit.OnDuty(actor.Audit), person, guard.ErrNotFound},
		{"an auditor by law", near, auditor, audit.Legal("l"), person, guard.ErrNotFound},
		{"nobody", near, actor.Actor{}, audit.None, person, guard.ErrNotFound},
		{"nobody by law", near, actor.Actor{}, audit.Legal("l"), person, guard.ErrNotFound},
		{"nobody with a document", near, actor.Actor{Document: pass}, audit.Own, person, guard.ErrNotFound},
		{"a role of its own", near, actor.Actor{Role: "root", Document: pass, Officer: "o"}, audit.Own, person, guard.ErrNotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := newGuard(t, tt.facts).Enter(t.Context(), tt.by, tt.basis, tt.file...)
			if !errors.Is(err, tt.want) || tt.want == nil && err != nil {
				t.Errorf("Enter: %v, want %v", err, tt.want)
			}
		})
	}
}

// TestNobodyEntersByChance draws actors, bases and files in which there is no
// reason to let anybody in, and none gets in.
func TestNobodyEntersByChance(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	passNumber := number(t, document.TaiwanPass, "12345678")
	some := func(words ...string) string { return words[r.IntN(len(words))] }
	for range 20_000 {
		by := actor.Actor{
			Role:     actor.Role(some("person", "officer", "auditor", "system", "", "admin")),
			Document: actor.DocumentID(some("", "other", "x")), Delegate: actor.DocumentID(some("", "y")),
			Delegation: actor.DelegationID(some("", "d")), Officer: actor.OfficerID(some("", "o")),
			Area: some("", "350000"), Duty: actor.Duty(some("", "accept", "audit", "pay")),
		}
		for _, d := range actor.Duties() {
			if r.IntN(2) == 0 && d != by.Duty { // never the duty of the call
				by.Duties = append(by.Duties, d)
			}
		}
		// Never a consent or a law with a name.
		basis := audit.Basis(some("", "own", "firm_role", "delegation/d", "consent/", "law/", "duty/accept", "duty/", "roaming/g", "consent", "x"))
		file := []guard.Held{{ID: pass, Number: passNumber}, {ID: permit, Number: passNumber, Area: "350128"}}[:r.IntN(3)]
		if err := newGuard(t, facts{reaches: true}).Enter(t.Context(), by, basis, file...); !errors.Is(err, guard.ErrNotFound) {
			t.Fatalf("seed %d: %+v enters by %q: %v", seed, by, basis, err)
		}
	}
}

func TestChecker(t *testing.T) {
	t.Parallel()
	g := newGuard(t, facts{})
	officer := actor.Actor{Role: actor.Officer, Officer: "o"}
	for name, tt := range map[string]struct {
		by     actor.Actor
		makers []string
		want   error
	}{
		"another":    {officer, []string{"p", "q"}, nil},
		"the maker":  {officer, []string{"p", "o"}, guard.ErrMaker},
		"no maker":   {officer, nil, nil},
		"nobody":     {actor.Actor{}, []string{"p"}, guard.ErrMaker},
		"a delegate": {actor.Actor{Role: actor.Person, Document: "x", Delegate: "y", Delegation: "d"}, []string{"y"}, guard.ErrMaker},
	} {
		if err := g.Checker(tt.by, tt.makers...); !errors.Is(err, tt.want) || tt.want == nil && err != nil {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
}

func TestNewWantsStaff(t *testing.T) {
	t.Parallel()
	if _, err := guard.New(nil); err == nil {
		t.Error("a guard that knows no officers")
	}
}
