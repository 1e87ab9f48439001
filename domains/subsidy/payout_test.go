package subsidy_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/ledger"
	"github.com/minzhengtong/minzhengtong/domains/subsidy"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
	"github.com/minzhengtong/minzhengtong/domains/work"
)

// TestPaidWithoutApplying: what is due comes to the payee's own account, once, and the
// books say so.
func TestPaidWithoutApplying(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.payee(t, 0, 2_400_000)
		b := w.approved(t, 1_000_000)
		if b.Payouts != 1 || b.Fen != 480_000 || b.PreparedBy == b.DecidedBy {
			t.Errorf("%+v, want one payout of 4,800.00 by two officers", b)
		}
		if want := []work.Job{{Kind: subsidy.PayWork, ID: string(b.ID)}}; !slices.Equal(w.queued[len(w.queued)-1:], want) {
			t.Errorf("asked for %v, want %v", w.queued, want)
		}
		for range 2 { // the queue may do it twice
			must(t, "pay", w.Pay(t.Context(), string(b.ID)))
		}
		w.wantStates(t, map[string]int{"paid": 1})
		w.balanced(t, 480_000)
		if got := w.received(number(0)); got != 480_000 {
			t.Errorf("%d fen came, want 480,000", got)
		}
		v, err := w.Preview(t.Context(), maker, "pingtan_iit")
		if err != nil || v.Payouts != 0 || v.Before.ID != b.ID {
			t.Errorf("%+v and %v, want nothing due after %s", v, err, b.ID)
		}
		if got, want := w.kinds(), []string{"subsidy_entitled 4800.00", "subsidy_paid 4800.00"}; !slices.Equal(got, want) {
			t.Errorf("told %v, want %v", got, want)
		}
		if a, err := w.Account(t.Context(), w.Holder(p.Pass)); err != nil || a.Tail != "0000" {
			t.Errorf("%+v and %v, want the tail of the account", a, err)
		}
	})
}

// TestTwoOfficers: nothing is paid that a second officer with the duty to pay did not
// approve, as it was shown, and once.
func TestTwoOfficers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.payee(t, 0, 100_000)
		w.decideAll(t)
		v, err := w.Preview(t.Context(), maker, "pingtan_iit")
		must(t, "preview", err)
		w.payee(t, 1, 100_000)
		w.decideAll(t)
		_, err = w.Prepare(t.Context(), maker, "pingtan_iit", v.Digest)
		fails(t, "an old preview", err, subsidy.ErrPreviewOld)
		b := w.prepared(t, 1_000_000)
		idle := checker
		idle.Duties = []actor.Duty{actor.Review}
		for what, by := range map[string]actor.Actor{"the maker": maker, "without the duty": idle, "a person": {Role: actor.Person, Document: "x"}, "nobody": {}} {
			if _, err := w.Approve(t.Context(), by, b.ID); !errors.Is(err, guard.ErrMaker) && !errors.Is(err, guard.ErrNotFound) {
				t.Errorf("%s: %v", what, err)
			}
		}
		must(t, "pay what is not approved", w.Pay(t.Context(), string(b.ID)))
		w.wantStates(t, map[string]int{"prepared": 2})
		_, err = w.Approve(t.Context(), checker, "no-such-batch")
		fails(t, "no such batch", err, subsidy.ErrBatch)
		_, err = w.Approve(t.Context(), checker, b.ID)
		must(t, "approve", err)
		_, err = w.Approve(t.Context(), checker, b.ID)
		fails(t, "twice", err, subsidy.ErrBatchDecided)
		_, err = w.Withdraw(t.Context(), checker, b.ID)
		fails(t, "withdrawn once approved", err, subsidy.ErrBatchDecided)
	})
}

// TestWithdrawn: the claims of a batch that was given up wait for another one.
func TestWithdrawn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.payee(t, 0, 100_000)
		b := w.prepared(t, 0)
		_, err := w.Withdraw(t.Context(), maker, b.ID)
		must(t, "withdraw", err)
		w.wantStates(t, map[string]int{"dropped WITHDRAWN": 1})
		must(t, "pay", w.Pay(t.Context(), string(w.approved(t, 20_000).ID)))
		w.wantStates(t, map[string]int{"dropped WITHDRAWN": 1, "paid": 1})
		w.balanced(t, 20_000)
	})
}

// TestHeld: whoever has no account, or an authorisation that ended before the approval or
// before the money left, is not paid, and the claim waits.
func TestHeld(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		without := w.person(t, 0)
		w.works(without.Pass).payments = []upstream.TaxPayment{wages("A0", 100_000, 0)}
		before, after, moved := w.payee(t, 1, 100_000), w.payee(t, 2, 100_000), w.payee(t, 3, 100_000)
		b := w.prepared(t, 1_000_000)
		if b.Payouts != 3 {
			t.Errorf("%d payouts, want 3 without the one who has no account", b.Payouts)
		}
		revoke := func(p dossiertest.Person) {
			list, err := w.consents.List(t.Context(), w.Holder(p.Pass))
			must(t, "list", err)
			_, _, err = w.consents.Revoke(t.Context(), w.Holder(p.Pass), list[0].ID)
			must(t, "revoke", err)
		}
		revoke(before)
		_, err := w.Approve(t.Context(), checker, b.ID)
		must(t, "approve", err)
		revoke(after)
		w.account(t, moved, number(33))
		must(t, "pay", w.Pay(t.Context(), string(b.ID)))
		w.wantStates(t, map[string]int{"dropped no_consent": 2, "dropped no_account": 1})
		w.balanced(t, 0)
		v, err := w.Preview(t.Context(), maker, "pingtan_iit")
		if err != nil || v.Payouts != 1 || v.Held[subsidy.NoConsent] != 2 || v.Held[subsidy.NoAccount] != 1 {
			t.Errorf("%+v and %v, want one with a new account and three held", v, err)
		}
	})
}

// TestWeakLink: documents that are joined by a proof that is too weak are not paid on.
func TestWeakLink(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := dossiertest.NewPerson(0)
		w.World.Settle(p)
		paper := dossier.Paper{Pass: w.Number(p.Pass), Permit: w.Number(p.Permit), Number: "MT-1", Date: civil.DateOf(dossiertest.Start)}
		for _, officer := range []string{"one", "two"} {
			_, _, err := w.EnterPaper(t.Context(), dossiertest.Officer(officer), paper)
			must(t, "enter a paper", err)
		}
		w.authorises(t, p.Pass)
		w.works(p.Pass).payments = []upstream.TaxPayment{wages("A0", 100_000, 0)}
		w.account(t, p, number(0))
		w.decideAll(t)
		v, err := w.Preview(t.Context(), maker, "pingtan_iit")
		if err != nil || v.Payouts != 0 || v.Held[subsidy.WeakLink] != 1 {
			t.Errorf("%+v and %v, want one held for the link", v, err)
		}
	})
}

// TestOthersAccount: an account that is somebody else's, or nobody's, is none.
func TestOthersAccount(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, other := w.person(t, 0), w.person(t, 1)
		w.account(t, other, number(1))
		_, err := w.SetAccount(t.Context(), w.Holder(p.Pass), upstream.BankAccount, number(1))
		fails(t, "somebody else's", err, subsidy.ErrAccountOther)
		_, err = w.SetAccount(t.Context(), w.Holder(p.Pass), upstream.BankAccount, number(2))
		fails(t, "nobody's", err, subsidy.ErrAccountUnknown)
		w.gateway.SetFault(upstream.PaymentGateway, sandbox.Gone, 0)
		_, err = w.SetAccount(t.Context(), w.Holder(p.Pass), upstream.BankAccount, number(1))
		fails(t, "no answer", err, upstream.ErrUnavailable)
		if a, err := w.Account(t.Context(), w.Holder(p.Pass)); err != nil || a.ID != "" {
			t.Errorf("%+v and %v, want none", a, err)
		}
	})
}

// TestCap: what a policy may give is never exceeded, to the fen, whoever approves at once.
func TestCap(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var batches []subsidy.BatchID
		for i := range 4 {
			w.payee(t, i, 100_000)
			batches = append(batches, w.prepared(t, 0).ID)
		}
		must(t, "fund", w.Fund(t.Context(), maker, "pingtan_iit", 59_999, "paper"))
		must(t, "fund again", w.Fund(t.Context(), maker, "pingtan_iit", 59_999, "paper"))
		fails(t, "other money on the same paper", w.Fund(t.Context(), maker, "pingtan_iit", 60_000, "paper"), ledger.ErrDiffers)
		var all sync.WaitGroup
		for _, id := range batches {
			all.Go(func() {
				if _, err := w.Approve(context.WithoutCancel(t.Context()), checker, id); err != nil && !errors.Is(err, ledger.ErrCap) {
					t.Errorf("approve: %v", err)
				}
			})
		}
		all.Wait()
		w.wantStates(t, map[string]int{"approved": 2, "prepared": 2})
		for _, id := range batches {
			must(t, "pay", w.Pay(t.Context(), string(id)))
		}
		w.balanced(t, 40_000)
	})
}

// TestOffset: what a correction takes off is kept back from the next payment, and never
// taken from an account.
func TestOffset(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.payee(t, 0, 100_000)
		must(t, "pay", w.Pay(t.Context(), string(w.approved(t, 1_000_000).ID)))
		k := w.of(p.Pass)
		k.payments[0].RefundedFen = 50_000
		w.decideAll(t)
		v, err := w.Preview(t.Context(), maker, "pingtan_iit")
		if err != nil || v.Payouts != 0 || v.Held[subsidy.Offset] != 1 {
			t.Errorf("%+v and %v, want one held to be offset", v, err)
		}
		k.payments = append(k.payments, wages("later", 80_000, 0))
		must(t, "pay", w.Pay(t.Context(), string(w.approved(t, 0).ID)))
		if got := w.received(number(0)); got != 26_000 {
			t.Errorf("%d fen came, want a fifth of 130,000", got)
		}
		w.balanced(t, 26_000)
	})
}

// TestReturned: money that the bank refuses or sends back is due again, and is paid to
// another account.
func TestReturned(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, q := w.payee(t, 0, 100_000), w.payee(t, 1, 100_000)
		b := w.approved(t, 1_000_000)
		w.gateway.CloseAccount(number(1))
		must(t, "pay", w.Pay(t.Context(), string(b.ID)))
		w.wantStates(t, map[string]int{"paid": 1, "refused ACCOUNT_CLOSED": 1})
		for _, r := range w.payouts(t) {
			w.gateway.Return(r.ID, "ACCOUNT_CLOSED")
		}
		w.deliver(t, 0)
		w.wantStates(t, map[string]int{"returned ACCOUNT_CLOSED": 1, "refused ACCOUNT_CLOSED": 1})
		w.balanced(t, 0)
		w.account(t, p, number(10))
		w.account(t, q, number(11))
		must(t, "pay again", w.Pay(t.Context(), string(w.approved(t, 0).ID)))
		w.balanced(t, 40_000)
		if w.received(number(10)) != 20_000 || w.received(number(11)) != 20_000 || w.received(number(0)) != 0 {
			t.Error("the money is not where it should be")
		}
	})
}

// TestPromise: money within five working days from approval is in time; what nobody knows
// counts against the house.
func TestPromise(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.payee(t, 0, 100_000)
		w.payee(t, 1, 100_000)
		b := w.approved(t, 1_000_000)
		w.gateway.HoldPayments(true)
		must(t, "pay", w.Pay(t.Context(), string(b.ID)))
		w.gateway.Settle(w.payouts(t)[0].ID)
		w.deliver(t, 0)
		day := civil.DateOf(w.Clock.Now())
		for _, want := range []struct {
			after time.Duration
			subsidy.Promise
		}{
			{0, subsidy.Promise{Approved: 2, Within: 1, Waiting: 1}},
			// 2026-03-30 is a Monday; the Qingming Festival gives Monday, the 6th, off.
			{8 * 24 * time.Hour, subsidy.Promise{Approved: 2, Within: 1, Waiting: 1}},
			{24 * time.Hour, subsidy.Promise{Approved: 2, Within: 1, Late: 1}},
		} {
			w.Clock.Advance(want.after)
			if got, err := w.Promise(t.Context(), "pingtan_iit", day, day); err != nil || got != want.Promise {
				t.Errorf("on %s: %+v and %v, want %+v", civil.DateOf(w.Clock.Now()), got, err, want.Promise)
			}
		}
		list, err := w.Late(t.Context(), checker, "pingtan_iit", day, day)
		if err != nil || len(list) != 1 || list[0].State != subsidy.PayoutSent {
			t.Errorf("%+v and %v, want the one on its way", list, err)
		}
	})
}
