package subsidy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/ledger"
	"github.com/minzhengtong/minzhengtong/domains/rules"
	claimrow "github.com/minzhengtong/minzhengtong/gen/ent/claim"
	row "github.com/minzhengtong/minzhengtong/gen/ent/entitlement"
	payoutrow "github.com/minzhengtong/minzhengtong/gen/ent/payout"
)

// ErrDecision: there is no such decision.
var ErrDecision = fault.New(fault.NotFound, "SUBSIDY_DECISION_NOT_FOUND")

// ErrExport: what was exported does not hold together; the text says where.
var ErrExport = errors.New("the export does not hold together")

// Export is a decision with everything that it rests on and that came of it, for an
// auditor: [Check] holds it together without the database.
type Export struct {
	Policy    PolicyName `json:"policy"`
	Period    Period     `json:"period"`
	Number    int64      `json:"number"`
	Outcome   Outcome    `json:"outcome"`
	Fen       int64      `json:"fen"`
	Statement Statement  `json:"statement"`
	// Change is what it added to what was owed, in fen; 0 where it added nothing.
	Change int64 `json:"change"`
	// Payout is what settled that, with what was booked for it; nil while nothing does.
	Payout *ExportedPayout `json:"payout,omitempty"`
}

// ExportedPayout is a payout with its bookings.
type ExportedPayout struct {
	ID        PayoutID          `json:"id"`
	State     PayoutState       `json:"state"`
	Fen       int64             `json:"fen"`
	Reference string            `json:"reference"`
	Books     []ledger.Transfer `json:"books"`
}

// LogValue keeps an export out of logs.
func (Export) LogValue() slog.Value { return slog.StringValue("[export]") }

// Export exports a decision for an auditor. It fails with [ErrDecision], and with
// guard.ErrNotFound for anybody else.
func (s *Service) Export(ctx context.Context, by actor.Actor, id DecisionID) (e Export, err error) {
	if by.Role != actor.Auditor || by.ID() == "" {
		return Export{}, guard.ErrNotFound
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		rows, err := s.DB.Client(ctx).Entitlement.Query().Where(row.ID(string(id))).All(ctx)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return ErrDecision
		}
		d, err := s.explain(ctx, rows)
		if err != nil {
			return err
		}
		e = Export{
			Policy: d[0].Policy, Period: d[0].Period, Number: d[0].Number, Outcome: d[0].Outcome, Fen: d[0].Fen, Statement: d[0].Statement,
		}
		if err := s.exportMoney(ctx, id, &e); err != nil {
			return err
		}
		return s.Audit.Change(ctx, "subsidy.export", by, d[0].Document)
	})
	if err != nil {
		return Export{}, fmt.Errorf("export a decision: %w", err)
	}
	return e, nil
}

// exportMoney adds what came of a decision.
func (s *Service) exportMoney(ctx context.Context, id DecisionID, e *Export) error {
	c := s.DB.Client(ctx)
	claims, err := c.Claim.Query().Where(claimrow.EntitlementID(string(id))).All(ctx)
	if err != nil || len(claims) == 0 {
		return err
	}
	e.Change = claims[0].Fen
	payouts, err := c.Payout.Query().Where(payoutrow.ID(claims[0].PayoutID)).All(ctx)
	if err != nil || len(payouts) == 0 {
		return err
	}
	p := payoutOf(payouts[0])
	e.Payout = &ExportedPayout{ID: p.ID, State: p.State, Fen: p.Fen, Reference: p.Reference}
	e.Payout.Books, err = s.Ledger.About(ctx, string(p.ID))
	return err
}

// Check holds an export, as JSON, together with the policies alone: the trace comes out
// anew byte for byte, the outcome and the amount are the trace's, and what was booked is
// what the payout's state says. It fails with [ErrExport], and as [rules.Book.Replay]
// does.
func Check(ctx context.Context, policies *rules.Book, exported []byte) error {
	var e Export
	if err := json.Unmarshal(exported, &e); err != nil {
		return fmt.Errorf("%w: %w", ErrExport, err)
	}
	if err := policies.Replay(ctx, e.Statement.Trace); err != nil {
		return fmt.Errorf("%w: the trace: %w", ErrExport, err)
	}
	t, err := e.Statement.trace()
	if err != nil {
		return fmt.Errorf("%w: the trace: %w", ErrExport, err)
	}
	outcome := outcomeOf(t)
	switch {
	case t.Policy != string(e.Policy) || t.On != e.Period.lastDay():
		return fmt.Errorf("%w: the trace is of %s on %s", ErrExport, t.Policy, t.On)
	case outcome != e.Outcome || outcome == Entitled && t.Fen != e.Fen || outcome != Entitled && e.Fen != 0:
		return fmt.Errorf("%w: the trace comes to %s, %d fen", ErrExport, outcome, t.Fen)
	}
	return e.Payout.check()
}

// check wants the bookings of a payout to be those of its state.
func (p *ExportedPayout) check() error {
	if p == nil {
		return nil
	}
	want := map[PayoutState][]string{
		PayoutPrepared: nil, PayoutApproved: {reserved}, PayoutSent: {reserved, posted, sent}, PayoutUnknown: {reserved, posted, sent},
		PayoutPaid: {reserved, posted, sent, settled}, PayoutRefused: {reserved, posted, sent, refused},
		PayoutReturned: {reserved, posted, sent, settled, returned},
	}[p.State]
	found := map[string]bool{}
	for _, b := range p.Books {
		if b.Fen != p.Fen || b.About != string(p.ID) || found[b.Reason] {
			return fmt.Errorf("%w: %s books %d fen", ErrExport, b.Reason, b.Fen)
		}
		found[b.Reason] = true
	}
	if len(found) != len(want) {
		return fmt.Errorf("%w: %d bookings for a payout that is %s", ErrExport, len(found), p.State)
	}
	for _, why := range want {
		if !found[why] {
			return fmt.Errorf("%w: nothing is booked for %s", ErrExport, why)
		}
	}
	return nil
}
