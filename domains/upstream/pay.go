package upstream

import (
	"context"

	"connectrpc.com/connect"
	"github.com/golang-sql/civil"

	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1"
)

// RegisterAccount implements [Payments].
func (c *Clients) RegisterAccount(ctx context.Context, q AccountQuestion) (AccountAnswer, error) {
	req := &pb.RegisterAccountRequest{
		IdempotencyKey: q.Key, Kind: toAccountKind(q.Kind), Number: q.Number, HolderName: q.HolderName, DocumentNumber: q.DocumentNumber,
	}
	return ask(ctx, c.guards[PaymentGateway], func(ctx context.Context) (AccountAnswer, error) {
		res, err := c.payments.RegisterAccount(ctx, req)
		if err != nil {
			return AccountAnswer{}, err
		}
		return c.readAccount(res, q.Number)
	})
}

func toAccountKind(k AccountKind) pb.AccountKind {
	switch k {
	case BankAccount:
		return pb.AccountKind_ACCOUNT_KIND_BANK_ACCOUNT
	case ECNYWallet:
		return pb.AccountKind_ACCOUNT_KIND_ECNY_WALLET
	default:
		return pb.AccountKind_ACCOUNT_KIND_UNSPECIFIED
	}
}

// Pay implements [Payments].
func (c *Clients) Pay(ctx context.Context, o PaymentOrder) (PaymentAnswer, error) {
	req := &pb.PayRequest{IdempotencyKey: o.Key, Account: o.Account, Currency: currency, Fen: o.Fen, Memo: o.Memo}
	answer, err := askOnce(ctx, c.guards[PaymentGateway], func(ctx context.Context) (PaymentAnswer, error) {
		res, err := c.payments.Pay(ctx, req)
		switch {
		case differs(err):
			return PaymentAnswer{}, nil // an answer, and the gateway is well
		case err != nil:
			return PaymentAnswer{}, err
		case res.GetPayment().GetFen() != o.Fen:
			return PaymentAnswer{}, unreadable("another amount than was ordered")
		}
		return c.readPaymentOf(res.GetPayment(), o.Key)
	})
	if err == nil && answer.Key == "" {
		return PaymentAnswer{}, ErrPaymentDiffers
	}
	return answer, err
}

// differs reports whether the gateway answered that it holds another order.
func differs(err error) bool {
	return connect.IsWireError(err) && connect.CodeOf(err) == connect.CodeAlreadyExists
}

// Payment implements [Payments].
func (c *Clients) Payment(ctx context.Context, key string) (PaymentAnswer, error) {
	req := &pb.GetPaymentRequest{IdempotencyKey: key}
	answer, err := ask(ctx, c.guards[PaymentGateway], func(ctx context.Context) (PaymentAnswer, error) {
		res, err := c.payments.GetPayment(ctx, req)
		if err != nil {
			return PaymentAnswer{}, err
		}
		switch result := res.GetResult().(type) {
		case *pb.GetPaymentResponse_Payment:
			return c.readPaymentOf(result.Payment, key)
		case *pb.GetPaymentResponse_None:
			// Only an answer that names the key says that there is no order: it
			// is what sends an order again.
			if key == "" || result.None.GetIdempotencyKey() != key {
				return PaymentAnswer{}, unreadable("another key")
			}
			return PaymentAnswer{}, nil
		default:
			return PaymentAnswer{}, unreadable("no result")
		}
	})
	if err == nil && answer.Key == "" {
		return PaymentAnswer{}, ErrNoPayment
	}
	return answer, err
}

// Statement implements [Payments].
func (c *Clients) Statement(ctx context.Context, day civil.Date, cursor string) (StatementPage, error) {
	req := &pb.ListSettlementsRequest{Day: day.String(), Cursor: cursor}
	return ask(ctx, c.guards[PaymentGateway], func(ctx context.Context) (StatementPage, error) {
		res, err := c.payments.ListSettlements(ctx, req)
		if err != nil {
			return StatementPage{}, err
		}
		return c.readStatement(res, day, cursor)
	})
}
