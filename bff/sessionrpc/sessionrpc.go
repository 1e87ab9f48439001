// Package sessionrpc serves minzhengtong.session.v1.
package sessionrpc

import (
	"context"

	"github.com/minzhengtong/minzhengtong/bff/call"
	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1"
)

// Handler translates between messages and the domains, and decides nothing.
type Handler struct {
	Access *access.Service
	Files  *dossier.Service
}

// StartSignIn implements the procedure.
func (h *Handler) StartSignIn(ctx context.Context, req *pb.StartSignInRequest) (*pb.StartSignInResponse, error) {
	number, err := contract.Number(h.Files, "document", req.GetDocument())
	if err != nil {
		return nil, err
	}
	c, err := h.Access.StartSignIn(ctx, number, string(call.Language(ctx)))
	if err != nil {
		return nil, err
	}
	return &pb.StartSignInResponse{ChallengeId: c.ID, ExpireTime: contract.Time(c.Expires)}, nil
}

// CompleteSignIn implements the procedure.
func (h *Handler) CompleteSignIn(ctx context.Context, req *pb.CompleteSignInRequest) (*pb.CompleteSignInResponse, error) {
	s, err := h.Access.CompleteSignIn(ctx, req.GetChallengeId(), req.GetCode(), req.GetDeviceName())
	if err != nil {
		return nil, err
	}
	return &pb.CompleteSignInResponse{Session: toAPI(s)}, nil
}

// StartRegistration implements the procedure.
func (h *Handler) StartRegistration(ctx context.Context, req *pb.StartRegistrationRequest) (*pb.StartRegistrationResponse, error) {
	number, err := contract.Number(h.Files, "document", req.GetDocument())
	if err != nil {
		return nil, err
	}
	phone, err := dossier.ReadPhone(req.GetPhone())
	if err != nil {
		return nil, fault.On("phone", err)
	}
	r := dossier.Registration{Name: req.GetName(), Birth: req.GetBirthDate(), Phone: phone}
	c, err := h.Access.StartRegistration(ctx, number, r, string(call.Language(ctx)))
	if err != nil {
		return nil, err
	}
	return &pb.StartRegistrationResponse{ChallengeId: c.ID, ExpireTime: contract.Time(c.Expires)}, nil
}

// CompleteRegistration implements the procedure.
func (h *Handler) CompleteRegistration(ctx context.Context, req *pb.CompleteRegistrationRequest) (*pb.CompleteRegistrationResponse, error) {
	s, err := h.Access.CompleteRegistration(ctx, req.GetChallengeId(), req.GetCode(), req.GetDeviceName())
	if err != nil {
		return nil, err
	}
	return &pb.CompleteRegistrationResponse{Session: toAPI(s)}, nil
}

// RefreshSession implements the procedure.
func (h *Handler) RefreshSession(ctx context.Context, req *pb.RefreshSessionRequest) (*pb.RefreshSessionResponse, error) {
	s, err := h.Access.Refresh(ctx, req.GetRefreshToken())
	if err != nil {
		return nil, err
	}
	return &pb.RefreshSessionResponse{Session: toAPI(s)}, nil
}
