package notice

import (
	"log/slog"
	"sync"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
)

// mostHosts bounds the breakers: subscriptions name their hosts themselves.
const mostHosts = 1000

// breakers leave suppliers alone that keep failing, each host by itself. mu
// guards the map; a breaker has a lock of its own.
type breakers struct {
	log   *slog.Logger
	mu    sync.Mutex
	hosts map[string]circuitbreaker.CircuitBreaker[any]
}

func newBreakers(log *slog.Logger) *breakers {
	return &breakers{log: log, hosts: map[string]circuitbreaker.CircuitBreaker[any]{}}
}

// of is the breaker of a host. One success closes it again, so one probe at a
// time is let through.
func (b *breakers) of(host string) circuitbreaker.CircuitBreaker[any] {
	b.mu.Lock()
	defer b.mu.Unlock()
	if found, ok := b.hosts[host]; ok {
		return found
	}
	if len(b.hosts) >= mostHosts {
		clear(b.hosts)
	}
	made := circuitbreaker.NewBuilder[any]().
		WithFailureThresholdRatio(5, 10).
		WithDelay(10 * time.Second).
		WithJitterFactor(0.1).
		WithSuccessThreshold(1).
		OnStateChanged(func(e circuitbreaker.StateChangedEvent) {
			b.log.Warn("notice breaker", "from", e.OldState.String(), "to", e.NewState.String())
		}).
		Build()
	b.hosts[host] = made
	return made
}

// record tells a breaker how a call ended. Only what is the supplier's own
// trouble counts against it.
func record(b circuitbreaker.CircuitBreaker[any], r Result) {
	switch r {
	case Busy, Unclear:
		b.RecordFailure()
	default:
		b.RecordSuccess()
	}
}
