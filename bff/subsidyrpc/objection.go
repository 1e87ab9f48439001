package subsidyrpc

import (
	"context"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/subsidy"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/subsidy/v1"
)

// FileObjection implements the procedure.
func (h *Handler) FileObjection(ctx context.Context, req *pb.FileObjectionRequest) (*pb.FileObjectionResponse, error) {
	o, err := h.Subsidies.FileObjection(ctx, actor.From(ctx), subsidy.DecisionID(req.GetDecisionId()), req.GetReason())
	if err != nil {
		return nil, err
	}
	return &pb.FileObjectionResponse{Objection: objection(o)}, nil
}

// ListObjections implements the procedure.
func (h *Desk) ListObjections(ctx context.Context, _ *pb.ListObjectionsRequest) (*pb.ListObjectionsResponse, error) {
	list, err := h.Subsidies.OpenObjections(ctx, actor.From(ctx))
	if err != nil {
		return nil, err
	}
	out := &pb.ListObjectionsResponse{}
	for _, o := range list {
		d, err := decision(ctx, o.Decision)
		if err != nil {
			return nil, err
		}
		out.Objections = append(out.Objections, &pb.OpenObjection{
			Objection: objection(o.Objection), Decision: d, Overtaken: o.Overtaken, Late: o.Late,
		})
	}
	return out, nil
}

// DecideObjection implements the procedure.
func (h *Desk) DecideObjection(ctx context.Context, req *pb.DecideObjectionRequest) (*pb.DecideObjectionResponse, error) {
	o, err := h.Subsidies.DecideObjection(ctx, actor.From(ctx), subsidy.ObjectionID(req.GetId()), req.GetUpheld(), req.GetAnswer())
	if err != nil {
		return nil, err
	}
	return &pb.DecideObjectionResponse{Objection: objection(o)}, nil
}

// objectionStates has no withdrawn one: whose it was is gone.
var objectionStates = map[subsidy.ObjectionState]pb.ObjectionState{
	subsidy.ObjectionOpen: pb.ObjectionState_OBJECTION_STATE_OPEN, subsidy.ObjectionUpheld: pb.ObjectionState_OBJECTION_STATE_UPHELD,
	subsidy.ObjectionDismissed: pb.ObjectionState_OBJECTION_STATE_DISMISSED,
}

func objection(o subsidy.Objection) *pb.Objection {
	return &pb.Objection{
		Id: string(o.ID), DecisionId: string(o.Decision), State: objectionStates[o.State], Reason: o.Reason, Answer: o.Answer,
		CreateTime: contract.Time(o.Filed), DueTime: contract.Time(o.Due), DecideTime: contract.Time(o.Decided), Illustrative: true,
	}
}

// place puts each objection to the decision that it is against, and those beside whose
// decision is not shown.
func place(list []subsidy.Objection, decisions []*pb.Decision) (overtaken []*pb.Objection) {
	of := make(map[string]*pb.Decision, len(decisions))
	for _, d := range decisions {
		of[d.GetId()] = d
	}
	for _, o := range list {
		if d := of[string(o.Decision)]; d != nil {
			d.Objection = objection(o)
			continue
		}
		overtaken = append(overtaken, objection(o))
	}
	return overtaken
}
