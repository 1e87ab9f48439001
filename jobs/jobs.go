// Package jobs is the clockwork: what runs when.
//
// A job asks a domain for what is due and lets it work in batches; the domain
// marks what it took up, so that a job may be killed, repeated, or run by
// several processes at once. A job that fails is logged and runs again; it never
// stops another one.
//
// There are two kinds of lines. Loops keep house: every process runs them, and a
// time that passes is skipped. Lines with a leader have times that count: one
// process at a time runs each, every planned time begins at most once whatever
// the clocks do, and a time that passed while nobody was there is caught up
// within the line's grace. What is known of a line is a row that all processes
// and the operator's commands share; nobody's clock is compared with another's.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
)

// Job is one line of the timetable.
type Job struct {
	// Name is unique, in kebab-case, of at most 40 characters.
	Name string
	// Schedule is in the syntax of robfig/cron, five fields or @every, in the
	// zone of the timetable.
	Schedule string
	// What says in a sentence what it does, for operators.
	What string
	// Leader says that one process at a time runs it, and that no planned time
	// is lost or begun twice.
	Leader bool
	// Grace is how late a planned time may begin when there is a leader. Later
	// than that, the next one is awaited. A run that was cut off, or failed, is
	// taken up again within the same time of its beginning.
	Grace time.Duration
	// Late loops wait for their first time; others run at the start too.
	Late bool
	// Wake, if set, runs a loop at once, out of turn.
	Wake <-chan struct{}
	// Run does one batch and returns how many it did. It is called again at
	// once until it returns zero. When the process loses its place as the
	// leader, the context ends.
	Run func(ctx context.Context) (int, error)
}

// Deps are what the clockwork needs. All are required but Second.
type Deps struct {
	DB    *entdb.DB
	Now   func() time.Time
	NewID func() string
	Zone  *time.Location
	Log   *slog.Logger
	// Second is how long a second of waiting takes; zero stands for one. A test
	// that lets years pass shortens it.
	Second time.Duration
}

// Runner runs a timetable.
type Runner struct {
	Deps
	id   string // of this process
	jobs []*planned
	runs sync.WaitGroup // with a lease
}

// planned is a line with what this process knows of it.
type planned struct {
	Job
	schedule cron.Schedule
	paused   atomic.Bool // by an operator, as last seen
	last     last        // run of a loop
	lease    lease       // used by whoever looks
}

var names = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

const longestName = 40

// New reads a timetable. It fails with every line that is wrong.
func New(table []Job, d Deps) (*Runner, error) {
	r := &Runner{Deps: d, id: d.NewID()}
	var mistakes []error
	seen := make(map[string]bool)
	for _, job := range table {
		schedule, err := r.parse(job.Schedule)
		if err == nil {
			err = check(job)
		}
		if err == nil && seen[job.Name] {
			err = errors.New("its name is used twice")
		}
		if err != nil {
			mistakes = append(mistakes, fmt.Errorf("job %q: %w", job.Name, err))
		}
		seen[job.Name] = true
		r.jobs = append(r.jobs, &planned{Job: job, schedule: schedule})
	}
	if err := errors.Join(mistakes...); err != nil {
		return nil, err
	}
	return r, nil
}

// parse reads a schedule, in the timetable's zone unless it names its own.
func (r *Runner) parse(text string) (cron.Schedule, error) {
	schedule, err := cron.ParseStandard(text)
	if err != nil {
		return nil, fmt.Errorf("schedule: %w", err)
	}
	if spec, ok := schedule.(*cron.SpecSchedule); ok && !strings.Contains(text, "TZ=") {
		spec.Location = r.Zone
	}
	if schedule.Next(r.Now()).IsZero() {
		return nil, fmt.Errorf("schedule: %q never comes", text)
	}
	return schedule, nil
}

// check fails with what is wrong with a line by itself.
func check(job Job) error {
	switch {
	case !names.MatchString(job.Name) || len(job.Name) > longestName || strings.HasPrefix(job.Name, processes):
		return fmt.Errorf("want a name in kebab-case of at most %d characters", longestName)
	case job.What == "":
		return errors.New("it does not say what it does")
	case job.Run == nil:
		return errors.New("nothing to run")
	case job.Leader && job.Grace < time.Minute:
		return errors.New("a line with a leader has a grace of a minute or more")
	case job.Leader && (job.Wake != nil || job.Late):
		return errors.New("a line with a leader has its times only")
	case !job.Leader && job.Grace != 0:
		return errors.New("a loop has no grace")
	}
	return nil
}

// Run works until the context ends, and returns when no job runs any more.
// Each loop that is not late runs once at the start.
func (r *Runner) Run(ctx context.Context) {
	var all sync.WaitGroup
	for _, job := range r.jobs {
		if !job.Leader {
			all.Go(func() { r.loop(ctx, job) })
		}
	}
	all.Go(func() { r.watch(ctx) })
	all.Wait()
	r.runs.Wait()
}

// loop runs one job at its times. Times that pass while it runs are skipped.
func (r *Runner) loop(ctx context.Context, job *planned) {
	for idle := job.Late; ; idle = false {
		if !idle && !job.paused.Load() {
			began := r.Now()
			err := r.drain(ctx, job, &job.paused)
			if err != nil && ctx.Err() == nil {
				r.Log.ErrorContext(ctx, "job failed; it runs again at its next time", "job", job.Name, "error", err)
			}
			job.last.set(began, r.Now(), err)
		}
		now := r.Now()
		timer := time.NewTimer(r.wait(job.schedule.Next(now).Sub(now)))
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

// wait is how long this process waits for so long a time.
func (r *Runner) wait(d time.Duration) time.Duration {
	if r.Second == 0 {
		return d
	}
	return time.Duration(float64(d) * r.Second.Seconds())
}

// drain runs batches until there is nothing left, one fails, the context ends, or
// somebody pauses the job.
func (r *Runner) drain(ctx context.Context, job *planned, paused *atomic.Bool) error {
	for ctx.Err() == nil && !paused.Load() {
		n, err := r.once(ctx, job)
		if err != nil || n == 0 {
			return err
		}
		r.Log.DebugContext(ctx, "job did a batch", "job", job.Name, "count", n)
	}
	return nil
}

// once runs one batch and turns a panic into an error.
func (r *Runner) once(ctx context.Context, job *planned) (n int, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return job.Run(ctx)
}
