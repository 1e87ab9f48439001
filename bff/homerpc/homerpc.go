// Package homerpc serves minzhengtong.home.v1: the first screen in one call.
package homerpc

import (
	"context"
	"strconv"
	"time"

	"github.com/minzhengtong/minzhengtong/bff/call"
	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/home/v1"
)

// Handler puts together what the first screen needs, and decides nothing.
type Handler struct {
	Files *dossier.Service
	// Zone is Asia/Shanghai, in which a day ends.
	Zone *time.Location
}

// GetHome implements the procedure.
func (h *Handler) GetHome(ctx context.Context, _ *pb.GetHomeRequest) (*pb.GetHomeResponse, error) {
	file, err := h.Files.Get(ctx, actor.From(ctx))
	if err != nil {
		return nil, err
	}
	out := &pb.GetHomeResponse{
		DossierId: string(file.ID), Documents: contract.Documents(file.Documents),
		RecordCount: int32(file.RecordCount),
		FirmRoles:   contract.Each(file.Roles, contract.FirmRole),
	}
	for _, a := range dossier.Attentions(file, h.Files.Today()) {
		out.Attentions = append(out.Attentions, h.toAPI(ctx, a))
	}
	return out, nil
}

// wording says how each kind is told and which message words it.
var wording = map[dossier.AttentionKind]struct {
	kind    pb.AttentionKind
	message string
}{
	dossier.LinkSecondDocument: {pb.AttentionKind_ATTENTION_KIND_LINK_SECOND_DOCUMENT, "ATTENTION_LINK_SECOND_DOCUMENT"},
	dossier.LinkPending:        {pb.AttentionKind_ATTENTION_KIND_LINK_PENDING, "ATTENTION_LINK_PENDING"},
	dossier.LinkInReview:       {pb.AttentionKind_ATTENTION_KIND_LINK_REVIEW, "ATTENTION_LINK_REVIEW"},
	dossier.DocumentExpires:    {pb.AttentionKind_ATTENTION_KIND_DOCUMENT_EXPIRES, "ATTENTION_DOCUMENT_EXPIRES"},
	dossier.DocumentExpired:    {pb.AttentionKind_ATTENTION_KIND_DOCUMENT_EXPIRED, "ATTENTION_DOCUMENT_EXPIRED"},
	dossier.DocumentLost:       {pb.AttentionKind_ATTENTION_KIND_DOCUMENT_LOST, "ATTENTION_DOCUMENT_LOST"},
}

func (h *Handler) toAPI(ctx context.Context, a dossier.Attention) *pb.Attention {
	w := wording[a.Kind]
	args := map[string]string{"Kind": string(a.Document.Kind()), "Date": contract.Date(a.Due), "Days": strconv.Itoa(a.Days)}
	out := &pb.Attention{
		Kind: w.kind, Urgency: pb.Urgency(a.Urgency),
		Text: call.Text(ctx, w.message, args), DocumentId: string(a.Document.ID), InquiryId: string(a.Inquiry),
	}
	if a.Due.IsValid() {
		out.DueTime = contract.Time(a.Due.AddDays(1).In(h.Zone)) // the last day's end
	}
	return out
}
