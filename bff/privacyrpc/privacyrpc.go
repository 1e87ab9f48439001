// Package privacyrpc serves minzhengtong.privacy.v1: copies, corrections,
// erasures, and how long what is kept.
package privacyrpc

import (
	"context"
	"strings"

	"github.com/minzhengtong/minzhengtong/bff/call"
	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/privacy"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/privacy/v1"
)

// Handler is the person's side. It translates, and decides nothing.
type Handler struct{ Privacy *privacy.Service }

// ExportData implements the procedure.
func (h *Handler) ExportData(ctx context.Context, _ *pb.ExportDataRequest) (*pb.ExportDataResponse, error) {
	export, err := h.Privacy.Export(ctx, actor.From(ctx))
	if err != nil {
		return nil, err
	}
	out := &pb.ExportDataResponse{FileName: export.FileName()}
	if out.Json, err = export.JSON(); err != nil {
		return nil, err
	}
	out.Html, err = export.HTML(func(id string, args map[string]string) string { return call.Text(ctx, id, args) })
	if err != nil {
		return nil, err
	}
	return out, nil
}

// RequestCorrection implements the procedure.
func (h *Handler) RequestCorrection(ctx context.Context, req *pb.RequestCorrectionRequest) (*pb.RequestCorrectionResponse, error) {
	c, err := h.Privacy.Request(ctx, actor.From(ctx), privacy.Wish{
		Document: actor.DocumentID(req.GetDocumentId()), Item: req.GetItem(), Value: req.GetValue(), Reason: req.GetReason(),
	})
	if err != nil {
		return nil, err
	}
	return &pb.RequestCorrectionResponse{Correction: toAPI(c)}, nil
}

// ListCorrections implements the procedure.
func (h *Handler) ListCorrections(ctx context.Context, _ *pb.ListCorrectionsRequest) (*pb.ListCorrectionsResponse, error) {
	list, err := h.Privacy.List(ctx, actor.From(ctx))
	if err != nil {
		return nil, err
	}
	return &pb.ListCorrectionsResponse{Corrections: contract.Each(list, toAPI)}, nil
}

// PreviewErasure implements the procedure.
func (h *Handler) PreviewErasure(ctx context.Context, _ *pb.PreviewErasureRequest) (*pb.PreviewErasureResponse, error) {
	preview, err := h.Privacy.Preview(ctx, actor.From(ctx))
	if err != nil {
		return nil, err
	}
	return &pb.PreviewErasureResponse{Lines: lines(ctx, preview.Lines), Phrase: preview.Phrase}, nil
}

// EraseData implements the procedure.
func (h *Handler) EraseData(ctx context.Context, req *pb.EraseDataRequest) (*pb.EraseDataResponse, error) {
	done, err := h.Privacy.Erase(ctx, actor.From(ctx), req.GetPhrase())
	if err != nil {
		return nil, err
	}
	return &pb.EraseDataResponse{ErasureId: string(done.ID), Lines: lines(ctx, done.Lines)}, nil
}

// ListRetention implements the procedure.
func (*Handler) ListRetention(ctx context.Context, _ *pb.ListRetentionRequest) (*pb.ListRetentionResponse, error) {
	out := &pb.ListRetentionResponse{}
	for _, r := range privacy.Retention() {
		out.Rules = append(out.Rules, &pb.RetentionRule{
			Kind: string(r.Kind), Title: title(ctx, r.Kind), KeepDays: int32(r.KeepDays), Source: r.Source, Illustrative: r.Illustrative,
		})
	}
	return out, nil
}

// lines words what an erasure does.
func lines(ctx context.Context, list []privacy.Line) []*pb.ErasureLine {
	out := make([]*pb.ErasureLine, len(list))
	for i, l := range list {
		out[i] = &pb.ErasureLine{
			Kind: string(l.Kind), Title: title(ctx, l.Kind), Count: int32(l.Count), Forgotten: l.Erasure == privacy.Forgotten,
			Explanation: call.Text(ctx, "ERASURE_"+strings.ToUpper(string(l.Kind)), nil),
			Source:      l.Source, KeepDays: int32(l.KeepDays), Illustrative: l.Illustrative,
		}
	}
	return out
}

// title is a kind of data in the caller's language.
func title(ctx context.Context, k privacy.Kind) string {
	return call.Text(ctx, "DATA_KIND_"+strings.ToUpper(string(k)), nil)
}
