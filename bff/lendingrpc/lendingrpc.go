// Package lendingrpc translates the services that bring people and firms together with banks.
// It decides nothing.
package lendingrpc

import (
	"context"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/lending"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/lending/v1"
)

// Handler implements the generated LendingServiceHandler.
type Handler struct {
	Lending *lending.Service
}

// ListProducts implements the procedure.
func (h *Handler) ListProducts(ctx context.Context, _ *pb.ListProductsRequest) (*pb.ListProductsResponse, error) {
	list, err := h.Lending.All(ctx)
	if err != nil {
		return nil, err
	}
	out := &pb.ListProductsResponse{}
	for _, p := range list {
		one, err := product(ctx, p)
		if err != nil {
			return nil, err
		}
		out.Products = append(out.Products, one)
	}
	return out, nil
}

// MatchProducts implements the procedure.
func (h *Handler) MatchProducts(ctx context.Context, req *pb.MatchProductsRequest) (*pb.MatchProductsResponse, error) {
	list, err := matches(ctx)(h.Lending.Match(ctx, actor.From(ctx), need(req.GetNeed())))
	if err != nil {
		return nil, err
	}
	return &pb.MatchProductsResponse{Matches: list}, nil
}

// MatchFirmProducts implements the procedure.
func (h *Handler) MatchFirmProducts(ctx context.Context, req *pb.MatchFirmProductsRequest) (*pb.MatchFirmProductsResponse, error) {
	list, err := matches(ctx)(h.Lending.MatchForFirm(ctx, actor.From(ctx), dossier.ID(req.GetFirmId()), need(req.GetNeed())))
	if err != nil {
		return nil, err
	}
	return &pb.MatchFirmProductsResponse{Matches: list}, nil
}

// SendNeed implements the procedure.
func (h *Handler) SendNeed(ctx context.Context, req *pb.SendNeedRequest) (*pb.SendNeedResponse, error) {
	list, err := h.Lending.Send(ctx, actor.From(ctx), need(req.GetNeed()), codes(req.GetProducts())...)
	if err != nil {
		return nil, err
	}
	return &pb.SendNeedResponse{Cases: h.cases(ctx, list)}, nil
}

// SendFirmNeed implements the procedure.
func (h *Handler) SendFirmNeed(ctx context.Context, req *pb.SendFirmNeedRequest) (*pb.SendFirmNeedResponse, error) {
	list, err := h.Lending.SendForFirm(ctx, actor.From(ctx), dossier.ID(req.GetFirmId()), need(req.GetNeed()), codes(req.GetProducts())...)
	if err != nil {
		return nil, err
	}
	return &pb.SendFirmNeedResponse{Cases: h.cases(ctx, list)}, nil
}

// GetCases implements the procedure.
func (h *Handler) GetCases(ctx context.Context, _ *pb.GetCasesRequest) (*pb.GetCasesResponse, error) {
	list, err := h.Lending.Cases(ctx, actor.From(ctx))
	if err != nil {
		return nil, err
	}
	return &pb.GetCasesResponse{Cases: h.cases(ctx, list)}, nil
}

// GetFirmCases implements the procedure.
func (h *Handler) GetFirmCases(ctx context.Context, req *pb.GetFirmCasesRequest) (*pb.GetFirmCasesResponse, error) {
	list, err := h.Lending.CasesOfFirm(ctx, actor.From(ctx), dossier.ID(req.GetFirmId()))
	if err != nil {
		return nil, err
	}
	return &pb.GetFirmCasesResponse{Cases: h.cases(ctx, list)}, nil
}

// GetCase implements the procedure.
func (h *Handler) GetCase(ctx context.Context, req *pb.GetCaseRequest) (*pb.GetCaseResponse, error) {
	c, notes, err := h.Lending.Case(ctx, actor.From(ctx), lending.ID(req.GetId()))
	if err != nil {
		return nil, err
	}
	return &pb.GetCaseResponse{Case: caseToAPI(ctx, h.Lending, c), Notes: contract.Each(notes, note)}, nil
}

// AddNote implements the procedure.
func (h *Handler) AddNote(ctx context.Context, req *pb.AddNoteRequest) (*pb.AddNoteResponse, error) {
	n, err := h.Lending.Say(ctx, actor.From(ctx), lending.ID(req.GetId()), words(req.GetWords()))
	if err != nil {
		return nil, err
	}
	return &pb.AddNoteResponse{Note: note(n)}, nil
}

// GetPaper implements the procedure.
func (h *Handler) GetPaper(ctx context.Context, req *pb.GetPaperRequest) (*pb.GetPaperResponse, error) {
	p, err := h.Lending.Paper(ctx, actor.From(ctx), lending.ID(req.GetId()), lending.NoteID(req.GetNoteId()))
	if err != nil {
		return nil, err
	}
	return &pb.GetPaperResponse{Paper: paperToAPI(p), MediaType: string(p.Media)}, nil
}

// AnswerOffer implements the procedure.
func (h *Handler) AnswerOffer(ctx context.Context, req *pb.AnswerOfferRequest) (*pb.AnswerOfferResponse, error) {
	c, err := h.Lending.Answer(ctx, actor.From(ctx), lending.ID(req.GetId()), lending.OfferID(req.GetOfferId()), req.GetAccept())
	if err != nil {
		return nil, err
	}
	return &pb.AnswerOfferResponse{Case: caseToAPI(ctx, h.Lending, c)}, nil
}

// WithdrawCase implements the procedure.
func (h *Handler) WithdrawCase(ctx context.Context, req *pb.WithdrawCaseRequest) (*pb.WithdrawCaseResponse, error) {
	c, err := h.Lending.Withdraw(ctx, actor.From(ctx), lending.ID(req.GetId()))
	if err != nil {
		return nil, err
	}
	return &pb.WithdrawCaseResponse{Case: caseToAPI(ctx, h.Lending, c)}, nil
}

func (h *Handler) cases(ctx context.Context, list []lending.Case) []*pb.Case {
	return contract.Each(list, func(c lending.Case) *pb.Case { return caseToAPI(ctx, h.Lending, c) })
}
