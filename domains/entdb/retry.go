package entdb

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"
)

// The wait before another try is random, so that callers that met do not meet
// again, and below a limit that doubles from the first of these to the second.
const (
	firstWait = 2 * time.Millisecond
	lastWait  = 256 * time.Millisecond
)

// retry calls f until it fails for another reason than a collision, the tries
// are used up, or ctx ends. It returns what f last returned.
func (db *DB) retry(ctx context.Context, f func() error) error {
	limit := firstWait
	for try := 1; ; try++ {
		err := f()
		if err == nil || !retryable(err) {
			return err
		}
		if try == db.engine.tries() {
			db.log.WarnContext(ctx, "transaction gave up: others were always first", slog.Int("tries", try))
			return err
		}
		if !pause(ctx, rand.N(limit)) { //nolint:gosec // a pause need not be unguessable
			return err
		}
		limit = min(2*limit, lastWait)
	}
}

// pause waits, and reports whether ctx let it.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
