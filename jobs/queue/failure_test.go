package queue_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/work"
	"github.com/minzhengtong/minzhengtong/jobs/queue"
)

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
