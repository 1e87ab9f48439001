package credentialrpc

import (
	"context"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/credential/v1"
)

// ListFirmCredentials implements the procedure.
func (h *Handler) ListFirmCredentials(ctx context.Context, req *pb.ListFirmCredentialsRequest) (*pb.ListFirmCredentialsResponse, error) {
	list, err := h.Credentials.Mine(ctx, actor.From(ctx), dossier.ID(req.GetFirmId()))
	if err != nil {
		return nil, err
	}
	return &pb.ListFirmCredentialsResponse{Credentials: contract.Each(list, in(ctx).licence)}, nil
}

// GetFirmCredential implements the procedure.
func (h *Handler) GetFirmCredential(ctx context.Context, req *pb.GetFirmCredentialRequest) (*pb.GetFirmCredentialResponse, error) {
	story, err := h.Credentials.Story(ctx, actor.From(ctx), dossier.ID(req.GetFirmId()), credential.Number(req.GetNumber()))
	if err != nil {
		return nil, err
	}
	return &pb.GetFirmCredentialResponse{Editions: contract.Each(story, in(ctx).edition)}, nil
}

// DownloadFirmCredential implements the procedure.
func (h *Handler) DownloadFirmCredential(ctx context.Context, req *pb.DownloadFirmCredentialRequest) (*pb.DownloadFirmCredentialResponse, error) {
	f, err := h.download(ctx, dossier.ID(req.GetFirmId()), req.GetNumber(), req.GetFormat())
	if err != nil {
		return nil, err
	}
	return &pb.DownloadFirmCredentialResponse{Content: f.content, MediaType: f.media, FileName: f.name, Signature: f.signature}, nil
}

// ShowFirmCode implements the procedure.
func (h *Handler) ShowFirmCode(ctx context.Context, req *pb.ShowFirmCodeRequest) (*pb.ShowFirmCodeResponse, error) {
	p, token, err := h.Credentials.ShowCode(ctx, actor.From(ctx), dossier.ID(req.GetFirmId()), contract.Each(req.GetChoices(), choice))
	if err != nil {
		return nil, err
	}
	return &pb.ShowFirmCodeResponse{Url: h.url(token), ExpireTime: contract.Time(p.Expires)}, nil
}

// CreateFirmShare implements the procedure.
func (h *Handler) CreateFirmShare(ctx context.Context, req *pb.CreateFirmShareRequest) (*pb.CreateFirmShareResponse, error) {
	p, token, err := h.Credentials.Share(ctx, actor.From(ctx), dossier.ID(req.GetFirmId()), contract.Each(req.GetChoices(), choice),
		req.GetPurpose(), req.GetExpireTime().AsTime())
	if err != nil {
		return nil, err
	}
	return &pb.CreateFirmShareResponse{Share: share(p), Url: h.url(token)}, nil
}

// ListFirmShares implements the procedure.
func (h *Handler) ListFirmShares(ctx context.Context, req *pb.ListFirmSharesRequest) (*pb.ListFirmSharesResponse, error) {
	list, err := h.Credentials.Shares(ctx, actor.From(ctx), dossier.ID(req.GetFirmId()))
	if err != nil {
		return nil, err
	}
	return &pb.ListFirmSharesResponse{Shares: contract.Each(list, share)}, nil
}

// RevokeFirmShare implements the procedure.
func (h *Handler) RevokeFirmShare(ctx context.Context, req *pb.RevokeFirmShareRequest) (*pb.RevokeFirmShareResponse, error) {
	err := h.Credentials.Unshare(ctx, actor.From(ctx), dossier.ID(req.GetFirmId()), credential.PresentationID(req.GetId()))
	return &pb.RevokeFirmShareResponse{}, err
}

// ListFirmCredentialUses implements the procedure. A page token leads on for the same firm
// only.
func (h *Handler) ListFirmCredentialUses(ctx context.Context, req *pb.ListFirmCredentialUsesRequest) (*pb.ListFirmCredentialUsesResponse, error) {
	uses, next, err := h.uses(ctx, "credential_uses/"+req.GetFirmId(), dossier.ID(req.GetFirmId()), req)
	if err != nil {
		return nil, err
	}
	return &pb.ListFirmCredentialUsesResponse{Uses: uses, NextPageToken: next}, nil
}
