// Package noticetest plays what notices go through: the queue, a mail server, a
// push service with its browsers. All listen on loopback alone.
package noticetest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/work"
)

// Queue is a work.Queue in memory. Jobs come with the commit that they were asked
// for in. mu guards what follows it.
type Queue struct {
	db  *entdb.DB
	now func() time.Time

	mu   sync.Mutex
	jobs []work.Job
	held map[name]bool // what waits
}

// name is what there is one job of at a time.
type name struct{ kind, id string }

// NewQueue returns an empty queue.
func NewQueue(db *entdb.DB, now func() time.Time) *Queue {
	return &Queue{db: db, now: now, held: map[name]bool{}}
}

// Enqueue implements work.Queue.
func (q *Queue) Enqueue(ctx context.Context, jobs ...work.Job) error {
	outside := false
	q.db.AfterCommit(ctx, func() { outside = true })
	if outside {
		return errors.New("noticetest: enqueued outside of a transaction")
	}
	jobs = slices.Clone(jobs)
	q.db.AfterCommit(ctx, func() {
		for _, j := range jobs {
			q.put(j)
		}
	})
	return nil
}

func (q *Queue) put(j work.Job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if n := (name{j.Kind, j.ID}); !q.held[n] {
		q.held[n] = true
		q.jobs = append(q.jobs, j)
	}
}

// take removes the first job that is due.
func (q *Queue) take() (work.Job, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.IndexFunc(q.jobs, func(j work.Job) bool { return !j.At.After(q.now()) })
	if i < 0 {
		return work.Job{}, false
	}
	j := q.jobs[i]
	q.jobs = slices.Delete(q.jobs, i, i+1)
	delete(q.held, name{j.Kind, j.ID})
	return j, true
}

// Len is how many jobs wait.
func (q *Queue) Len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.jobs)
}

// Run does what is due, one after the other, until nothing is, and returns the
// errors that were neither a pause nor nil. What asked for a pause waits again.
func (q *Queue) Run(t testing.TB, handlers map[string]work.Handler) []error {
	t.Helper()
	var failed []error
	for {
		j, ok := q.take()
		if !ok {
			return failed
		}
		handler := handlers[j.Kind]
		if handler == nil {
			t.Fatalf("nobody does %q", j.Kind)
		}
		err := handler(t.Context(), j.ID)
		if pause, later := work.Pause(err); later {
			j.At = q.now().Add(pause)
			q.put(j)
		} else if err != nil {
			failed = append(failed, err)
		}
	}
}

// Next is when the first job is due, and whether there is one.
func (q *Queue) Next() (time.Time, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.jobs) == 0 {
		return time.Time{}, false
	}
	first := q.jobs[0].At
	for _, j := range q.jobs {
		if j.At.Before(first) {
			first = j.At
		}
	}
	return first, true
}
