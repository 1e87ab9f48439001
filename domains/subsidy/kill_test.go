package subsidy_test

import (
	"context"
	"maps"
	"testing"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/subsidy"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
)

// killed is how many are paid by a process that dies.
const killed = 5

// left is what a process leaves behind: payouts by state, and how many orders the gateway
// carried out.
type left struct {
	states map[string]int
	done   int
}

// killPoints are the moments at which a process dies, each at the nth time that it gets
// there, and what it leaves.
var killPoints = []struct {
	name string
	does func(ctx context.Context, w *world, s *subsidy.Service, b subsidy.Batch) error
	at   point
	nth  int
	left left
}{
	{"before the commit that marks as sent", pays, booking, 1, left{map[string]int{"approved": killed}, 0}},
	{"after that commit, before the orders leave", pays, leaving, 1, left{map[string]int{"sent": killed}, 0}},
	{"before the third order leaves", pays, ordering, 3, left{map[string]int{"sent": killed}, 2}},
	{"the gateway did the third, and its answer does not come", pays, ordered, 3, left{map[string]int{"sent": killed}, 3}},
	{"the gateway did all, and no answer is written", pays, ordered, killed, left{map[string]int{"sent": killed}, killed}},
	{"before the commit of the answers", pays, telling, 1, left{map[string]int{"sent": killed}, killed}},
	{"after the answers are written", pays, told, 1, left{map[string]int{"paid": killed}, killed}},

	{"reconcile has the statement", reconciles, listed, 1, left{map[string]int{"unknown NO_ANSWER": killed}, killed}},
	{"reconcile, before a line's commit", reconciles, telling, 3, left{map[string]int{"paid": 2, "unknown NO_ANSWER": killed - 2}, killed}},
	{"reconcile, between two lines", reconciles, told, 3, left{map[string]int{"paid": 3, "unknown NO_ANSWER": killed - 3}, killed}},

	{"settle asked for some", settles, asked, 3, left{map[string]int{"unknown NO_ANSWER": killed}, killed}},
	{"settle, before the commit of the answers", settles, telling, 1, left{map[string]int{"unknown NO_ANSWER": killed}, killed}},
	{"settle, after that commit", settles, told, 1, left{map[string]int{"paid": killed}, killed}},

	// The books are opened for what was heard at first, and then twice for each order.
	{"again, before the commit that marks as sent", sendsAgain, booking, 6, left{map[string]int{"paid": 2, "unknown NO_ANSWER": killed - 2}, 2}},
	{"again, after that commit, before the order leaves", sendsAgain, leaving, 3, left{map[string]int{"paid": 2, "sent": 1, "unknown NO_ANSWER": killed - 3}, 2}},
	{"again, the gateway did it, and no answer is written", sendsAgain, ordered, 3, left{map[string]int{"paid": 2, "sent": 1, "unknown NO_ANSWER": killed - 3}, 3}},
	{"again, after the answer is written", sendsAgain, told, 3, left{map[string]int{"paid": 3, "unknown NO_ANSWER": killed - 3}, 3}},
}

// pays does what the queue has a process do.
func pays(ctx context.Context, _ *world, s *subsidy.Service, b subsidy.Batch) error {
	return s.Pay(ctx, string(b.ID))
}

// reconciles takes the day's statement of orders of which nothing was heard.
func reconciles(ctx context.Context, w *world, s *subsidy.Service, b subsidy.Batch) error {
	w.unheard(ctx, b, sandbox.DoneUnsaid)
	_, err := s.Reconcile(ctx, civil.DateOf(w.Clock.Now()))
	return err
}

// settles asks for orders that were carried out, of which nothing was heard.
func settles(ctx context.Context, w *world, s *subsidy.Service, b subsidy.Batch) error {
	w.unheard(ctx, b, sandbox.DoneUnsaid)
	_, err := s.Settle(ctx, 1000)
	return err
}

// sendsAgain asks for orders that never came to the gateway.
func sendsAgain(ctx context.Context, w *world, s *subsidy.Service, b subsidy.Batch) error {
	w.unheard(ctx, b, sandbox.Gone)
	_, err := s.Settle(ctx, 1000)
	return err
}

// unheard pays while no answer comes, and lets a minute pass.
func (w *world) unheard(ctx context.Context, b subsidy.Batch, fault sandbox.Fault) {
	w.gateway.SetFault(upstream.PaymentGateway, fault, 0)
	_ = w.Pay(ctx, string(b.ID)) // nothing is heard
	w.gateway.SetFault(upstream.PaymentGateway, sandbox.Healthy, 0)
	w.Clock.Advance(2 * time.Minute)
}

// TestKilledAtPoints: wherever a process dies, it leaves what the table says, and whoever
// does the same work anew has each paid once, and told once.
func TestKilledAtPoints(t *testing.T) {
	for _, p := range killPoints {
		t.Run(p.name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				for i := range killed {
					w.payee(t, i, 100_000+5*int64(i))
				}
				b := w.approved(t, 1_000_000_000)
				w.dies(t, p.at, p.nth, func(s *subsidy.Service) error { return p.does(context.WithoutCancel(t.Context()), w, s, b) })
				if got := (left{w.states(t), w.paidSoFar(t)}); !maps.Equal(got.states, p.left.states) || got.done != p.left.done {
					t.Errorf("it left %v, want %v", got, p.left)
				}
				w.goesOn(t, b)
			})
		})
	}
}

// goesOn has another process do all the work that there may be, and holds what came of it
// against the batch.
func (w *world) goesOn(t *testing.T, b subsidy.Batch) {
	t.Helper()
	must(t, "pay", w.Pay(t.Context(), string(b.ID)))
	w.settleLater(t)
	_, err := w.Reconcile(t.Context(), civil.DateOf(w.Clock.Now()))
	must(t, "reconcile", err)
	w.wantStates(t, map[string]int{"paid": killed})
	w.wantTasks(t)
	w.balanced(t, b.Fen)
	w.paidOnce(t, b.Fen)
	told := map[string]int{}
	for _, kind := range w.kinds() {
		told[kind]++
	}
	for kind, times := range told {
		if times != 1 {
			t.Errorf("%q was told %d times", kind, times)
		}
	}
	if len(told) != 2*killed {
		t.Errorf("%d things were told, want what is due and what was paid to each", len(told))
	}
}

// paidSoFar is how many orders the gateway carried out.
func (w *world) paidSoFar(t *testing.T) (n int) {
	t.Helper()
	for _, p := range w.payouts(t) {
		n += w.gateway.PaidByKey(p.ID)
	}
	return n
}
