// Package policyrpc serves minzhengtong.policy.v1: it translates between messages
// and the domain, and decides nothing. Interceptors have checked the request's
// shape and the caller's audience, note the reason that the caller gives, and word
// whatever it returns.
package policyrpc

import (
	"context"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/domains/policy"
	"github.com/minzhengtong/minzhengtong/domains/search"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/policy/v1"
)

// Handler is what everybody may read.
type Handler struct {
	Policies *policy.Service
	Cursors  cursor.Codec
}

// GetPolicy implements the procedure.
func (h *Handler) GetPolicy(ctx context.Context, req *pb.GetPolicyRequest) (*pb.GetPolicyResponse, error) {
	p, err := h.Policies.Get(ctx, policy.ID(req.GetId()))
	if err != nil {
		return nil, err
	}
	if req.GetOriginal() {
		return &pb.GetPolicyResponse{Policy: asIssued(p)}, nil
	}
	return &pb.GetPolicyResponse{Policy: forReader(ctx, p)}, nil
}

// SearchPolicies implements the procedure. A page token is bound to the query;
// whoever has it may use it, as the answer is public.
func (h *Handler) SearchPolicies(ctx context.Context, req *pb.SearchPoliciesRequest) (*pb.SearchPoliciesResponse, error) {
	list := "policies/" + req.GetQuery()
	page := search.Page{Limit: cursor.Texts.Size(req.GetPageSize())}
	if err := h.Cursors.Read(list, "", req.GetPageToken(), &page.After); err != nil {
		return nil, err
	}
	found, next, err := h.Policies.Search(ctx, req.GetQuery(), page)
	if err != nil {
		return nil, err
	}
	out := &pb.SearchPoliciesResponse{Policies: contract.Each(found, func(p policy.Policy) *pb.Policy { return forReader(ctx, p) })}
	if !next.IsZero() {
		out.NextPageToken, err = h.Cursors.Write(list, "", next)
	}
	return out, err
}
