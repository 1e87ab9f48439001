package queue_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/work"
	"github.com/minzhengtong/minzhengtong/jobs/queue"
)

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
