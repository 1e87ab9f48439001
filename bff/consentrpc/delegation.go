package consentrpc

import (
	"context"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/consent/v1"
)

// GiveDelegation implements the procedure.
func (h *Handler) GiveDelegation(ctx context.Context, req *pb.GiveDelegationRequest) (*pb.GiveDelegationResponse, error) {
	number, err := contract.Number(h.Files, "delegate", req.GetDelegate())
	if err != nil {
		return nil, err
	}
	d, err := h.Consents.Delegate(ctx, actor.From(ctx), number, fromMatter(req.GetMatter()), req.GetExpireTime().AsTime(), req.GetLicences()...)
	if err != nil {
		return nil, err
	}
	return &pb.GiveDelegationResponse{Delegation: delegationToAPI(d)}, nil
}

// RevokeDelegation implements the procedure.
func (h *Handler) RevokeDelegation(ctx context.Context, req *pb.RevokeDelegationRequest) (*pb.RevokeDelegationResponse, error) {
	d, err := h.Consents.EndDelegation(ctx, actor.From(ctx), actor.DelegationID(req.GetDelegationId()))
	if err != nil {
		return nil, err
	}
	return &pb.RevokeDelegationResponse{Delegation: delegationToAPI(d)}, nil
}

// ListDelegations implements the procedure.
func (h *Handler) ListDelegations(ctx context.Context, _ *pb.ListDelegationsRequest) (*pb.ListDelegationsResponse, error) {
	list, err := h.Consents.Delegations(ctx, actor.From(ctx))
	if err != nil {
		return nil, err
	}
	return &pb.ListDelegationsResponse{Delegations: contract.Each(list, delegationToAPI)}, nil
}
