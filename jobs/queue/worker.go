package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/minzhengtong/minzhengtong/domains/work"
)

// Worker says how the jobs of one kind are done.
type Worker struct {
	// Do does one job.
	Do work.Handler
	// Limit is how long one try may take; its context ends then. Zero stands for
	// a minute.
	Limit time.Duration
	// Tries is how often a job may fail before it is a dead letter. Zero stands
	// for 20, which is about three hours.
	Tries int
	// AtOnce is how many jobs of the kind one process does at a time. Zero
	// stands for 4.
	AtOnce int
}

// What a worker's zero values stand for.
const (
	defaultLimit  = time.Minute
	defaultTries  = 20
	defaultAtOnce = 4
)

func (w Worker) withDefaults() Worker {
	if w.Limit <= 0 {
		w.Limit = defaultLimit
	}
	if w.Tries <= 0 {
		w.Tries = defaultTries
	}
	if w.AtOnce <= 0 {
		w.AtOnce = defaultAtOnce
	}
	return w
}

// The pause after a failure doubles from the first of these up to the second.
const (
	firstPause = 2 * time.Second
	lastPause  = 15 * time.Minute
)

// backoff is the pause after a job's nth failure, of which chance, in [0, 1),
// takes up to half: jobs that failed together do not come back together.
func backoff(first time.Duration, n int, chance float64) time.Duration {
	pause := lastPause
	if n = max(n, 1); n < 16 {
		pause = min(lastPause, first<<(n-1))
	}
	return pause - time.Duration(chance*float64(pause/2))
}

// crew does the jobs of all kinds that a process knows. It is River's one worker.
type crew struct {
	river.WorkerDefaults[args]
	q       *Queue
	workers map[string]Worker
}

// Timeout implements river.Worker. What this process does not know it does not
// call late either.
func (c *crew) Timeout(job *river.Job[args]) time.Duration {
	if w, ok := c.workers[job.Queue]; ok {
		return w.Limit
	}
	return -1
}

// NextRetry implements river.Worker.
func (c *crew) NextRetry(job *river.Job[args]) time.Time { return c.q.again(job.Attempt) }

// again is when a job runs after its nth failure.
func (q *Queue) again(n int) time.Time {
	return q.Now().Add(backoff(q.pause, n, rand.Float64())) //nolint:gosec // a pause need not be unguessable
}

// Work implements river.Worker.
func (c *crew) Work(ctx context.Context, job *river.Job[args]) error {
	w, ok := c.workers[job.Args.Job]
	if !ok { // no process takes up such a job, unless somebody moved it
		return river.JobSnooze(lastPause)
	}
	if job.Attempt > w.Tries { // it never came back to say so
		return c.giveUp(ctx, job, errors.New("it ended with its process, or never ended, each time"))
	}
	err := do(ctx, w.Do, job.Args.ID)
	pause, later := work.Pause(err)
	switch {
	case err == nil:
		return nil
	case later:
		return river.JobSnooze(max(pause, 0))
	case errors.Is(ctx.Err(), context.Canceled): // the process stops; this was no try
		return context.Canceled
	case work.IsNever(err), job.Attempt >= w.Tries:
		return c.giveUp(ctx, job, err)
	}
	c.q.Log.WarnContext(ctx, "job failed; it is tried again", about(job), slog.Any("error", err))
	return errors.New(short(err))
}

// giveUp makes a dead letter of the job.
func (c *crew) giveUp(ctx context.Context, job *river.Job[args], cause error) error {
	c.q.Log.ErrorContext(ctx, "job given up; see minzhengtong jobs dead", about(job), slog.Any("error", cause))
	return river.JobCancel(errors.New(short(cause)))
}

func about(job *river.Job[args]) slog.Attr {
	return slog.Group("job", slog.String("kind", job.Args.Job), slog.String("id", job.Args.ID), slog.Int("try", job.Attempt))
}

// do calls a handler and turns a panic into an error.
func do(ctx context.Context, handle work.Handler, id string) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return handle(ctx, id)
}

// longestCause is how much of a cause is kept with its job.
const longestCause = 500

// short is a cause as it is kept.
func short(err error) string {
	text := []rune(err.Error())
	return string(text[:min(len(text), longestCause)])
}

// config is how River runs the crew.
func (q *Queue) config(c *crew) *river.Config {
	longest := time.Duration(0)
	queues := map[string]river.QueueConfig{}
	for kind, w := range c.workers {
		longest = max(longest, w.Limit)
		queues[kind] = river.QueueConfig{MaxWorkers: w.AtOnce}
	}
	all := river.NewWorkers()
	river.AddWorker(all, c)
	return &river.Config{
		ID: q.id, Logger: quiet(q.Log), Queues: queues, Workers: all, MaxAttempts: mostRuns,
		JobTimeout: longest, RescueStuckJobsAfter: longest + time.Minute, SoftStopTimeout: q.stop,
		// A job that does not heed its context leaves its place to the next.
		JobStuckHandler: func(context.Context, river.JobStuckHandlerParams) river.JobStuckHandlerResult {
			return river.JobStuckHandlerResult{AddWorkerSlot: true}
		},
		CancelledJobRetentionPeriod: -1, DiscardedJobRetentionPeriod: -1, CompletedJobRetentionPeriod: keepDone,
	}
}

// keepDone is how long a job that was done can be looked up.
const keepDone = 24 * time.Hour

// dead are the states of dead letters.
func dead() []rivertype.JobState {
	return []rivertype.JobState{rivertype.JobStateCancelled, rivertype.JobStateDiscarded}
}
