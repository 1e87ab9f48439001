package subsidy_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/subsidy"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// payoutsVariable says how many payouts the storm has; without it there are enough for
// every order of things to come up.
const payoutsVariable = "MINZHENGTONG_TEST_PAYOUTS"

// weather sends each order to pay up to twenty times at once, loses a third of the
// answers, half of them before anything was done, and hands the events of what was done
// over up to fifty times in any order.
type weather struct {
	sends atomic.Int64
	lost  atomic.Int64

	mu     sync.Mutex // guards random
	random *rand.Rand
}

func (x *weather) draw(n int) int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.random.IntN(n)
}

var errLost = errors.New("the answer was lost")

// RoundTrip implements [http.RoundTripper].
func (x *weather) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(r.URL.Path, "/Pay") {
		return http.DefaultTransport.RoundTrip(r)
	}
	lose := x.draw(6)
	if lose == 0 {
		x.lost.Add(1)
		return nil, errLost
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	answers := make([]*http.Response, 1+x.draw(20))
	failures := make([]error, len(answers))
	var all sync.WaitGroup
	for i := range answers {
		x.sends.Add(1)
		all.Go(func() {
			again := r.Clone(r.Context())
			again.Body = io.NopCloser(bytes.NewReader(body))
			answers[i], failures[i] = http.DefaultTransport.RoundTrip(again)
		})
	}
	all.Wait()
	for i, a := range answers[1:] {
		if failures[i+1] == nil {
			_ = a.Body.Close() // one answer is enough
		}
	}
	if lose == 1 && failures[0] == nil {
		x.lost.Add(1)
		return nil, errors.Join(errLost, answers[0].Body.Close())
	}
	return answers[0], failures[0]
}

// TestPayOnceStorm: whatever the weather, and however many pay, ask and hear at once,
// each payout is one payment at the gateway, and the books hold what was approved.
func TestPayOnceStorm(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		payouts := 60
		if n, err := strconv.Atoi(os.Getenv(payoutsVariable)); err == nil && n > 0 {
			payouts = n
		}
		w, seed := newWorld(t, db), rand.Uint64()
		for i := range payouts {
			w.payee(t, i, 100_000+5*int64(i))
		}
		b := w.approved(t, 1_000_000_000)
		x := &weather{random: rand.New(rand.NewPCG(seed, 0))}
		storm := w.inWeather(t, x)
		begun := time.Now()
		w.payInStorm(t, storm, x, b)
		w.wantStates(t, map[string]int{"paid": payouts})
		w.wantTasks(t)
		w.balanced(t, b.Fen)
		w.paidOnce(t, b.Fen)
		t.Logf("%d payouts, %d orders sent, %d answers lost, %d events, in %s", payouts, x.sends.Load(), x.lost.Load(),
			len(w.gateway.PaymentEvents(0)), time.Since(begun).Round(time.Millisecond))
		if t.Failed() {
			t.Logf("the seed was %d", seed)
		}
	})
}

// inWeather is the service with the gateway behind bad weather.
func (w *world) inWeather(t *testing.T, x *weather) *subsidy.Service {
	t.Helper()
	deps := w.deps
	clients, err := upstream.New(upstream.Config{
		BaseURL: w.address, Token: "token", Now: w.Clock.Now, Limit: 5 * time.Second, Transport: x,
		Breaker: upstream.Breaker{Failures: 10, Open: time.Millisecond},
	}, slog.New(slog.DiscardHandler))
	must(t, "connect in bad weather", err)
	t.Cleanup(clients.Close)
	deps.Payments = clients
	s, err := subsidy.New(deps)
	must(t, "make a service", err)
	return s
}

// payInStorm pays a batch with four workers, while others ask and events come.
func (w *world) payInStorm(t *testing.T, s *subsidy.Service, x *weather, b subsidy.Batch) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	var workers, others sync.WaitGroup
	done := make(chan struct{})
	others.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				w.hearSome(t, s, x)
			}
		}
	})
	for range 4 {
		workers.Go(func() {
			for range 50 {
				if err := s.Pay(ctx, string(b.ID)); err == nil {
					return
				}
			}
			t.Error("the batch does not end")
		})
	}
	workers.Wait()
	for range 40 {
		w.Clock.Advance(2 * time.Minute)
		if n, err := s.Settle(ctx, 1000); n == 0 && err == nil {
			break
		}
	}
	close(done)
	others.Wait()
	w.hearSome(t, s, x)
}

// hearSome hands some events over, each up to fifty times, in any order.
func (w *world) hearSome(t *testing.T, s *subsidy.Service, x *weather) {
	t.Helper()
	events := w.gateway.PaymentEvents(0)
	if len(events) == 0 {
		return
	}
	for range x.draw(50) {
		e := events[x.draw(len(events))]
		if err := s.Report(context.WithoutCancel(t.Context()), e.Raw, e.Signature); err != nil {
			t.Errorf("take an event: %v", err)
		}
	}
}
