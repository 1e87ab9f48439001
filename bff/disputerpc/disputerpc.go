// Package disputerpc translates the dispute services. It decides nothing.
package disputerpc

import (
	"context"
	"time"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dispute"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dispute/v1"
)

// Handler implements the generated DisputeServiceHandler.
type Handler struct {
	Disputes *dispute.Service
	Cursors  cursor.Codec
}

// FileDispute implements the procedure.
func (h *Handler) FileDispute(ctx context.Context, req *pb.FileDisputeRequest) (*pb.FileDisputeResponse, error) {
	subject := dispute.Subject{Kind: dispute.Kind(req.GetSubject().GetKind()), ID: req.GetSubject().GetId()}
	d, err := h.Disputes.File(ctx, actor.From(ctx), subject, req.GetReason())
	if err != nil {
		return nil, err
	}
	return &pb.FileDisputeResponse{Dispute: toAPI(d, h.Disputes.Now())}, nil
}

// ListDisputes implements the procedure.
func (h *Handler) ListDisputes(ctx context.Context, req *pb.ListDisputesRequest) (*pb.ListDisputesResponse, error) {
	list, token, err := page(ctx, h.Cursors, "disputes", req, h.Disputes.Mine)
	if err != nil {
		return nil, err
	}
	return &pb.ListDisputesResponse{Disputes: all(list, h.Disputes.Now()), NextPageToken: token}, nil
}

// Desk implements the generated DisputeDeskServiceHandler.
type Desk struct {
	Disputes *dispute.Service
	Cursors  cursor.Codec
}

// ListOpenDisputes implements the procedure.
func (h *Desk) ListOpenDisputes(ctx context.Context, req *pb.ListOpenDisputesRequest) (*pb.ListOpenDisputesResponse, error) {
	list, token, err := page(ctx, h.Cursors, "open_disputes", req, h.Disputes.Waiting)
	if err != nil {
		return nil, err
	}
	return &pb.ListOpenDisputesResponse{Disputes: all(list, h.Disputes.Now()), NextPageToken: token}, nil
}

// DecideDispute implements the procedure.
func (h *Desk) DecideDispute(ctx context.Context, req *pb.DecideDisputeRequest) (*pb.DecideDisputeResponse, error) {
	d, err := h.Disputes.Decide(ctx, actor.From(ctx), dispute.ID(req.GetId()), req.GetCorrected(), req.GetAnswer())
	if err != nil {
		return nil, err
	}
	return &pb.DecideDisputeResponse{Dispute: toAPI(d, h.Disputes.Now())}, nil
}

// paged is a request for a page.
type paged interface {
	GetPageSize() int32
	GetPageToken() string
}

// lister returns a page of a list, and where to go on.
type lister func(ctx context.Context, by actor.Actor, after dispute.Cursor, limit int) ([]dispute.Dispute, dispute.Cursor, error)

// page asks for the page of a list that a request names, and for the token that leads on.
func page(ctx context.Context, c cursor.Codec, list string, req paged, ask lister) ([]dispute.Dispute, string, error) {
	by := actor.From(ctx)
	var after dispute.Cursor
	if err := c.Read(list, by.ID(), req.GetPageToken(), &after); err != nil {
		return nil, "", err
	}
	found, next, err := ask(ctx, by, after, cursor.Texts.Size(req.GetPageSize()))
	if err != nil || next == (dispute.Cursor{}) {
		return found, "", err
	}
	token, err := c.Write(list, by.ID(), next)
	return found, token, err
}

// states has no withdrawn one: whose it was is gone.
var states = map[dispute.State]pb.DisputeState{
	dispute.Open: pb.DisputeState_DISPUTE_STATE_OPEN, dispute.Corrected: pb.DisputeState_DISPUTE_STATE_CORRECTED,
	dispute.Dismissed: pb.DisputeState_DISPUTE_STATE_DISMISSED,
}

func all(list []dispute.Dispute, now time.Time) []*pb.Dispute {
	return contract.Each(list, func(d dispute.Dispute) *pb.Dispute { return toAPI(d, now) })
}

// toAPI is a dispute as the contract has it. The length of the deadline is always an
// example.
func toAPI(d dispute.Dispute, now time.Time) *pb.Dispute {
	return &pb.Dispute{
		Id: string(d.ID), Subject: &pb.Subject{Kind: string(d.Subject.Kind), Id: d.Subject.ID}, DocumentId: string(d.Document),
		DepartmentId: string(d.Owner), State: states[d.State], Reason: d.Reason, CreateTime: contract.Time(d.Filed),
		DueTime: contract.Time(d.Due), Late: d.Late(now), DecideTime: contract.Time(d.Decided), Answer: d.Answer, Illustrative: true,
	}
}
