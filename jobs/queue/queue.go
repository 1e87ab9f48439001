// Package queue keeps the promise of package work: what was enqueued with a
// transaction is done, at least once, by one of the processes that know how.
//
// A job is a kind and an ID and nothing else, so that no personal data lies in
// the queue. It waits, runs, waits again after a failure, and ends as done or as
// a dead letter, which stays until an operator retries or drops it. What has
// ended never changes by itself.
//
// Kinds do not wait for each other: each has workers of its own, and a process
// takes up only the kinds that it knows; the others wait for one that does. A
// process that dies lets go of its jobs within half a minute: the others see that
// its pulse stands still, whatever their clocks say.
//
// The work behind it all is done by River, which nothing outside of this package
// and of entdb's migrations knows.
package queue

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/work"
)

// Deps are what a queue needs. All are required but Second.
type Deps struct {
	DB    *entdb.DB
	Now   func() time.Time
	NewID func() string
	Log   *slog.Logger
	// Second is how long a second takes between two looks at who is alive; zero
	// stands for one. A test that lets years pass shortens it.
	Second time.Duration
}

// Queue takes work and does it. It implements [work.Queue], and is ready for
// that at once; [Queue.Run] does what was enqueued.
type Queue struct {
	Deps
	id     string                 // of this process among the workers
	client *river.Client[*sql.Tx] // writes in the transactions of callers
	// What tests make shorter.
	beat  time.Duration // between two looks at who is alive
	pause time.Duration // after a first failure
	stop  time.Duration // how long running jobs may go on when the queue stops
}

// How River is used.
const (
	kind     = "work" // of all jobs in River's eyes, so that it knows each of them
	mostRuns = 30_000 // never reached: a worker's Tries decide
	beat     = 5 * time.Second
)

// A kind in kebab-case names a queue of River's too.
var kinds = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

const (
	longestKind = 64
	longestID   = 200
)

// errJob says that a job cannot be enqueued. It is a mistake in the program.
var errJob = errors.New("queue: want a kind in kebab-case and an ID")

// New returns a queue on a database. It starts nothing.
func New(d Deps) (*Queue, error) {
	if d.DB == nil || d.Now == nil || d.NewID == nil || d.Log == nil {
		return nil, errors.New("queue: a dependency is missing")
	}
	client, err := river.NewClient(d.DB.QueueDriver(), &river.Config{Logger: quiet(d.Log), MaxAttempts: mostRuns})
	if err != nil {
		return nil, fmt.Errorf("queue: %w", err)
	}
	if d.Second == 0 {
		d.Second = time.Second
	}
	look := time.Duration(beat.Seconds() * float64(d.Second))
	return &Queue{Deps: d, id: Processes + d.NewID(), client: client, beat: look, pause: firstPause, stop: stopLimit}, nil
}

// args are what River keeps of a job.
type args struct {
	Job string `json:"kind"`
	ID  string `json:"id"`
}

// Kind implements river.JobArgs.
func (args) Kind() string { return kind }

// read returns the job in a row of River's.
func read(row *rivertype.JobRow) work.Job {
	var a args
	if err := json.Unmarshal(row.EncodedArgs, &a); err != nil {
		return work.Job{Kind: row.Queue} // nobody wrote this
	}
	return work.Job{Kind: a.Job, ID: a.ID}
}

// alive are the states in which a job keeps another one of its kind and ID out.
func alive() []rivertype.JobState {
	return []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
		rivertype.JobStateRunning, rivertype.JobStateScheduled,
	}
}

// Enqueue implements [work.Queue]. Outside of a transaction it fails with
// [entdb.ErrOutsideTx].
func (q *Queue) Enqueue(ctx context.Context, jobs ...work.Job) error {
	params := make([]river.InsertManyParams, 0, len(jobs))
	for _, job := range jobs {
		if !kinds.MatchString(job.Kind) || len(job.Kind) > longestKind || job.ID == "" || len(job.ID) > longestID {
			return fmt.Errorf("%w: kind %q", errJob, job.Kind)
		}
		params = append(params, river.InsertManyParams{Args: args{job.Kind, job.ID}, InsertOpts: q.options(job)})
	}
	return q.DB.RawTx(ctx, func(tx *sql.Tx) error {
		if len(params) == 0 {
			return nil
		}
		if _, err := q.client.InsertManyFastTx(ctx, tx, params); err != nil {
			return fmt.Errorf("enqueue: %w", err)
		}
		return nil
	})
}

func (q *Queue) options(job work.Job) *river.InsertOpts {
	options := &river.InsertOpts{Queue: job.Kind, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: alive()}}
	if job.At.After(q.Now()) {
		options.ScheduledAt = job.At
	}
	return options
}
