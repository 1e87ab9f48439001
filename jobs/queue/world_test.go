package queue_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/work"
	"github.com/minzhengtong/minzhengtong/jobs/queue"
)

// patience is how long a test waits for what must come.
const patience = time.Minute

func newQueue(t *testing.T, db *entdb.DB) *queue.Queue {
	t.Helper()
	q, err := queue.New(queue.Deps{DB: db, Now: time.Now, NewID: uuid.NewString, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	q.PauseFor(time.Millisecond)
	return q
}

// often is long enough for a busy machine to show a pulse in three of it.
const often = 200 * time.Millisecond

// run does jobs until the test ends or the function it returns is called.
func run(t *testing.T, q *queue.Queue, workers map[string]queue.Worker) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- q.Run(ctx, workers) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	t.Cleanup(stop)
	return stop
}

func enqueue(t *testing.T, db *entdb.DB, q *queue.Queue, jobs ...work.Job) {
	t.Helper()
	if err := db.InTx(t.Context(), func(ctx context.Context) error { return q.Enqueue(ctx, jobs...) }); err != nil {
		t.Fatal(err)
	}
}

// get waits for a value.
func get[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(patience):
		t.Fatal("it does not come")
		panic("unreachable")
	}
}

// until waits until a query says n, as long as what it says changes now and then.
func until(t *testing.T, db *entdb.DB, n int, query string, args ...any) {
	t.Helper()
	tick, end := time.NewTicker(5*time.Millisecond), time.After(patience)
	defer tick.Stop()
	for last := -1; ; {
		got := count(t, db, query, args...)
		if got == n {
			return
		}
		if got != last {
			last, end = got, time.After(patience)
		}
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("%s stays at %d, want %d", query, got, n)
		}
	}
}

func count(t *testing.T, db *entdb.DB, query string, args ...any) int {
	t.Helper()
	var n int
	if err := db.SQL(t.Context()).QueryRowContext(t.Context(), db.Rebind(query), args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

const inState = "SELECT count(*) FROM river_job WHERE state = ?"

// effect is a handler's effect, which a row makes happen once.
type effect struct{ db *entdb.DB }

func newEffect(t *testing.T, db *entdb.DB) effect {
	t.Helper()
	e := effect{db}
	err := db.InTx(t.Context(), func(ctx context.Context) error {
		_, err := db.SQL(ctx).ExecContext(ctx, "CREATE TABLE effects (id text PRIMARY KEY, times integer NOT NULL)")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// happen implements work.Handler. It counts how often it was asked.
func (e effect) happen(ctx context.Context, id string) error {
	return e.db.InTx(ctx, func(ctx context.Context) error {
		_, err := e.db.SQL(ctx).ExecContext(ctx, e.db.Rebind(
			"INSERT INTO effects (id, times) VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET times = effects.times + 1"), id)
		return err
	})
}

// leave makes a job look as if a process had died that ran it.
func leave(t *testing.T, db *entdb.DB, id string) {
	t.Helper()
	by, now := `jsonb('["gone"]')`, "datetime('now', 'subsec')"
	if db.Rebind("?") != "?" {
		by, now = "ARRAY['gone']", "now()"
	}
	err := db.InTx(t.Context(), func(ctx context.Context) error {
		_, err := db.SQL(ctx).ExecContext(ctx, db.Rebind("UPDATE river_job SET state = 'running', attempt = attempt + 1, attempted_by = "+by+
			", attempted_at = "+now+" WHERE args ->> 'id' = ?"), id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
