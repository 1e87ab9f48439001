package subsidy

import (
	"context"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/ledger"
)

// The accounts of a policy, and of those who are paid.
func budgetOf(p PolicyName) string       { return "budget/" + string(p) }
func policyOf(p PolicyName) string       { return "policy/" + string(p) }
func payableOf(p PolicyName) string      { return "payable/" + string(p) }
func clearingOf(p PolicyName) string     { return "clearing/" + string(p) }
func payeeOf(id actor.DocumentID) string { return "payee/" + string(id) }

// Why the books move, and the names of what moves: each once for a payout.
const (
	reserved = "reserve"  // approved: policy to payable, set aside
	posted   = "post"     // it leaves: what was set aside moves
	released = "release"  // it does not leave
	sent     = "send"     // payable to clearing
	settled  = "paid"     // clearing to the payee
	refused  = "refused"  // clearing back to the policy
	returned = "returned" // from the payee back to the policy
	recalled = "recall"   // it left, the gateway has none of it, and it may not leave again
)

// named is the name of what moves for a payout.
func named(why string, id PayoutID) ledger.TransferID {
	return ledger.TransferID(why + "/" + string(id))
}

// move moves the money of a payout at once.
func move(why string, p Payout, debit, credit string) ledger.Transfer {
	return ledger.Transfer{
		ID: named(why, p.ID), Step: ledger.Move, Debit: debit, Credit: credit, Fen: p.Fen, Reason: why, About: string(p.ID),
	}
}

// setAside reserves the money of a payout.
func setAside(p Payout) ledger.Transfer {
	t := move(reserved, p, policyOf(p.Policy), payableOf(p.Policy))
	t.Step = ledger.Reserve
	return t
}

// settle ends what was set aside for a payout.
func settle(step ledger.Step, why string, p Payout) ledger.Transfer {
	return ledger.Transfer{ID: named(why, p.ID), Step: step, Reserve: named(reserved, p.ID), Reason: why, About: string(p.ID)}
}

// openAccounts opens the accounts of a policy.
func (s *Service) openAccounts(ctx context.Context, p PolicyName) error {
	return s.Ledger.Open(ctx,
		ledger.Account{Code: budgetOf(p), Kind: ledger.Budget}, ledger.Account{Code: policyOf(p), Kind: ledger.Policy, Capped: true},
		ledger.Account{Code: payableOf(p), Kind: ledger.Payable}, ledger.Account{Code: clearingOf(p), Kind: ledger.Clearing})
}

// Fund lets a policy give so much more, in fen, under the name of the paper that says so;
// under one name once. Only officers with the duty to pay do it. It fails with
// [ErrProgramme], guard.ErrNotFound, and ledger.ErrDiffers where another amount stands
// under that name.
func (s *Service) Fund(ctx context.Context, by actor.Actor, name PolicyName, fen int64, paper string) error {
	if _, err := s.mayPay(by, name); err != nil {
		return err
	}
	if fen <= 0 || paper == "" || len(paper) > 36 {
		return ErrFunding
	}
	err := s.DB.InTx(ctx, func(ctx context.Context) error {
		if err := s.openAccounts(ctx, name); err != nil {
			return err
		}
		_, err := s.Ledger.Book(ctx, ledger.Transfer{
			ID: ledger.TransferID("fund/" + string(name) + "/" + paper), Step: ledger.Move, Debit: budgetOf(name), Credit: policyOf(name), Fen: fen,
			Reason: "fund", About: paper,
		})
		if err != nil {
			return err
		}
		return s.Audit.Change(ctx, "subsidy.fund", by)
	})
	if err != nil {
		return fmt.Errorf("fund: %w", err)
	}
	return nil
}
