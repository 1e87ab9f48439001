package queue_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
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

// until waits until a query says n.
func until(t *testing.T, db *entdb.DB, n int, query string, args ...any) {
	t.Helper()
	tick, end := time.NewTicker(5*time.Millisecond), time.After(patience)
	defer tick.Stop()
	for {
		got := count(t, db, query, args...)
		if got == n {
			return
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

// A job comes and goes with its transaction, and one of a kind and ID waits.
func TestEnqueue(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		q := newQueue(t, db)
		a, b := work.Job{Kind: "note", ID: "a"}, work.Job{Kind: "note", ID: "b"}
		if err := q.Enqueue(t.Context(), a); !errors.Is(err, entdb.ErrOutsideTx) {
			t.Errorf("outside of a transaction: %v, want %v", err, entdb.ErrOutsideTx)
		}
		gone := errors.New("rolled back")
		err := db.InTx(t.Context(), func(ctx context.Context) error { return errors.Join(q.Enqueue(ctx, a), gone) })
		if n := count(t, db, "SELECT count(*) FROM river_job"); !errors.Is(err, gone) || n != 0 {
			t.Errorf("after a rollback with %v: %d jobs, want none", err, n)
		}
		enqueue(t, db, q, a, a, b)
		enqueue(t, db, q, b, a)
		enqueue(t, db, q)
		if n := count(t, db, "SELECT count(*) FROM river_job"); n != 2 {
			t.Errorf("%d jobs, want one for each ID", n)
		}
		done := make(chan string, 10)
		run(t, q, map[string]queue.Worker{"note": {Do: func(_ context.Context, id string) error { done <- id; return nil }}})
		if first, second := get(t, done), get(t, done); first == second {
			t.Errorf("%s was done twice", first)
		}
		until(t, db, 2, inState, "completed")
		enqueue(t, db, q, a)
		if again := get(t, done); again != "a" {
			t.Errorf("after it was done, %s was asked for and %s done", "a", again)
		}
	})
}

func TestEnqueueRefuses(t *testing.T) {
	t.Parallel()
	db := entdbtest.New(t)
	q := newQueue(t, db)
	for _, job := range []work.Job{
		{Kind: "", ID: "a"}, {Kind: "Note", ID: "a"}, {Kind: "a_b", ID: "a"}, {Kind: "a-", ID: "a"},
		{Kind: strings.Repeat("a", 65), ID: "a"}, {Kind: "note", ID: ""}, {Kind: "note", ID: strings.Repeat("a", 201)},
	} {
		err := db.InTx(t.Context(), func(ctx context.Context) error { return q.Enqueue(ctx, job) })
		if err == nil {
			t.Errorf("kind %q and ID of %d bytes were taken", job.Kind, len(job.ID))
		}
	}
	if err := q.Run(t.Context(), map[string]queue.Worker{"Note": {}}); err == nil {
		t.Error("a worker without anything to do was taken")
	}
}

// One bad job in five hundred is a dead letter, and the others are done.
func TestPoison(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		q := newQueue(t, db)
		var jobs []work.Job
		for i := range 500 {
			jobs = append(jobs, work.Job{Kind: "note", ID: fmt.Sprint(i)})
		}
		enqueue(t, db, q, jobs...)
		bad := errors.New("no such form")
		var mended atomic.Bool
		stop := run(t, q, map[string]queue.Worker{"note": {AtOnce: 20, Do: func(_ context.Context, id string) error {
			if id == "77" && !mended.Load() {
				return work.Never(bad)
			}
			return nil
		}}})
		until(t, db, 499, inState, "completed")
		until(t, db, 1, inState, "cancelled")
		letters, err := q.Dead(t.Context(), 10)
		if err != nil || len(letters) != 1 {
			t.Fatalf("dead letters %v, error %v; want one", letters, err)
		}
		l := letters[0]
		if l.Job != (work.Job{Kind: "note", ID: "77"}) || l.Tries != 1 || !strings.Contains(l.Cause, "no such form") || l.Since.IsZero() {
			t.Errorf("dead letter %+v", l)
		}
		mended.Store(true)
		if err := q.Retry(t.Context(), l.Number); err != nil {
			t.Error(err)
		}
		until(t, db, 500, inState, "completed")
		for _, err := range []error{q.Retry(t.Context(), l.Number), q.Drop(t.Context(), l.Number), q.Drop(t.Context(), 1<<40)} {
			if !errors.Is(err, queue.ErrNoLetter) {
				t.Errorf("a letter that is gone: %v, want %v", err, queue.ErrNoLetter)
			}
		}
		stop()
		if n := count(t, db, "SELECT count(*) FROM job_runs"); n != 0 {
			t.Errorf("%d processes live after the end", n)
		}
	})
}

// A letter that is dropped stays undone; one that is retried while the same job
// waits adds none.
func TestDeadLetters(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		q := newQueue(t, db)
		enqueue(t, db, q, work.Job{Kind: "note", ID: "a"}, work.Job{Kind: "note", ID: "b"})
		stop := run(t, q, map[string]queue.Worker{"note": {Tries: 1, Do: func(context.Context, string) error { panic("broken") }}})
		until(t, db, 2, inState, "cancelled")
		stop()
		letters, err := q.Dead(t.Context(), 10)
		if err != nil || len(letters) != 2 || !strings.Contains(letters[0].Cause, "panic: broken") {
			t.Fatalf("dead letters %+v, error %v; want two that say why", letters, err)
		}
		enqueue(t, db, q, letters[0].Job)
		if err := errors.Join(q.Retry(t.Context(), letters[0].Number), q.Drop(t.Context(), letters[1].Number)); err != nil {
			t.Error(err)
		}
		if n := count(t, db, "SELECT count(*) FROM river_job"); n != 1 {
			t.Errorf("%d jobs, want the one that waited already", n)
		}
	})
}

// Failures are tried again until the tries are used up; asking for later is none.
func TestTries(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		q := newQueue(t, db)
		var slow, weak, lost atomic.Int64
		enqueue(t, db, q, work.Job{Kind: "slow", ID: "a"}, work.Job{Kind: "weak", ID: "a"}, work.Job{Kind: "lost", ID: "a"})
		run(t, q, map[string]queue.Worker{
			"slow": {Tries: 1, Do: func(context.Context, string) error {
				if slow.Add(1) < 4 {
					return work.Later(time.Millisecond)
				}
				return nil
			}},
			"weak": {Tries: 3, Do: func(context.Context, string) error {
				if weak.Add(1) < 3 {
					return errors.New("not yet")
				}
				return nil
			}},
			"lost": {Tries: 3, Limit: 30 * time.Millisecond, Do: func(ctx context.Context, _ string) error {
				lost.Add(1)
				<-ctx.Done()
				return ctx.Err()
			}},
		})
		until(t, db, 2, inState, "completed")
		until(t, db, 1, inState, "cancelled")
		if slow.Load() != 4 || weak.Load() != 3 || lost.Load() != 3 {
			t.Errorf("ran %d, %d and %d times, want 4, 3 and 3", slow.Load(), weak.Load(), lost.Load())
		}
	})
}

// A job waits for its time, and jobs whose time has come do not wait for it.
func TestAt(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		behind := func() time.Time { return time.Now().Add(-time.Hour) }
		q, err := queue.New(queue.Deps{DB: db, Now: behind, NewID: uuid.NewString, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan string, 10)
		now := time.Now()
		enqueue(t, db, q,
			work.Job{Kind: "note", ID: "next year", At: now.AddDate(1, 0, 0)},
			work.Job{Kind: "note", ID: "due", At: now.Add(-time.Minute)}, // ahead of this process's clock
			work.Job{Kind: "note", ID: "long due", At: now.AddDate(0, 0, -1)})
		run(t, q, map[string]queue.Worker{"note": {Do: func(_ context.Context, id string) error { done <- id; return nil }}})
		if first, second := get(t, done), get(t, done); first != "long due" || second != "due" {
			t.Errorf("did %q and %q", first, second)
		}
		until(t, db, 2, inState, "completed")
		if n := count(t, db, inState, "scheduled"); n != 1 {
			t.Errorf("%d jobs wait, want one", n)
		}
	})
}

// What this process does not know waits for one that does, and is not lost when
// a process that ran it died.
func TestUnknownKind(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		old, fresh := newQueue(t, db), newQueue(t, db)
		done := make(chan string, 10)
		say := func(_ context.Context, id string) error { done <- id; return nil }
		enqueue(t, db, fresh, work.Job{Kind: "new", ID: "waits"}, work.Job{Kind: "new", ID: "runs"}, work.Job{Kind: "known", ID: "a"})
		leave(t, db, "runs")
		old.Look(often)
		stop := run(t, old, map[string]queue.Worker{"known": {Do: say}})
		if id := get(t, done); id != "a" {
			t.Errorf("did %s first", id)
		}
		until(t, db, 0, inState, "running")
		if n := count(t, db, "SELECT count(*) FROM river_job WHERE queue = 'new' AND finalized_at IS NULL"); n != 2 {
			t.Errorf("%d jobs of the new kind wait, want both", n)
		}
		stop()
		run(t, fresh, map[string]queue.Worker{"new": {Do: say}})
		if first, second := get(t, done), get(t, done); first == second {
			t.Errorf("did %s twice", first)
		}
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

// A job that ends its processes is a dead letter after its last try.
func TestDeadlyJob(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		q := newQueue(t, db)
		enqueue(t, db, q, work.Job{Kind: "note", ID: "a"})
		leave(t, db, "a")
		q.Look(often)
		run(t, q, map[string]queue.Worker{"note": {Tries: 1, Do: func(context.Context, string) error {
			t.Error("it was run again")
			return nil
		}}})
		until(t, db, 1, inState, "discarded")
		letters, err := q.Dead(t.Context(), 10)
		if err != nil || len(letters) != 1 || letters[0].Cause != "its process ended" {
			t.Errorf("dead letters %+v, error %v", letters, err)
		}
	})
}

// A process that falls asleep loses its job to another. When it wakes, what is
// finished stays finished.
func TestSleeper(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		e := newEffect(t, db)
		sleeper, other := newQueue(t, db), newQueue(t, db)
		sleeper.Look(time.Hour)
		other.Look(often)
		enqueue(t, db, sleeper, work.Job{Kind: "note", ID: "a"})
		asleep, wake := make(chan bool, 1), make(chan struct{})
		stop := run(t, sleeper, map[string]queue.Worker{"note": {AtOnce: 1, Do: func(ctx context.Context, id string) error {
			asleep <- true
			<-wake
			return errors.Join(e.happen(ctx, id), errors.New("and it failed"))
		}}})
		rouse := sync.OnceFunc(func() { close(wake) })
		t.Cleanup(rouse) // also when the test fails
		get(t, asleep)
		run(t, other, map[string]queue.Worker{"note": {Do: e.happen}})
		until(t, db, 1, inState, "completed")
		rouse()
		stop()
		if n := count(t, db, inState, "completed"); n != 1 {
			t.Error("the finished job has another state")
		}
		if n := count(t, db, "SELECT times FROM effects"); n != 2 {
			t.Errorf("it was asked for %d times, want by both", n)
		}
	})
}

// Two processes share the work, and nothing is done twice.
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		e := newEffect(t, db)
		first, second := newQueue(t, db), newQueue(t, db)
		var jobs []work.Job
		for i := range 200 {
			jobs = append(jobs, work.Job{Kind: "note", ID: fmt.Sprint(i)})
		}
		enqueue(t, db, first, jobs...)
		run(t, first, map[string]queue.Worker{"note": {Do: e.happen}})
		run(t, second, map[string]queue.Worker{"note": {Do: e.happen}})
		until(t, db, 200, inState, "completed")
		if n := count(t, db, "SELECT count(*) FROM effects WHERE times = 1"); n != 200 {
			t.Errorf("%d jobs were done once, want all", n)
		}
	})
}

// A stop lets running jobs end. What does not end is called off, and that was no
// try.
func TestStop(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		q := newQueue(t, db)
		q.StopAfter(200 * time.Millisecond)
		enqueue(t, db, q, work.Job{Kind: "short", ID: "a"}, work.Job{Kind: "long", ID: "a"})
		begun, finish := make(chan bool, 2), make(chan struct{})
		stop := run(t, q, map[string]queue.Worker{
			"short": {Do: func(context.Context, string) error { begun <- true; <-finish; return nil }},
			"long": {Tries: 1, Do: func(ctx context.Context, _ string) error {
				begun <- true
				<-ctx.Done()
				return errors.New("called off")
			}},
		})
		get(t, begun)
		get(t, begun)
		close(finish)
		stop()
		if done, waits := count(t, db, inState, "completed"), count(t, db, inState, "available"); done != 1 || waits != 1 {
			t.Errorf("%d done and %d wait, want one each", done, waits)
		}
		if n := count(t, db, "SELECT attempt FROM river_job WHERE state = 'available'"); n != 0 {
			t.Errorf("%d tries count, want none", n)
		}
	})
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	tests := []struct {
		n      int
		chance float64
		want   time.Duration
	}{
		{1, 0, 2 * time.Second},
		{1, 0.5, 1500 * time.Millisecond},
		{4, 0, 16 * time.Second},
		{9, 0, 512 * time.Second},
		{10, 0, 15 * time.Minute},
		{1000, 0, 15 * time.Minute},
		{0, 0, 2 * time.Second},
	}
	for _, tt := range tests {
		if got := queue.Backoff(tt.n, tt.chance); got != tt.want {
			t.Errorf("after %d failures and chance %v: %v, want %v", tt.n, tt.chance, got, tt.want)
		}
	}
}
