// Package creditrpc serves minzhengtong.credit.v1: it translates between messages and the
// domain, and decides nothing. Interceptors have checked the request's shape and the
// caller's audience, note the reason that the caller gives, and word whatever it returns.
package creditrpc

import (
	"context"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/bff/table"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/credit"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/credit/v1"
)

// Handler serves subjects.
type Handler struct {
	Credits *credit.Service
	Cursors cursor.Codec
}

// ObtainReport implements the procedure.
func (h *Handler) ObtainReport(ctx context.Context, req *pb.ObtainReportRequest) (*pb.ObtainReportResponse, error) {
	r, err := h.Credits.Obtain(ctx, actor.From(ctx), consent.ID(req.GetConsentId()))
	if err != nil {
		return nil, err
	}
	out, err := Report(ctx, r)
	return &pb.ObtainReportResponse{Report: out}, err
}

// ObtainFirmReport implements the procedure.
func (h *Handler) ObtainFirmReport(ctx context.Context, req *pb.ObtainFirmReportRequest) (*pb.ObtainFirmReportResponse, error) {
	r, err := h.Credits.ObtainForFirm(ctx, actor.From(ctx), dossier.ID(req.GetFirmId()), consent.ID(req.GetConsentId()))
	if err != nil {
		return nil, err
	}
	out, err := Report(ctx, r)
	return &pb.ObtainFirmReportResponse{Report: out}, err
}

// GetReport implements the procedure.
func (h *Handler) GetReport(ctx context.Context, req *pb.GetReportRequest) (*pb.GetReportResponse, error) {
	r, all, err := h.Credits.Report(ctx, actor.From(ctx), credit.ReportID(req.GetId()))
	if err != nil {
		return nil, err
	}
	out, err := Report(ctx, r)
	return &pb.GetReportResponse{Report: out, Versions: contract.Each(all, version)}, err
}

// GetFirmReport implements the procedure.
func (h *Handler) GetFirmReport(ctx context.Context, req *pb.GetFirmReportRequest) (*pb.GetFirmReportResponse, error) {
	r, all, err := h.Credits.ReportOfFirm(ctx, actor.From(ctx), dossier.ID(req.GetFirmId()), credit.ReportID(req.GetId()))
	if err != nil {
		return nil, err
	}
	out, err := Report(ctx, r)
	return &pb.GetFirmReportResponse{Report: out, Versions: contract.Each(all, version)}, err
}

// DownloadReport implements the procedure.
func (h *Handler) DownloadReport(ctx context.Context, req *pb.DownloadReportRequest) (*pb.DownloadReportResponse, error) {
	r, _, err := h.Credits.Report(ctx, actor.From(ctx), credit.ReportID(req.GetId()))
	if err != nil {
		return nil, err
	}
	content, err := asTable(ctx, r)
	return &pb.DownloadReportResponse{Content: content, MediaType: table.Media}, err
}

// DownloadFirmReport implements the procedure.
func (h *Handler) DownloadFirmReport(ctx context.Context, req *pb.DownloadFirmReportRequest) (*pb.DownloadFirmReportResponse, error) {
	r, _, err := h.Credits.ReportOfFirm(ctx, actor.From(ctx), dossier.ID(req.GetFirmId()), credit.ReportID(req.GetId()))
	if err != nil {
		return nil, err
	}
	content, err := asTable(ctx, r)
	return &pb.DownloadFirmReportResponse{Content: content, MediaType: table.Media}, err
}

// ListQueries implements the procedure.
func (h *Handler) ListQueries(ctx context.Context, req *pb.ListQueriesRequest) (*pb.ListQueriesResponse, error) {
	by := actor.From(ctx)
	list, next, err := h.page(ctx, "credit-queries", req, func(after credit.QueryCursor, limit int) ([]credit.Query, bool, error) {
		return h.Credits.Queries(ctx, by, after, limit)
	})
	return &pb.ListQueriesResponse{Queries: list, NextPageToken: next}, err
}

// ListFirmQueries implements the procedure. A page token leads on for the same firm only.
func (h *Handler) ListFirmQueries(ctx context.Context, req *pb.ListFirmQueriesRequest) (*pb.ListFirmQueriesResponse, error) {
	by, firm := actor.From(ctx), dossier.ID(req.GetFirmId())
	list, next, err := h.page(ctx, "credit-queries/"+req.GetFirmId(), req, func(after credit.QueryCursor, limit int) ([]credit.Query, bool, error) {
		return h.Credits.QueriesOfFirm(ctx, by, firm, after, limit)
	})
	return &pb.ListFirmQueriesResponse{Queries: list, NextPageToken: next}, err
}

// paged is a request for a page.
type paged interface {
	GetPageSize() int32
	GetPageToken() string
}

// page reads a page of a list that a name tells from others.
func (h *Handler) page(
	ctx context.Context, list string, req paged, read func(credit.QueryCursor, int) ([]credit.Query, bool, error),
) ([]*pb.Query, string, error) {
	reader := string(actor.From(ctx).Document)
	var after credit.QueryCursor
	if err := h.Cursors.Read(list, reader, req.GetPageToken(), &after); err != nil {
		return nil, "", err
	}
	queries, more, err := read(after, cursor.Rows.Size(req.GetPageSize()))
	if err != nil {
		return nil, "", err
	}
	out := contract.Each(queries, query)
	if !more {
		return out, "", nil
	}
	last := queries[len(queries)-1]
	next, err := h.Cursors.Write(list, reader, credit.QueryCursor{Asked: last.Asked, ID: last.ID})
	return out, next, err
}

// Desk serves officers.
type Desk struct {
	Credits *credit.Service
	// Files reads the numbers that people type.
	Files *dossier.Service
}

// ReadReport implements the procedure.
func (h *Desk) ReadReport(ctx context.Context, req *pb.ReadReportRequest) (*pb.ReadReportResponse, error) {
	number, err := contract.Number(h.Files, "document", req.GetDocument())
	if err != nil {
		return nil, err
	}
	r, err := h.Credits.Read(ctx, actor.From(ctx), number)
	if err != nil {
		return nil, err
	}
	out, err := Report(ctx, r)
	return &pb.ReadReportResponse{Report: out}, err
}

// Auditor serves auditors.
type Auditor struct{ Credits *credit.Service }

// GetFigures implements the procedure.
func (h *Auditor) GetFigures(ctx context.Context, req *pb.GetFiguresRequest) (*pb.GetFiguresResponse, error) {
	from, err := contract.Day("from", req.GetFrom())
	if err != nil {
		return nil, err
	}
	to, err := contract.Day("to", req.GetTo())
	if err != nil {
		return nil, err
	}
	f, err := h.Credits.Figures(ctx, from, to)
	if err != nil {
		return nil, err
	}
	return &pb.GetFiguresResponse{
		Obtained: int64(f.Obtained), Read: int64(f.Read), Made: int64(f.Made), Unchanged: int64(f.Unchanged), Shown: int64(f.Shown),
		Refused: int64(f.Refused), Started: int64(f.Started),
	}, nil
}
