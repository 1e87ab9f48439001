package subsidy

import (
	"context"
	"errors"

	"github.com/minzhengtong/minzhengtong/domains/ledger"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// heard is what follows from what the gateway said.
type heard struct {
	payouts  []Payout
	freed    []PayoutID
	books    []ledger.Transfer
	tasks    []Task
	messages []notice.Message
}

// take takes what the gateway said of a payout, whichever way it came: as the answer to
// an order or a question, as an event or as a line of a statement; once, twice, late or
// out of order.
func (h *heard) take(p Payout, a said) {
	switch {
	case errors.Is(a.err, upstream.ErrPaymentDiffers):
		h.doubt(p, causeOrder, TaskOrderDiffers, 0)
		return
	case a.err != nil:
		h.silence(p)
		return
	case a.answer.Fen != p.Fen:
		h.doubt(p, causeAmount, TaskAmountDiffers, a.answer.Fen)
		return
	}
	next, books := after(p, a.answer)
	switch {
	case next.State == p.State && next.Reference == p.Reference:
		h.touch(p)
	case !next.follows(p):
		h.tasks = append(h.tasks, Task{
			Kind: TaskOrderDiffers, Key: "state/" + string(p.ID) + "/" + string(a.answer.State), Payout: p.ID, Expected: p.Fen, Found: a.answer.Fen,
		})
	default:
		h.payouts = append(h.payouts, next)
		h.books = append(h.books, books...)
		if next.State == PayoutRefused || next.State == PayoutReturned {
			h.freed = append(h.freed, p.ID)
		}
		h.tell(p, next)
	}
}

// record writes what was heard, in the caller's transaction.
func (s *Service) record(ctx context.Context, h heard) error {
	if err := s.savePayouts(ctx, h.payouts...); err != nil {
		return err
	}
	if err := s.free(ctx, h.freed...); err != nil {
		return err
	}
	if err := s.raise(ctx, h.tasks...); err != nil {
		return err
	}
	if _, err := s.Notices.TellMany(ctx, h.messages); err != nil {
		return err
	}
	_, err := s.Ledger.Book(ctx, h.books...)
	return err
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
func (h *heard) touch(p Payout) {
	if p.State == PayoutSent || p.State == PayoutUnknown {
		h.payouts = append(h.payouts, p)
	}
}

// silence marks a payout that left and of which nothing was heard. What is known stays
// known.
func (h *heard) silence(p Payout) {
	if p.State == PayoutSent {
		p.State, p.Cause = PayoutUnknown, causeSilence
	}
	h.touch(p)
}

// doubt marks a payout of which something was heard that cannot be true, for somebody to
// look into.
func (h *heard) doubt(p Payout, cause string, kind TaskKind, found int64) {
	h.tasks = append(h.tasks, Task{Kind: kind, Key: string(kind) + "/" + string(p.ID), Payout: p.ID, Expected: p.Fen, Found: found})
	if p.State == PayoutSent || p.State == PayoutUnknown {
		p.State, p.Cause = PayoutUnknown, cause
		h.payouts = append(h.payouts, p)
	}
}

// The kinds of notices about money.
const (
	kindPaid    = "subsidy_paid"
	kindReturns = "subsidy_returned"
)

// tell tells a payee that money came, or could not come.
func (h *heard) tell(before, p Payout) {
	kind := map[PayoutState]string{PayoutPaid: kindPaid, PayoutRefused: kindReturns, PayoutReturned: kindReturns}[p.State]
	if p.State == before.State || kind == "" {
		return
	}
	h.messages = append(h.messages, notice.Message{
		Document: p.Document, Key: kind + "/" + string(p.ID), Kind: kind, Topic: notice.Money, About: string(p.ID),
		Args: map[string]string{"Amount": yuan(p.Fen)},
	})
}
