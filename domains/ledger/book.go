package ledger

import (
	"context"
	"fmt"
	"maps"
	"slices"
)

// Book books transfers, all or none, in the caller's transaction if there is one. One
// that is booked already is passed over; booked says how many were new.
//
// It fails with [ErrDiffers] where something else is booked under a name, [ErrCap]
// where a capped account has too little, [ErrSettled] where a reserve was settled
// otherwise, and with [ErrAccount], [ErrTransfer] or [ErrReserve] where the caller is
// wrong. Within one call each transfer sees those before it.
func (s *Service) Book(ctx context.Context, transfers ...Transfer) (booked int, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		b, err := s.begin(ctx, transfers)
		if err != nil {
			return err
		}
		for _, t := range transfers {
			if err := b.take(t); err != nil {
				return err
			}
		}
		booked = len(b.fresh)
		return s.write(ctx, b)
	})
	if err != nil {
		return 0, fmt.Errorf("book: %w", err)
	}
	return booked, nil
}

// booking is one call on its way.
type booking struct {
	known    map[TransferID]Transfer // by name
	settled  map[TransferID]Transfer // by the reserve that they settle
	accounts map[string]account      // by code
	changed  map[string]Balance      // what is added to the accounts
	fresh    []Transfer
}

// begin reads all that transfers are about.
func (s *Service) begin(ctx context.Context, transfers []Transfer) (*booking, error) {
	var ids, reserves []TransferID
	codes := map[string]bool{}
	for _, t := range transfers {
		if err := t.check(); err != nil {
			return nil, err
		}
		ids = append(ids, t.ID)
		if t.Reserve != "" {
			reserves = append(reserves, t.Reserve)
		}
		codes[t.Debit], codes[t.Credit] = true, true
	}
	b := &booking{settled: map[TransferID]Transfer{}, changed: map[string]Balance{}}
	var err error
	if b.known, err = s.transfers(ctx, append(ids, reserves...), reserves); err != nil {
		return nil, err
	}
	for _, t := range b.known {
		if t.Reserve != "" {
			b.settled[t.Reserve] = t
		}
		codes[t.Debit], codes[t.Credit] = true, true
	}
	delete(codes, "")
	b.accounts, err = s.accounts(ctx, slices.Sorted(maps.Keys(codes)))
	return b, err
}

// check reports a transfer that can be none.
func (t Transfer) check() error {
	settles := t.Step == Post || t.Step == Release
	sides := t.Debit != "" && t.Credit != "" && t.Debit != t.Credit && t.Fen > 0
	switch {
	case t.ID == "" || len(t.ID) > 64 || t.Reason == "" || len(t.Reason) > 32 || t.About == "" || len(t.About) > 36:
		return ErrTransfer
	case settles && (t.Reserve == "" || t.Debit != "" || t.Credit != "" || t.Fen != 0):
		return ErrTransfer
	case !settles && (t.Step != Move && t.Step != Reserve || t.Reserve != "" || !sides):
		return ErrTransfer
	}
	return nil
}

// take takes one transfer, and changes known and accounts along.
func (b *booking) take(t Transfer) error {
	if t.Reserve != "" {
		reserve, ok := b.known[t.Reserve]
		if !ok || reserve.Step != Reserve {
			return ErrReserve
		}
		t.Debit, t.Credit, t.Fen = reserve.Debit, reserve.Credit, reserve.Fen
	}
	if before, ok := b.known[t.ID]; ok {
		before.Time = t.Time
		if before != t {
			return ErrDiffers
		}
		return nil
	}
	if t.Reserve != "" {
		if _, done := b.settled[t.Reserve]; done {
			return ErrSettled
		}
		b.settled[t.Reserve] = t
	}
	if err := b.add(t.Debit, t.onDebit()); err != nil {
		return err
	}
	if err := b.add(t.Credit, t.onCredit()); err != nil {
		return err
	}
	b.known[t.ID] = t
	b.fresh = append(b.fresh, t)
	return nil
}

// onDebit and onCredit are what a transfer adds to its accounts.
func (t Transfer) onDebit() Balance {
	switch t.Step {
	case Reserve:
		return Balance{ReservedDebits: t.Fen}
	case Post:
		return Balance{Debits: t.Fen, ReservedDebits: -t.Fen}
	case Release:
		return Balance{ReservedDebits: -t.Fen}
	case Move:
	}
	return Balance{Debits: t.Fen}
}

func (t Transfer) onCredit() Balance {
	d := t.onDebit()
	return Balance{Credits: d.Debits, ReservedCredits: d.ReservedDebits}
}

// add changes an account, if its cap lets it.
func (b *booking) add(code string, change Balance) error {
	a, ok := b.accounts[code]
	if !ok {
		return ErrAccount
	}
	a.balance = a.balance.plus(change)
	gives := change.Debits > 0 || change.ReservedDebits > 0
	if a.Capped && gives && a.balance.Free() < 0 {
		return ErrCap.With("Account", code)
	}
	b.accounts[code] = a
	b.changed[code] = b.changed[code].plus(change)
	return nil
}

func (b Balance) plus(o Balance) Balance {
	return Balance{b.Debits + o.Debits, b.Credits + o.Credits, b.ReservedDebits + o.ReservedDebits, b.ReservedCredits + o.ReservedCredits}
}
