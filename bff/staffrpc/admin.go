package staffrpc

import (
	"context"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/staff/v1"
)

// Admin is the administrators' side.
type Admin struct {
	Staff   *staff.Service
	Cursors cursor.Codec
}

// CreateOfficer implements the procedure.
func (h *Admin) CreateOfficer(ctx context.Context, req *pb.CreateOfficerRequest) (*pb.CreateOfficerResponse, error) {
	officer, credentials, err := h.Staff.Create(ctx, actor.From(ctx), staff.Account{
		Login: req.GetLogin(), Name: req.GetName(), Office: req.GetOfficeId(),
		Duties: contract.Each(req.GetDuties(), fromDuty), Subject: req.GetProviderSubject(),
	})
	if err != nil {
		return nil, err
	}
	return &pb.CreateOfficerResponse{
		Officer: officerToAPI(officer, nil), Password: credentials.Password, TotpUri: credentials.URI,
	}, nil
}

// listPosition is where a page of accounts ends.
type listPosition struct{ Login string }

// ListOfficers implements the procedure.
func (h *Admin) ListOfficers(ctx context.Context, req *pb.ListOfficersRequest) (*pb.ListOfficersResponse, error) {
	const list = "officers"
	by := string(actor.From(ctx).Officer)
	var after listPosition
	if err := h.Cursors.Read(list, by, req.GetPageToken(), &after); err != nil {
		return nil, err
	}
	officers, more, err := h.Staff.List(ctx, after.Login, cursor.Rows.Size(req.GetPageSize()))
	if err != nil {
		return nil, err
	}
	out := &pb.ListOfficersResponse{}
	if out.Officers, err = withGrants(ctx, h.Staff, officers...); err != nil {
		return nil, err
	}
	if more {
		out.NextPageToken, err = h.Cursors.Write(list, by, listPosition{officers[len(officers)-1].Login})
	}
	return out, err
}

// ChangeDuties implements the procedure.
func (h *Admin) ChangeDuties(ctx context.Context, req *pb.ChangeDutiesRequest) (*pb.ChangeDutiesResponse, error) {
	officer, err := h.Staff.ChangeDuties(ctx, actor.From(ctx), actor.OfficerID(req.GetOfficerId()),
		req.GetOfficeId(), contract.Each(req.GetDuties(), fromDuty))
	if err != nil {
		return nil, err
	}
	out, err := withGrants(ctx, h.Staff, officer)
	if err != nil {
		return nil, err
	}
	return &pb.ChangeDutiesResponse{Officer: out[0]}, nil
}

// SetOfficerState implements the procedure.
func (h *Admin) SetOfficerState(ctx context.Context, req *pb.SetOfficerStateRequest) (*pb.SetOfficerStateResponse, error) {
	officer, err := h.Staff.SetState(ctx, actor.From(ctx), actor.OfficerID(req.GetOfficerId()), fromState(req.GetState()))
	if err != nil {
		return nil, err
	}
	out, err := withGrants(ctx, h.Staff, officer)
	if err != nil {
		return nil, err
	}
	return &pb.SetOfficerStateResponse{Officer: out[0]}, nil
}

// ResetCredentials implements the procedure.
func (h *Admin) ResetCredentials(ctx context.Context, req *pb.ResetCredentialsRequest) (*pb.ResetCredentialsResponse, error) {
	credentials, err := h.Staff.ResetCredentials(ctx, actor.From(ctx), actor.OfficerID(req.GetOfficerId()))
	if err != nil {
		return nil, err
	}
	return &pb.ResetCredentialsResponse{Password: credentials.Password, TotpUri: credentials.URI}, nil
}

// GrantRoaming implements the procedure.
func (h *Admin) GrantRoaming(ctx context.Context, req *pb.GrantRoamingRequest) (*pb.GrantRoamingResponse, error) {
	grant, err := h.Staff.GrantRoaming(ctx, actor.From(ctx), staff.Grant{
		Officer: actor.OfficerID(req.GetOfficerId()), Area: req.GetArea(), Duties: contract.Each(req.GetDuties(), fromDuty),
		Expires: req.GetExpireTime().AsTime(), Reason: req.GetReason(),
	})
	if err != nil {
		return nil, err
	}
	return &pb.GrantRoamingResponse{Grant: grantToAPI(grant)}, nil
}

// RevokeRoaming implements the procedure.
func (h *Admin) RevokeRoaming(ctx context.Context, req *pb.RevokeRoamingRequest) (*pb.RevokeRoamingResponse, error) {
	grant, err := h.Staff.RevokeRoaming(ctx, actor.From(ctx), actor.GrantID(req.GetGrantId()))
	if err != nil {
		return nil, err
	}
	return &pb.RevokeRoamingResponse{Grant: grantToAPI(grant)}, nil
}
