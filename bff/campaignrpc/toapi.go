package campaignrpc

import (
	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/campaign"
	"github.com/minzhengtong/minzhengtong/domains/document"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/campaign/v1"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
)

var states = map[campaign.State]pb.CampaignState{
	campaign.Drafted:  pb.CampaignState_CAMPAIGN_STATE_DRAFT,
	campaign.Approved: pb.CampaignState_CAMPAIGN_STATE_APPROVED,
	campaign.Running:  pb.CampaignState_CAMPAIGN_STATE_RUNNING,
	campaign.Paused:   pb.CampaignState_CAMPAIGN_STATE_PAUSED,
	campaign.Done:     pb.CampaignState_CAMPAIGN_STATE_DONE,
	campaign.Stopped:  pb.CampaignState_CAMPAIGN_STATE_STOPPED,
}

var ways = map[pb.Steering]campaign.Steering{
	pb.Steering_STEERING_UNSPECIFIED: campaign.Keep,
	pb.Steering_STEERING_PAUSE:       campaign.Pause,
	pb.Steering_STEERING_RESUME:      campaign.Resume,
	pb.Steering_STEERING_STOP:        campaign.Stop,
}

// fromDraft reads a draft.
func fromDraft(d *pb.Draft) campaign.Draft {
	p := d.GetPopulation()
	return campaign.Draft{
		Title: d.GetTitle(), Body: d.GetBody(), Language: d.GetSourceLanguage(), Pace: d.GetPace(),
		Population: campaign.Population{
			Kinds: contract.Each(p.GetDocumentKinds(), func(kind string) document.Kind { return document.Kind(kind) }),
			Areas: p.GetAreas(), ExpiresFrom: p.GetExpiresFrom(), ExpiresTo: p.GetExpiresTo(),
		},
	}
}

// forReaders is a text as the readers of each script get it.
func forReaders(stored, language string) []*commonv1.DataText {
	return contract.Each(campaign.Languages(), func(to string) *commonv1.DataText { return contract.DataTextIn(stored, language, to) })
}

// toAPI translates a campaign, as written, with what its row counts.
func toAPI(c campaign.Campaign) *pb.Campaign {
	return &pb.Campaign{
		Id: string(c.ID), State: states[c.State], Title: c.Title, Body: c.Body, SourceLanguage: c.Language,
		Population: &pb.Population{
			DocumentKinds: contract.Each(c.Population.Kinds, func(kind document.Kind) string { return string(kind) }),
			Areas:         c.Population.Areas, ExpiresFrom: c.Population.ExpiresFrom, ExpiresTo: c.Population.ExpiresTo,
		},
		Pace: c.Pace, AuthorId: string(c.Author), ApproverId: string(c.Approver),
		Report:     &pb.Report{Expected: c.Expected, Told: c.Told, Passed: c.Passed},
		CreateTime: contract.Time(c.Created), StartTime: contract.Time(c.Started), EndTime: contract.Time(c.Ended),
	}
}

// toLine translates a line of a report.
func toLine(l campaign.Line) *pb.ReportLine {
	return &pb.ReportLine{Channel: string(l.Channel), State: string(l.State), Count: l.Count}
}
