package subsidy

import (
	"context"
	"fmt"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/ledger"
	"github.com/minzhengtong/minzhengtong/domains/work"
	row "github.com/minzhengtong/minzhengtong/gen/ent/payout"
	batchrow "github.com/minzhengtong/minzhengtong/gen/ent/payoutbatch"
)

// PayWork is the kind of work that [Service.Pay] does, by the ID of a batch.
const PayWork = "pay"

// Approve lets a batch be paid, unless the actor prepared it. Whoever may not be paid any
// more is dropped, and the claims wait for another batch; the money of the others is set
// aside, all or none. Sending follows the commit.
//
// It fails with [ErrBatch], [ErrBatchDecided], guard.ErrMaker, guard.ErrNotFound and
// ledger.ErrCap.
func (s *Service) Approve(ctx context.Context, by actor.Actor, id BatchID) (Batch, error) {
	return s.decideBatch(ctx, by, id, Approved)
}

// Withdraw gives a batch up that was not approved, its maker included: the claims wait
// for another one. It fails as [Service.Approve] does.
func (s *Service) Withdraw(ctx context.Context, by actor.Actor, id BatchID) (Batch, error) {
	return s.decideBatch(ctx, by, id, Withdrawn)
}

func (s *Service) decideBatch(ctx context.Context, by actor.Actor, id BatchID, to BatchState) (b Batch, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		if b, err = s.takeBatch(ctx, by, id, to); err != nil {
			return err
		}
		payouts, err := s.payoutsOf(ctx, id)
		if err != nil {
			return err
		}
		if to == Withdrawn {
			return s.drop(ctx, "WITHDRAWN", payouts...)
		}
		if payouts, err = s.stillRight(ctx, payouts); err != nil {
			return err
		}
		if err := s.approveAll(ctx, b, payouts); err != nil {
			return err
		}
		return s.Audit.Change(ctx, "subsidy.approve_batch", by, documentsOf(payouts)...)
	})
	if err != nil {
		return Batch{}, fmt.Errorf("decide about a batch: %w", err)
	}
	return b, nil
}

// takeBatch marks a prepared batch as decided.
func (s *Service) takeBatch(ctx context.Context, by actor.Actor, id BatchID, to BatchState) (Batch, error) {
	c := s.DB.Client(ctx)
	r, err := c.PayoutBatch.Query().Where(batchrow.ID(string(id))).All(ctx)
	if err != nil {
		return Batch{}, err
	}
	if len(r) == 0 {
		return Batch{}, ErrBatch
	}
	b := batchOf(r[0])
	if _, err := s.mayPay(by, b.Policy); err != nil {
		return Batch{}, err
	}
	if to == Approved {
		if err := s.Guard.Checker(by, b.PreparedBy); err != nil {
			return Batch{}, err
		}
	}
	b.State, b.DecidedBy, b.Decided = to, by.ID(), s.time()
	n, err := c.PayoutBatch.Update().Where(batchrow.ID(string(id)), batchrow.StateEQ(batchrow.StatePrepared)).
		SetState(batchrow.State(to)).SetDecidedBy(b.DecidedBy).SetDecideTime(b.Decided).AddVersion(1).Save(ctx)
	if err == nil && n == 0 {
		err = ErrBatchDecided
	}
	return b, err
}

func (s *Service) payoutsOf(ctx context.Context, id BatchID) ([]Payout, error) {
	rows, err := s.DB.Client(ctx).Payout.Query().Where(row.BatchID(string(id))).Order(row.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read payouts: %w", err)
	}
	list := make([]Payout, len(rows))
	for i, r := range rows {
		list[i] = payoutOf(r)
	}
	return list, nil
}

func documentsOf(list []Payout) []actor.DocumentID {
	documents := make([]actor.DocumentID, len(list))
	for i, p := range list {
		documents[i] = p.Document
	}
	return documents
}

// stillRight drops the payouts of one policy whose payees may not be paid now, or want to
// be paid elsewhere, and returns the others.
func (s *Service) stillRight(ctx context.Context, list []Payout) ([]Payout, error) {
	if len(list) == 0 {
		return nil, nil
	}
	p, err := programme(list[0].Policy)
	if err != nil {
		return nil, err
	}
	standings, err := s.standings(ctx, p, documentsOf(list))
	if err != nil {
		return nil, err
	}
	gone := map[Hold][]Payout{}
	var rest []Payout
	for _, one := range list {
		x := standings[one.Document]
		if x.hold == "" && AccountID(x.account.ID) != one.Account {
			x.hold = NoAccount
		}
		if x.hold == "" {
			rest = append(rest, one)
			continue
		}
		gone[x.hold] = append(gone[x.hold], one)
	}
	for why, some := range gone {
		if err := s.drop(ctx, string(why), some...); err != nil {
			return nil, err
		}
	}
	return rest, nil
}

// drop gives payouts up that did not leave, or of which the gateway has none.
func (s *Service) drop(ctx context.Context, cause string, list ...Payout) error {
	list = slices.Clone(list)
	var back []ledger.Transfer
	gone := make([]PayoutID, len(list))
	for i, p := range list {
		switch p.State {
		case PayoutApproved:
			back = append(back, settle(ledger.Release, released, p))
		case PayoutSent, PayoutUnknown:
			back = append(back, move(recalled, p, clearingOf(p.Policy), policyOf(p.Policy)))
		case PayoutPrepared, PayoutPaid, PayoutRefused, PayoutReturned, PayoutDropped:
		}
		p.State, p.Cause = PayoutDropped, cause
		list[i], gone[i] = p, p.ID
	}
	if err := s.savePayouts(ctx, list...); err != nil {
		return err
	}
	if err := s.free(ctx, gone...); err != nil {
		return err
	}
	_, err := s.Ledger.Book(ctx, back...)
	return err
}

// approveAll sets the money of payouts aside, and has them sent.
func (s *Service) approveAll(ctx context.Context, b Batch, list []Payout) error {
	if err := s.openAccounts(ctx, b.Policy); err != nil {
		return err
	}
	payees := make([]ledger.Account, 0, len(list))
	transfers := make([]ledger.Transfer, len(list))
	for i, p := range list {
		transfers[i] = setAside(p)
		payees = append(payees, ledger.Account{Code: payeeOf(p.Document), Kind: ledger.Payee})
	}
	for part := range slices.Chunk(payees, mostAtOnce) {
		if err := s.Ledger.Open(ctx, part...); err != nil {
			return err
		}
	}
	if _, err := s.Ledger.Book(ctx, transfers...); err != nil {
		return err
	}
	err := s.DB.Client(ctx).Payout.Update().Where(row.BatchID(string(b.ID)), row.StateEQ(row.StatePrepared)).
		SetState(row.StateApproved).SetApproveTime(b.Decided).SetChangeTime(b.Decided).AddVersion(1).Exec(ctx)
	if err != nil {
		return fmt.Errorf("approve payouts: %w", err)
	}
	return s.Queue.Enqueue(ctx, work.Job{Kind: PayWork, ID: string(b.ID)})
}
