// Package sharingrpc serves minzhengtong.sharing.v1.
package sharingrpc

import (
	"context"
	"errors"

	"github.com/minzhengtong/minzhengtong/bff/call"
	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/sharing"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/sharing/v1"
)

// Handler translates between messages and the domain, and decides nothing.
// Interceptors have checked the request's shape and the caller's audience, note
// the reason that the caller gives, and word whatever it returns.
type Handler struct {
	Sharing *sharing.Service
	// Files reads the numbers that people type.
	Files *dossier.Service
}

// ReadData implements the procedure.
func (h *Handler) ReadData(ctx context.Context, req *pb.ReadDataRequest) (*pb.ReadDataResponse, error) {
	answer, err := h.read(ctx, req.GetQuery())
	if err != nil {
		return nil, err
	}
	return &pb.ReadDataResponse{Answer: answer}, nil
}

// ReadDataForSystem implements the procedure.
func (h *Handler) ReadDataForSystem(ctx context.Context, req *pb.ReadDataForSystemRequest) (*pb.ReadDataForSystemResponse, error) {
	answer, err := h.read(ctx, req.GetQuery())
	if err != nil {
		return nil, err
	}
	return &pb.ReadDataForSystemResponse{Answer: answer}, nil
}

func (h *Handler) read(ctx context.Context, q *pb.Query) (*pb.Answer, error) {
	number, err := contract.Number(h.Files, "query.document", q.GetDocument())
	if err != nil {
		return nil, err
	}
	answer, err := h.Sharing.Read(ctx, actor.From(ctx), sharing.Query{
		Number: number, Purpose: consent.PurposeCode(q.GetPurpose()), Scopes: q.GetScopes(),
		Consent: consent.ID(q.GetConsentId()), Basis: sharing.BasisCode(q.GetLegalBasis()),
	})
	if f, ok := errors.AsType[*fault.Fault](err); ok && f.Field() != "" {
		return nil, f.On("query")
	}
	if err != nil {
		return nil, err
	}
	return &pb.Answer{
		Voucher: voucherToAPI(answer.Use), Data: contract.Each(answer.Data, contract.Datum),
		Records: contract.Each(answer.Records, contract.Record),
	}, nil
}

// GetVoucher implements the procedure.
func (h *Handler) GetVoucher(ctx context.Context, req *pb.GetVoucherRequest) (*pb.GetVoucherResponse, error) {
	use, err := h.Sharing.Voucher(ctx, actor.From(ctx), req.GetNumber())
	if err != nil {
		return nil, err
	}
	return &pb.GetVoucherResponse{Voucher: voucherToAPI(use)}, nil
}

// ListLegalBases implements the procedure.
func (h *Handler) ListLegalBases(ctx context.Context, _ *pb.ListLegalBasesRequest) (*pb.ListLegalBasesResponse, error) {
	bases := h.Sharing.Bases(string(call.Language(ctx)))
	return &pb.ListLegalBasesResponse{Bases: contract.Each(bases, func(b sharing.Basis) *pb.LegalBasis {
		return &pb.LegalBasis{Code: string(b.Code), Title: b.Title, Source: b.Source, ValidFrom: contract.Date(b.From)}
	})}, nil
}

func voucherToAPI(u consent.Use) *pb.Voucher {
	return &pb.Voucher{
		Number: u.Voucher, DecideTime: contract.Time(u.Decided), PartyId: string(u.Party), Purpose: string(u.Purpose),
		Scopes: u.Scopes, ConsentId: string(u.Consent), LegalBasis: u.Law,
	}
}
