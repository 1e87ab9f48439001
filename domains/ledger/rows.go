package ledger

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	accountrow "github.com/minzhengtong/minzhengtong/gen/ent/ledgeraccount"
	row "github.com/minzhengtong/minzhengtong/gen/ent/ledgertransfer"
)

// mostAtOnce is how many names one statement has.
const mostAtOnce = 500

// transfers reads those with some names, and those that settle some reserves.
func (s *Service) transfers(ctx context.Context, ids, reserves []TransferID) (map[TransferID]Transfer, error) {
	known := map[TransferID]Transfer{}
	read := func(q *ent.LedgerTransferQuery) error {
		rows, err := q.WithDebit().WithCredit().All(ctx)
		for _, r := range rows {
			known[TransferID(r.ID)] = fromRow(r)
		}
		return err
	}
	c := s.db.Client(ctx)
	for part := range slices.Chunk(ids, mostAtOnce) {
		if err := read(c.LedgerTransfer.Query().Where(row.IDIn(entdb.Texts(part)...))); err != nil {
			return nil, fmt.Errorf("read transfers: %w", err)
		}
	}
	for part := range slices.Chunk(reserves, mostAtOnce) {
		if err := read(c.LedgerTransfer.Query().Where(row.ReserveIDIn(entdb.Texts(part)...))); err != nil {
			return nil, fmt.Errorf("read transfers: %w", err)
		}
	}
	return known, nil
}

func fromRow(r *ent.LedgerTransfer) Transfer {
	t := Transfer{
		ID: TransferID(r.ID), Step: Step(r.Kind), Debit: r.Edges.Debit.Code, Credit: r.Edges.Credit.Code, Fen: r.Fen,
		Reason: r.Reason, About: r.About, Time: r.CreateTime.UTC(),
	}
	if r.ReserveID != nil {
		t.Reserve = TransferID(*r.ReserveID)
	}
	return t
}

// write writes what a booking made, and adds it to the accounts, in the order of their
// names so that bookings do not wait for each other in a circle.
func (s *Service) write(ctx context.Context, b *booking) error {
	rows := entdb.NewBulk(row.Table, row.FieldID, row.FieldKind, row.FieldDebitID, row.FieldCreditID, row.FieldFen,
		row.FieldReserveID, row.FieldReason, row.FieldAbout, row.FieldCreateTime)
	now := s.time()
	for _, t := range b.fresh {
		var reserve any
		if t.Reserve != "" {
			reserve = string(t.Reserve)
		}
		rows.Add(string(t.ID), string(t.Step), b.accounts[t.Debit].id, b.accounts[t.Credit].id, t.Fen, reserve, t.Reason, t.About, now)
	}
	if _, err := rows.Flush(ctx, s.db); err != nil {
		return err
	}
	for _, code := range slices.Sorted(maps.Keys(b.changed)) {
		change := b.changed[code]
		err := s.db.Client(ctx).LedgerAccount.Update().Where(accountrow.ID(b.accounts[code].id)).
			AddDebits(change.Debits).AddCredits(change.Credits).
			AddReservedDebits(change.ReservedDebits).AddReservedCredits(change.ReservedCredits).Exec(ctx)
		if err != nil {
			return fmt.Errorf("save account: %w", err)
		}
	}
	return nil
}

// asRow is a moment as the databases keep it.
func asRow(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
