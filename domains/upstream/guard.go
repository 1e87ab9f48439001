package upstream

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"connectrpc.com/connect"
	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/failsafe-go/failsafe-go/retrypolicy"
)

// guard stands before one authority: it bounds a call in time, repeats it, and
// leaves the authority alone when it keeps failing. The breaker has a lock of
// its own; everything else never changes.
type guard struct {
	authority Authority
	limit     time.Duration
	retry     retrypolicy.RetryPolicy[any]
	breaker   circuitbreaker.CircuitBreaker[any]
}

// errOpen: the breaker let no call through.
var errOpen = errors.New("circuit breaker is open")

func newGuard(a Authority, c Config, log *slog.Logger) *guard {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &guard{
		authority: a,
		limit:     c.Limit,
		// Every call but an order to pay may be repeated: it only reads, or it
		// carries an idempotency key.
		retry: retrypolicy.NewBuilder[any]().
			HandleIf(func(_ any, err error) bool { return retryable(err) }).
			WithMaxRetries(c.Retries).
			WithBackoff(firstBackoff, longestBackoff).
			WithJitterFactor(0.5).
			ReturnLastFailure().
			Build(),
		// One success closes it again, so one probe at a time is let through:
		// an authority that comes back is not met by everybody at once.
		breaker: circuitbreaker.NewBuilder[any]().
			WithFailureThresholdRatio(uint(c.Breaker.Failures), window).
			WithDelay(c.Breaker.Open).
			WithJitterFactor(0.1).
			WithSuccessThreshold(1).
			OnStateChanged(func(e circuitbreaker.StateChangedEvent) {
				log.Warn("upstream breaker", "authority", string(a), "from", e.OldState.String(), "to", e.NewState.String())
			}).
			Build(),
	}
}

// ask runs a call under the guard. Try may run several times, never at once.
func ask[T any](ctx context.Context, g *guard, try func(context.Context) (T, error)) (T, error) {
	return guarded(ctx, g, try, func(ctx context.Context, attempt func() error) error {
		return failsafe.With(g.retry).WithContext(ctx).Run(attempt)
	})
}

// askOnce runs a call under the guard that must not be repeated. Try runs once,
// or not at all while the authority is left alone.
func askOnce[T any](ctx context.Context, g *guard, try func(context.Context) (T, error)) (T, error) {
	return guarded(ctx, g, try, func(_ context.Context, attempt func() error) error { return attempt() })
}

// guarded bounds a call in time and shows each attempt to the breaker.
func guarded[T any](
	ctx context.Context, g *guard, try func(context.Context) (T, error), run func(context.Context, func() error) error,
) (T, error) {
	limited, cancel := context.WithTimeout(ctx, g.limit)
	defer cancel()
	var answer, none T
	err := run(limited, func() error {
		if !g.breaker.TryAcquirePermit() {
			return errOpen
		}
		var err error
		answer, err = try(limited)
		g.record(err, gone(ctx, limited, err))
		return err
	})
	switch left := gone(ctx, limited, err); {
	case left != nil:
		return none, left
	case err != nil:
		return none, g.fail(err)
	}
	return answer, nil
}

// record tells the breaker how a try ended. A caller who left says nothing
// about the authority; only a probe must give its permit back, and is then
// taken for failed. A refused question was answered.
func (g *guard) record(err, left error) {
	switch {
	case left != nil:
		if g.breaker.IsHalfOpen() {
			g.breaker.RecordFailure()
		}
	case err == nil || blamesQuestion(err):
		g.breaker.RecordSuccess()
	default:
		g.breaker.RecordFailure()
	}
}

// gone returns the context's error when the caller left or ran out of time of
// its own. A gateway that keeps our deadlines may say so a moment before the
// context does.
func gone(ctx, limited context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	own, bounded := ctx.Deadline()
	ours, _ := limited.Deadline()
	if bounded && !own.After(ours) && connect.CodeOf(err) == connect.CodeDeadlineExceeded {
		return context.DeadlineExceeded
	}
	return nil
}
