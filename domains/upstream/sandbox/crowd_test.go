package sandbox

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/google/uuid"

	"github.com/minzhengtong/minzhengtong/domains/upstream"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1"
)

func stopped() time.Time { return time.Date(2026, time.November, 2, 3, 4, 5, 0, time.UTC) }

// TestCrowdOfOrders sends 10,000 orders, each twenty times at once and among all
// the others. Each is paid once, and all twenty get one answer.
func TestCrowdOfOrders(t *testing.T) {
	t.Parallel()
	const orders, times, senders = 10_000, 20, 100
	s := New(nil, stopped, "t", nil)
	s.AddAccount(upstream.BankAccount, "9990", "测试", "99000001")
	token := s.accounts.tokens("9990")[1]
	requests := make([]*pb.PayRequest, orders)
	for i := range requests {
		requests[i] = &pb.PayRequest{IdempotencyKey: uuid.NewString(), Account: token, Currency: yuan, Fen: int64(i + 1)}
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	turns := rand.New(rand.NewPCG(seed, 0)).Perm(orders * times)
	answers := make([]*pb.Payment, orders*times)
	var wait sync.WaitGroup
	for sender := range senders {
		wait.Go(func() {
			for k := sender; k < len(turns); k += senders {
				res, err := payments{s}.Pay(t.Context(), requests[turns[k]%orders])
				if err != nil {
					t.Error(err)
					return
				}
				answers[turns[k]] = res.GetPayment()
			}
		})
	}
	wait.Wait()
	for i := range answers {
		if answers[i].GetReference() != answers[i%orders].GetReference() || answers[i].GetFen() != int64(i%orders+1) {
			t.Fatalf("order %d was answered in two ways", i%orders)
		}
	}
	for _, r := range requests {
		if got := s.PaidByKey(r.GetIdempotencyKey()); got != 1 {
			t.Fatalf("paid %d times, want once", got)
		}
	}
	if paid, events := len(s.Paid("9990")), len(s.till.events); paid != orders || events != orders {
		t.Errorf("%d payments and %d events, want %d", paid, events, orders)
	}
}

// TestSlowListener: while one order's event is being heard, others are paid.
func TestSlowListener(t *testing.T) {
	t.Parallel()
	s := New(nil, stopped, "t", nil)
	s.AddAccount(upstream.BankAccount, "9990", "测试", "99000001")
	token := s.accounts.tokens("9990")[1]
	entered, release, first := make(chan bool), make(chan bool), make(chan error)
	var one sync.Once
	s.OnPaymentEvent(func(SignedEvent) {
		one.Do(func() {
			entered <- true
			<-release
		})
	})
	pay := func() error {
		_, err := payments{s}.Pay(t.Context(), &pb.PayRequest{IdempotencyKey: uuid.NewString(), Account: token, Currency: yuan, Fen: 1})
		return err
	}
	go func() { first <- pay() }()
	select {
	case <-entered:
	case err := <-first:
		t.Fatalf("paid without being heard, %v", err)
	}
	s.OnPaymentEvent(nil)
	if err := pay(); err != nil {
		t.Error(err)
	}
	close(release)
	if err := <-first; err != nil {
		t.Error(err)
	}
	if got := len(s.Paid(token)); got != 2 {
		t.Errorf("%d payments, want 2", got)
	}
}

// TestOrdersAreBounded: a full till refuses new orders and knows the old ones.
func TestOrdersAreBounded(t *testing.T) {
	t.Parallel()
	s := New(nil, stopped, "t", nil)
	s.till.most = 3
	var keys []string
	for i := range 5 {
		keys = append(keys, uuid.NewString())
		_, err := payments{s}.Pay(t.Context(), &pb.PayRequest{IdempotencyKey: keys[i], Account: fmt.Sprint(i), Currency: yuan, Fen: 1})
		if full := i >= 3; full != (connect.CodeOf(err) == connect.CodeResourceExhausted) {
			t.Errorf("order %d: %v", i, err)
		}
	}
	if _, err := (payments{s}).Pay(t.Context(), &pb.PayRequest{IdempotencyKey: keys[0], Account: "0", Currency: yuan, Fen: 1}); err != nil {
		t.Errorf("an order that is known: %v", err)
	}
}
