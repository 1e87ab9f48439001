package sandbox

import (
	"context"
	"errors"
	"strconv"

	"connectrpc.com/connect"
	"github.com/golang-sql/civil"
	"google.golang.org/protobuf/proto"

	"github.com/minzhengtong/minzhengtong/domains/upstream"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1"
)

const (
	pageLines = 500
	wrongBy   = 100 // fen
)

// HoldPayments decides whether orders that come from now on stay pending, until
// [Sandbox.Settle], [Sandbox.Return] or [Sandbox.RefuseLater]. Orders that are
// refused because of their account never do.
func (s *Sandbox) HoldPayments(hold bool) {
	s.till.mu.Lock()
	defer s.till.mu.Unlock()
	s.till.hold = hold
}

// Settle pays a pending order, whatever its account is by now. It is false, and
// nothing happens, when there is no pending order under the key.
func (s *Sandbox) Settle(key string) bool {
	return s.change(key, func(o *order) ([][]byte, bool) {
		if o.now.GetState() != pb.PaymentState_PAYMENT_STATE_PENDING {
			return nil, false
		}
		return s.pay(o), true
	})
}

// RefuseLater refuses a pending order, for a reason such as ACCOUNT_CLOSED. It
// is false, and nothing happens, when there is no pending order under the key.
func (s *Sandbox) RefuseLater(key, reason string) bool {
	return s.change(key, func(o *order) ([][]byte, bool) {
		if o.now.GetState() != pb.PaymentState_PAYMENT_STATE_PENDING {
			return nil, false
		}
		return s.move(o, o.now.GetReference(), pb.PaymentState_PAYMENT_STATE_REFUSED, reason), true
	})
}

// Return brings the money of an order back, for a reason such as
// ACCOUNT_CLOSED: of one that was paid, or of a pending one, of which the money
// never arrived. It is false, and nothing happens, when there is neither under
// the key.
func (s *Sandbox) Return(key, reason string) bool {
	return s.change(key, func(o *order) ([][]byte, bool) {
		switch o.now.GetState() {
		case pb.PaymentState_PAYMENT_STATE_PENDING:
		case pb.PaymentState_PAYMENT_STATE_PAID:
			o.paid[0].Returned = s.now()
		default:
			return nil, false
		}
		return s.move(o, o.now.GetReference(), pb.PaymentState_PAYMENT_STATE_RETURNED, reason), true
	})
}

// change does something with an order and tells of it afterwards.
func (s *Sandbox) change(key string, do func(*order) ([][]byte, bool)) bool {
	events, done := func() ([][]byte, bool) {
		s.till.mu.Lock()
		defer s.till.mu.Unlock()
		o, ok := s.till.orders[key]
		if !ok {
			return nil, false
		}
		return do(o)
	}()
	s.tell(events)
	return done
}

// Paid is every payment to an account that really happened, in order; those
// that came back later are among them. The account is a token, or the number of
// accounts and wallets. The slice belongs to the caller.
func (s *Sandbox) Paid(account string) []Payment {
	tokens := s.accounts.tokens(account)
	s.till.mu.Lock()
	defer s.till.mu.Unlock()
	var list []Payment
	for _, token := range tokens {
		for _, p := range s.till.made[token] {
			list = append(list, *p)
		}
	}
	return list
}

// PaidByKey is how often money really moved for an order, whether or not it
// came back: 0, 1, or more under [Duplicate].
func (s *Sandbox) PaidByKey(key string) int {
	s.till.mu.Lock()
	defer s.till.mu.Unlock()
	if o, ok := s.till.orders[key]; ok {
		return len(o.paid)
	}
	return 0
}

// ListSettlements implements the procedure. The cursor is how many lines were
// shown.
func (s payments) ListSettlements(_ context.Context, req *pb.ListSettlementsRequest) (*pb.ListSettlementsResponse, error) {
	day, err := civil.ParseDate(req.GetDay())
	if err != nil {
		return nil, connect.NewError(connect.CodeInvalidArgument, errors.New("no such day"))
	}
	shown := 0
	if req.GetCursor() != "" {
		if shown, err = strconv.Atoi(req.GetCursor()); err != nil || shown < 0 {
			return nil, connect.NewError(connect.CodeInvalidArgument, errors.New("no such cursor"))
		}
	}
	s.till.mu.Lock()
	all := s.till.days[day] // only ever appended to
	s.till.mu.Unlock()
	res := &pb.ListSettlementsResponse{Day: req.GetDay()}
	end := min(shown+pageLines, len(all))
	for _, p := range all[min(shown, end):end] {
		res.Payments = append(res.Payments, s.misstate(p))
	}
	if end < len(all) {
		res.NextCursor = strconv.Itoa(end)
	}
	return res, nil
}

// misstate is the payment, or under [Wrong] one of another amount.
func (s *Sandbox) misstate(p *pb.Payment) *pb.Payment {
	if fault, _ := s.faults.of(upstream.PaymentGateway); fault != Wrong {
		return p
	}
	p = proto.CloneOf(p)
	p.Fen += wrongBy
	return p
}
