package jobs

import (
	"context"
	"testing"
	"time"

	"github.com/robfig/cron/v3"
)

// Past is which planned times have begun.
type Past = past

// Beginning is the past of a new line.
var Beginning = beginning

// Due and Begin are those of a past.
func (p past) Due(s cron.Schedule, now time.Time) time.Time { return p.due(s, now) }

// Begin is the past once a time has begun.
func (p past) Begin(s cron.Schedule, at time.Time) Past { return p.begin(s, at) }

// Gaps is how many gaps there are.
func (p past) Gaps() int { return len(p.gaps) }

// Looks until a dead process's lease is taken, until a lease is renewed, and
// until a failed run is tried again.
const (
	LooksDead  = looksDead
	LooksRenew = looksRenew
	LooksAgain = looksAgain
)

// Look looks n times, and waits for the runs that end by themselves when settle
// is set.
func (r *Runner) Look(t *testing.T, n int, settle bool) {
	t.Helper()
	for range n {
		if err := r.look(t.Context()); err != nil {
			t.Fatal(err)
		}
		if settle {
			r.runs.Wait()
		}
	}
}

// Settle waits for the runs of this process.
func (r *Runner) Settle() { r.runs.Wait() }

// LookUntil looks with a context that ends when the process is killed.
func (r *Runner) LookUntil(ctx context.Context) error { return r.look(ctx) }
