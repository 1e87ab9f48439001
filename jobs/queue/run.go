package queue

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"
)

// stopLimit is how long running jobs may go on when the queue stops. Their
// contexts end then.
const stopLimit = 10 * time.Second

// Run does the jobs of these kinds until the context ends, then waits for those
// that run; what does not end in ten seconds is called off and done again later.
// It fails when it cannot begin, and at once for a kind that cannot be one.
func (q *Queue) Run(ctx context.Context, workers map[string]Worker) (err error) {
	c := &crew{q: q, workers: map[string]Worker{}}
	for kind, w := range workers {
		if !kinds.MatchString(kind) || len(kind) > longestKind || w.Do == nil {
			return fmt.Errorf("queue: worker %q: want a kind in kebab-case and what does it", kind)
		}
		c.workers[kind] = w.withDefaults()
	}
	if len(workers) == 0 {
		<-ctx.Done()
		return nil
	}
	driver, end, err := q.DB.OpenQueueDriver(ctx)
	if err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	defer func() { err = errors.Join(err, end()) }()
	client, err := river.NewClient(driver, q.config(c))
	if err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	if err := client.Start(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("queue: %w", err)
	}
	p := &pulse{q: q, crew: c, exec: driver.GetExecutor(), still: map[string]seen{}}
	p.keep(ctx, client.Stopped())
	return nil
}
