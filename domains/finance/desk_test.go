package finance_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/credit"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/finance"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
)

// TestTwoOfficers: who reviewed does not decide, nobody approves what was not reviewed or is
// not the latest report, and a decision is made once.
func TestTwoOfficers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, one, two := w.person(0), officer("one"), officer("two")
		a := w.applied(t, p.Pass)
		decide := func(by actor.Actor, approve bool) error {
			_, err := w.Decide(t.Context(), by, a.ID, approve, "why")
			return err
		}
		fails(t, "approve what nobody reviewed", decide(two, true), finance.ErrUnreviewed)
		_, _, err := w.Review(t.Context(), one, a.ID, "")
		must(t, "take", err)
		fails(t, "approve without a finding", decide(two, true), finance.ErrUnreviewed)
		_, _, err = w.Review(t.Context(), two, a.ID, "mine")
		fails(t, "a finding of another officer", err, finance.ErrTaken)
		_, _, err = w.Review(t.Context(), two, a.ID, "")
		must(t, "look", err)
		_, _, err = w.Review(t.Context(), one, a.ID, "in order")
		must(t, "review", err)
		fails(t, "the reviewer approves", decide(one, true), guard.ErrMaker)
		fails(t, "the reviewer refuses", decide(one, false), guard.ErrMaker)
		w.box.SetFault("credit/judgments", sandbox.Gone, 0)
		r, _ := w.reported(t, p.Pass)
		if r.ID == a.Report {
			t.Fatal("the report has no later version")
		}
		_, v, err := w.Review(t.Context(), two, a.ID, "")
		if err != nil || !v.Superseded || !slices.Equal(v.Gaps, []string{"judgments"}) || v.Grade != "" {
			t.Errorf("of a later version: %+v (%v)", v, err)
		}
		fails(t, "approve on a later version", decide(two, true), finance.ErrSuperseded)
		must(t, "refuse", decide(two, false))
		must(t, "refuse again", decide(two, false))
		fails(t, "approve what was refused", decide(two, true), finance.ErrDecided)
		fails(t, "another one refuses", decide(officer("three"), false), finance.ErrDecided)
		_, _, err = w.Review(t.Context(), one, a.ID, "late")
		fails(t, "review what was refused", err, finance.ErrDecided)
		_, err = w.Revoke(t.Context(), two, a.ID, "why")
		fails(t, "revoke what was refused", err, finance.ErrNotIssued)
		if got := w.told(t, p.Pass); !slices.Equal(got, []string{"finance_refused"}) {
			t.Errorf("told %v", got)
		}
	})
}

// TestNeverWithoutTheAuthorisation: without one nobody applies, reviews or approves; a
// refusal reads nothing.
func TestNeverWithoutTheAuthorisation(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.person(0)
		r, on := w.reported(t, p.Pass)
		me := w.Holder(p.Pass)
		a, err := w.Apply(t.Context(), me, r.ID, "shop")
		must(t, "apply", err)
		w.reviewed(t, a)
		_, _, err = w.consents.Revoke(t.Context(), me, on)
		must(t, "take back", err)
		_, _, err = w.Review(t.Context(), officer("other"), a.ID, "")
		fails(t, "review", err, consent.ErrNotValid)
		_, err = w.Decide(t.Context(), officer("other"), a.ID, true, "why")
		fails(t, "approve", err, consent.ErrNotValid)
		_, err = w.Decide(t.Context(), officer("other"), a.ID, false, "why")
		must(t, "refuse", err)
		_, err = w.Apply(t.Context(), me, r.ID, "shop")
		fails(t, "apply", err, consent.ErrNotValid)
	})
}

// TestWhoIsLetIn: strangers, delegates and other departments learn nothing.
func TestWhoIsLetIn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, q := w.person(0), w.person(1)
		a := w.applied(t, p.Pass)
		me, stranger := w.Holder(p.Pass), w.Holder(q.Pass)
		delegate, other, untaught := me, officer("x"), officer("y")
		delegate.Delegate, delegate.Delegation = w.ID(q.Pass), "d"
		other.Department = "service-hall"
		untaught.Duties, untaught.Duty = []actor.Duty{actor.Accept}, actor.Accept
		_, err := w.Apply(t.Context(), delegate, a.Report, "shop")
		fails(t, "a delegate applies", err, guard.ErrNotFound)
		_, err = w.Apply(t.Context(), stranger, a.Report, "shop")
		fails(t, "on somebody else's report", err, credit.ErrReport)
		_, err = w.Withdraw(t.Context(), stranger, a.ID)
		fails(t, "a stranger withdraws", err, finance.ErrNotFound)
		for name, by := range map[string]actor.Actor{"another department": other, "another duty": untaught, "a person": me, "nobody": {}} {
			_, _, err := w.Review(t.Context(), by, a.ID, "")
			fails(t, name+" reviews", err, guard.ErrNotFound)
			_, err = w.Decide(t.Context(), by, a.ID, false, "why")
			fails(t, name+" decides", err, guard.ErrNotFound)
			_, err = w.Revoke(t.Context(), by, a.ID, "why")
			fails(t, name+" revokes", err, guard.ErrNotFound)
			_, _, err = w.Waiting(t.Context(), by, finance.Cursor{}, 10)
			fails(t, name+" lists", err, guard.ErrNotFound)
		}
		_, _, err = w.Review(t.Context(), officer("z"), finance.ID(w.newID()), "")
		fails(t, "nobody's", err, finance.ErrNotFound)
	})
}

// TestQueue: the first deadline first, page after page; what was withdrawn is not in it, and
// stays withdrawn.
func TestQueue(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var want []finance.ID
		for i := range 4 {
			want = append(want, w.applied(t, w.person(i).Pass).ID)
			w.Clock.Advance(24 * time.Hour)
		}
		gone := dossiertest.NewPerson(1)
		for range 2 {
			a, err := w.Withdraw(t.Context(), w.Holder(gone.Pass), want[1])
			if err != nil || a.State != finance.Withdrawn || a.Decided.IsZero() {
				t.Errorf("withdrawn: %s (%v)", a.State, err)
			}
		}
		_, err := w.Decide(t.Context(), officer("x"), want[1], false, "why")
		fails(t, "decide what was withdrawn", err, finance.ErrDecided)
		want = slices.Delete(want, 1, 2)
		var got []finance.ID
		for after := (finance.Cursor{}); ; {
			page, next, err := w.Waiting(t.Context(), officer("x"), after, 2)
			must(t, "list", err)
			for _, a := range page {
				got = append(got, a.ID)
			}
			if after = next; next == (finance.Cursor{}) {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("the queue is %v, want %v", got, want)
		}
	})
}

// TestFirm: whoever holds a role in a firm applies for it; the certificate is the firm's.
func TestFirm(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, q := w.person(0), w.person(1)
		_, firm := w.aFirm(t, p.Pass)
		me := w.Holder(p.Pass)
		c, err := w.consents.GiveForFirm(t.Context(), me, firm, w.terms(t))
		must(t, "authorise", err)
		r, err := w.credits.ObtainForFirm(t.Context(), me, firm, c.ID)
		must(t, "obtain", err)
		a, err := w.ApplyForFirm(t.Context(), me, firm, r.ID, "machines")
		must(t, "apply", err)
		_, err = w.ApplyForFirm(t.Context(), w.Holder(q.Pass), firm, r.ID, "machines")
		fails(t, "a stranger applies", err, dossier.ErrNotFound)
		_, err = w.WithdrawForFirm(t.Context(), w.Holder(q.Pass), firm, a.ID)
		fails(t, "a stranger withdraws", err, dossier.ErrNotFound)
		done := w.issued(t, a)
		list, err := w.credentials.Mine(t.Context(), me, firm)
		if err != nil || len(list) != 1 || list[0].Number != done.Number || list[0].Values["holder_name"] != "平潭一號商行" {
			t.Errorf("the firm has %v (%v)", list, err)
		}
		all, err := w.ApplicationsOfFirm(t.Context(), me, firm)
		if mine, own := w.Applications(t.Context(), me); err != nil || own != nil || len(all) != 1 || len(mine) != 0 {
			t.Errorf("%d of the firm, %d of the person (%v, %v)", len(all), len(mine), err, own)
		}
		if got := w.told(t, p.Pass); !slices.Equal(got, []string{"finance_issued"}) {
			t.Errorf("told %v", got)
		}
	})
}

// TestFigures: what happened in a month of Shanghai's calendar, whatever happens later.
func TestFigures(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, q, r := w.person(0), w.person(1), w.person(2)
		a, b, c := w.applied(t, p.Pass), w.applied(t, q.Pass), w.applied(t, r.Pass)
		w.issued(t, a)
		_, err := w.Withdraw(t.Context(), w.Holder(r.Pass), c.ID)
		must(t, "withdraw", err)
		first := calendar.MonthOf(calendar.On(w.Clock.Now()))
		next := calendar.MonthOf(calendar.On(w.Clock.Now().AddDate(0, 1, 0)))
		want := []finance.Figures{{Month: first, Applied: 3, Issued: 1, Withdrawn: 1}, {Month: next}}
		got, err := w.Figures(t.Context(), first, next)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("figures are %v (%v), want %v", got, err, want)
		}
		w.Clock.Advance(w.Clock.Now().AddDate(0, 1, 0).Sub(w.Clock.Now()))
		_, err = w.Decide(t.Context(), officer("x"), b.ID, false, "why")
		must(t, "refuse", err)
		_, err = w.Revoke(t.Context(), officer("x"), a.ID, "why")
		must(t, "revoke", err)
		want[1].Refused, want[1].Revoked = 1, 1
		got, err = w.Figures(t.Context(), first, next)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("a month later they are %v (%v), want %v", got, err, want)
		}
		for name, months := range map[string][2]calendar.Month{
			"backwards": {next, first}, "too many": {first, {Year: first.Year + 5, Month: first.Month}},
		} {
			_, err := w.Figures(t.Context(), months[0], months[1])
			fails(t, name, err, finance.ErrMonths)
		}
	})
}

// TestForget: what was said goes, what is open is closed, and the figures stay.
func TestForget(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.person(0)
		w.issued(t, w.applied(t, p.Pass))
		open := w.applied(t, p.Pass)
		w.reviewed(t, open)
		for range 2 {
			must(t, "forget", w.DB.InTx(t.Context(), func(ctx context.Context) error { return w.Forget(ctx, w.ID(p.Pass), w.ID(p.Permit)) }))
		}
		held, err := w.Holdings(t.Context(), 10, w.ID(p.Pass), w.ID(p.Permit))
		if err != nil || len(held) != 2 || held[0].State != finance.Withdrawn || held[1].State != finance.Approved {
			t.Fatalf("%d are held (%v)", len(held), err)
		}
		for _, a := range held {
			if a.Purpose != "" || a.Finding != "" || a.Answer != "" {
				t.Errorf("%s is %q, %q, %q", a.ID, a.Purpose, a.Finding, a.Answer)
			}
		}
	})
}

// TestNewWantsEverything: a service with a hole is none.
func TestNewWantsEverything(t *testing.T) {
	t.Parallel()
	if _, err := finance.New(finance.Deps{}); err == nil {
		t.Error("a service over nothing")
	}
}
