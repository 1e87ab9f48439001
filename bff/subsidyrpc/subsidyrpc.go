// Package subsidyrpc serves minzhengtong.subsidy.v1: it translates between messages and
// the domain, and decides nothing. Interceptors have checked the request's shape and the
// caller's audience, note the reason that the caller gives, and word whatever it returns.
package subsidyrpc

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/subsidy"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/subsidy/v1"
)

// Handler shows people their subsidies.
type Handler struct{ Subsidies *subsidy.Service }

// ListSubsidies implements the procedure.
func (h *Handler) ListSubsidies(ctx context.Context, _ *pb.ListSubsidiesRequest) (*pb.ListSubsidiesResponse, error) {
	by := actor.From(ctx)
	m, err := h.Subsidies.Mine(ctx, by)
	if err != nil {
		return nil, err
	}
	account, err := h.Subsidies.Account(ctx, by)
	if err != nil {
		return nil, err
	}
	out := &pb.ListSubsidiesResponse{Payouts: contract.Each(m.Payouts, seenPayout), Account: accountToAPI(account)}
	for _, d := range m.Decisions {
		one, err := decision(ctx, d)
		if err != nil {
			return nil, err
		}
		out.Decisions = append(out.Decisions, one)
	}
	out.OvertakenObjections = place(m.Objections, out.GetDecisions())
	for _, p := range slices.Sorted(maps.Keys(m.Holds)) {
		out.Holds = append(out.Holds, &pb.Hold{Policy: string(p), Why: string(m.Holds[p])})
	}
	return out, nil
}

// SetPayeeAccount implements the procedure.
func (h *Handler) SetPayeeAccount(ctx context.Context, req *pb.SetPayeeAccountRequest) (*pb.SetPayeeAccountResponse, error) {
	a, err := h.Subsidies.SetAccount(ctx, actor.From(ctx), accountKindsOf[req.GetKind()], req.GetNumber())
	if err != nil {
		return nil, err
	}
	return &pb.SetPayeeAccountResponse{Account: accountToAPI(a)}, nil
}

// GetPaymentPromise implements the procedure.
func (h *Handler) GetPaymentPromise(ctx context.Context, req *pb.GetPaymentPromiseRequest) (*pb.GetPaymentPromiseResponse, error) {
	from, err := contract.Day("from", req.GetFrom())
	if err != nil {
		return nil, err
	}
	to, err := contract.Day("to", req.GetTo())
	if err != nil {
		return nil, err
	}
	p, err := h.Subsidies.Promise(ctx, subsidy.PolicyName(req.GetPolicy()), from, to)
	if err != nil {
		return nil, err
	}
	return &pb.GetPaymentPromiseResponse{
		PromisedDays: subsidy.PromisedDays, Approved: int64(p.Approved), Within: int64(p.Within), Waiting: int64(p.Waiting), Late: int64(p.Late),
	}, nil
}

// Auditor serves auditors.
type Auditor struct{ Subsidies *subsidy.Service }

// ExportDecision implements the procedure.
func (h *Auditor) ExportDecision(ctx context.Context, req *pb.ExportDecisionRequest) (*pb.ExportDecisionResponse, error) {
	e, err := h.Subsidies.Export(ctx, actor.From(ctx), subsidy.DecisionID(req.GetId()))
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("write an export: %w", err)
	}
	return &pb.ExportDecisionResponse{Json: raw}, nil
}

// Events hears the payment gateway.
type Events struct{ Subsidies *subsidy.Service }

// ReportPayment implements the procedure.
func (h *Events) ReportPayment(ctx context.Context, req *pb.ReportPaymentRequest) (*pb.ReportPaymentResponse, error) {
	if err := h.Subsidies.Report(ctx, req.GetEvent(), req.GetSignature()); err != nil {
		return nil, err
	}
	return &pb.ReportPaymentResponse{}, nil
}
