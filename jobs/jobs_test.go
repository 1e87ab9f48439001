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

	"github.com/minzhengtong/minzhengtong/jobs"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestRunnerKeepsTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		start := time.Now()
		runner, err := jobs.New([]jobs.Job{{Name: "tick", Schedule: "@every 5s", Run: func(context.Context) (int, error) {
			at = append(at, time.Since(start))
			return 0, nil
		}}}, time.Now, quiet())
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
	synctest.Test(t, func(t *testing.T) {
		wake := make(chan struct{}, 1)
		var left atomic.Int64 // written by the job and by whoever wakes it
		left.Store(3)
		panics, batches := 1, 0
		runner, err := jobs.New([]jobs.Job{
			{Name: "drain", Schedule: "@every 1h", Wake: wake, Run: func(context.Context) (int, error) {
				batches++
				if left.Load() == 0 {
					return 0, nil
				}
				left.Add(-1)
				return 1, nil
			}},
			{Name: "bad", Schedule: "@every 10s", Run: func(context.Context) (int, error) {
				if panics++; panics%2 == 0 {
					panic("broken")
				}
				return 0, errors.New("broken")
			}},
		}, time.Now, quiet())
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
	_, err := jobs.New([]jobs.Job{
		{Name: "impossible", Schedule: "61 * * * *", Run: run},
		{Name: "twice", Schedule: "@every 1s", Run: run},
		{Name: "twice", Schedule: "@every 1s", Run: run},
		{Name: "idle", Schedule: "@every 1s"},
	}, time.Now, quiet())
	for _, name := range []string{"impossible", "twice", "idle"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("New: %v, want it to name %q", err, name)
		}
	}
}
