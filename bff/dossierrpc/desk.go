package dossierrpc

import (
	"context"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1"
)

// errDate: a date that is not in the calendar.
var errDate = fault.New(fault.Invalid, "DATE_INVALID")

// Desk is the officers' side of the file.
type Desk struct {
	Files   *dossier.Service
	Cursors cursor.Codec
}

// FindDossier implements the procedure.
func (h *Desk) FindDossier(ctx context.Context, req *pb.FindDossierRequest) (*pb.FindDossierResponse, error) {
	number, err := contract.Number(h.Files, "document", req.GetDocument())
	if err != nil {
		return nil, err
	}
	file, err := h.Files.Find(ctx, actor.From(ctx), number)
	if err != nil {
		return nil, err
	}
	return &pb.FindDossierResponse{Dossier: dossierToAPI(file, false)}, nil
}

// FindByName implements the procedure.
func (h *Desk) FindByName(ctx context.Context, req *pb.FindByNameRequest) (*pb.FindByNameResponse, error) {
	birth, err := civil.ParseDate(req.GetBirthDate())
	if err != nil {
		return nil, errDate.On("birth_date")
	}
	files, err := h.Files.FindByName(ctx, actor.From(ctx), req.GetName(), birth)
	if err != nil {
		return nil, err
	}
	return &pb.FindByNameResponse{
		Dossiers: contract.Each(files, func(f dossier.Dossier) *pb.Dossier { return dossierToAPI(f, false) }),
	}, nil
}

// LinkAtWindow implements the procedure.
func (h *Desk) LinkAtWindow(ctx context.Context, req *pb.LinkAtWindowRequest) (*pb.LinkAtWindowResponse, error) {
	first, second, err := h.two("first", req.GetFirst(), "second", req.GetSecond())
	if err != nil {
		return nil, err
	}
	link, err := h.Files.LinkAtWindow(ctx, actor.From(ctx), first, second, req.GetNote())
	if err != nil {
		return nil, err
	}
	return &pb.LinkAtWindowResponse{Link: linkToAPI(link)}, nil
}

// EnterPaperResult implements the procedure.
func (h *Desk) EnterPaperResult(ctx context.Context, req *pb.EnterPaperResultRequest) (*pb.EnterPaperResultResponse, error) {
	pass, permit, err := h.two("pass", req.GetPass(), "permit", req.GetPermit())
	if err != nil {
		return nil, err
	}
	date, err := civil.ParseDate(req.GetPaperDate())
	if err != nil {
		return nil, errDate.On("paper_date")
	}
	link, waiting, err := h.Files.EnterPaper(ctx, actor.From(ctx),
		dossier.Paper{Pass: pass, Permit: permit, Number: req.GetPaperNumber(), Date: date})
	if err != nil {
		return nil, err
	}
	return &pb.EnterPaperResultResponse{Link: linkOrNone(link), SecondEntryNeeded: waiting}, nil
}

// two reads two documents; a fault names which.
func (h *Desk) two(nameA string, a *commonv1.DocumentRef, nameB string, b *commonv1.DocumentRef) (document.Number, document.Number, error) {
	first, err := contract.Number(h.Files, nameA, a)
	if err != nil {
		return document.Number{}, document.Number{}, err
	}
	second, err := contract.Number(h.Files, nameB, b)
	return first, second, err
}

// ListReviews implements the procedure.
func (h *Desk) ListReviews(ctx context.Context, req *pb.ListReviewsRequest) (*pb.ListReviewsResponse, error) {
	const list = "reviews"
	by := string(actor.From(ctx).Officer)
	var after dossier.ReviewCursor
	if err := h.Cursors.Read(list, by, req.GetPageToken(), &after); err != nil {
		return nil, err
	}
	reviews, more, err := h.Files.ListReviews(ctx, actor.From(ctx), fromReviewKind(req.GetKind()), after, cursor.Rows.Size(req.GetPageSize()))
	if err != nil {
		return nil, err
	}
	out := &pb.ListReviewsResponse{Reviews: contract.Each(reviews, func(v dossier.Review) *pb.Review { return reviewToAPI(ctx, v) })}
	if more {
		last := reviews[len(reviews)-1]
		out.NextPageToken, err = h.Cursors.Write(list, by, dossier.ReviewCursor{Opened: last.Opened, ID: last.ID})
	}
	return out, err
}

// GetReview implements the procedure.
func (h *Desk) GetReview(ctx context.Context, req *pb.GetReviewRequest) (*pb.GetReviewResponse, error) {
	v, err := h.Files.GetReview(ctx, actor.From(ctx), dossier.ReviewID(req.GetId()))
	if err != nil {
		return nil, err
	}
	return &pb.GetReviewResponse{Review: reviewToAPI(ctx, v)}, nil
}

// CloseReview implements the procedure.
func (h *Desk) CloseReview(ctx context.Context, req *pb.CloseReviewRequest) (*pb.CloseReviewResponse, error) {
	v, err := h.Files.KeepApart(ctx, actor.From(ctx), dossier.ReviewID(req.GetId()), req.GetReason())
	if err != nil {
		return nil, err
	}
	return &pb.CloseReviewResponse{Review: reviewToAPI(ctx, v)}, nil
}

// Unlink implements the procedure.
func (h *Desk) Unlink(ctx context.Context, req *pb.UnlinkRequest) (*pb.UnlinkResponse, error) {
	link, err := h.Files.Unlink(ctx, actor.From(ctx), dossier.LinkID(req.GetLinkId()), req.GetReason())
	if err != nil {
		return nil, err
	}
	return &pb.UnlinkResponse{Link: linkToAPI(link)}, nil
}
