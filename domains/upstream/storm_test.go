package upstream_test

import (
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
)

// TestPayThroughStorm sends orders at once while the gateway drops every other
// answer, each again and again until it is answered.
func TestPayThroughStorm(t *testing.T) {
	t.Parallel()
	const orders, senders = 20, 5
	box := sandbox.New(population, now, token, nil)
	var calls atomic.Int64
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if calls.Add(1)%2 == 0 {
			box.ServeHTTP(discard{http.Header{}}, r)
			panic(http.ErrAbortHandler)
		}
		box.ServeHTTP(w, r)
	}))
	// Ten drops may end one after the other and open the breaker, for a moment only.
	clients := dial(t, url, func(c *upstream.Config) { c.Breaker = upstream.Breaker{Failures: 10, Open: time.Millisecond} })
	calm := dial(t, serve(t, box), nil)
	token := openAccount(t, box, calm)
	done := make(chan error)
	var keys []string
	for range orders {
		order := orderTo(token)
		keys = append(keys, order.Key)
		for range senders {
			go func() { done <- insist(t, clients, order) }()
		}
	}
	for range orders * senders {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	for _, key := range keys {
		if got := box.PaidByKey(key); got != 1 {
			t.Errorf("paid %d times, want once", got)
		}
	}
}

// insist sends an order until it is answered, for half a minute at most.
func insist(t *testing.T, clients *upstream.Clients, order upstream.PaymentOrder) error {
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		got, err := clients.Pay(t.Context(), order)
		if err == nil && got.State == upstream.PaymentPaid {
			return nil
		}
		if err != nil && !errors.Is(err, upstream.ErrUnavailable) {
			return fmt.Errorf("pay: %w", err)
		}
	}
	return errors.New("never answered")
}

// discard is a response that nobody gets.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}
