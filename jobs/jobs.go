// Package jobs is the clockwork: what runs when.
//
// A job asks a domain for what is due and lets it work in batches; the domain
// marks what it took up, so that a job may be killed, repeated, or run by
// several processes at once. A job that fails is logged and runs again at its
// next time; it never stops another one.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/robfig/cron/v3"
)

// Job is one line of the timetable.
type Job struct {
	// Name is unique, in kebab-case.
	Name string
	// Schedule is in the syntax of robfig/cron: five fields or @every.
	Schedule string
	// Late jobs wait for their first time; others run at the start too.
	Late bool
	// Wake, if set, runs the job at once, out of turn.
	Wake <-chan struct{}
	// Run does one batch and returns how many it did. It is called again at
	// once until it returns zero.
	Run func(ctx context.Context) (int, error)
}

// Runner runs a timetable.
type Runner struct {
	jobs []planned
	now  func() time.Time
	log  *slog.Logger
}

type planned struct {
	Job
	schedule cron.Schedule
}

// New reads a timetable. It fails with every line that is wrong.
func New(table []Job, now func() time.Time, log *slog.Logger) (*Runner, error) {
	r := &Runner{now: now, log: log}
	var mistakes []error
	seen := make(map[string]bool)
	for _, job := range table {
		schedule, err := cron.ParseStandard(job.Schedule)
		switch {
		case err != nil:
			mistakes = append(mistakes, fmt.Errorf("job %q: schedule: %w", job.Name, err))
		case job.Name == "" || seen[job.Name]:
			mistakes = append(mistakes, fmt.Errorf("job %q: name is empty or used twice", job.Name))
		case job.Run == nil:
			mistakes = append(mistakes, fmt.Errorf("job %q: nothing to run", job.Name))
		}
		seen[job.Name] = true
		r.jobs = append(r.jobs, planned{job, schedule})
	}
	if err := errors.Join(mistakes...); err != nil {
		return nil, err
	}
	return r, nil
}

// Run works until the context ends, and returns when no job runs any more.
// Each job that is not late runs once at the start.
func (r *Runner) Run(ctx context.Context) {
	var all sync.WaitGroup
	for _, job := range r.jobs {
		all.Go(func() { r.loop(ctx, job) })
	}
	all.Wait()
}

// loop runs one job at its times. Times that pass while it runs are skipped.
func (r *Runner) loop(ctx context.Context, job planned) {
	for idle := job.Late; ; idle = false {
		if !idle {
			r.drain(ctx, job)
		}
		now := r.now()
		timer := time.NewTimer(job.schedule.Next(now).Sub(now))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		case <-job.Wake:
			timer.Stop()
		}
	}
}

// drain runs batches until there is nothing left or one fails.
func (r *Runner) drain(ctx context.Context, job planned) {
	for ctx.Err() == nil {
		n, err := r.once(ctx, job)
		if err != nil {
			if ctx.Err() == nil {
				r.log.ErrorContext(ctx, "job failed; it runs again at its next time", "job", job.Name, "error", err)
			}
			return
		}
		if n == 0 {
			return
		}
		r.log.DebugContext(ctx, "job did a batch", "job", job.Name, "count", n)
	}
}

// once runs one batch and turns a panic into an error.
func (r *Runner) once(ctx context.Context, job planned) (n int, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return job.Run(ctx)
}
