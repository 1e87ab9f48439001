package policyrpc

import (
	"context"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/policy"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/policy/v1"
)

// Desk is where officers draft and publish. Its answers are as written: what an
// officer approves is the text itself and not a conversion of it.
type Desk struct {
	Policies *policy.Service
	Cursors  cursor.Codec
}

// DraftPolicy implements the procedure.
func (h *Desk) DraftPolicy(ctx context.Context, req *pb.DraftPolicyRequest) (*pb.DraftPolicyResponse, error) {
	p, err := h.Policies.Draft(ctx, actor.From(ctx), policy.Draft{
		Title: req.GetTitle(), Body: req.GetBody(), Language: req.GetSourceLanguage(), Issuer: req.GetIssuer(),
		Number: req.GetDocumentNumber(), URL: req.GetUrl(), From: req.GetValidFrom(), To: req.GetValidTo(),
	})
	if err != nil {
		return nil, err
	}
	return &pb.DraftPolicyResponse{Policy: asIssued(p)}, nil
}

// ListDrafts implements the procedure.
func (h *Desk) ListDrafts(ctx context.Context, req *pb.ListDraftsRequest) (*pb.ListDraftsResponse, error) {
	const list = "drafts"
	by := actor.From(ctx)
	var after policy.Cursor
	if err := h.Cursors.Read(list, string(by.Officer), req.GetPageToken(), &after); err != nil {
		return nil, err
	}
	drafts, more, err := h.Policies.ListDrafts(ctx, by, after, cursor.Texts.Size(req.GetPageSize()))
	if err != nil {
		return nil, err
	}
	out := &pb.ListDraftsResponse{Policies: contract.Each(drafts, asIssued)}
	if more {
		last := drafts[len(drafts)-1]
		out.NextPageToken, err = h.Cursors.Write(list, string(by.Officer), policy.Cursor{Created: last.Created, ID: last.ID})
	}
	return out, err
}

// PublishPolicy implements the procedure.
func (h *Desk) PublishPolicy(ctx context.Context, req *pb.PublishPolicyRequest) (*pb.PublishPolicyResponse, error) {
	p, err := h.Policies.Publish(ctx, actor.From(ctx), policy.ID(req.GetId()))
	if err != nil {
		return nil, err
	}
	return &pb.PublishPolicyResponse{Policy: asIssued(p)}, nil
}

// WithdrawPolicy implements the procedure.
func (h *Desk) WithdrawPolicy(ctx context.Context, req *pb.WithdrawPolicyRequest) (*pb.WithdrawPolicyResponse, error) {
	p, err := h.Policies.Withdraw(ctx, actor.From(ctx), policy.ID(req.GetId()))
	if err != nil {
		return nil, err
	}
	return &pb.WithdrawPolicyResponse{Policy: asIssued(p)}, nil
}
