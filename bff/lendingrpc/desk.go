package lendingrpc

import (
	"context"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/bff/creditrpc"
	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/lending"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/lending/v1"
)

// Desk implements the generated LendingDeskServiceHandler.
type Desk struct {
	Lending *lending.Service
	Cursors cursor.Codec
}

// sent names the list that a page token belongs to.
const sent = "lending_cases"

// ListCases implements the procedure.
func (h *Desk) ListCases(ctx context.Context, req *pb.ListCasesRequest) (*pb.ListCasesResponse, error) {
	by := actor.From(ctx)
	var after lending.Cursor
	if err := h.Cursors.Read(sent, by.ID(), req.GetPageToken(), &after); err != nil {
		return nil, err
	}
	found, next, err := h.Lending.Sent(ctx, by, after, cursor.Texts.Size(req.GetPageSize()))
	if err != nil {
		return nil, err
	}
	out := &pb.ListCasesResponse{Cases: contract.Each(found, func(c lending.Case) *pb.Case { return caseToAPI(ctx, h.Lending, c) })}
	if next != (lending.Cursor{}) {
		out.NextPageToken, err = h.Cursors.Write(sent, by.ID(), next)
	}
	return out, err
}

// OpenCase implements the procedure.
func (h *Desk) OpenCase(ctx context.Context, req *pb.OpenCaseRequest) (*pb.OpenCaseResponse, error) {
	v, err := h.Lending.Open(ctx, actor.From(ctx), lending.ID(req.GetId()))
	if err != nil {
		return nil, err
	}
	out := &pb.OpenCaseResponse{Case: caseToAPI(ctx, h.Lending, v.Case), Notes: contract.Each(v.Notes, note), Voucher: v.Voucher}
	if v.Report != nil {
		out.Report, err = creditrpc.Report(ctx, *v.Report)
	}
	return out, err
}

// ReadPaper implements the procedure.
func (h *Desk) ReadPaper(ctx context.Context, req *pb.ReadPaperRequest) (*pb.ReadPaperResponse, error) {
	p, err := h.Lending.ReadPaper(ctx, actor.From(ctx), lending.ID(req.GetId()), lending.NoteID(req.GetNoteId()))
	if err != nil {
		return nil, err
	}
	return &pb.ReadPaperResponse{Paper: paperToAPI(p), MediaType: string(p.Media), Voucher: p.Voucher}, nil
}

// AddBankNote implements the procedure.
func (h *Desk) AddBankNote(ctx context.Context, req *pb.AddBankNoteRequest) (*pb.AddBankNoteResponse, error) {
	n, err := h.Lending.SayAsBank(ctx, actor.From(ctx), lending.ID(req.GetId()), words(req.GetWords()))
	if err != nil {
		return nil, err
	}
	return &pb.AddBankNoteResponse{Note: note(n)}, nil
}

// MakeOffer implements the procedure.
func (h *Desk) MakeOffer(ctx context.Context, req *pb.MakeOfferRequest) (*pb.MakeOfferResponse, error) {
	last, err := contract.Day("last_day", req.GetLastDay())
	if err != nil {
		return nil, err
	}
	o, err := h.Lending.MakeOffer(ctx, actor.From(ctx), lending.ID(req.GetId()), lending.Terms{
		Fen: req.GetFen(), RateBP: int(req.GetRateBp()), Months: int(req.GetMonths()), Words: req.GetTerms(), LastDay: last,
	})
	if err != nil {
		return nil, err
	}
	return &pb.MakeOfferResponse{Offer: offer(o)}, nil
}

// CloseCase implements the procedure.
func (h *Desk) CloseCase(ctx context.Context, req *pb.CloseCaseRequest) (*pb.CloseCaseResponse, error) {
	c, err := h.Lending.Close(ctx, actor.From(ctx), lending.ID(req.GetId()), req.GetGrantedFen(), req.GetAnswer())
	if err != nil {
		return nil, err
	}
	return &pb.CloseCaseResponse{Case: caseToAPI(ctx, h.Lending, c)}, nil
}

// Auditor implements the generated LendingAuditServiceHandler.
type Auditor struct {
	Lending *lending.Service
}

// GetLendingFigures implements the procedure.
func (h *Auditor) GetLendingFigures(ctx context.Context, req *pb.GetLendingFiguresRequest) (*pb.GetLendingFiguresResponse, error) {
	from, err := contract.Day("from", req.GetFrom()+"-01")
	if err != nil {
		return nil, err
	}
	to, err := contract.Day("to", req.GetTo()+"-01")
	if err != nil {
		return nil, err
	}
	list, err := h.Lending.Figures(ctx, calendar.MonthOf(from), calendar.MonthOf(to))
	if err != nil {
		return nil, err
	}
	return &pb.GetLendingFiguresResponse{Months: contract.Each(list, month)}, nil
}

func month(f lending.Figures) *pb.LendingMonth {
	return &pb.LendingMonth{
		Month: f.Month.String(), Sent: int64(f.Sent), Offers: int64(f.Offers), Accepted: int64(f.Accepted), Granted: int64(f.Granted),
		GrantedFen: f.GrantedFen, Refused: int64(f.Refused), Withdrawn: int64(f.Withdrawn),
	}
}
