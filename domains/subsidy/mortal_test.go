package subsidy_test

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/ledger"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/subsidy"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// point is where a process can die.
type point string

// The points.
const (
	booking  point = "booking"  // payouts are marked as sent, books are being written, no commit yet
	leaving  point = "leaving"  // that is committed
	ordering point = "ordering" // an order is to go out
	ordered  point = "ordered"  // the gateway has carried it out
	asked    point = "asked"    // the gateway has said what became of an order
	listed   point = "listed"   // it has given a page of its statement
	telling  point = "telling"  // payouts are written, notices and books are to follow, no commit yet
	told     point = "told"     // that is committed
)

// mortal is a process that dies at a point. Once dead it does nothing any more: what was
// open in the database is rolled back, and no call goes out or comes back.
type mortal struct {
	subsidy.Consents
	subsidy.Notices
	upstream.Payments
	db *entdb.DB

	wire  sync.Mutex // orders leave one after the other, so that it is known what was done
	at    point
	alive atomic.Int64 // how often it still may get there
	dead  chan struct{}
}

// dies has a process do something until it is dead.
func (w *world) dies(t *testing.T, at point, nth int, do func(*subsidy.Service) error) {
	t.Helper()
	m := &mortal{Consents: w.deps.Consents, Notices: w.deps.Notices, Payments: w.deps.Payments, db: w.DB, at: at, dead: make(chan struct{})}
	m.alive.Store(int64(nth))
	deps := w.deps
	deps.Consents, deps.Notices, deps.Payments = m, m, m
	var err error
	deps.Ledger, err = ledger.New(ledger.Deps{DB: w.DB, NewID: w.newID, Now: func() time.Time {
		m.ends(booking)
		return w.Clock.Now()
	}})
	must(t, "make the books", err)
	s, err := subsidy.New(deps)
	must(t, "make a service", err)
	survived := make(chan error, 1)
	go func() { survived <- do(s) }()
	select {
	case <-m.dead:
	case err := <-survived:
		t.Fatalf("it did not die: %v", err)
	}
}

// reaches reports whether the process gets to where it dies.
func (m *mortal) reaches(p point) bool { return p == m.at && m.alive.Add(-1) == 0 }

// ends ends the process in its own goroutine, which rolls its transaction back.
func (m *mortal) ends(p point) {
	if m.reaches(p) {
		defer close(m.dead)
		runtime.Goexit()
	}
}

// stops ends the process in the middle of a call, which does not come back; nor do those
// that wait for the wire.
func (m *mortal) stops(p point) {
	if m.reaches(p) {
		close(m.dead)
		select {}
	}
}

// Given implements part of [subsidy.Consents]. It is asked in the transaction that marks
// payouts as sent.
func (m *mortal) Given(ctx context.Context, purpose consent.PurposeCode, documents []actor.DocumentID) (map[actor.DocumentID]bool, error) {
	m.db.AfterCommit(ctx, func() { m.ends(leaving) })
	return m.Consents.Given(ctx, purpose, documents)
}

// TellMany implements [subsidy.Notices]. It is called in the transaction that writes what
// the gateway said.
func (m *mortal) TellMany(ctx context.Context, messages []notice.Message) (int, error) {
	if len(messages) == 0 {
		return 0, nil
	}
	m.ends(telling)
	n, err := m.Notices.TellMany(ctx, messages)
	m.db.AfterCommit(ctx, func() { m.ends(told) })
	return n, err
}

// Pay implements part of [upstream.Payments].
func (m *mortal) Pay(ctx context.Context, o upstream.PaymentOrder) (upstream.PaymentAnswer, error) {
	m.wire.Lock()
	defer m.wire.Unlock()
	m.stops(ordering)
	answer, err := m.Payments.Pay(ctx, o)
	m.stops(ordered)
	return answer, err
}

// Payment implements part of [upstream.Payments].
func (m *mortal) Payment(ctx context.Context, key string) (upstream.PaymentAnswer, error) {
	answer, err := m.Payments.Payment(ctx, key)
	m.stops(asked)
	return answer, err
}

// Statement implements part of [upstream.Payments].
func (m *mortal) Statement(ctx context.Context, day civil.Date, cursor string) (upstream.StatementPage, error) {
	page, err := m.Payments.Statement(ctx, day, cursor)
	m.stops(listed)
	return page, err
}
