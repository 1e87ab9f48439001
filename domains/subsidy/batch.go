package subsidy

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/ledger"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/payoutbatch"
)

// BatchID names a batch.
type BatchID string

// BatchState is how far a batch got.
type BatchState string

// The states. Their texts are stored and never renamed.
const (
	Prepared  BatchState = "prepared"
	Approved  BatchState = "approved"
	Withdrawn BatchState = "withdrawn"
)

// Batch is payouts that one officer prepared and another one decides about.
type Batch struct {
	ID      BatchID
	Policy  PolicyName
	State   BatchState
	Payouts int
	Fen     int64
	// PreparedBy and DecidedBy are what [actor.Actor.ID] gave.
	PreparedBy, DecidedBy string
	Prepared, Decided     time.Time
}

// Preview is what a batch would pay now.
type Preview struct {
	Payouts int
	Fen     int64
	// Largest are the largest amounts, in fen, at most ten.
	Largest []int64
	// Held counts who is owed something and cannot be paid now, by the reason.
	Held map[Hold]int
	// Free is what the policy may still give, in fen: its cap, less what was given and set
	// aside.
	Free int64
	// Before is the last approved batch of the policy; its ID is "" if there is none.
	Before Batch
	// Digest stands for all this: [Service.Prepare] wants it.
	Digest [sha256.Size]byte
}

// mostLargest is how many outliers a preview shows.
const mostLargest = 10

// Preview shows what is due under a policy. It fails with [ErrProgramme], and with
// guard.ErrNotFound for whoever is no officer.
func (s *Service) Preview(ctx context.Context, by actor.Actor, name PolicyName) (v Preview, err error) {
	p, err := s.mayPay(by, name)
	if err != nil {
		return Preview{}, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		list, err := s.payees(ctx, p)
		if err != nil {
			return err
		}
		v = preview(list)
		if v.Free, err = s.leftOf(ctx, name); err != nil {
			return err
		}
		v.Before, err = s.lastBatch(ctx, name)
		return err
	})
	if err != nil {
		return Preview{}, fmt.Errorf("preview a batch: %w", err)
	}
	return v, nil
}

// leftOf is what a policy may still give.
func (s *Service) leftOf(ctx context.Context, name PolicyName) (int64, error) {
	b, err := s.Ledger.Balance(ctx, policyOf(name))
	if errors.Is(err, ledger.ErrAccount) { // nothing was granted yet
		return 0, nil
	}
	return b.Free(), err
}

func preview(list []payee) Preview {
	v := Preview{Held: map[Hold]int{}, Digest: digest(list)}
	for _, x := range list {
		if x.hold != "" {
			v.Held[x.hold]++
			continue
		}
		v.Payouts++
		v.Fen += x.fen
		v.Largest = append(v.Largest, x.fen)
	}
	slices.SortFunc(v.Largest, func(a, b int64) int { return cmp.Compare(b, a) })
	v.Largest = v.Largest[:min(len(v.Largest), mostLargest)]
	return v
}

// mayPay lets officers with the duty to pay near a programme's money.
func (s *Service) mayPay(by actor.Actor, name PolicyName) (Programme, error) {
	if err := payer(by); err != nil {
		return Programme{}, err
	}
	return programme(name)
}

// Prepare makes payouts of what a preview showed, one for each payee. Nothing is paid
// until another officer approves it. It fails with [ErrPreviewOld] where something else is
// due by now, [ErrNothingDue], and as [Service.Preview] does.
func (s *Service) Prepare(ctx context.Context, by actor.Actor, name PolicyName, shown [sha256.Size]byte) (b Batch, err error) {
	p, err := s.mayPay(by, name)
	if err != nil {
		return Batch{}, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		list, err := s.payees(ctx, p)
		if err != nil {
			return err
		}
		v := preview(list)
		switch {
		case v.Digest != shown:
			return ErrPreviewOld
		case v.Payouts == 0:
			return ErrNothingDue
		}
		b = Batch{
			ID: BatchID(s.NewID()), Policy: name, State: Prepared, Payouts: v.Payouts, Fen: v.Fen, PreparedBy: by.ID(), Prepared: s.time(),
		}
		if err := s.insertBatch(ctx, b, shown); err != nil {
			return err
		}
		return s.insertPayouts(ctx, by, b, list)
	})
	if err != nil {
		return Batch{}, fmt.Errorf("prepare a batch: %w", err)
	}
	return b, nil
}

func (s *Service) insertBatch(ctx context.Context, b Batch, shown [sha256.Size]byte) error {
	return s.DB.Client(ctx).PayoutBatch.Create().SetID(string(b.ID)).SetPolicy(string(b.Policy)).SetState(row.StatePrepared).
		SetPayouts(int64(b.Payouts)).SetFen(b.Fen).SetDigest(shown[:]).SetPreparedBy(b.PreparedBy).SetCreateTime(b.Prepared).Exec(ctx)
}

// insertPayouts writes the payouts of a batch, and which claims they settle.
func (s *Service) insertPayouts(ctx context.Context, by actor.Actor, b Batch, list []payee) error {
	payouts := bulkPayouts()
	var settles []any // a claim and its payout, in turns
	var documents []actor.DocumentID
	for _, x := range list {
		if x.hold != "" {
			continue
		}
		id := s.NewID()
		Payout{
			ID: PayoutID(id), Batch: b.ID, Document: actor.DocumentID(x.account.DocumentID), Account: AccountID(x.account.ID),
			Policy: b.Policy, Fen: x.fen, State: PayoutPrepared, Created: b.Prepared,
		}.add(payouts, b.Prepared, 1)
		for _, c := range x.claims {
			settles = append(settles, c.id, id)
		}
		documents = append(documents, actor.DocumentID(x.account.DocumentID))
	}
	if _, err := payouts.Flush(ctx, s.DB); err != nil {
		return err
	}
	if err := s.settleClaims(ctx, settles); err != nil {
		return err
	}
	return s.Audit.Change(ctx, "subsidy.prepare_batch", by, documents...)
}

// settleClaims writes which payouts settle which open claims, given in turns.
func (s *Service) settleClaims(ctx context.Context, pairs []any) error {
	for part := range slices.Chunk(pairs, 2*mostAtOnce) {
		text := `WITH settles (claim, payout) AS (VALUES (?, ?)` + strings.Repeat(", (?, ?)", len(part)/2-1) + `)
			UPDATE claims SET payout_id = settles.payout, version = claims.version + 1 FROM settles
			WHERE claims.id = settles.claim AND claims.payout_id = ''`
		result, err := s.DB.SQL(ctx).ExecContext(ctx, s.DB.Rebind(text), part...)
		if err != nil {
			return fmt.Errorf("settle claims: %w", err)
		}
		if n, err := result.RowsAffected(); err != nil || int(n) != len(part)/2 {
			return errors.Join(err, ErrPreviewOld)
		}
	}
	return nil
}

// mostBatches is how many a list shows.
const mostBatches = 100

// Batches lists the batches of a policy, the newest first, a hundred at most. It fails as
// [Service.Preview] does.
func (s *Service) Batches(ctx context.Context, by actor.Actor, name PolicyName) ([]Batch, error) {
	if _, err := s.mayPay(by, name); err != nil {
		return nil, err
	}
	rows, err := s.DB.Client(ctx).PayoutBatch.Query().Where(row.PolicyEQ(string(name))).
		Order(row.ByCreateTime(sql.OrderDesc()), row.ByID(sql.OrderDesc())).Limit(mostBatches).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read batches: %w", err)
	}
	list := make([]Batch, len(rows))
	for i, r := range rows {
		list[i] = batchOf(r)
	}
	return list, nil
}

// lastBatch is the last approved batch of a policy.
func (s *Service) lastBatch(ctx context.Context, name PolicyName) (Batch, error) {
	r, err := s.DB.Client(ctx).PayoutBatch.Query().Where(row.PolicyEQ(string(name)), row.StateEQ(row.StateApproved)).
		Order(row.ByCreateTime(sql.OrderDesc()), row.ByID(sql.OrderDesc())).First(ctx)
	if err != nil {
		if entdb.IsNotFound(err) {
			err = nil
		}
		return Batch{}, err
	}
	return batchOf(r), nil
}

func batchOf(r *ent.PayoutBatch) Batch {
	b := Batch{
		ID: BatchID(r.ID), Policy: PolicyName(r.Policy), State: BatchState(r.State), Payouts: int(r.Payouts), Fen: r.Fen,
		PreparedBy: r.PreparedBy, DecidedBy: r.DecidedBy, Prepared: r.CreateTime.UTC(),
	}
	if r.DecideTime != nil {
		b.Decided = r.DecideTime.UTC()
	}
	return b
}
