package jobs_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/jobs"
)

// clock is one that a test sets. It stands still otherwise.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// desk counts the runs of one daily line with a leader.
type desk struct {
	clock *clock
	mu    sync.Mutex
	runs  []time.Time
	fail  error
	// Where set, a run says that it began and waits.
	began chan context.Context
	hold  chan struct{}
}

func newDesk() *desk { return &desk{clock: &clock{at: monday}} }

func (d *desk) run(ctx context.Context) (int, error) {
	d.mu.Lock()
	d.runs = append(d.runs, d.clock.now())
	began, hold, fail := d.began, d.hold, d.fail
	d.mu.Unlock()
	if began != nil {
		began <- ctx
		select {
		case <-hold:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	return 0, fail
}

func (d *desk) want(t *testing.T, n int, what string) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.runs) != n {
		t.Fatalf("%s: %d runs, want %d", what, len(d.runs), n)
	}
}

// process is a process whose daily line is at nine, with an hour of grace.
func (d *desk) process(t *testing.T, db *entdb.DB, more ...jobs.Job) *jobs.Runner {
	t.Helper()
	table := append([]jobs.Job{{
		Name: "daily", Schedule: "0 9 * * *", What: "Works.", Leader: true, Grace: time.Hour, Run: d.run,
	}}, more...)
	r, err := jobs.New(table, deps(db, d.clock.now))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func line(t *testing.T, r *jobs.Runner, name string) jobs.Line {
	t.Helper()
	lines, err := r.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(lines, func(l jobs.Line) bool { return l.Name == name })
	if i < 0 {
		t.Fatalf("%s is not listed", name)
	}
	return lines[i]
}

const day = 24 * time.Hour

// Three processes that look at once run each planned time once. What is missed is
// caught up within the grace, and awaited after it.
func TestLeader(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		d := newDesk()
		all := []*jobs.Runner{d.process(t, db), d.process(t, db), d.process(t, db)}
		lookAll := func(at time.Duration) {
			d.clock.set(monday.Add(at))
			var wg sync.WaitGroup
			for _, r := range all {
				wg.Go(func() { r.Look(t, 1, true) })
			}
			wg.Wait()
			for _, r := range all {
				r.Look(t, 1, true)
			}
		}
		lookAll(0)
		d.want(t, 0, "before its time")
		lookAll(time.Hour)
		d.want(t, 1, "at its time")
		lookAll(time.Hour)
		lookAll(0)
		d.want(t, 1, "a clock that stands still, or goes back")
		all = []*jobs.Runner{d.process(t, db)}
		lookAll(day + 90*time.Minute)
		d.want(t, 2, "half an hour late, after a restart")
		lookAll(2*day + 3*time.Hour)
		d.want(t, 2, "two hours late")
		lookAll(3*day + time.Hour)
		d.want(t, 3, "the next time")
		l := line(t, all[0], "daily")
		if want := monday.Add(3*day + time.Hour); !l.Planned.Equal(want) || l.Outcome != "ok" || !l.Next.Equal(want.Add(day)) || l.Holder != "" {
			t.Errorf("listed as %+v", l)
		}
	})
}

// A line that was down at its very first time catches it up.
func TestFirstTimeMissed(t *testing.T) {
	t.Parallel()
	db, d := entdbtest.New(t), newDesk()
	d.process(t, db).Look(t, 1, true)
	d.clock.set(monday.Add(65 * time.Minute))
	d.process(t, db).Look(t, 1, true)
	d.want(t, 1, "after a restart")
}

// The clock jumps a year ahead and back; no day is lost or comes twice.
func TestClockJumps(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		d := newDesk()
		r := d.process(t, db)
		for n, at := range []time.Duration{0, time.Hour, 365*day + time.Hour, day + time.Hour, 2*day + time.Hour, 366*day + time.Hour, 3*day + time.Hour} {
			d.clock.set(monday.Add(at))
			r.Look(t, 2, true)
			d.want(t, n, at.String())
			if n == 3 {
				r = d.process(t, db) // what it knows is in the rows
			}
		}
	})
}

// A process that is killed in a run, or lost sight of, is followed by another
// one, which runs the same time to its end. If it still lives, its run is cut off.
func TestHandover(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		d := newDesk()
		d.began, d.hold = make(chan context.Context, 9), make(chan struct{})
		first, second := d.process(t, db), d.process(t, db)
		first.Look(t, 1, true)
		d.clock.set(monday.Add(time.Hour))
		first.Look(t, 1, false)
		run := <-d.began
		second.Look(t, jobs.LooksDead-1, false)
		first.Look(t, jobs.LooksRenew, false)
		second.Look(t, jobs.LooksDead, false)
		d.want(t, 1, "while the first renews its lease")
		d.clock.set(monday.Add(30 * time.Minute)) // another process's clock proves nothing
		second.Look(t, 1, false)
		<-d.began
		d.want(t, 2, "once it does not")
		first.Look(t, 1, false)
		<-run.Done()
		if cause := context.Cause(run); cause == nil || !strings.Contains(cause.Error(), "lease") {
			t.Errorf("the first run ends for %v, want for its lease", cause)
		}
		close(d.hold)
		second.Look(t, 1, true)
		first.Look(t, jobs.LooksDead+1, true)
		d.want(t, 2, "after the end")
		if l := line(t, second, "daily"); l.Outcome != "ok" || l.Holder != "" {
			t.Errorf("listed as %+v", l)
		}
	})
}

// A process that stops gives its run back at once.
func TestStopInARun(t *testing.T) {
	t.Parallel()
	db, d := entdbtest.New(t), newDesk()
	d.began, d.hold = make(chan context.Context, 9), make(chan struct{})
	first, second := d.process(t, db), d.process(t, db)
	first.Look(t, 1, true)
	d.clock.set(monday.Add(time.Hour))
	ctx, stop := context.WithCancel(t.Context())
	if err := first.LookUntil(ctx); err != nil {
		t.Fatal(err)
	}
	<-d.began
	stop()
	first.Settle()
	close(d.hold)
	second.Look(t, 1, true)
	d.want(t, 2, "at the next look of another")
	if l := line(t, second, "daily"); l.Outcome != "ok" {
		t.Errorf("listed as %+v", l)
	}
}

// A run that failed is tried again after a pause, within the grace.
func TestFailedRun(t *testing.T) {
	t.Parallel()
	db, d := entdbtest.New(t), newDesk()
	d.fail = errors.New("no database")
	r := d.process(t, db)
	r.Look(t, 1, true)
	d.clock.set(monday.Add(time.Hour))
	r.Look(t, jobs.LooksAgain, true)
	d.want(t, 1, "at once")
	if l := line(t, r, "daily"); l.Outcome != "failed" {
		t.Errorf("listed as %+v", l)
	}
	r.Look(t, 1, true)
	d.want(t, 2, "after a pause")
	d.clock.set(monday.Add(2*time.Hour + time.Minute))
	r.Look(t, 10*jobs.LooksAgain, true)
	d.want(t, 2, "after its grace")
	d.fail = nil
	d.clock.set(monday.Add(day + time.Hour))
	r.Look(t, 1, true)
	d.want(t, 3, "the next day")
}

// Operators pause, resume and run lines of processes that run.
func TestOperators(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		d, loops := newDesk(), 0
		tick := jobs.Job{Name: "tick", Schedule: "@every 1h", What: "Ticks.", Run: func(context.Context) (int, error) { loops++; return 0, nil }}
		r, operator := d.process(t, db, tick), d.process(t, db, tick)
		ctx := t.Context()
		r.Look(t, 1, true)
		if err := operator.Pause(ctx, "daily", "operator"); err != nil {
			t.Fatal(err)
		}
		d.clock.set(monday.Add(time.Hour))
		r.Look(t, 2, true)
		d.want(t, 0, "while paused")
		if l := line(t, operator, "daily"); !l.Paused || l.PausedBy != "operator" || !l.Next.IsZero() {
			t.Errorf("listed as %+v", l)
		}
		if err := errors.Join(operator.Want(ctx, "daily"), operator.Want(ctx, "daily"), operator.Want(ctx, "tick")); err != nil {
			t.Fatal(err)
		}
		r.Look(t, 3, true)
		d.want(t, 1, "when somebody asked")
		if loops != 1 {
			t.Errorf("the loop that somebody asked for ran %d times", loops)
		}
		if err := operator.Resume(ctx, "daily"); err != nil {
			t.Fatal(err)
		}
		d.clock.set(monday.Add(90 * time.Minute))
		r.Look(t, 2, true)
		d.want(t, 2, "once resumed, within the grace")
		for _, err := range []error{operator.Want(ctx, "dayly"), operator.Pause(ctx, "", "operator"), operator.Resume(ctx, "Daily")} {
			if !errors.Is(err, jobs.ErrUnknown) || !strings.Contains(err.Error(), "daily, tick") {
				t.Errorf("an unknown name: %v, want %v and the names", err, jobs.ErrUnknown)
			}
		}
	})
}

// The whole clockwork under the time of a bubble: a leader, a pause that a loop
// heeds within seconds, and notes of what loops did.
func TestRunnerHeedsOperators(t *testing.T) {
	t.Parallel()
	entdbtest.File(t)
	inBubble(t, func(t *testing.T, db *entdb.DB) {
		leads, loops := 0, 0
		r, err := jobs.New([]jobs.Job{
			{Name: "lead", Schedule: "@every 1m", What: "Leads.", Leader: true, Grace: time.Hour, Run: func(context.Context) (int, error) { leads++; return 0, nil }},
			{Name: "tick", Schedule: "@every 1s", What: "Ticks.", Run: func(context.Context) (int, error) { loops++; return 0, nil }},
		}, deps(db, time.Now))
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute+30*time.Second)
		defer cancel()
		time.AfterFunc(5*time.Minute, func() {
			if err := r.Pause(ctx, "tick", "operator"); err != nil {
				t.Error(err)
			}
		})
		r.Run(ctx)
		if leads != 10 {
			t.Errorf("led %d times in ten minutes", leads)
		}
		if loops < 300 || loops > 304 {
			t.Errorf("ticked %d times, want no more once paused", loops)
		}
		if l := line(t, r, "tick"); l.Outcome != "ok" || l.Start.IsZero() {
			t.Errorf("listed as %+v", l)
		}
	})
}
