// Package staffrpc is the transport of the officers' accounts: OfficerService, an
// officer's own side, and StaffAdminService, the administrators'. It translates
// between messages and the domain, and decides nothing.
package staffrpc

import (
	"context"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/staff/v1"
)

// Handler is an officer's own side.
type Handler struct {
	Staff *staff.Service
	Files *dossier.Service
}

// GetOfficer implements the procedure.
func (h *Handler) GetOfficer(ctx context.Context, _ *pb.GetOfficerRequest) (*pb.GetOfficerResponse, error) {
	officer, err := h.Staff.Get(ctx, actor.From(ctx).Officer)
	if err != nil {
		return nil, err
	}
	out, err := withGrants(ctx, h.Staff, officer)
	if err != nil {
		return nil, err
	}
	return &pb.GetOfficerResponse{Officer: out[0]}, nil
}

// DeclareRelation implements the procedure.
func (h *Handler) DeclareRelation(ctx context.Context, req *pb.DeclareRelationRequest) (*pb.DeclareRelationResponse, error) {
	number, err := contract.Number(h.Files, "document", req.GetDocument())
	if err != nil {
		return nil, err
	}
	relation, err := h.Staff.Declare(ctx, actor.From(ctx), fromKinship(req.GetRelation()), number)
	if err != nil {
		return nil, err
	}
	return &pb.DeclareRelationResponse{Relation: relationToAPI(relation)}, nil
}

// ListRelations implements the procedure.
func (h *Handler) ListRelations(ctx context.Context, _ *pb.ListRelationsRequest) (*pb.ListRelationsResponse, error) {
	relations, err := h.Staff.Relations(ctx, actor.From(ctx))
	if err != nil {
		return nil, err
	}
	return &pb.ListRelationsResponse{Relations: contract.Each(relations, relationToAPI)}, nil
}
