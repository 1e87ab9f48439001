package jobs

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// ErrUnknown says that the timetable has no line of this name.
var ErrUnknown = errors.New("there is no job of this name")

// Line is a line of the timetable as an operator sees it. Times that are not
// known are zero.
type Line struct {
	Job
	Paused   bool
	PausedBy string
	// Planned is the newest planned time that has begun, for a line with a
	// leader.
	Planned time.Time
	// Start and End are those of the newest run; for a loop, of a run of some
	// process within the last minute or so. A cut run has no end.
	Start, End time.Time
	// Outcome is ok, failed, or empty.
	Outcome string
	// Holder is the process that runs it now.
	Holder string
	// Wanted is since when somebody wants it run.
	Wanted time.Time
	// Next is the next planned time, zero while it is paused.
	Next time.Time
}

// List returns every line, in the order of the table.
func (r *Runner) List(ctx context.Context) ([]Line, error) {
	rows, err := r.rows(ctx)
	if err != nil {
		return nil, err
	}
	lines := make([]Line, 0, len(r.jobs))
	for _, job := range r.jobs {
		w := rows[job.Name]
		line := Line{
			Job: job.Job, Paused: w.paused, PausedBy: w.pausedBy, Start: w.start, End: w.end,
			Outcome: w.outcome, Holder: w.holder, Wanted: w.wanted,
		}
		if job.Leader && !w.start.IsZero() {
			line.Planned = w.last
		}
		if !w.paused {
			line.Next = job.schedule.Next(r.Now())
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// Want has a line run once, now, by one of the processes that run, even if it is
// paused; when none runs, by the first that does. Asking again before it has run
// changes nothing. It fails with [ErrUnknown].
func (r *Runner) Want(ctx context.Context, name string) error {
	return r.operate(ctx, name, func(w *row) {
		if w.wanted.IsZero() {
			w.wanted = r.Now()
		}
	})
}

// Pause keeps a line from running in every process, within seconds; a batch that
// runs comes to its end. It fails with [ErrUnknown].
func (r *Runner) Pause(ctx context.Context, name, by string) error {
	return r.operate(ctx, name, func(w *row) { w.paused, w.pausedBy = true, by })
}

// Resume lets a paused line run again. A planned time that passed meanwhile is
// caught up within the line's grace. It fails with [ErrUnknown].
func (r *Runner) Resume(ctx context.Context, name string) error {
	return r.operate(ctx, name, func(w *row) { w.paused, w.pausedBy = false, "" })
}

func (r *Runner) operate(ctx context.Context, name string, change func(*row)) error {
	known := make([]string, 0, len(r.jobs))
	for _, job := range r.jobs {
		if job.Name == name {
			return r.change(ctx, job, func(w *row) error { change(w); return nil })
		}
		known = append(known, job.Name)
	}
	return fmt.Errorf("%w: %q; there are %s", ErrUnknown, name, strings.Join(known, ", "))
}

// last is the newest run of a loop in this process, for the list.
type last struct {
	mu         sync.Mutex // guards the rest
	start, end time.Time
	outcome    string
	noted      bool
}

func (l *last) set(start, end time.Time, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.start, l.end, l.outcome, l.noted = start, end, ok, false
	if err != nil {
		l.outcome = failed
	}
}

// take returns the newest run, unless it was taken before.
func (l *last) take() (start, end time.Time, outcome string, fresh bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fresh = !l.noted && !l.start.IsZero()
	l.noted = true
	return l.start, l.end, l.outcome, fresh
}

// noteLoops writes when this process last ran its loops.
func (r *Runner) noteLoops(ctx context.Context) error {
	for _, job := range r.jobs {
		start, end, outcome, fresh := job.last.take()
		if !fresh {
			continue
		}
		err := r.change(ctx, job, func(w *row) error {
			if w.holder != "" {
				return errTaken
			}
			w.start, w.end, w.outcome = start, end, outcome
			return nil
		})
		if err != nil && !errors.Is(err, errTaken) {
			return fmt.Errorf("note a run of %s: %w", job.Name, err)
		}
	}
	return nil
}
