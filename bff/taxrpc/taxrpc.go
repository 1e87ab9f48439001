// Package taxrpc serves minzhengtong.tax.v1.
package taxrpc

import (
	"context"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/tax"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/tax/v1"
)

// Handler translates between messages and the domain, and decides nothing.
// Interceptors have checked the request's shape and the caller's audience, and
// word whatever it returns.
type Handler struct {
	Tax     *tax.Service
	Cursors cursor.Codec
}

// GetTaxCalendar implements the procedure.
func (h *Handler) GetTaxCalendar(ctx context.Context, req *pb.GetTaxCalendarRequest) (*pb.GetTaxCalendarResponse, error) {
	year, err := h.Tax.Year(ctx, int(req.GetYear()), req.GetArea())
	if err != nil {
		return nil, err
	}
	out := &pb.GetTaxCalendarResponse{Provisional: year.Provisional}
	for _, e := range year.Entries {
		out.Deadlines = append(out.Deadlines, deadlineToAPI(ctx, e))
	}
	for _, d := range year.Taiwan {
		out.Deadlines = append(out.Deadlines, taiwanToAPI(ctx, d))
	}
	return out, nil
}

// ListRegistrations implements the procedure.
func (h *Handler) ListRegistrations(ctx context.Context, _ *pb.ListRegistrationsRequest) (*pb.ListRegistrationsResponse, error) {
	list, err := h.Tax.ListRegistrations(ctx, actor.From(ctx))
	if err != nil {
		return nil, err
	}
	return &pb.ListRegistrationsResponse{
		Registrations: contract.Each(list, func(r tax.Registered) *pb.Registration { return registrationToAPI(ctx, r) }),
	}, nil
}

// How far ListObligations looks where nothing is said.
const (
	usualBack  = 60
	usualAhead = 366
)

// ListObligations implements the procedure. A page token leads on in the same list
// only.
func (h *Handler) ListObligations(ctx context.Context, req *pb.ListObligationsRequest) (*pb.ListObligationsResponse, error) {
	by := actor.From(ctx)
	query, err := h.query(req)
	if err != nil {
		return nil, err
	}
	list := "obligations/" + req.GetFrom() + "/" + req.GetTo() + "/" + req.GetFirmId()
	if err := h.Cursors.Read(list, string(by.Document), req.GetPageToken(), &query.After); err != nil {
		return nil, err
	}
	found, more, err := h.Tax.List(ctx, by, query)
	if err != nil {
		return nil, err
	}
	out := &pb.ListObligationsResponse{
		Obligations: contract.Each(found, func(o tax.Listed) *pb.Obligation { return obligationToAPI(ctx, o) }),
	}
	if more {
		last := found[len(found)-1]
		out.NextPageToken, err = h.Cursors.Write(list, string(by.Document), tax.Cursor{Due: last.Due, ID: last.ID})
	}
	return out, err
}

// query is what a request asks for.
func (h *Handler) query(req *pb.ListObligationsRequest) (tax.Query, error) {
	today := h.Tax.Today()
	from, err := day("from", req.GetFrom(), today.AddDays(-usualBack))
	if err != nil {
		return tax.Query{}, err
	}
	to, err := day("to", req.GetTo(), today.AddDays(usualAhead))
	if err != nil {
		return tax.Query{}, err
	}
	return tax.Query{
		From: from, To: to, Firm: dossier.ID(req.GetFirmId()), OpenOnly: req.GetOpenOnly(), Limit: cursor.Rows.Size(req.GetPageSize()),
	}, nil
}

// day reads a day of the calendar, or takes the usual one where nothing is said.
func day(field, text string, usual civil.Date) (civil.Date, error) {
	if text == "" {
		return usual, nil
	}
	return contract.Day(field, text)
}

// GetObligation implements the procedure.
func (h *Handler) GetObligation(ctx context.Context, req *pb.GetObligationRequest) (*pb.GetObligationResponse, error) {
	o, err := h.Tax.Get(ctx, actor.From(ctx), tax.ID(req.GetId()))
	if err != nil {
		return nil, err
	}
	out := &pb.GetObligationResponse{
		Obligation: obligationToAPI(ctx, o.Listed), Steps: stepsToAPI(ctx, o.Steps), Source: source(ctx, o.Explanation), Late: late(ctx, o),
	}
	if o.Taiwan != nil {
		out.Counterpart = taiwanToAPI(ctx, *o.Taiwan)
	}
	return out, nil
}

// CompleteObligation implements the procedure.
func (h *Handler) CompleteObligation(ctx context.Context, req *pb.CompleteObligationRequest) (*pb.CompleteObligationResponse, error) {
	o, err := h.Tax.Complete(ctx, actor.From(ctx), tax.ID(req.GetId()))
	if err != nil {
		return nil, err
	}
	return &pb.CompleteObligationResponse{Obligation: obligationToAPI(ctx, o)}, nil
}

// ReopenObligation implements the procedure.
func (h *Handler) ReopenObligation(ctx context.Context, req *pb.ReopenObligationRequest) (*pb.ReopenObligationResponse, error) {
	o, err := h.Tax.Reopen(ctx, actor.From(ctx), tax.ID(req.GetId()))
	if err != nil {
		return nil, err
	}
	return &pb.ReopenObligationResponse{Obligation: obligationToAPI(ctx, o)}, nil
}
