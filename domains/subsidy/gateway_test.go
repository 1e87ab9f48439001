package subsidy_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/subsidy"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
)

// deliver hands the gateway's events over from the one with a number on.
func (w *world) deliver(t testing.TB, from int) {
	t.Helper()
	for _, e := range w.gateway.PaymentEvents(from) {
		must(t, "take an event", w.Report(t.Context(), e.Raw, e.Signature))
	}
}

// TestUnknownIsNotFailure: whatever the gateway does with an order of which we hear
// nothing, the order is unknown until it is asked, and the money moves once.
func TestUnknownIsNotFailure(t *testing.T) {
	for name, fault := range map[string]sandbox.Fault{
		"done and unsaid": sandbox.DoneUnsaid, "gone before": sandbox.Gone, "an error": sandbox.Error, "garbage": sandbox.Garbage, "late": sandbox.Slow,
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				w.payee(t, 0, 100_000)
				b := w.approved(t, 1_000_000)
				w.gateway.SetFault(upstream.PaymentGateway, fault, 3*time.Second)
				if err := w.Pay(t.Context(), string(b.ID)); err == nil {
					t.Error("no answer is no error")
				}
				w.wantStates(t, map[string]int{"unknown NO_ANSWER": 1})
				w.Clock.Advance(2 * time.Minute)
				if _, err := w.Service.Settle(t.Context(), 10); err != nil {
					t.Errorf("ask while it is silent: %v", err)
				}
				w.wantStates(t, map[string]int{"unknown NO_ANSWER": 1})
				w.gateway.SetFault(upstream.PaymentGateway, sandbox.Healthy, 0)
				w.settleLater(t)
				w.wantStates(t, map[string]int{"paid": 1})
				w.balanced(t, 20_000)
				if got := w.received(number(0)); got != 20_000 {
					t.Errorf("%d fen came, want 20,000 once", got)
				}
			})
		})
	}
}

// TestNotSentAgain: an order of which the gateway has nothing does not leave again once
// the authorisation ended; the money is back with the policy.
func TestNotSentAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.payee(t, 0, 100_000)
		b := w.approved(t, 1_000_000)
		w.gateway.SetFault(upstream.PaymentGateway, sandbox.Gone, 0)
		_ = w.Pay(t.Context(), string(b.ID)) // nothing is heard
		w.gateway.SetFault(upstream.PaymentGateway, sandbox.Healthy, 0)
		list, err := w.consents.List(t.Context(), w.Holder(p.Pass))
		must(t, "list", err)
		_, _, err = w.consents.Revoke(t.Context(), w.Holder(p.Pass), list[0].ID)
		must(t, "revoke", err)
		w.settleLater(t)
		w.wantStates(t, map[string]int{"dropped no_consent": 1})
		w.balanced(t, 0)
		if got := w.received(number(0)); got != 0 {
			t.Errorf("%d fen came, want none", got)
		}
	})
}

// TestWhatCannotBe: money that moved for a payout that never left is for somebody to look
// into, and changes nothing.
func TestWhatCannotBe(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.payee(t, 0, 100_000)
		w.approved(t, 1_000_000)
		a, err := w.deps.Payments.RegisterAccount(t.Context(), upstream.AccountQuestion{
			Key: w.newID(), Kind: upstream.BankAccount, Number: number(0), HolderName: p.Names.Mainland, DocumentNumber: p.Pass,
		})
		must(t, "register", err)
		_, err = w.deps.Payments.Pay(t.Context(), upstream.PaymentOrder{Key: w.payouts(t)[0].ID, Account: a.Token, Fen: 20_000, Memo: "another hand"})
		must(t, "pay by another hand", err)
		w.deliver(t, 0)
		w.deliver(t, 0)
		w.wantStates(t, map[string]int{"approved": 1})
		w.wantTasks(t, subsidy.TaskOrderDiffers)
	})
}

// TestAnotherAmount: a gateway that says another amount is not believed; somebody looks
// into it, and nothing is sent again.
func TestAnotherAmount(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.payee(t, 0, 100_000)
		b := w.approved(t, 1_000_000)
		w.gateway.SetFault(upstream.PaymentGateway, sandbox.Wrong, 0)
		_ = w.Pay(t.Context(), string(b.ID)) // such an answer is none
		w.deliver(t, 0)
		w.wantStates(t, map[string]int{"unknown AMOUNT_DIFFERS": 1})
		w.wantTasks(t, subsidy.TaskAmountDiffers)
		w.Clock.Advance(time.Hour)
		_, err := w.Service.Settle(t.Context(), 10)
		must(t, "ask", err)
		w.wantStates(t, map[string]int{"unknown AMOUNT_DIFFERS": 1})
		w.gateway.SetFault(upstream.PaymentGateway, sandbox.Healthy, 0)
		w.settleLater(t)
		w.wantStates(t, map[string]int{"paid": 1})
		w.balanced(t, 20_000)
		list, err := w.Tasks(t.Context(), checker)
		must(t, "read tasks", err)
		must(t, "close", w.CloseTask(t.Context(), checker, list[0].ID, "电话核实，金额无误"))
		fails(t, "twice", w.CloseTask(t.Context(), checker, list[0].ID, ""), subsidy.ErrTask)
		w.wantTasks(t)
	})
}

// TestEventsInAnyOrder: events that come before the answer, twice, late and out of order
// change nothing twice, and an older word does not undo a newer one.
func TestEventsInAnyOrder(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		seed := rand.Uint64()
		r := rand.New(rand.NewPCG(seed, 0))
		for i := range 6 {
			w.payee(t, i, 100_000)
		}
		b := w.approved(t, 1_000_000)
		w.gateway.OnPaymentEvent(func(e sandbox.SignedEvent) { // before the answer
			if err := w.Report(t.Context(), e.Raw, e.Signature); err != nil {
				t.Errorf("take an event: %v", err)
			}
		})
		must(t, "pay", w.Pay(t.Context(), string(b.ID)))
		w.gateway.OnPaymentEvent(nil)
		for _, x := range w.payouts(t)[:3] {
			w.gateway.Return(x.ID, "ACCOUNT_CLOSED")
		}
		events := w.gateway.PaymentEvents(0)
		for range 40 {
			e := events[r.IntN(len(events))]
			must(t, "take an event", w.Report(t.Context(), e.Raw, e.Signature))
		}
		w.deliver(t, 0)
		r.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
		for _, e := range events {
			must(t, "take an event", w.Report(t.Context(), e.Raw, e.Signature))
		}
		w.wantStates(t, map[string]int{"paid": 3, "returned ACCOUNT_CLOSED": 3})
		w.wantTasks(t)
		w.balanced(t, 60_000)
		if t.Failed() {
			t.Logf("the seed was %d", seed)
		}
	})
}

// TestForgedEvents: what the gateway did not sign changes nothing.
func TestForgedEvents(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.payee(t, 0, 100_000)
		b := w.approved(t, 1_000_000)
		w.gateway.HoldPayments(true)
		must(t, "pay", w.Pay(t.Context(), string(b.ID)))
		w.gateway.Settle(w.payouts(t)[0].ID)
		e := w.gateway.PaymentEvents(0)[0]
		altered, other := slices.Clone(e.Raw), slices.Clone(e.Signature)
		altered[len(altered)/2]++
		other[0]++
		for what, forged := range map[string]sandbox.SignedEvent{
			"altered": {Raw: altered, Signature: e.Signature}, "signed by another": {Raw: e.Raw, Signature: other}, "unsigned": {Raw: e.Raw}, "nothing": {},
		} {
			fails(t, what, w.Report(t.Context(), forged.Raw, forged.Signature), subsidy.ErrEvent)
		}
		w.wantStates(t, map[string]int{"sent": 1})
		w.deliver(t, 0)
		w.wantStates(t, map[string]int{"paid": 1})
	})
}

// deadlines notes until when each order may be on the wire.
type deadlines struct {
	upstream.Payments
	mu  sync.Mutex
	all []time.Time
}

// Pay implements part of [upstream.Payments].
func (d *deadlines) Pay(ctx context.Context, o upstream.PaymentOrder) (upstream.PaymentAnswer, error) {
	at, _ := ctx.Deadline() // zero where there is none
	d.mu.Lock()
	d.all = append(d.all, at)
	d.mu.Unlock()
	return d.Payments.Pay(ctx, o)
}

// TestOrdersDoNotWaitOnTheWire: an order leaves within half a minute of being marked as
// sent, or not at all: a minute later others ask about it, and may give it up.
func TestOrdersDoNotWaitOnTheWire(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.payee(t, 0, 100_000)
		b := w.approved(t, 1_000_000)
		d := &deadlines{Payments: w.deps.Payments}
		deps := w.deps
		deps.Payments = d
		s, err := subsidy.New(deps)
		must(t, "make the service", err)
		begun := time.Now()
		must(t, "pay", s.Pay(t.Context(), string(b.ID)))
		if len(d.all) != 1 || d.all[0].Before(begun) || d.all[0].After(time.Now().Add(30*time.Second)) {
			t.Errorf("deadlines %v of an order that left at %v", d.all, begun)
		}
	})
}

// TestNobodyKnowsForDays: an end that nobody knows by the promised day is something to look
// into, once; it is asked about all the same.
func TestNobodyKnowsForDays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.payee(t, 0, 100_000)
		b := w.approved(t, 1_000_000)
		w.gateway.SetFault(upstream.PaymentGateway, sandbox.DoneUnsaid, 0)
		if err := w.Pay(t.Context(), string(b.ID)); err == nil {
			t.Error("no answer is no error")
		}
		w.wantTasks(t)
		w.Clock.Advance(9 * 24 * time.Hour)
		for range 2 {
			_, err := w.Service.Settle(t.Context(), 10)
			must(t, "ask", err)
			w.Clock.Advance(time.Hour)
		}
		w.wantTasks(t, subsidy.TaskNotSettled)
		w.gateway.SetFault(upstream.PaymentGateway, sandbox.Healthy, 0)
		w.settleLater(t)
		w.wantStates(t, map[string]int{"paid": 1})
		w.balanced(t, 20_000)
	})
}

// TestStatement: the day's statement settles what nobody heard of; what is nobody's and
// what it lacks are for somebody to look into, once.
func TestStatement(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.payee(t, 0, 100_000)
		w.payee(t, 1, 200_000)
		b := w.approved(t, 1_000_000)
		w.gateway.SetFault(upstream.PaymentGateway, sandbox.DoneUnsaid, 0)
		_ = w.Pay(t.Context(), string(b.ID)) // nothing is heard
		w.gateway.SetFault(upstream.PaymentGateway, sandbox.Healthy, 0)
		a, err := w.deps.Payments.RegisterAccount(t.Context(), upstream.AccountQuestion{
			Key: w.newID(), Kind: upstream.BankAccount, Number: number(0), HolderName: first.Names.Mainland, DocumentNumber: first.Pass,
		})
		must(t, "register", err)
		_, err = w.deps.Payments.Pay(t.Context(), upstream.PaymentOrder{Key: w.newID(), Account: a.Token, Fen: 1, Memo: "nobody's"})
		must(t, "pay by another hand", err)
		day := civil.DateOf(w.Clock.Now())
		for range 2 {
			if n, err := w.Reconcile(t.Context(), day); err != nil || n != 3 {
				t.Errorf("%d lines and %v, want three", n, err)
			}
		}
		w.wantStates(t, map[string]int{"paid": 2})
		w.balanced(t, 60_000)
		w.wantTasks(t, subsidy.TaskNoPayout)
		// On another gateway nothing of it is listed.
		w.gateway = nil
		deps := w.deps
		deps.Payments = w.openGateway(t)
		other, err := subsidy.New(deps)
		must(t, "make another service", err)
		for range 2 {
			_, err = other.Reconcile(t.Context(), day)
			must(t, "reconcile", err)
		}
		w.wantTasks(t, subsidy.TaskNoPayout, subsidy.TaskNotInStatement, subsidy.TaskNotInStatement)
	})
}
