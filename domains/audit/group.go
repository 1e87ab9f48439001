package audit

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
)

const (
	// groupSize is how many entries are written in one transaction at most.
	groupSize = 500
	// groupTime is how long one such transaction may take.
	groupTime = 30 * time.Second
)

// group writes together what arrives while something is being written. Nobody
// waits for company: the first entry is written at once, those that come
// meanwhile are the next batch.
type group struct {
	write func(ctx context.Context, rows []row) error

	mu      sync.Mutex // guards what follows
	waiting []waiter
	leading bool // somebody writes, and takes what waits
}

// waiter is an entry whose caller waits to hear how it went.
type waiter struct {
	row  row
	done chan error // takes one value, whether or not it is read
}

// add has the entry written and waits for that, or for the end of ctx.
func (g *group) add(ctx context.Context, r row) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w := waiter{r, make(chan error, 1)}
	g.mu.Lock()
	g.waiting = append(g.waiting, w)
	first := !g.leading
	g.leading = true
	g.mu.Unlock()
	if first {
		// A goroutine of its own, so that no caller serves the others for long,
		// and none that leaves takes their entries along.
		go g.lead(context.WithoutCancel(ctx))
	}
	select {
	case err := <-w.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// lead writes batch after batch until nothing waits.
func (g *group) lead(ctx context.Context) {
	for {
		batch := g.take()
		if len(batch) == 0 {
			return
		}
		rows := make([]row, len(batch))
		for i, w := range batch {
			rows[i] = w.row
		}
		err := g.timed(ctx, rows)
		for _, w := range batch {
			one := err
			if len(batch) > 1 && err != nil && !hopeless(err) {
				one = g.timed(ctx, []row{w.row}) // so that one entry cannot spoil the others
			}
			w.done <- one
		}
	}
}

// take returns the next batch; with an empty one nobody leads any more.
func (g *group) take() []waiter {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.waiting), groupSize)
	batch := g.waiting[:n:n]
	g.waiting = g.waiting[n:]
	g.leading = n > 0
	return batch
}

func (g *group) timed(ctx context.Context, rows []row) error {
	ctx, cancel := context.WithTimeout(ctx, groupTime)
	defer cancel()
	return g.write(ctx, rows)
}

// hopeless reports whether writing entries one by one would fail as well.
func hopeless(err error) bool {
	return errors.Is(err, entdb.ErrUnavailable) || errors.Is(err, context.DeadlineExceeded)
}
