package subsidyrpc

import (
	"context"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/rules"
	"github.com/minzhengtong/minzhengtong/domains/subsidy"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/subsidy/v1"
)

// source is the language in which policies are written.
const source = "zh-Hans"

var (
	outcomes = map[subsidy.Outcome]pb.Outcome{
		subsidy.Entitled: pb.Outcome_OUTCOME_ENTITLED, subsidy.NotEntitled: pb.Outcome_OUTCOME_NOT_ENTITLED,
		subsidy.NotYet: pb.Outcome_OUTCOME_NOT_YET,
	}
	payoutStates = map[subsidy.PayoutState]pb.PayoutState{
		subsidy.PayoutPrepared: pb.PayoutState_PAYOUT_STATE_PREPARED, subsidy.PayoutApproved: pb.PayoutState_PAYOUT_STATE_APPROVED,
		subsidy.PayoutSent: pb.PayoutState_PAYOUT_STATE_SENT, subsidy.PayoutUnknown: pb.PayoutState_PAYOUT_STATE_UNKNOWN,
		subsidy.PayoutPaid: pb.PayoutState_PAYOUT_STATE_PAID, subsidy.PayoutRefused: pb.PayoutState_PAYOUT_STATE_REFUSED,
		subsidy.PayoutReturned: pb.PayoutState_PAYOUT_STATE_RETURNED, subsidy.PayoutDropped: pb.PayoutState_PAYOUT_STATE_DROPPED,
	}
	accountKinds = map[subsidy.AccountKind]pb.AccountKind{
		subsidy.BankAccount: pb.AccountKind_ACCOUNT_KIND_BANK_ACCOUNT, subsidy.ECNYWallet: pb.AccountKind_ACCOUNT_KIND_ECNY_WALLET,
	}
	accountKindsOf = contract.Reverse(accountKinds)
	payoutStatesOf = contract.Reverse(payoutStates)
)

// decision translates a decision with its trace, whose texts are delivered in the
// reader's script.
func decision(ctx context.Context, d subsidy.Explained) (*pb.Decision, error) {
	text := func(stored string) *commonv1.DataText { return contract.DataText(ctx, stored, source) }
	out := &pb.Decision{
		Id: string(d.ID), Policy: string(d.Policy), Period: string(d.Period), Outcome: outcomes[d.Outcome], Fen: d.Fen,
		Title: text(d.Trace.Title), Source: d.Trace.Source, Illustrative: illustrative(d.Trace), Missing: d.Trace.Missing,
		Voucher: d.Voucher, CreateTime: contract.Time(d.Made), ObjectUntilTime: contract.Time(d.ObjectUntil()),
		Conditions: contract.Each(d.Trace.Conditions, func(j rules.Judgment) *pb.Condition { return condition(j, text) }),
	}
	for _, r := range d.Counted {
		out.Counted = append(out.Counted, &pb.CountedReceipt{
			Receipt: r.Number, DocumentId: string(r.Under), PaidFen: r.PaidFen, RefundedFen: r.RefundedFen,
		})
	}
	for _, l := range d.LeftOut {
		out.LeftOut = append(out.LeftOut, &pb.LeftOut{Receipt: l.Receipt, Why: string(l.Why)})
	}
	for _, p := range d.Trace.Parameters {
		value, err := contract.JSON(p.Value)
		if err != nil {
			return nil, err
		}
		out.Figures = append(out.Figures, &pb.Figure{
			Title: text(p.Title), ValueJson: value, Unit: p.Unit, Source: text(p.Source), Illustrative: p.Status == rules.Illustrative,
		})
	}
	for _, s := range d.Trace.Steps {
		value, err := contract.JSON(s.Value)
		if err != nil {
			return nil, err
		}
		out.Steps = append(out.Steps, &pb.Step{Title: text(s.Title), ValueJson: value, Exact: s.Exact})
	}
	return out, nil
}

// illustrative reports whether something that a trace rests on is not confirmed.
func illustrative(t rules.Trace) bool {
	if t.Status == rules.Illustrative {
		return true
	}
	for _, p := range t.Parameters {
		if p.Status == rules.Illustrative {
			return true
		}
	}
	return false
}

func condition(j rules.Judgment, text func(string) *commonv1.DataText) *pb.Condition {
	out := &pb.Condition{Title: text(j.Title), Verdict: string(j.Verdict)}
	if j.Refusal != "" {
		out.Refusal = text(j.Refusal)
	}
	for _, h := range j.Hints {
		value, err := contract.JSON(h.To)
		if err != nil {
			continue // a hint that cannot be written helps nobody
		}
		out.Hints = append(out.Hints, &pb.Hint{Title: text(h.Title), ValueJson: value})
	}
	return out
}

func payout(p subsidy.Payout) *pb.Payout {
	return &pb.Payout{
		Id: string(p.ID), Policy: string(p.Policy), Fen: p.Fen, State: payoutStates[p.State], Cause: p.Cause,
		ApproveTime: contract.Time(p.Approved), SendTime: contract.Time(p.Sent), SettleTime: contract.Time(p.Settled),
	}
}

// seenPayout is a payout as its payee sees it.
func seenPayout(p subsidy.SeenPayout) *pb.Payout {
	out := payout(p.Payout)
	out.Reference, out.Account = p.Reference, accountToAPI(p.Account)
	for _, id := range p.Decisions {
		out.DecisionIds = append(out.DecisionIds, string(id))
	}
	return out
}

func accountToAPI(a subsidy.Account) *pb.PayeeAccount {
	if a.ID == "" {
		return nil
	}
	return &pb.PayeeAccount{Kind: accountKinds[a.Kind], Tail: a.Tail, CreateTime: contract.Time(a.Created)}
}

func batch(b subsidy.Batch) *pb.Batch {
	return &pb.Batch{
		Id: string(b.ID), Policy: string(b.Policy), State: string(b.State), Payouts: int64(b.Payouts), Fen: b.Fen,
		PreparerId: b.PreparedBy, DeciderId: b.DecidedBy, CreateTime: contract.Time(b.Prepared), DecideTime: contract.Time(b.Decided),
	}
}

func task(t subsidy.Task) *pb.PayoutTask {
	return &pb.PayoutTask{
		Id: string(t.ID), Kind: string(t.Kind), PayoutId: string(t.Payout), ExpectedFen: t.Expected, FoundFen: t.Found, CreateTime: contract.Time(t.Created),
		DecisionId: string(t.Decision()),
	}
}
