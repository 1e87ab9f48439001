package subsidy

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/rules"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	claimrow "github.com/minzhengtong/minzhengtong/gen/ent/claim"
	accountrow "github.com/minzhengtong/minzhengtong/gen/ent/payeeaccount"
	spentrow "github.com/minzhengtong/minzhengtong/gen/ent/spentreceipt"
)

// CountedReceipt is a receipt of tax that a decision counted.
type CountedReceipt struct {
	Number string
	// Under is the document of the file by which the tax was paid.
	Under                actor.DocumentID
	PaidFen, RefundedFen int64
}

// LogValue keeps a receipt out of logs.
func (CountedReceipt) LogValue() slog.Value { return slog.StringValue("[receipt]") }

// SeenPayout is a payout as its payee sees it: once it is paid, the receipt for it (發放回執).
type SeenPayout struct {
	Payout
	// Account is where it goes or went; without an ID once that was forgotten.
	Account Account
	// Decisions are those whose claims it settles; none once it was refused or came back.
	Decisions []DecisionID
}

// counts finds the receipts that decisions counted, each with its document.
func (s *Service) counts(ctx context.Context, list []Explained) error {
	var hashes [][]byte
	for i, d := range list {
		list[i].Counted = receiptsIn(d.Trace, d.Policy)
		for _, r := range list[i].Counted {
			hashes = append(hashes, hashOf(r.Number))
		}
	}
	if len(hashes) == 0 {
		return nil
	}
	rows, err := s.DB.Client(ctx).SpentReceipt.Query().Where(spentrow.HashIn(hashes...)).All(ctx)
	if err != nil {
		return fmt.Errorf("read spent receipts: %w", err)
	}
	under := make(map[string]actor.DocumentID, len(rows))
	for _, r := range rows {
		under[r.Policy+string(r.Hash)] = actor.DocumentID(r.DocumentID)
	}
	for _, d := range list {
		for i, r := range d.Counted {
			d.Counted[i].Under = under[string(d.Policy)+string(hashOf(r.Number))]
		}
	}
	return nil
}

// receiptsIn are the receipts that a trace counted, if it grants something.
func receiptsIn(t rules.Trace, name PolicyName) (list []CountedReceipt) {
	p, err := programme(name)
	if err != nil || outcomeOf(t) != Entitled {
		return nil
	}
	numbers := numbersIn(t, p.Counted)
	rows, _ := t.Facts["receipts"].([]any) // a rule without receipts has none
	for _, one := range rows {
		fields, _ := one.(map[string]any)
		number, _ := fields["number"].(string)
		if !numbers[number] {
			continue
		}
		paid, _ := fields["paid_fen"].(int64)
		refunded, _ := fields["refunded_fen"].(int64)
		list = append(list, CountedReceipt{Number: number, PaidFen: paid, RefundedFen: refunded})
	}
	return list
}

// seen adds to payouts of one file what their payee may see besides.
func (s *Service) seen(ctx context.Context, list []Payout) ([]SeenPayout, error) {
	accounts, settles := make([]string, len(list)), make([]string, len(list))
	for i, p := range list {
		accounts[i], settles[i] = string(p.Account), string(p.ID)
	}
	c := s.DB.Client(ctx)
	rows, err := c.PayeeAccount.Query().Where(accountrow.IDIn(accounts...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	opened := map[AccountID]Account{}
	for _, r := range rows {
		if opened[AccountID(r.ID)], err = s.openAccount(ctx, r); err != nil {
			return nil, err
		}
	}
	claims, err := c.Claim.Query().Where(claimrow.PayoutIDIn(settles...)).Order(claimrow.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read claims: %w", err)
	}
	decisions := map[PayoutID][]DecisionID{}
	for _, r := range claims {
		decisions[PayoutID(r.PayoutID)] = append(decisions[PayoutID(r.PayoutID)], DecisionID(r.EntitlementID))
	}
	out := make([]SeenPayout, len(list))
	for i, p := range list {
		out[i] = SeenPayout{p, opened[p.Account], decisions[p.ID]}
	}
	return out, nil
}

// openAccount opens the tail of an account; one that was forgotten has none, and no ID.
func (s *Service) openAccount(ctx context.Context, r *ent.PayeeAccount) (Account, error) {
	if len(r.TailSealed) == 0 {
		return Account{}, nil
	}
	keys, err := s.Vault.Keys(ctx, r.DocumentID)
	if err != nil {
		return Account{}, err
	}
	tail, err := keys.Unseal(r.DocumentID, r.TailSealed, tailPlace(r.ID))
	if err != nil {
		return Account{}, fmt.Errorf("open account %s: %w", r.ID, err)
	}
	return Account{ID: AccountID(r.ID), Kind: AccountKind(r.Kind), Tail: string(tail), Created: r.CreateTime.UTC()}, nil
}
