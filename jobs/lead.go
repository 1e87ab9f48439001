package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"
)

// Looks are one second apart. All patience is counted in looks: a clock that
// jumps, or stands still, changes nothing about who leads, and a process that
// slept for a day has looked only once since.
const (
	look       = time.Second
	looksRenew = 10 // between two renewals of a lease
	looksDead  = 30 // at which a lease was not renewed, before it is taken over
	looksAgain = 10 // before a failed run is tried again; doubles each time
	looksMost  = 600
	looksNote  = 60 // between two notes of what loops did
)

// fuse is how long after its last renewal a process trusts its lease: less than
// the others wait.
const fuse = 25 * time.Second

// leaseTime is until when a lease says that it holds. People read it; processes
// go by its renewals.
const leaseTime = looksDead * look

// Why a run is cut off.
var (
	errLost   = errors.New("another process has taken the lease, or it could not be renewed")
	errPaused = errors.New("paused")
)

// lease is what a process knows of a line's leader. The goroutine that looks
// owns it; while busy is set, the run owns wait and fails.
type lease struct {
	busy   atomic.Bool // this process runs the line
	cancel context.CancelCauseFunc
	fuse   *time.Timer
	held   int // looks since this process renewed

	version int64     // of the row at the last look
	still   int       // looks at which it was the same
	wait    int       // looks until a failed run is tried again
	fails   int       // in a row
	said    time.Time // the planned time of which it was said that it is lost
}

// watch looks until the context ends.
func (r *Runner) watch(ctx context.Context) {
	ticker := time.NewTicker(r.wait(look))
	defer ticker.Stop()
	blind := false
	for n := 1; ; n++ {
		err := r.look(ctx)
		if err == nil && n%looksNote == 0 {
			err = r.noteLoops(ctx)
		}
		if err != nil && ctx.Err() == nil && !blind { // once, until it sees again
			r.Log.WarnContext(ctx, "timetable cannot be read or written; it is tried every second", slog.Any("error", err))
		}
		blind = err != nil
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// look reads the rows once and does what they and the clock ask for.
func (r *Runner) look(ctx context.Context) error {
	short, cancel := context.WithTimeout(ctx, looksRenew*look)
	defer cancel()
	rows, err := r.rows(short)
	if err != nil {
		return err
	}
	var mistakes []error
	for _, job := range r.jobs {
		w, there := rows[job.Name]
		job.paused.Store(w.paused)
		job.lease.see(w)
		switch {
		case job.lease.busy.Load():
			err = r.hold(short, job, w)
		case !there && job.Leader:
			err = r.change(short, job, func(*row) error { return nil }) // its times count from now on
		case there:
			err = r.consider(ctx, short, job, w)
		}
		mistakes = append(mistakes, err)
		err = nil
	}
	return errors.Join(mistakes...)
}

// see counts the looks at which nobody wrote the row.
func (l *lease) see(w row) {
	l.still++
	if l.version != w.version {
		l.version, l.still = w.version, 0
	}
	if !l.busy.Load() {
		l.wait = max(0, l.wait-1)
	}
}

// hold renews the lease of a run of this process, or cuts the run off.
func (r *Runner) hold(ctx context.Context, job *planned, w row) error {
	l := &job.lease
	if w.holder != r.id {
		l.cancel(errLost)
		return nil
	}
	if l.held++; l.held < looksRenew {
		return nil
	}
	err := r.change(ctx, job, func(w *row) error {
		if w.holder != r.id {
			return errLost
		}
		w.lease = r.Now().Add(leaseTime)
		return nil
	})
	switch {
	case errors.Is(err, errLost):
		l.cancel(errLost)
	case err != nil:
		return fmt.Errorf("renew lease of %s: %w", job.Name, err)
	default:
		l.held = 0
		l.fuse.Reset(r.wait(fuse))
	}
	return nil
}

// consider begins a run of a line that nobody runs, if there is a reason.
func (r *Runner) consider(ctx, short context.Context, job *planned, w row) error {
	l := &job.lease
	if w.holder != "" && l.still < looksDead {
		return nil
	}
	if !w.wanted.IsZero() {
		return r.begin(ctx, short, job, w, "somebody asked", func(w *row) { w.start = r.Now() })
	}
	if !job.Leader || w.paused {
		return nil
	}
	now := r.Now()
	if at := w.due(job.schedule, now); !at.IsZero() {
		if late := now.Sub(at); late <= job.Grace {
			return r.begin(ctx, short, job, w, "planned for "+at.In(r.Zone).Format(time.DateTime), func(w *row) {
				w.past = w.begin(job.schedule, at)
				w.start, w.end, w.outcome = r.Now(), time.Time{}, ""
			})
		}
		if !l.said.Equal(at) {
			l.said = at
			r.Log.WarnContext(ctx, "job was missed, and it is too late for it; its next time is awaited",
				"job", job.Name, "planned", at, "next", job.schedule.Next(now))
		}
	}
	unfinished := !w.start.IsZero() && w.end.IsZero()
	again := w.outcome == failed && l.wait == 0
	if (unfinished || again) && now.Sub(w.start) <= job.Grace {
		return r.begin(ctx, short, job, w, "it was cut off, or failed", func(w *row) { w.end, w.outcome = time.Time{}, "" })
	}
	return nil
}

// begin takes the lease and starts the run. Another process that was first is no
// mistake.
func (r *Runner) begin(ctx, short context.Context, job *planned, seen row, why string, change func(*row)) error {
	err := r.change(short, job, func(w *row) error {
		if w.version != seen.version {
			return errTaken
		}
		change(w)
		w.holder, w.lease = r.id, r.Now().Add(leaseTime)
		return nil
	})
	switch {
	case errors.Is(err, errTaken):
		return nil
	case err != nil:
		return fmt.Errorf("begin %s: %w", job.Name, err)
	}
	r.Log.InfoContext(ctx, "job begins", "job", job.Name, "why", why)
	run, cancel := context.WithCancelCause(ctx)
	l := &job.lease
	l.cancel, l.held = cancel, 0
	l.fuse = time.AfterFunc(r.wait(fuse), func() { cancel(errLost) })
	l.busy.Store(true)
	r.runs.Go(func() {
		defer l.busy.Store(false)
		defer l.fuse.Stop()
		r.lead(run, job, seen.wanted)
		cancel(nil)
	})
	return nil
}

// lead runs a line for which this process has the lease, and gives it back. What
// was cut off has no end, so that it is taken up again.
func (r *Runner) lead(ctx context.Context, job *planned, wanted time.Time) {
	paused := &job.paused
	if !wanted.IsZero() {
		paused = new(atomic.Bool) // whoever asked for it wants it done
	}
	err := r.drain(ctx, job, paused)
	cut := context.Cause(ctx)
	if cut == nil && err == nil && paused.Load() {
		cut = errPaused
	}
	switch {
	case cut != nil:
		r.Log.WarnContext(ctx, "job was cut off; it is taken up again", "job", job.Name, "cause", cut)
	case err != nil:
		r.Log.ErrorContext(ctx, "job failed; it is tried again", "job", job.Name, "error", err)
	}
	r.settle(job, err)
	if err := r.release(ctx, job, cut == nil, err, wanted); err != nil && !errors.Is(err, errLost) {
		r.Log.WarnContext(ctx, "job's end could not be written; it is run again", "job", job.Name, "error", err)
	}
}

// settle sets when a failed run is tried again.
func (r *Runner) settle(job *planned, err error) {
	l := &job.lease
	if err == nil {
		l.fails, l.wait = 0, 0
		return
	}
	l.wait = min(looksMost, looksAgain<<min(l.fails, 10))
	l.fails++
}

// release writes how a run ended and gives the lease back.
func (r *Runner) release(ctx context.Context, job *planned, ended bool, err error, wanted time.Time) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), looksRenew*look)
	defer cancel()
	return r.change(ctx, job, func(w *row) error {
		if w.holder != r.id {
			return errLost
		}
		w.holder, w.lease = "", time.Time{}
		if !ended {
			return nil
		}
		w.end, w.outcome = r.Now(), ok
		if err != nil {
			w.outcome = failed
		}
		if w.wanted.Equal(wanted) {
			w.wanted = time.Time{}
		}
		return nil
	})
}
