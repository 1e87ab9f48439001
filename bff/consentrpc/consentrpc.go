// Package consentrpc serves minzhengtong.consent.v1.
package consentrpc

import (
	"context"
	"encoding/hex"
	"errors"

	"github.com/minzhengtong/minzhengtong/bff/call"
	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/consent/v1"
)

// Handler translates between messages and the domain, and decides nothing.
// Interceptors have checked the request's shape and the caller's audience, and
// word whatever it returns.
type Handler struct {
	Consents *consent.Service
	// Files reads the numbers that people type.
	Files   *dossier.Service
	Cursors cursor.Codec
}

// GetConsentText implements the procedure.
func (h *Handler) GetConsentText(ctx context.Context, req *pb.GetConsentTextRequest) (*pb.GetConsentTextResponse, error) {
	text, err := h.Consents.Text(consent.PurposeCode(req.GetPurpose()), language(ctx))
	if err != nil {
		return nil, err
	}
	return &pb.GetConsentTextResponse{
		Text: text.Body, Version: text.Version, Language: text.Language, Hash: hex.EncodeToString(text.Hash[:]),
	}, nil
}

// ListOffers implements the procedure.
func (h *Handler) ListOffers(ctx context.Context, _ *pb.ListOffersRequest) (*pb.ListOffersResponse, error) {
	offers, err := h.Consents.Offers(ctx)
	if err != nil {
		return nil, err
	}
	return &pb.ListOffersResponse{Offers: contract.Each(offers, func(o consent.Offer) *pb.Offer {
		return &pb.Offer{
			PartyId: string(o.Party), PartyName: o.PartyName, Purpose: string(o.Purpose),
			PurposeText: h.Consents.Title(o.Purpose, language(ctx)), Scopes: o.Scopes,
		}
	})}, nil
}

// GiveConsent implements the procedure.
func (h *Handler) GiveConsent(ctx context.Context, req *pb.GiveConsentRequest) (*pb.GiveConsentResponse, error) {
	c, err := h.Consents.Give(ctx, actor.From(ctx), terms(ctx, req))
	if err != nil {
		return nil, err
	}
	return &pb.GiveConsentResponse{Consent: h.toAPI(ctx, c)}, nil
}

// RevokeConsent implements the procedure.
func (h *Handler) RevokeConsent(ctx context.Context, req *pb.RevokeConsentRequest) (*pb.RevokeConsentResponse, error) {
	c, uses, err := h.Consents.Revoke(ctx, actor.From(ctx), consent.ID(req.GetConsentId()))
	if err != nil {
		return nil, err
	}
	return &pb.RevokeConsentResponse{Consent: h.toAPI(ctx, c), Uses: contract.Each(uses, useToAPI)}, nil
}

// ListConsents implements the procedure.
func (h *Handler) ListConsents(ctx context.Context, _ *pb.ListConsentsRequest) (*pb.ListConsentsResponse, error) {
	list, err := h.Consents.List(ctx, actor.From(ctx))
	if err != nil {
		return nil, err
	}
	return &pb.ListConsentsResponse{Consents: h.eachToAPI(ctx, list)}, nil
}

// ListUses implements the procedure. A page token leads on under the same filter
// only.
func (h *Handler) ListUses(ctx context.Context, req *pb.ListUsesRequest) (*pb.ListUsesResponse, error) {
	list, by := "uses/"+req.GetConsentId(), actor.From(ctx)
	var after consent.UseCursor
	if err := h.Cursors.Read(list, string(by.Document), req.GetPageToken(), &after); err != nil {
		return nil, err
	}
	uses, more, err := h.Consents.Uses(ctx, by, consent.ID(req.GetConsentId()), after, cursor.Rows.Size(req.GetPageSize()))
	if err != nil {
		return nil, err
	}
	out := &pb.ListUsesResponse{Uses: contract.Each(uses, useToAPI)}
	if more {
		last := uses[len(uses)-1]
		out.NextPageToken, err = h.Cursors.Write(list, string(by.Document), consent.UseCursor{Decided: last.Decided, ID: last.ID})
	}
	return out, err
}

// GiveFirmConsent implements the procedure.
func (h *Handler) GiveFirmConsent(ctx context.Context, req *pb.GiveFirmConsentRequest) (*pb.GiveFirmConsentResponse, error) {
	c, err := h.Consents.GiveForFirm(ctx, actor.From(ctx), dossier.ID(req.GetFirmId()), terms(ctx, req.GetConsent()))
	if err != nil {
		return nil, within("consent", err)
	}
	return &pb.GiveFirmConsentResponse{Consent: h.toAPI(ctx, c)}, nil
}

// RevokeFirmConsent implements the procedure.
func (h *Handler) RevokeFirmConsent(ctx context.Context, req *pb.RevokeFirmConsentRequest) (*pb.RevokeFirmConsentResponse, error) {
	c, uses, err := h.Consents.RevokeForFirm(ctx, actor.From(ctx), dossier.ID(req.GetFirmId()), consent.ID(req.GetConsentId()))
	if err != nil {
		return nil, err
	}
	return &pb.RevokeFirmConsentResponse{Consent: h.toAPI(ctx, c), Uses: contract.Each(uses, useToAPI)}, nil
}

// ListFirmConsents implements the procedure.
func (h *Handler) ListFirmConsents(ctx context.Context, req *pb.ListFirmConsentsRequest) (*pb.ListFirmConsentsResponse, error) {
	list, err := h.Consents.ListForFirm(ctx, actor.From(ctx), dossier.ID(req.GetFirmId()))
	if err != nil {
		return nil, err
	}
	return &pb.ListFirmConsentsResponse{Consents: h.eachToAPI(ctx, list)}, nil
}

// language is the caller's.
func language(ctx context.Context) string { return string(call.Language(ctx)) }

// within says in which part of the request the field at fault lies, if a field
// is at fault.
func within(part string, err error) error {
	if f, ok := errors.AsType[*fault.Fault](err); ok && f.Field() != "" {
		return f.On(part)
	}
	return err
}
