//go:build unix

package subsidy_test

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/subsidy"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
)

// switched is how many are paid while the database's primary is killed: two whole lots
// that leave together, and one that is not.
const switched = 220

// moments are when the primary dies, one after the other, in the same batch.
var moments = []struct {
	name  string
	fate  entdbtest.Fate
	begin bool           // before the payment begins, else when some orders have been done
	then  map[string]int // payouts
}{
	{"the commit that marks as sent is lost", entdbtest.Lost, true, map[string]int{"approved": 220}},
	{"it is kept, and nobody is told so", entdbtest.Kept, true, map[string]int{"approved": 120, "sent": 100}},
	{"the commit of the answers is kept, and nobody is told so", entdbtest.Kept, false, map[string]int{"approved": 20, "paid": 100, "sent": 100}},
}

// TestStandbyTakesOver: the database's primary is killed in the middle of a batch, at
// named moments and at a random one, and its standby takes over. What was committed is
// there, each payout is one payment, and the books hold what was approved.
func TestStandbyTakesOver(t *testing.T) {
	t.Parallel()
	pair := entdbtest.NewPair(t)
	w := newWorld(t, pair.DB)
	for i := range switched {
		w.payee(t, i, 100_000+5*int64(i))
	}
	b := w.approved(t, 1_000_000_000)
	begun := time.Now()
	for _, m := range moments {
		w.loses(t, pair, b, m.fate, m.begin)
		w.wantStates(t, m.then)
		if t.Failed() {
			t.Fatalf("after: %s", m.name)
		}
	}
	w.losesSomewhere(t, pair, b)
	w.settleLater(t)
	w.wantStates(t, map[string]int{"paid": switched})
	w.wantTasks(t)
	w.balanced(t, b.Fen)
	w.paidOnce(t, b.Fen)
	t.Logf("%d payouts, %d primaries killed, in %s", switched, len(moments)+1, time.Since(begun).Round(time.Millisecond))
}

// loses pays until a commit waits for the standby, and kills the primary then.
func (w *world) loses(t *testing.T, pair *entdbtest.Pair, b subsidy.Batch, fate entdbtest.Fate, begin bool) {
	t.Helper()
	held := make(chan error, 1)
	hold := func() { held <- pair.HoldCommits(t.Context(), fate) }
	if begin {
		hold()
	} else {
		w.after(50, hold)
	}
	paid := make(chan error, 1)
	go func() { paid <- w.Pay(t.Context(), string(b.ID)) }()
	must(t, "hold commits", <-held)
	pair.AwaitCommit(t, fate)
	pair.Failover(t)
	if err := <-paid; err == nil {
		t.Error("nobody knows what became of a commit, and that is no error")
	}
}

// losesSomewhere kills the primary while the last orders are on the wire or what the
// gateway said is written, and pays on as the queue does.
func (w *world) losesSomewhere(t *testing.T, pair *entdbtest.Pair, b subsidy.Batch) {
	t.Helper()
	dies := make(chan struct{})
	n := 1 + rand.Int64N(20)
	w.after(n, func() { close(dies) })
	paid := make(chan error, 1)
	go func() {
		hurried, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		err := w.Pay(t.Context(), string(b.ID))
		for err != nil && hurried.Err() == nil {
			err = w.Pay(t.Context(), string(b.ID))
		}
		paid <- err
	}()
	<-dies
	pair.Failover(t)
	must(t, "pay in the end", <-paid)
	t.Logf("killed at order %d of the last lot", n)
}

// after has f called when the gateway has carried out so many more orders, and has not
// said so.
func (w *world) after(n int64, f func()) {
	var done atomic.Int64
	w.gateway.OnPaymentEvent(func(sandbox.SignedEvent) {
		if done.Add(1) == n {
			f()
		}
	})
}
