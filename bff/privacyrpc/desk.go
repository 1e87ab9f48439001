package privacyrpc

import (
	"context"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/privacy"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/privacy/v1"
)

// Desk is the officers' side of corrections.
type Desk struct {
	Privacy *privacy.Service
	Cursors cursor.Codec
}

// ListOpenCorrections implements the procedure.
func (h *Desk) ListOpenCorrections(ctx context.Context, req *pb.ListOpenCorrectionsRequest) (*pb.ListOpenCorrectionsResponse, error) {
	const list = "corrections"
	by := actor.From(ctx)
	var after privacy.Cursor
	if err := h.Cursors.Read(list, by.ID(), req.GetPageToken(), &after); err != nil {
		return nil, err
	}
	open, next, err := h.Privacy.ListOpen(ctx, by, after, cursor.Rows.Size(req.GetPageSize()))
	if err != nil {
		return nil, err
	}
	out := &pb.ListOpenCorrectionsResponse{Corrections: contract.Each(open, toAPI)}
	if next != (privacy.Cursor{}) {
		out.NextPageToken, err = h.Cursors.Write(list, by.ID(), next)
	}
	return out, err
}

// DecideCorrection implements the procedure.
func (h *Desk) DecideCorrection(ctx context.Context, req *pb.DecideCorrectionRequest) (*pb.DecideCorrectionResponse, error) {
	c, err := h.Privacy.Decide(ctx, actor.From(ctx), privacy.CorrectionID(req.GetCorrectionId()), req.GetAccept(), req.GetAnswer())
	if err != nil {
		return nil, err
	}
	return &pb.DecideCorrectionResponse{Correction: toAPI(c)}, nil
}

// states are the states of a correction in the contract.
var states = map[privacy.State]pb.CorrectionState{
	privacy.Open:     pb.CorrectionState_CORRECTION_STATE_OPEN,
	privacy.Accepted: pb.CorrectionState_CORRECTION_STATE_ACCEPTED,
	privacy.Refused:  pb.CorrectionState_CORRECTION_STATE_REFUSED,
}

func toAPI(c privacy.Correction) *pb.Correction {
	return &pb.Correction{
		Id: string(c.ID), DocumentId: string(c.Document), Item: c.Item, Before: c.Before, Value: c.Value, Reason: c.Reason,
		State: states[c.State], CreateTime: contract.Time(c.Created), DecideTime: contract.Time(c.Decided), Answer: c.Answer,
	}
}
