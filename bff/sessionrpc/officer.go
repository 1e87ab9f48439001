package sessionrpc

import (
	"context"

	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1"
)

// SignInOfficer implements the procedure.
func (h *Handler) SignInOfficer(ctx context.Context, req *pb.SignInOfficerRequest) (*pb.SignInOfficerResponse, error) {
	s, err := h.Access.SignInOfficer(ctx, req.GetLogin(), req.GetPassword(), req.GetCode(), req.GetDeviceName())
	if err != nil {
		return nil, err
	}
	return &pb.SignInOfficerResponse{Session: toAPI(s)}, nil
}

// ChangePassword implements the procedure.
func (h *Handler) ChangePassword(ctx context.Context, req *pb.ChangePasswordRequest) (*pb.ChangePasswordResponse, error) {
	err := h.Access.ChangePassword(ctx, req.GetLogin(), req.GetPassword(), req.GetCode(), req.GetNewPassword())
	if err != nil {
		return nil, err
	}
	return &pb.ChangePasswordResponse{}, nil
}

// StartProviderSignIn implements the procedure.
func (h *Handler) StartProviderSignIn(ctx context.Context, _ *pb.StartProviderSignInRequest) (*pb.StartProviderSignInResponse, error) {
	url, err := h.Access.StartProviderSignIn(ctx)
	if err != nil {
		return nil, err
	}
	return &pb.StartProviderSignInResponse{AuthorizationUrl: url}, nil
}

// CompleteProviderSignIn implements the procedure.
func (h *Handler) CompleteProviderSignIn(ctx context.Context, req *pb.CompleteProviderSignInRequest) (*pb.CompleteProviderSignInResponse, error) {
	s, err := h.Access.CompleteProviderSignIn(ctx, req.GetState(), req.GetCode(), req.GetDeviceName())
	if err != nil {
		return nil, err
	}
	return &pb.CompleteProviderSignInResponse{Session: toAPI(s)}, nil
}

// SignInSystem implements the procedure.
func (h *Handler) SignInSystem(ctx context.Context, req *pb.SignInSystemRequest) (*pb.SignInSystemResponse, error) {
	s, err := h.Access.SignInSystem(ctx, req.GetAssertion())
	if err != nil {
		return nil, err
	}
	return &pb.SignInSystemResponse{Session: toAPI(s)}, nil
}
