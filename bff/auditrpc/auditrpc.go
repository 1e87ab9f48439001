// Package auditrpc serves minzhengtong.audit.v1: it translates between messages
// and the log, and decides nothing.
package auditrpc

import (
	"context"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/audit/v1"
)

// Handler is the person's side.
type Handler struct {
	Log     *audit.Reader
	Cursors cursor.Codec
}

// ListLooks implements the procedure.
func (h *Handler) ListLooks(ctx context.Context, req *pb.ListLooksRequest) (*pb.ListLooksResponse, error) {
	const list = "looks"
	by := actor.From(ctx)
	page := audit.Page{Limit: cursor.Rows.Size(req.GetPageSize())}
	if err := h.Cursors.Read(list, string(by.Document), req.GetPageToken(), &page.After); err != nil {
		return nil, err
	}
	looks, more, err := h.Log.Looks(ctx, by, page, req.GetOthersOnly())
	if err != nil {
		return nil, err
	}
	out := &pb.ListLooksResponse{Entries: contract.Each(looks, shownToAPI)}
	if more {
		out.NextPageToken, err = h.Cursors.Write(list, string(by.Document), looks[len(looks)-1].ID)
	}
	return out, err
}

// GetLookProof implements the procedure.
func (h *Handler) GetLookProof(ctx context.Context, req *pb.GetLookProofRequest) (*pb.GetLookProofResponse, error) {
	p, err := h.Log.Prove(ctx, actor.From(ctx), req.GetEntryId())
	if err != nil {
		return nil, err
	}
	out := &pb.GetLookProofResponse{
		Body: p.Body, Position: p.Position, Checkpoint: p.Checkpoint, VerifierKey: h.Log.VerifierKey(),
	}
	for _, hash := range p.Hashes {
		out.Hashes = append(out.Hashes, hash[:])
	}
	return out, nil
}

// ObjectToLook implements the procedure.
func (h *Handler) ObjectToLook(ctx context.Context, req *pb.ObjectToLookRequest) (*pb.ObjectToLookResponse, error) {
	o, err := h.Log.Object(ctx, actor.From(ctx), req.GetEntryId(), req.GetText())
	if err != nil {
		return nil, err
	}
	return &pb.ObjectToLookResponse{Objection: objectionToAPI(o)}, nil
}

// ListObjections implements the procedure.
func (h *Handler) ListObjections(ctx context.Context, _ *pb.ListObjectionsRequest) (*pb.ListObjectionsResponse, error) {
	list, err := h.Log.List(ctx, actor.From(ctx))
	if err != nil {
		return nil, err
	}
	return &pb.ListObjectionsResponse{Objections: contract.Each(list, objectionToAPI)}, nil
}
