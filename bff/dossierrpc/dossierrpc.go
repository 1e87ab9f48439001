// Package dossierrpc serves minzhengtong.dossier.v1: the person's side in
// [Handler], the officers' side in [Desk].
package dossierrpc

import (
	"context"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1"
)

// Handler translates between messages and the domain, and decides nothing.
// Interceptors have checked the request's shape and the caller's audience, and
// word whatever it returns.
type Handler struct {
	Files   *dossier.Service
	Cursors cursor.Codec
}

// GetDossier implements the procedure.
func (h *Handler) GetDossier(ctx context.Context, _ *pb.GetDossierRequest) (*pb.GetDossierResponse, error) {
	file, err := h.Files.Get(ctx, actor.From(ctx))
	if err != nil {
		return nil, err
	}
	return &pb.GetDossierResponse{Dossier: dossierToAPI(file, actor.From(ctx).Delegate == "")}, nil
}

// ListRecords implements the procedure.
func (h *Handler) ListRecords(ctx context.Context, req *pb.ListRecordsRequest) (*pb.ListRecordsResponse, error) {
	const list = "records"
	by := actor.From(ctx)
	var after dossier.RecordCursor
	if err := h.Cursors.Read(list, string(by.Document), req.GetPageToken(), &after); err != nil {
		return nil, err
	}
	records, more, err := h.Files.ListRecords(ctx, by, after, cursor.Rows.Size(req.GetPageSize()))
	if err != nil {
		return nil, err
	}
	out := &pb.ListRecordsResponse{Records: contract.Each(records, contract.Record)}
	if more {
		last := records[len(records)-1]
		out.NextPageToken, err = h.Cursors.Write(list, string(by.Document), dossier.RecordCursor{Occurred: last.Occurred, ID: last.ID})
	}
	return out, err
}

// LinkDocument implements the procedure.
func (h *Handler) LinkDocument(ctx context.Context, req *pb.LinkDocumentRequest) (*pb.LinkDocumentResponse, error) {
	number, err := contract.Number(h.Files, "document", req.GetDocument())
	if err != nil {
		return nil, err
	}
	q, link, err := h.Files.LinkDocument(ctx, actor.From(ctx), number)
	if err != nil {
		return nil, err
	}
	out := &pb.LinkDocumentResponse{Link: linkOrNone(link)}
	if q.ID != "" {
		out.Inquiry = inquiryToAPI(q)
	}
	return out, nil
}

// GetInquiry implements the procedure.
func (h *Handler) GetInquiry(ctx context.Context, req *pb.GetInquiryRequest) (*pb.GetInquiryResponse, error) {
	q, err := h.Files.GetInquiry(ctx, actor.From(ctx), dossier.InquiryID(req.GetId()))
	if err != nil {
		return nil, err
	}
	return &pb.GetInquiryResponse{Inquiry: inquiryToAPI(q)}, nil
}

// UnlinkDocuments implements the procedure.
func (h *Handler) UnlinkDocuments(ctx context.Context, req *pb.UnlinkDocumentsRequest) (*pb.UnlinkDocumentsResponse, error) {
	link, err := h.Files.Unlink(ctx, actor.From(ctx), dossier.LinkID(req.GetLinkId()), req.GetReason())
	if err != nil {
		return nil, err
	}
	return &pb.UnlinkDocumentsResponse{Link: linkToAPI(link)}, nil
}

// RenewDocument implements the procedure.
func (h *Handler) RenewDocument(ctx context.Context, req *pb.RenewDocumentRequest) (*pb.RenewDocumentResponse, error) {
	q, d, err := h.Files.Renew(ctx, actor.From(ctx), dossier.DocumentID(req.GetDocumentId()), req.GetNewNumber())
	if err != nil {
		return nil, err
	}
	out := &pb.RenewDocumentResponse{Inquiry: inquiryToAPI(q)}
	if d.ID != "" {
		out.Document = contract.Document(d)
	}
	return out, nil
}

// ReportLoss implements the procedure.
func (h *Handler) ReportLoss(ctx context.Context, req *pb.ReportLossRequest) (*pb.ReportLossResponse, error) {
	d, err := h.Files.ReportLoss(ctx, actor.From(ctx), dossier.DocumentID(req.GetDocumentId()))
	if err != nil {
		return nil, err
	}
	return &pb.ReportLossResponse{Document: contract.Document(d)}, nil
}

// SaveData implements the procedure.
func (h *Handler) SaveData(ctx context.Context, req *pb.SaveDataRequest) (*pb.SaveDataResponse, error) {
	inputs := contract.Each(req.GetItems(), func(i *pb.DatumInput) dossier.Input {
		return dossier.Input{Code: i.GetCode(), Value: i.GetValue()}
	})
	data, err := h.Files.SaveData(ctx, actor.From(ctx), inputs)
	if err != nil {
		return nil, err
	}
	return &pb.SaveDataResponse{Data: contract.Each(data, contract.Datum)}, nil
}

// GetFirm implements the procedure.
func (h *Handler) GetFirm(ctx context.Context, req *pb.GetFirmRequest) (*pb.GetFirmResponse, error) {
	f, err := h.Files.GetFirm(ctx, actor.From(ctx), dossier.ID(req.GetFirmId()))
	if err != nil {
		return nil, err
	}
	return &pb.GetFirmResponse{Firm: &pb.Firm{
		Id: string(f.ID), Name: f.Name, CreditCode: f.CreditCode, Category: f.Category, Area: f.Area,
		Roles: f.Roles, Records: contract.Each(f.Records, contract.Record), Data: contract.Each(f.Data, contract.Datum),
	}}, nil
}

// SaveFirmData implements the procedure.
func (h *Handler) SaveFirmData(ctx context.Context, req *pb.SaveFirmDataRequest) (*pb.SaveFirmDataResponse, error) {
	inputs := contract.Each(req.GetItems(), func(i *pb.FirmDatumInput) dossier.Input {
		return dossier.Input{Code: i.GetCode(), Value: i.GetValue(), Plate: i.GetPlate()}
	})
	data, err := h.Files.SaveFirmData(ctx, actor.From(ctx), dossier.ID(req.GetFirmId()), inputs, req.GetGonePlates())
	if err != nil {
		return nil, err
	}
	return &pb.SaveFirmDataResponse{Data: contract.Each(data, contract.Datum)}, nil
}
