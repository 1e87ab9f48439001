package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/jobs"
)

var shanghai = func() *time.Location {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err)
	}
	return zone
}()

// deps are those of a process on a database.
func deps(db *entdb.DB, now func() time.Time) jobs.Deps {
	return jobs.Deps{DB: db, Now: now, NewID: uuid.NewString, Zone: shanghai, Log: slog.New(slog.DiscardHandler)}
}

func TestRunnerKeepsTime(t *testing.T) {
	t.Parallel()
	entdbtest.File(t) // made outside, where no bubble waits for it
	synctest.Test(t, func(t *testing.T) {
		db := entdbtest.New(t)
		var at []time.Duration
		start := time.Now()
		runner, err := jobs.New([]jobs.Job{{Name: "tick", Schedule: "@every 5s", What: "Ticks.", Run: func(context.Context) (int, error) {
			at = append(at, time.Since(start))
			return 0, nil
		}}}, deps(db, time.Now))
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 12*time.Second)
		defer cancel()
		runner.Run(ctx)
		if len(at) != 3 || at[0] != 0 || at[1] > 5*time.Second || at[2] > 10*time.Second {
			t.Errorf("ran at %v, want at the start and every five seconds", at)
		}
	})
}

func TestRunnerDrainsWakesAndSurvives(t *testing.T) {
	t.Parallel()
	entdbtest.File(t) // made outside, where no bubble waits for it
	synctest.Test(t, func(t *testing.T) {
		db := entdbtest.New(t)
		wake := make(chan struct{}, 1)
		var left atomic.Int64 // written by the job and by whoever wakes it
		left.Store(3)
		panics, batches := 1, 0
		runner, err := jobs.New([]jobs.Job{
			{Name: "drain", Schedule: "@every 1h", What: "Drains.", Wake: wake, Run: func(context.Context) (int, error) {
				batches++
				if left.Load() == 0 {
					return 0, nil
				}
				left.Add(-1)
				return 1, nil
			}},
			{Name: "bad", Schedule: "@every 10s", What: "Breaks.", Run: func(context.Context) (int, error) {
				if panics++; panics%2 == 0 {
					panic("broken")
				}
				return 0, errors.New("broken")
			}},
		}, deps(db, time.Now))
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		go func() {
			<-time.After(30 * time.Second)
			left.Store(2)
			wake <- struct{}{}
		}()
		runner.Run(ctx)
		if left.Load() != 0 || batches != 7 {
			t.Errorf("left %d after %d batches, want 0 after 4 at the start and 3 when woken", left.Load(), batches)
		}
		if panics < 5 {
			t.Errorf("the failing job ran %d times, want again and again", panics)
		}
	})
}

func TestNewNamesEveryMistake(t *testing.T) {
	t.Parallel()
	run := func(context.Context) (int, error) { return 0, nil }
	good := jobs.Job{Schedule: "@every 1s", What: "Works.", Run: run}
	tests := map[string]func(*jobs.Job){
		"impossible":               func(j *jobs.Job) { j.Schedule = "61 * * * *" },
		"never":                    func(j *jobs.Job) { j.Schedule = "0 0 30 2 *" },
		"nowhere":                  func(j *jobs.Job) { j.Schedule = "CRON_TZ=Moon/Base 0 0 * * *" },
		"idle":                     func(j *jobs.Job) { j.Run = nil },
		"silent":                   func(j *jobs.Job) { j.What = "" },
		"Upper":                    func(*jobs.Job) {},
		"process-a":                func(*jobs.Job) {},
		strings.Repeat("long", 11): func(*jobs.Job) {},
		"strict":                   func(j *jobs.Job) { j.Leader = true },
		"woken":                    func(j *jobs.Job) { j.Leader, j.Grace, j.Wake = true, time.Hour, make(chan struct{}) },
		"negative":                 func(j *jobs.Job) { j.Leader, j.Grace = true, -time.Hour },
		"graceful":                 func(j *jobs.Job) { j.Grace = time.Hour },
	}
	table := []jobs.Job{good, good}
	table[0].Name, table[1].Name = "twice", "twice"
	for name, spoil := range tests {
		job := good
		job.Name = name
		spoil(&job)
		table = append(table, job)
	}
	_, err := jobs.New(table, deps(nil, time.Now))
	for _, job := range table {
		if err == nil || !strings.Contains(err.Error(), `"`+job.Name+`"`) {
			t.Errorf("New: %v, want it to name %q", err, job.Name)
		}
	}
	if strings.Count(err.Error(), "twice") != 2 { // its name, and that it is used twice
		t.Errorf("New: %v, want the first of two kept", err)
	}
}

// inBubble runs a test with a database under the time of a bubble.
func inBubble(t *testing.T, f func(t *testing.T, db *entdb.DB)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(t, entdbtest.New(t)) })
}
