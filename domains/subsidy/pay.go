package subsidy

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/minzhengtong/minzhengtong/domains/ledger"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	accountrow "github.com/minzhengtong/minzhengtong/gen/ent/payeeaccount"
	row "github.com/minzhengtong/minzhengtong/gen/ent/payout"
)

// paidAtOnce is how many payouts leave between two commits, and callsAtOnce how many of
// them are on the wire at a time.
const (
	paidAtOnce  = 100
	callsAtOnce = 16
)

// Pay sends the payouts of an approved batch: some at a time are marked as sent and
// booked, and once that is committed they leave. It is a [work.Handler]: stopped anywhere
// and called again, it goes on with those that did not leave; of those that may have left
// [Service.Settle] asks the gateway. While the gateway answers none of them it fails, and
// no more leave.
func (s *Service) Pay(ctx context.Context, id string) error {
	for {
		more, err := s.payNext(ctx, BatchID(id))
		if err != nil || !more {
			return err
		}
	}
}

// payNext sends the next payouts of a batch, and says whether there may be more.
func (s *Service) payNext(ctx context.Context, id BatchID) (more bool, err error) {
	wire, cancel := context.WithTimeout(ctx, onWire)
	defer cancel()
	orders, more, err := s.leave(ctx, id)
	if err != nil || !more {
		return false, err
	}
	return true, s.send(ctx, wire, orders)
}

// order is a payout that may leave now: what follows its commit.
type order struct {
	Payout
	token string
}

// leave marks the next payouts of a batch as sent. Whoever may not be paid any more is
// dropped. More is false when none waits.
func (s *Service) leave(ctx context.Context, id BatchID) (orders []order, more bool, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		orders, more = nil, false
		rows, err := s.DB.Client(ctx).Payout.Query().Where(row.BatchID(string(id)), row.StateEQ(row.StateApproved)).
			Order(row.ByID()).Limit(paidAtOnce).All(ctx)
		if err != nil || len(rows) == 0 {
			return err
		}
		more = true
		list := make([]Payout, len(rows))
		for i, r := range rows {
			list[i] = payoutOf(r)
		}
		if list, err = s.stillRight(ctx, list); err != nil {
			return err
		}
		orders, err = s.markSent(ctx, list, func(p Payout) []ledger.Transfer {
			return []ledger.Transfer{settle(ledger.Post, posted, p), move(sent, p, payableOf(p.Policy), clearingOf(p.Policy))}
		})
		return err
	})
	if err != nil {
		return nil, false, fmt.Errorf("mark payouts as sent: %w", err)
	}
	return orders, more, nil
}

// markSent writes that payouts leave, with what that books.
func (s *Service) markSent(ctx context.Context, list []Payout, books func(Payout) []ledger.Transfer) ([]order, error) {
	tokens, err := s.tokensOf(ctx, list)
	if err != nil {
		return nil, err
	}
	orders := make([]order, len(list))
	ids := make([]string, len(list))
	var transfers []ledger.Transfer
	for i, p := range list {
		transfers = append(transfers, books(p)...)
		ids[i], orders[i] = string(p.ID), order{p, tokens[p.Account]}
	}
	n, err := s.DB.Client(ctx).Payout.Update().Where(row.IDIn(ids...), row.StateIn(row.StateApproved, row.StateSent, row.StateUnknown)).
		SetState(row.StateSent).SetPending(true).SetCause("").SetSendTime(s.time()).SetChangeTime(s.time()).AddSendings(1).AddVersion(1).Save(ctx)
	if err == nil && n != len(list) {
		err = errMoved
	}
	if err != nil {
		return nil, fmt.Errorf("save payouts: %w", err)
	}
	_, err = s.Ledger.Book(ctx, transfers...)
	return orders, err
}

func (s *Service) tokensOf(ctx context.Context, list []Payout) (map[AccountID]string, error) {
	ids := make([]string, len(list))
	for i, p := range list {
		ids[i] = string(p.Account)
	}
	accounts, err := s.DB.Client(ctx).PayeeAccount.Query().Where(accountrow.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	return s.tokens(ctx, accounts)
}

// said is what the gateway said of an order, or that it said nothing.
type said struct {
	payout PayoutID
	answer upstream.PaymentAnswer
	err    error
}

// send hands orders to the gateway, several at a time, and writes down what it says. An
// order of which nothing is heard is unknown. Wire ends [onWire] after something before
// they were marked as sent: from then on none leaves any more, so that what a process sends
// that slept in between does not cross what others did.
func (s *Service) send(ctx, wire context.Context, orders []order) error {
	answers := make([]said, len(orders))
	places := make(chan struct{}, callsAtOnce)
	var all sync.WaitGroup
	for i, o := range orders {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			answer, err := s.Payments.Pay(wire, upstream.PaymentOrder{Key: string(o.ID), Account: o.token, Fen: o.Fen, Memo: memo(o.Policy)})
			answers[i] = said{o.ID, answer, err}
		})
	}
	all.Wait()
	// What the gateway did is written down also when we are asked to stop.
	if err := s.hearAll(context.WithoutCancel(ctx), answers); err != nil {
		return err
	}
	return silent(answers)
}

// silent is why nothing was heard of any order, so that no more leave for a while.
func silent(answers []said) error {
	var last error
	for _, a := range answers {
		if a.err == nil || errors.Is(a.err, upstream.ErrPaymentDiffers) {
			return nil
		}
		last = a.err
	}
	return last
}

// memo is what a payee reads on the statement.
func memo(p PolicyName) string {
	if p == "pingtan_iit" {
		return "平潭台湾居民个人所得税补贴"
	}
	return string(p)
}

// hearAll writes down what the gateway said of several orders: all in one transaction,
// or, where that fails, one by one.
func (s *Service) hearAll(ctx context.Context, answers []said) error {
	err := s.DB.InTx(ctx, func(ctx context.Context) error { return s.hearEach(ctx, answers) })
	if err == nil || len(answers) < 2 {
		return err
	}
	var failed []error
	for _, a := range answers {
		failed = append(failed, s.DB.InTx(ctx, func(ctx context.Context) error { return s.hearEach(ctx, []said{a}) }))
	}
	return errors.Join(failed...)
}

func (s *Service) hearEach(ctx context.Context, answers []said) error {
	ids := make([]string, len(answers))
	for i, a := range answers {
		ids[i] = string(a.payout)
	}
	rows, err := s.DB.Client(ctx).Payout.Query().Where(row.IDIn(ids...)).All(ctx)
	if err != nil {
		return fmt.Errorf("read payouts: %w", err)
	}
	known := make(map[PayoutID]*ent.Payout, len(rows))
	for _, r := range rows {
		known[PayoutID(r.ID)] = r
	}
	var h heard
	for _, a := range answers {
		if r := known[a.payout]; r != nil {
			h.take(payoutOf(r), a)
		}
	}
	return s.record(ctx, h)
}
