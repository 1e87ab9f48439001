package auditrpc

import (
	"context"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/audit/v1"
)

// Desk is where officers answer objections.
type Desk struct {
	Log     *audit.Reader
	Cursors cursor.Codec
}

// ListOpenObjections implements the procedure.
func (h *Desk) ListOpenObjections(ctx context.Context, req *pb.ListOpenObjectionsRequest) (*pb.ListOpenObjectionsResponse, error) {
	const list = "open_objections"
	by := actor.From(ctx)
	var after audit.QueueCursor
	if err := h.Cursors.Read(list, string(by.Officer), req.GetPageToken(), &after); err != nil {
		return nil, err
	}
	open, next, err := h.Log.ListOpen(ctx, by, after, cursor.Rows.Size(req.GetPageSize()))
	if err != nil {
		return nil, err
	}
	out := &pb.ListOpenObjectionsResponse{Objections: contract.Each(open, openToAPI)}
	if next != (audit.QueueCursor{}) {
		out.NextPageToken, err = h.Cursors.Write(list, string(by.Officer), next)
	}
	return out, err
}

// AnswerObjection implements the procedure.
func (h *Desk) AnswerObjection(ctx context.Context, req *pb.AnswerObjectionRequest) (*pb.AnswerObjectionResponse, error) {
	o, err := h.Log.Answer(ctx, actor.From(ctx), audit.ObjectionID(req.GetObjectionId()), fromFinding(req.GetFinding()), req.GetAnswer())
	if err != nil {
		return nil, err
	}
	return &pb.AnswerObjectionResponse{Objection: objectionToAPI(o)}, nil
}
