package sandbox_test

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"testing"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
)

// TestStatementPages: every line once, in order, and other days are empty.
func TestStatementPages(t *testing.T) {
	t.Parallel()
	box, clients, _ := start(t)
	token := open(t, box, clients)
	const orders = 1100
	for range orders {
		pay(t, clients, orderTo(token), upstream.PaymentPaid, "")
	}
	seen, pages := map[string]bool{}, 0
	for cursor, more := "", true; more; more = cursor != "" {
		page, err := clients.Statement(t.Context(), civil.Date{Year: 2026, Month: 11, Day: 2}, cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range page.Lines {
			seen[l.Key] = true
		}
		cursor = page.Next
		pages++
	}
	if len(seen) != orders || pages != 3 {
		t.Errorf("%d orders on %d pages, want %d on 3", len(seen), pages, orders)
	}
	page, err := clients.Statement(t.Context(), civil.Date{Year: 2026, Month: 11, Day: 1}, "")
	if err != nil || len(page.Lines) != 0 || page.Next != "" {
		t.Errorf("another day: %v, %v, want nothing", page, err)
	}
	for _, bad := range []string{"x", "-1"} {
		if _, err := clients.Statement(t.Context(), civil.Date{Year: 2026, Month: 11, Day: 2}, bad); !errors.Is(err, upstream.ErrUnavailable) {
			t.Errorf("cursor %q: %v", bad, err)
		}
	}
}

// TestOnPaymentEvent: whoever listens is told of every change, after it, and may
// ask the sandbox.
func TestOnPaymentEvent(t *testing.T) {
	t.Parallel()
	box, clients, _ := start(t)
	token := open(t, box, clients)
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	box.SetPaymentKey(key)
	var heard []string
	box.OnPaymentEvent(func(e sandbox.SignedEvent) {
		got, err := upstream.ReadPaymentEvent(e.Raw, e.Signature, []ed25519.PublicKey{ed25519.PublicKey(key[32:])})
		if err != nil {
			t.Error(err)
		}
		heard = append(heard, fmt.Sprint(got.Payment.State, box.PaidByKey(got.Payment.Key)))
	})
	order := orderTo(token)
	box.SetFault(upstream.PaymentGateway, sandbox.DoneUnsaid, 0)
	if _, err := clients.Pay(t.Context(), order); !errors.Is(err, upstream.ErrUnavailable) {
		t.Errorf("an answer that was not said: %v", err)
	}
	box.SetFault(upstream.PaymentGateway, sandbox.Healthy, 0)
	pay(t, clients, order, upstream.PaymentPaid, "")
	box.Return(order.Key, "ACCOUNT_CLOSED")
	box.OnPaymentEvent(nil)
	pay(t, clients, orderTo(token), upstream.PaymentPaid, "")
	if got := fmt.Sprint(heard); got != "[paid1 returned1]" {
		t.Errorf("heard %s, want the payment and its return", got)
	}
	if got := len(box.PaymentEvents(2)); got != 1 {
		t.Errorf("%d events from the third on, want 1", got)
	}
	if got := len(box.PaymentEvents(99)) + len(box.PaymentEvents(-1)); got != 3 {
		t.Errorf("%d events, want all from before the first and none from after the last", got)
	}
	if got := box.Arrivals(order.Key); got != 2 {
		t.Errorf("the key arrived %d times, want 2", got)
	}
}
