// Package campaignrpc serves minzhengtong.campaign.v1: it translates between
// messages and the domain, and decides nothing. Interceptors have checked the
// request's shape and the caller's audience, note the reason that the caller
// gives, and word whatever it returns.
package campaignrpc

import (
	"context"
	"time"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/campaign"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/campaign/v1"
)

// Handler is the officers' desk for messages to many.
type Handler struct {
	Campaigns *campaign.Service
	Cursors   cursor.Codec
}

// PreviewCampaign implements the procedure.
func (h *Handler) PreviewCampaign(ctx context.Context, req *pb.PreviewCampaignRequest) (*pb.PreviewCampaignResponse, error) {
	d := fromDraft(req.GetDraft())
	people, err := h.Campaigns.Preview(ctx, actor.From(ctx), d)
	if err != nil {
		return nil, fault.On("draft", err)
	}
	return &pb.PreviewCampaignResponse{People: people, Titles: forReaders(d.Title, d.Language), Bodies: forReaders(d.Body, d.Language)}, nil
}

// DraftCampaign implements the procedure.
func (h *Handler) DraftCampaign(ctx context.Context, req *pb.DraftCampaignRequest) (*pb.DraftCampaignResponse, error) {
	c, err := h.Campaigns.Draft(ctx, actor.From(ctx), fromDraft(req.GetDraft()))
	if err != nil {
		return nil, fault.On("draft", err)
	}
	return &pb.DraftCampaignResponse{Campaign: toAPI(c)}, nil
}

// ListCampaigns implements the procedure.
func (h *Handler) ListCampaigns(ctx context.Context, req *pb.ListCampaignsRequest) (*pb.ListCampaignsResponse, error) {
	const name = "campaigns"
	by := actor.From(ctx)
	var after campaign.Cursor
	if err := h.Cursors.Read(name, string(by.Officer), req.GetPageToken(), &after); err != nil {
		return nil, err
	}
	list, more, err := h.Campaigns.List(ctx, by, after, cursor.Texts.Size(req.GetPageSize()))
	if err != nil {
		return nil, err
	}
	out := &pb.ListCampaignsResponse{Campaigns: contract.Each(list, toAPI)}
	if more {
		last := list[len(list)-1]
		out.NextPageToken, err = h.Cursors.Write(name, string(by.Officer), campaign.Cursor{Created: last.Created, ID: last.ID})
	}
	return out, err
}

// GetCampaign implements the procedure.
func (h *Handler) GetCampaign(ctx context.Context, req *pb.GetCampaignRequest) (*pb.GetCampaignResponse, error) {
	c, report, err := h.Campaigns.Get(ctx, actor.From(ctx), campaign.ID(req.GetId()))
	if err != nil {
		return nil, err
	}
	out := toAPI(c)
	out.Report.Read, out.Report.Deliveries = report.Read, contract.Each(report.Lines, toLine)
	return &pb.GetCampaignResponse{Campaign: out}, nil
}

// ApproveCampaign implements the procedure.
func (h *Handler) ApproveCampaign(ctx context.Context, req *pb.ApproveCampaignRequest) (*pb.ApproveCampaignResponse, error) {
	var begin time.Time
	if t := req.GetStartTime(); t != nil {
		begin = t.AsTime()
	}
	c, err := h.Campaigns.Approve(ctx, actor.From(ctx), campaign.ID(req.GetId()), begin)
	if err != nil {
		return nil, err
	}
	return &pb.ApproveCampaignResponse{Campaign: toAPI(c)}, nil
}

// SteerCampaign implements the procedure.
func (h *Handler) SteerCampaign(ctx context.Context, req *pb.SteerCampaignRequest) (*pb.SteerCampaignResponse, error) {
	c, err := h.Campaigns.Steer(ctx, actor.From(ctx), campaign.ID(req.GetId()), ways[req.GetSteering()], req.Pace)
	if err != nil {
		return nil, err
	}
	return &pb.SteerCampaignResponse{Campaign: toAPI(c)}, nil
}
