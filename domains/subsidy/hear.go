package subsidy

import (
	"context"
	"errors"

	"github.com/minzhengtong/minzhengtong/domains/ledger"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// hear takes what the gateway said of a payout, in the caller's transaction, whichever
// way it came: as the answer to an order or a question, as an event or as a line of a
// statement; once, twice, late or out of order. It returns what has to be booked.
func (s *Service) hear(ctx context.Context, p Payout, a said) ([]ledger.Transfer, error) {
	switch {
	case errors.Is(a.err, upstream.ErrPaymentDiffers):
		return nil, s.doubt(ctx, p, causeOrder, TaskOrderDiffers, 0)
	case a.err != nil:
		return nil, s.silence(ctx, p)
	case a.answer.Fen != p.Fen:
		return nil, s.doubt(ctx, p, causeAmount, TaskAmountDiffers, a.answer.Fen)
	}
	next, books := after(p, a.answer)
	if next.State == p.State && next.Reference == p.Reference {
		return nil, s.touch(ctx, p)
	}
	if !next.follows(p) {
		return nil, s.raise(ctx, Task{
			Kind: TaskOrderDiffers, Key: "state/" + string(p.ID) + "/" + string(a.answer.State), Payout: p.ID, Expected: p.Fen, Found: a.answer.Fen,
		})
	}
	if err := s.savePayout(ctx, next); err != nil {
		return nil, err
	}
	if next.State == PayoutRefused || next.State == PayoutReturned {
		if err := s.free(ctx, p.ID); err != nil {
			return nil, err
		}
	}
	return books, s.tellPayout(ctx, p, next)
}

// after is a payout once the gateway said something of it, and what that books.
func after(p Payout, a upstream.PaymentAnswer) (Payout, []ledger.Transfer) {
	next := p
	next.Reference, next.Cause = a.Reference, a.Reason
	paid := move(settled, p, clearingOf(p.Policy), payeeOf(p.Document))
	back := move(returned, p, payeeOf(p.Document), policyOf(p.Policy))
	switch a.State {
	case upstream.PaymentPending:
		if p.State == PayoutUnknown {
			next.State = PayoutSent
		} else {
			next = p // it was known
		}
		return next, nil
	case upstream.PaymentPaid:
		if p.State == PayoutReturned {
			return p, nil // an older word
		}
		next.State, next.Settled = PayoutPaid, a.Time
		return next, []ledger.Transfer{paid}
	case upstream.PaymentRefused:
		next.State, next.Settled = PayoutRefused, a.Time
		return next, []ledger.Transfer{move(refused, p, clearingOf(p.Policy), policyOf(p.Policy))}
	case upstream.PaymentReturned:
		next.State, next.Settled = PayoutReturned, a.Time
		if p.State == PayoutPaid {
			return next, []ledger.Transfer{back}
		}
		return next, []ledger.Transfer{paid, back}
	}
	return p, nil
}

// follows reports whether a state may come after the one before.
func (p Payout) follows(before Payout) bool {
	switch before.State {
	case PayoutSent, PayoutUnknown:
		return true
	case PayoutPaid:
		return p.State == PayoutReturned || p.State == PayoutPaid
	case PayoutRefused, PayoutReturned:
		return p.State == before.State
	case PayoutPrepared, PayoutApproved, PayoutDropped:
	}
	return false
}

// touch notes that a payout of which the end is not known was looked at, so that the
// others come before it the next time.
func (s *Service) touch(ctx context.Context, p Payout) error {
	if p.State != PayoutSent && p.State != PayoutUnknown {
		return nil
	}
	return s.savePayout(ctx, p)
}

// silence marks a payout that left and of which nothing was heard. What is known stays
// known.
func (s *Service) silence(ctx context.Context, p Payout) error {
	if p.State != PayoutSent {
		return s.touch(ctx, p)
	}
	p.State, p.Cause = PayoutUnknown, causeSilence
	return s.savePayout(ctx, p)
}

// doubt marks a payout of which something was heard that cannot be true, for somebody to
// look into.
func (s *Service) doubt(ctx context.Context, p Payout, cause string, kind TaskKind, found int64) error {
	err := s.raise(ctx, Task{Kind: kind, Key: string(kind) + "/" + string(p.ID), Payout: p.ID, Expected: p.Fen, Found: found})
	if err != nil || p.State != PayoutSent && p.State != PayoutUnknown {
		return err
	}
	p.State, p.Cause = PayoutUnknown, cause
	return s.savePayout(ctx, p)
}

// The kinds of notices about money.
const (
	kindPaid    = "subsidy_paid"
	kindReturns = "subsidy_returned"
)

// tellPayout tells a payee that money came, or could not come.
func (s *Service) tellPayout(ctx context.Context, before, p Payout) error {
	kind := map[PayoutState]string{PayoutPaid: kindPaid, PayoutRefused: kindReturns, PayoutReturned: kindReturns}[p.State]
	if p.State == before.State || kind == "" {
		return nil
	}
	return s.Notices.Tell(ctx, notice.Message{
		Document: p.Document, Key: kind + "/" + string(p.ID), Kind: kind, Topic: notice.Money, About: string(p.ID),
		Args: map[string]string{"Amount": yuan(p.Fen)},
	})
}
