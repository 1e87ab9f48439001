// Package sessionrpc serves minzhengtong.session.v1.
package sessionrpc

import (
	"context"
	"strings"

	"connectrpc.com/connect"

	"github.com/minzhengtong/minzhengtong/bff/call"
	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1/sessionv1connect"
)

// Handler translates between messages and the domains, and decides nothing.
type Handler struct {
	sessionv1connect.UnimplementedSessionServiceHandler
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
	s, err := h.Access.CompleteSignIn(ctx, req.GetChallengeId(), req.GetCode())
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
	s, err := h.Access.CompleteRegistration(ctx, req.GetChallengeId(), req.GetCode())
	if err != nil {
		return nil, err
	}
	return &pb.CompleteRegistrationResponse{Session: toAPI(s)}, nil
}

// GetSession implements the procedure.
func (h *Handler) GetSession(ctx context.Context, _ *pb.GetSessionRequest) (*pb.GetSessionResponse, error) {
	info, _ := connect.CallInfoForHandlerContext(ctx)
	_, token, _ := strings.Cut(info.RequestHeader().Get("Authorization"), " ")
	s, err := h.Access.Current(ctx, actor.From(ctx), strings.TrimSpace(token))
	if err != nil {
		return nil, err
	}
	return &pb.GetSessionResponse{Session: toAPI(s)}, nil
}

func toAPI(s access.Session) *pb.Session {
	return &pb.Session{
		AccessToken: s.Token, ExpireTime: contract.Time(s.Expires), DossierId: string(s.Dossier),
		DocumentId: string(s.Document), DocumentKind: contract.Kind(s.Kind),
	}
}
