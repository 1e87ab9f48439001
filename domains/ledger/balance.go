package ledger

import (
	"context"
	"errors"
	"fmt"
	"time"

	accountrow "github.com/minzhengtong/minzhengtong/gen/ent/ledgeraccount"
	row "github.com/minzhengtong/minzhengtong/gen/ent/ledgertransfer"
)

// Balance returns what stands on an account. It fails with [ErrAccount].
func (s *Service) Balance(ctx context.Context, code string) (Balance, error) {
	known, err := s.accounts(ctx, []string{code})
	if err != nil {
		return Balance{}, err
	}
	a, ok := known[code]
	if !ok {
		return Balance{}, ErrAccount
	}
	return a.balance, nil
}

// BalanceAt returns what stood on an account at a moment, by what was booked until
// then. It fails with [ErrAccount].
func (s *Service) BalanceAt(ctx context.Context, code string, at time.Time) (Balance, error) {
	id, err := s.db.Client(ctx).LedgerAccount.Query().Where(accountrow.Code(code)).OnlyID(ctx)
	if err != nil {
		return Balance{}, fmt.Errorf("%w: %w", ErrAccount, err)
	}
	list, err := s.sums(ctx, `WHERE (debit_id = ? OR credit_id = ?) AND create_time <= ?`, id, id, asRow(at))
	return list[id], err
}

// sums adds up transfers by account.
func (s *Service) sums(ctx context.Context, where string, params ...any) (list map[string]Balance, err error) {
	text := `SELECT debit_id, credit_id, kind, sum(fen) FROM ledger_transfers ` + where + ` GROUP BY debit_id, credit_id, kind`
	rows, err := s.db.SQL(ctx).QueryContext(ctx, s.db.Rebind(text), params...)
	if err != nil {
		return nil, fmt.Errorf("add transfers: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	list = map[string]Balance{}
	for rows.Next() {
		var debit, credit string
		var t Transfer
		if err := rows.Scan(&debit, &credit, &t.Step, &t.Fen); err != nil {
			return nil, fmt.Errorf("add transfers: %w", err)
		}
		list[debit] = list[debit].plus(t.onDebit())
		list[credit] = list[credit].plus(t.onCredit())
	}
	return list, rows.Err()
}

// Difference is an account whose totals are not those of its transfers.
type Difference struct {
	Code          string
	Kept, AddedUp Balance
}

// Verify adds the books up anew, and returns the accounts that are not what their
// transfers make. There are none unless somebody wrote into the database.
func (s *Service) Verify(ctx context.Context) ([]Difference, error) {
	var found []Difference
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		found = nil
		added, err := s.sums(ctx, "")
		if err != nil {
			return err
		}
		rows, err := s.db.Client(ctx).LedgerAccount.Query().Order(accountrow.ByCode()).All(ctx)
		if err != nil {
			return err
		}
		for _, r := range rows {
			kept := Balance{Debits: r.Debits, Credits: r.Credits, ReservedDebits: r.ReservedDebits, ReservedCredits: r.ReservedCredits}
			if kept != added[r.ID] {
				found = append(found, Difference{Code: r.Code, Kept: kept, AddedUp: added[r.ID]})
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("verify the books: %w", err)
	}
	return found, nil
}

// About returns what was booked for a row, such as a payout, in the order of booking.
func (s *Service) About(ctx context.Context, about string) ([]Transfer, error) {
	rows, err := s.db.Client(ctx).LedgerTransfer.Query().Where(row.About(about)).WithDebit().WithCredit().
		Order(row.ByCreateTime(), row.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read transfers: %w", err)
	}
	list := make([]Transfer, len(rows))
	for i, r := range rows {
		list[i] = fromRow(r)
	}
	return list, nil
}
