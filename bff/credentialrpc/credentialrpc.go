// Package credentialrpc serves minzhengtong.credential.v1: it translates between messages
// and the domain, and decides nothing. Interceptors have checked the request's shape and
// the caller's audience, note the reason that the caller gives, and word whatever it
// returns.
package credentialrpc

import (
	"context"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/certificate"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/credential/sdjwt"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/credential/v1"
)

// Handler is the holder's side.
type Handler struct {
	Credentials  *credential.Service
	Certificates *certificate.Service
	Cursors      cursor.Codec
}

// IssueTaxCertificate implements the procedure.
func (h *Handler) IssueTaxCertificate(ctx context.Context, req *pb.IssueTaxCertificateRequest) (*pb.IssueTaxCertificateResponse, error) {
	c, err := h.Certificates.TaxPaid(ctx, actor.From(ctx), int(req.GetYear()))
	if err != nil {
		return nil, err
	}
	return &pb.IssueTaxCertificateResponse{Credential: in(ctx).licence(h.Credentials.Standing(c))}, nil
}

// ListCredentials implements the procedure.
func (h *Handler) ListCredentials(ctx context.Context, _ *pb.ListCredentialsRequest) (*pb.ListCredentialsResponse, error) {
	list, err := h.Credentials.Mine(ctx, actor.From(ctx), "")
	if err != nil {
		return nil, err
	}
	to := in(ctx)
	return &pb.ListCredentialsResponse{Credentials: contract.Each(list, to.licence)}, nil
}

// GetCredential implements the procedure.
func (h *Handler) GetCredential(ctx context.Context, req *pb.GetCredentialRequest) (*pb.GetCredentialResponse, error) {
	story, err := h.Credentials.Story(ctx, actor.From(ctx), "", credential.Number(req.GetNumber()))
	if err != nil {
		return nil, err
	}
	return &pb.GetCredentialResponse{Editions: contract.Each(story, in(ctx).edition)}, nil
}

// DownloadCredential implements the procedure.
func (h *Handler) DownloadCredential(ctx context.Context, req *pb.DownloadCredentialRequest) (*pb.DownloadCredentialResponse, error) {
	f, err := h.download(ctx, "", req.GetNumber(), req.GetFormat())
	if err != nil {
		return nil, err
	}
	return &pb.DownloadCredentialResponse{Content: f.content, MediaType: f.media, FileName: f.name, Signature: f.signature}, nil
}

// file is a licence to take away.
type file struct {
	content                []byte
	media, name, signature string
}

// download is a licence of the caller's file, or of a firm's, as a file.
func (h *Handler) download(ctx context.Context, firm dossier.ID, number string, format pb.Format) (file, error) {
	by := actor.From(ctx)
	if format == pb.Format_FORMAT_PDF {
		sheet, err := h.Credentials.Sheet(ctx, by, firm, credential.Number(number), string(in(ctx)))
		return file{content: sheet.PDF, media: "application/pdf", name: number + ".pdf", signature: sheet.Signature}, err
	}
	l, err := h.Credentials.Mined(ctx, by, firm, credential.Number(number))
	return file{content: []byte(l.Token), media: sdjwt.MediaType, name: number + ".sdjwt"}, err
}

// ShowCode implements the procedure.
func (h *Handler) ShowCode(ctx context.Context, req *pb.ShowCodeRequest) (*pb.ShowCodeResponse, error) {
	p, token, err := h.Credentials.ShowCode(ctx, actor.From(ctx), "", contract.Each(req.GetChoices(), choice))
	if err != nil {
		return nil, err
	}
	return &pb.ShowCodeResponse{Url: h.url(token), ExpireTime: contract.Time(p.Expires)}, nil
}

// CreateShare implements the procedure.
func (h *Handler) CreateShare(ctx context.Context, req *pb.CreateShareRequest) (*pb.CreateShareResponse, error) {
	p, token, err := h.Credentials.Share(ctx, actor.From(ctx), "", contract.Each(req.GetChoices(), choice), req.GetPurpose(), req.GetExpireTime().AsTime())
	if err != nil {
		return nil, err
	}
	return &pb.CreateShareResponse{Share: share(p), Url: h.url(token)}, nil
}

// url is where a token is opened.
func (h *Handler) url(token string) string {
	return h.Credentials.Issuer + credential.CheckPath + token
}

// ListShares implements the procedure.
func (h *Handler) ListShares(ctx context.Context, _ *pb.ListSharesRequest) (*pb.ListSharesResponse, error) {
	list, err := h.Credentials.Shares(ctx, actor.From(ctx), "")
	if err != nil {
		return nil, err
	}
	return &pb.ListSharesResponse{Shares: contract.Each(list, share)}, nil
}

// RevokeShare implements the procedure.
func (h *Handler) RevokeShare(ctx context.Context, req *pb.RevokeShareRequest) (*pb.RevokeShareResponse, error) {
	return &pb.RevokeShareResponse{}, h.Credentials.Unshare(ctx, actor.From(ctx), "", credential.PresentationID(req.GetId()))
}

// ListCredentialUses implements the procedure.
func (h *Handler) ListCredentialUses(ctx context.Context, req *pb.ListCredentialUsesRequest) (*pb.ListCredentialUsesResponse, error) {
	uses, next, err := h.uses(ctx, "credential_uses", "", req)
	if err != nil {
		return nil, err
	}
	return &pb.ListCredentialUsesResponse{Uses: uses, NextPageToken: next}, nil
}

// paged is a request for a page.
type paged interface {
	GetPageSize() int32
	GetPageToken() string
}

// uses is a page of who looked at the licences of the caller's file, or of a firm's. The
// name tells the list from others.
func (h *Handler) uses(ctx context.Context, list string, firm dossier.ID, req paged) ([]*pb.CredentialUse, string, error) {
	by := actor.From(ctx)
	var after credential.UseCursor
	if err := h.Cursors.Read(list, by.ID(), req.GetPageToken(), &after); err != nil {
		return nil, "", err
	}
	uses, more, err := h.Credentials.Uses(ctx, by, firm, after, cursor.Rows.Size(req.GetPageSize()))
	if err != nil {
		return nil, "", err
	}
	out := contract.Each(uses, use)
	if !more {
		return out, "", nil
	}
	last := uses[len(uses)-1]
	next, err := h.Cursors.Write(list, by.ID(), credential.UseCursor{At: last.At, ID: last.ID})
	return out, next, err
}

// Verifier is for anybody who is shown a licence.
type Verifier struct{ Credentials *credential.Service }

// OpenPresentation implements the procedure.
func (h *Verifier) OpenPresentation(ctx context.Context, req *pb.OpenPresentationRequest) (*pb.OpenPresentationResponse, error) {
	v, err := h.Credentials.Open(ctx, actor.Actor{}, req.GetToken())
	if err != nil {
		return nil, err
	}
	return &pb.OpenPresentationResponse{Way: ways[v.Way], Purpose: v.Purpose, Credentials: contract.Each(v.Seen, in(ctx).seen)}, nil
}

// VerifyCredential implements the procedure.
func (h *Verifier) VerifyCredential(ctx context.Context, req *pb.VerifyCredentialRequest) (*pb.VerifyCredentialResponse, error) {
	verify := func() (credential.Judged, error) { return h.Credentials.Verify(ctx, req.GetPresentation()) }
	if sheet := req.GetSheet(); sheet != nil {
		verify = func() (credential.Judged, error) {
			return h.Credentials.VerifySheet(ctx, sheet.GetContent(), sheet.GetSignature())
		}
	}
	j, err := verify()
	if err != nil {
		return nil, err
	}
	return &pb.VerifyCredentialResponse{
		Credential: in(ctx).judged(j), Withheld: int32(j.Withheld), CheckTime: contract.Time(j.Listed),
	}, nil
}

// ListCredentialTypes implements the procedure.
func (h *Verifier) ListCredentialTypes(ctx context.Context, _ *pb.ListCredentialTypesRequest) (*pb.ListCredentialTypesResponse, error) {
	return &pb.ListCredentialTypesResponse{Types: contract.Each(credential.Types(), in(ctx).kind)}, nil
}
