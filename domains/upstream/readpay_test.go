package upstream_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/minzhengtong/minzhengtong/domains/upstream"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1"
)

const orderKey = "01890a5d-ac96-774b-bcce-b302099a8057"

// goodPayment is an answer in which nothing is missing.
func goodPayment() *pb.Payment {
	return &pb.Payment{
		IdempotencyKey: orderKey, Reference: "reference", Currency: "CNY", Fen: 100,
		State: pb.PaymentState_PAYMENT_STATE_PAID, ChangeTime: timestamppb.New(moment),
	}
}

// badPayments change one thing of a good payment at a time.
var badPayments = map[string]func(*pb.Payment){
	"no key":                func(p *pb.Payment) { p.IdempotencyKey = "" },
	"another key":           func(p *pb.Payment) { p.IdempotencyKey = "01890a5d-ac96-774b-bcce-b302099a8058" },
	"no reference":          func(p *pb.Payment) { p.Reference = "" },
	"a huge reference":      func(p *pb.Payment) { p.Reference = strings.Repeat("r", 129) },
	"no currency":           func(p *pb.Payment) { p.Currency = "" },
	"another currency":      func(p *pb.Payment) { p.Currency = "TWD" },
	"no amount":             func(p *pb.Payment) { p.Fen = 0 },
	"a negative amount":     func(p *pb.Payment) { p.Fen = -100 },
	"too much":              func(p *pb.Payment) { p.Fen = 10_000_000_000_001 },
	"no state":              func(p *pb.Payment) { p.State = 0 },
	"a state of the future": func(p *pb.Payment) { p.State = 9 },
	"a reason to be paid":   func(p *pb.Payment) { p.Reason = "WHY" },
	"refused for no reason": func(p *pb.Payment) { p.State = pb.PaymentState_PAYMENT_STATE_REFUSED },
	"a reason in words": func(p *pb.Payment) {
		p.State, p.Reason = pb.PaymentState_PAYMENT_STATE_RETURNED, "the account of 测试 is closed"
	},
	"no time":            func(p *pb.Payment) { p.ChangeTime = nil },
	"an impossible time": func(p *pb.Payment) { p.ChangeTime = &timestamppb.Timestamp{Nanos: -1} },
	"a time to come":     func(p *pb.Payment) { p.ChangeTime = timestamppb.New(moment.Add(time.Hour)) },
}

func TestUnreadablePayment(t *testing.T) {
	t.Parallel()
	order := upstream.PaymentOrder{Key: orderKey, Account: "token", Fen: 100}
	for name, change := range badPayments {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			payment := goodPayment()
			change(payment)
			got, err := dial(t, serve(t, says(t, &pb.PayResponse{Payment: payment})), nil).Pay(t.Context(), order)
			wantRead(t, false, err, upstream.PaymentGateway, got == upstream.PaymentAnswer{})
			res := &pb.GetPaymentResponse{Result: &pb.GetPaymentResponse_Payment{Payment: payment}}
			got, err = dial(t, serve(t, says(t, res)), nil).Payment(t.Context(), orderKey)
			wantRead(t, false, err, upstream.PaymentGateway, got == upstream.PaymentAnswer{})
		})
	}
	got, err := dial(t, serve(t, says(t, &pb.PayResponse{Payment: goodPayment()})), nil).Pay(t.Context(), order)
	wantRead(t, true, err, upstream.PaymentGateway, got == upstream.PaymentAnswer{})
	order.Fen = 99
	_, err = dial(t, serve(t, says(t, &pb.PayResponse{Payment: goodPayment()})), nil).Pay(t.Context(), order)
	wantUnavailable(t, err, upstream.PaymentGateway)
}

// TestNoPaymentIsSaid: only an answer about this key says that there is none.
func TestNoPaymentIsSaid(t *testing.T) {
	t.Parallel()
	none := func(key string) *pb.GetPaymentResponse {
		return &pb.GetPaymentResponse{Result: &pb.GetPaymentResponse_None{None: &pb.NoPayment{IdempotencyKey: key}}}
	}
	for name, res := range map[string]*pb.GetPaymentResponse{
		"no result": {}, "no key": none(""), "another key": none(newKey()),
		"an empty payment": {Result: &pb.GetPaymentResponse_Payment{Payment: &pb.Payment{}}},
	} {
		_, err := dial(t, serve(t, says(t, res)), nil).Payment(t.Context(), orderKey)
		if errors.Is(err, upstream.ErrNoPayment) {
			t.Errorf("%s: taken for no payment", name)
		}
		wantUnavailable(t, err, upstream.PaymentGateway)
	}
	if _, err := dial(t, serve(t, says(t, none(orderKey))), nil).Payment(t.Context(), orderKey); !errors.Is(err, upstream.ErrNoPayment) {
		t.Errorf("%v, want %v", err, upstream.ErrNoPayment)
	}
}

func TestUnreadableAccount(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*pb.RegisterAccountResponse)
		good   bool
	}{
		{"nothing", func(*pb.RegisterAccountResponse) {}, true},
		{"an old answer", func(r *pb.RegisterAccountResponse) { r.CheckTime = timestamppb.New(moment.AddDate(0, 0, -20)) }, true},
		{"no verdict", func(r *pb.RegisterAccountResponse) { r.Verdict = 0 }, false},
		{"a token without a match", func(r *pb.RegisterAccountResponse) { r.Verdict = pb.Verdict_VERDICT_MISMATCH }, false},
		{"no token", func(r *pb.RegisterAccountResponse) { r.Token = "" }, false},
		{"a huge token", func(r *pb.RegisterAccountResponse) { r.Token = strings.Repeat("t", 129) }, false},
		{"no tail", func(r *pb.RegisterAccountResponse) { r.Tail = "" }, false},
		{"another tail", func(r *pb.RegisterAccountResponse) { r.Tail = "0002" }, false},
		{"the whole number", func(r *pb.RegisterAccountResponse) { r.Tail = accountNumber }, false},
		{"no check time", func(r *pb.RegisterAccountResponse) { r.CheckTime = nil }, false},
		{"no trace id", func(r *pb.RegisterAccountResponse) { r.TraceId = "" }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			res := &pb.RegisterAccountResponse{Verdict: pb.Verdict_VERDICT_MATCH, Token: "token", Tail: "0001", CheckTime: timestamppb.New(moment), TraceId: "trace"}
			tt.change(res)
			q := upstream.AccountQuestion{Key: newKey(), Kind: upstream.BankAccount, Number: accountNumber}
			got, err := dial(t, serve(t, says(t, res)), nil).RegisterAccount(t.Context(), q)
			wantRead(t, tt.good, err, upstream.PaymentGateway, got == upstream.AccountAnswer{})
		})
	}
}

func TestUnreadableStatement(t *testing.T) {
	t.Parallel()
	tests := map[string]func(*pb.ListSettlementsResponse){
		"another day":           func(r *pb.ListSettlementsResponse) { r.Day = "2026-11-01" },
		"no day":                func(r *pb.ListSettlementsResponse) { r.Day = "" },
		"the same cursor":       func(r *pb.ListSettlementsResponse) { r.NextCursor = "here" },
		"a cursor and no lines": func(r *pb.ListSettlementsResponse) { r.NextCursor, r.Payments = "next", nil },
		"a huge cursor":         func(r *pb.ListSettlementsResponse) { r.NextCursor = strings.Repeat("c", 513) },
		"a line twice":          func(r *pb.ListSettlementsResponse) { r.Payments = append(r.Payments, r.Payments[0]) },
		"a pending line": func(r *pb.ListSettlementsResponse) {
			r.Payments[0].State = pb.PaymentState_PAYMENT_STATE_PENDING
		},
		"a line of yesterday": func(r *pb.ListSettlementsResponse) {
			r.Payments[0].ChangeTime = timestamppb.New(moment.Add(-12 * time.Hour))
		},
		"too many lines": func(r *pb.ListSettlementsResponse) {
			for range 1000 {
				p := proto.CloneOf(r.Payments[0])
				p.Reference = newKey()
				r.Payments = append(r.Payments, p)
			}
		},
	}
	for name, change := range badPayments {
		if name != "another key" { // a statement is of all keys
			tests[name] = func(r *pb.ListSettlementsResponse) { change(r.Payments[0]) }
		}
	}
	tests["a time to come"] = func(r *pb.ListSettlementsResponse) {
		r.Payments[0].ChangeTime = timestamppb.New(moment.AddDate(0, 0, 1))
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res := &pb.ListSettlementsResponse{Day: today.String(), Payments: []*pb.Payment{goodPayment()}, NextCursor: "next"}
			change(res)
			got, err := dial(t, serve(t, says(t, res)), nil).Statement(t.Context(), today, "here")
			wantRead(t, false, err, upstream.PaymentGateway, got.Lines == nil && got.Next == "")
		})
	}
	res := &pb.ListSettlementsResponse{Day: today.String(), Payments: []*pb.Payment{goodPayment()}, NextCursor: "next"}
	got, err := dial(t, serve(t, says(t, res)), nil).Statement(t.Context(), today, "here")
	if err != nil || len(got.Lines) != 1 || got.Next != "next" {
		t.Errorf("a good page: %v, %v", got, err)
	}
}
