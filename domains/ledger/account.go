package ledger

import (
	"context"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	row "github.com/minzhengtong/minzhengtong/gen/ent/ledgeraccount"
)

// Open opens accounts, in the caller's transaction if there is one. One that is open
// already stays as it is; it fails with [ErrDiffers] where that is of another kind or
// capped otherwise.
func (s *Service) Open(ctx context.Context, accounts ...Account) error {
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		codes := make([]string, len(accounts))
		for i, a := range accounts {
			codes[i] = a.Code
		}
		known, err := s.accounts(ctx, codes)
		if err != nil {
			return err
		}
		fresh := entdb.NewBulk(row.Table, row.FieldID, row.FieldCode, row.FieldKind, row.FieldCapped, row.FieldCreateTime)
		for _, a := range accounts {
			before, open := known[a.Code]
			switch {
			case !open:
				known[a.Code] = account{Account: a}
				fresh.Add(s.newID(), a.Code, string(a.Kind), a.Capped, s.time())
			case before.Account != a:
				return ErrDiffers
			}
		}
		_, err = fresh.Flush(ctx, s.db)
		return err
	})
	if err != nil {
		return fmt.Errorf("open accounts: %w", err)
	}
	return nil
}

// account is one as it is kept.
type account struct {
	Account
	id      string
	balance Balance
}

// accounts reads accounts by their codes; those that are not open are left out.
func (s *Service) accounts(ctx context.Context, codes []string) (map[string]account, error) {
	rows, err := s.db.Client(ctx).LedgerAccount.Query().Where(row.CodeIn(codes...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	known := make(map[string]account, len(codes))
	for _, r := range rows {
		known[r.Code] = account{
			Account: Account{Code: r.Code, Kind: Kind(r.Kind), Capped: r.Capped}, id: r.ID,
			balance: Balance{Debits: r.Debits, Credits: r.Credits, ReservedDebits: r.ReservedDebits, ReservedCredits: r.ReservedCredits},
		}
	}
	return known, nil
}
