package sandbox

import (
	"context"
	"crypto/ed25519"
	"errors"
	"log/slog"
	"sync"
	"time"

	"connectrpc.com/connect"
	"github.com/golang-sql/civil"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/minzhengtong/minzhengtong/domains/upstream"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1"
)

const maxOrders = 1_000_000

// till holds the orders and what became of them; mu guards everything but most,
// and is held for a change only, never while somebody waits or is told. What a
// *pb.Payment here holds is never changed: a new state is a new message.
type till struct {
	most int // orders; further ones are refused

	mu     sync.Mutex
	hold   bool
	orders map[string]*order
	made   map[string][]*Payment // by token, in the order in which they happened
	days   map[civil.Date][]*pb.Payment
	events [][]byte
	hear   func(SignedEvent)
	key    ed25519.PrivateKey
}

// order is an order as it came, as it was answered at first, and as it is.
type order struct {
	asked      asked
	first, now *pb.Payment
	paid       []*Payment
	arrivals   int
}

// asked is what makes an order the same.
type asked struct {
	account, memo string
	fen           int64
}

// Payment is money that really moved.
type Payment struct {
	Key       string // the order's
	Reference string
	Account   string // the token
	Fen       int64
	Memo      string
	Time      time.Time
	Returned  time.Time // when it came back, or zero
}

// LogValue hides the payment.
func (p Payment) LogValue() slog.Value { return slog.StringValue(p.Key) }

func newTill() *till {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		panic("sandbox: no random numbers: " + err.Error()) // crypto/rand never fails
	}
	return &till{most: maxOrders, orders: map[string]*order{}, made: map[string][]*Payment{}, days: map[civil.Date][]*pb.Payment{}, key: key}
}

func (t *till) arrivals(key string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	if o, ok := t.orders[key]; ok {
		return o.arrivals
	}
	return 0
}

// Pay implements the procedure.
func (s payments) Pay(_ context.Context, req *pb.PayRequest) (*pb.PayResponse, error) {
	payment, events, err := s.take(req)
	if err != nil {
		return nil, err
	}
	s.tell(events)
	return &pb.PayResponse{Payment: s.misstate(payment)}, nil
}

// GetPayment implements the procedure.
func (s payments) GetPayment(_ context.Context, req *pb.GetPaymentRequest) (*pb.GetPaymentResponse, error) {
	key := req.GetIdempotencyKey()
	s.till.mu.Lock()
	o, ok := s.till.orders[key]
	var now *pb.Payment
	if ok {
		now = o.now
	}
	s.till.mu.Unlock()
	if !ok {
		return &pb.GetPaymentResponse{Result: &pb.GetPaymentResponse_None{None: &pb.NoPayment{IdempotencyKey: key}}}, nil
	}
	return &pb.GetPaymentResponse{Result: &pb.GetPaymentResponse_Payment{Payment: s.misstate(now)}}, nil
}

// take carries an order out when its key is new, and answers as the first time
// when it is not.
func (s *Sandbox) take(req *pb.PayRequest) (answer *pb.Payment, events [][]byte, err error) {
	wants := asked{account: req.GetAccount(), memo: req.GetMemo(), fen: req.GetFen()}
	refusal := s.accounts.refusal(wants.account)
	t, key := s.till, req.GetIdempotencyKey()
	t.mu.Lock()
	defer t.mu.Unlock()
	if o, known := t.orders[key]; known {
		o.arrivals++
		if o.asked != wants {
			return nil, nil, connect.NewError(connect.CodeAlreadyExists, errOtherQuestion)
		}
		return o.first, nil, nil
	}
	if len(t.orders) >= t.most {
		return nil, nil, connect.NewError(connect.CodeResourceExhausted, errors.New("the sandbox holds no more orders"))
	}
	o := &order{asked: wants, arrivals: 1, now: &pb.Payment{
		IdempotencyKey: key, Reference: traceID(), Currency: yuan, Fen: wants.fen,
		State: pb.PaymentState_PAYMENT_STATE_PENDING, ChangeTime: timestamppb.New(s.now()),
	}}
	t.orders[key] = o
	switch {
	case refusal != "":
		events = s.move(o, o.now.GetReference(), pb.PaymentState_PAYMENT_STATE_REFUSED, refusal)
	case !t.hold:
		events = s.pay(o)
	}
	o.first = o.now
	return o.first, events, nil
}

// pay moves the money, twice under [Duplicate]. It needs the till's lock.
func (s *Sandbox) pay(o *order) (events [][]byte) {
	for n := range s.did(upstream.PaymentGateway, 1) {
		p := &Payment{
			Key: o.now.GetIdempotencyKey(), Reference: o.now.GetReference(), Account: o.asked.account, Fen: o.asked.fen, Memo: o.asked.memo, Time: s.now(),
		}
		if n > 0 {
			p.Reference = traceID()
		}
		o.paid = append(o.paid, p)
		s.till.made[p.Account] = append(s.till.made[p.Account], p)
		events = append(events, s.move(o, p.Reference, pb.PaymentState_PAYMENT_STATE_PAID, "")...)
	}
	return events
}

// move notes a change of an order: in the order, unless it is of a second
// payment that should not be; in the statement; as an event. It needs the till's
// lock.
func (s *Sandbox) move(o *order, reference string, to pb.PaymentState, reason string) (events [][]byte) {
	at := s.now()
	p := &pb.Payment{
		IdempotencyKey: o.now.GetIdempotencyKey(), Reference: reference, Currency: yuan, Fen: o.asked.fen,
		State: to, Reason: reason, ChangeTime: timestamppb.New(at),
	}
	if reference == o.now.GetReference() {
		o.now = p
	}
	if to == pb.PaymentState_PAYMENT_STATE_PAID || to == pb.PaymentState_PAYMENT_STATE_RETURNED {
		day := civil.DateOf(at.In(shanghai))
		s.till.days[day] = append(s.till.days[day], p)
	}
	raw := s.event(p)
	s.till.events = append(s.till.events, raw)
	return [][]byte{raw}
}
