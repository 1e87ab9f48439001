package authority_test

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/golang-sql/civil"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/alarm"
	"github.com/minzhengtong/minzhengtong/domains/campaign"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	taxes "github.com/minzhengtong/minzhengtong/domains/tax"
	alarmv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/alarm/v1"
	campaignv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/campaign/v1"
	noticev1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/notice/v1"
	taxv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/tax/v1"
)

// registration is a tax that somebody is registered for, with what it makes due.
func registration(c *cell, of side) string {
	c.t.Helper()
	c.made++
	ref := fmt.Sprintf("registration-%d", c.made)
	taken, err := c.Tax.Take(c.t.Context(), []taxes.Registration{{
		Document: actor.DocumentID(c.id(of)), Tax: "iit_withholding", Cycle: taxes.Monthly, Area: here,
		From: civil.Date{Year: 2026, Month: time.January, Day: 1}, Source: "test", Ref: ref,
	}})
	c.must("take a registration", err)
	if taken[0].Fault != nil {
		c.t.Fatalf("a registration is left out: %v", taken[0].Fault)
	}
	_, err = c.Tax.PlanDue(c.t.Context(), 100)
	c.must("plan", err)
	var id string
	c.must("find a registration", c.DB.SQL(c.t.Context()).QueryRowContext(c.t.Context(),
		c.DB.Rebind("SELECT id FROM tax_registrations WHERE source_ref = ?"), ref).Scan(&id))
	return id
}

// obligation is the earliest thing that is due for somebody.
func obligation(c *cell, of side) string {
	c.t.Helper()
	registration(c, of)
	var id string
	c.must("find an obligation", c.DB.SQL(c.t.Context()).QueryRowContext(c.t.Context(),
		c.DB.Rebind("SELECT id FROM obligations WHERE document_id = ? ORDER BY due_date LIMIT 1"), c.id(of)).Scan(&id))
	return id
}

func taxRows() map[string]row {
	const service = "tax.v1.TaxService/"
	return map[string]row{
		service + "GetTaxCalendar":    {request: func(*cell) proto.Message { return &taxv1.GetTaxCalendarRequest{Year: 2026} }},
		service + "ListRegistrations": {mark: registration, request: func(*cell) proto.Message { return &taxv1.ListRegistrationsRequest{} }},
		service + "ListObligations":   {mark: obligation, request: func(*cell) proto.Message { return &taxv1.ListObligationsRequest{} }},
		service + "GetObligation": {target: obligation, request: func(c *cell) proto.Message {
			return &taxv1.GetObligationRequest{Id: c.target}
		}},
		service + "CompleteObligation": {target: obligation, request: func(c *cell) proto.Message {
			return &taxv1.CompleteObligationRequest{Id: c.target}
		}},
		service + "ReopenObligation": {target: obligation, request: func(c *cell) proto.Message {
			return &taxv1.ReopenObligationRequest{Id: c.target}
		}},
	}
}

// feed is somebody's address of a calendar.
func feed(c *cell, of side) string {
	c.t.Helper()
	f, _, err := c.Alarms.CreateFeed(c.t.Context(), c.actor(of))
	c.must("make a feed", err)
	return string(f.ID)
}

// setting reminds somebody of a kind of its own.
func setting(c *cell, of side) string {
	c.t.Helper()
	c.made++
	kind := taxes.Kind(fmt.Sprintf("kind_of_matter_%d", c.made))
	_, err := c.Alarms.Set(c.t.Context(), c.actor(of), alarm.Setting{Kind: kind, Leads: []int{2}, At: "10:00"})
	c.must("set an alarm", err)
	return string(kind)
}

func alarmRows() map[string]row {
	const service = "alarm.v1.AlarmService/"
	set := &alarmv1.Setting{Leads: []int32{3}, At: "08:00"}
	return map[string]row{
		service + "ListSettings":  {mark: setting, request: func(*cell) proto.Message { return &alarmv1.ListSettingsRequest{} }},
		service + "SetSetting":    {request: func(*cell) proto.Message { return &alarmv1.SetSettingRequest{Setting: set} }},
		service + "RemoveSetting": {request: func(*cell) proto.Message { return &alarmv1.RemoveSettingRequest{Kind: "vat_small"} }},
		service + "ListAlarms":    {mark: obligation, request: func(*cell) proto.Message { return &alarmv1.ListAlarmsRequest{} }},
		service + "Snooze": {target: obligation, request: func(c *cell) proto.Message {
			return &alarmv1.SnoozeRequest{ObligationId: c.target, Until: timestamppb.New(c.Now().Add(time.Hour))}
		}},
		service + "CreateFeed":     {request: func(*cell) proto.Message { return &alarmv1.CreateFeedRequest{} }},
		service + "ListFeeds":      {mark: feed, request: func(*cell) proto.Message { return &alarmv1.ListFeedsRequest{} }},
		service + "RevokeFeed":     {target: feed, request: func(c *cell) proto.Message { return &alarmv1.RevokeFeedRequest{Id: c.target} }},
		service + "ExportCalendar": {request: func(*cell) proto.Message { return &alarmv1.ExportCalendarRequest{} }},
	}
}

// told is something that somebody was told.
func told(c *cell, of side) string {
	c.t.Helper()
	c.made++
	key := fmt.Sprintf("matrix/%d", c.made)
	c.must("tell", c.DB.InTx(c.t.Context(), func(ctx context.Context) error {
		return c.Notices.Tell(ctx, notice.Message{
			Document: actor.DocumentID(c.id(of)), Key: key, Kind: "campaign", Topic: notice.Campaign,
			Text: &notice.Text{Title: "示例", Body: "示例内容，虚构。", Language: "zh-Hans"},
		})
	}))
	var id string
	c.must("find a notice", c.DB.SQL(c.t.Context()).QueryRowContext(c.t.Context(),
		c.DB.Rebind("SELECT id FROM notices WHERE key = ?"), key).Scan(&id))
	return id
}

// endpoint is an address of somebody's that is not proven yet.
func endpoint(c *cell, of side) string {
	c.t.Helper()
	c.made++
	phone := fmt.Sprintf("+886%09d", 910_000_000+c.made)
	e, err := c.Notices.AddEndpoint(c.t.Context(), c.actor(of), notice.Address{Phone: phone})
	c.must("add an endpoint", err)
	c.must("send a code", c.Notices.SendCode(c.t.Context(), string(e.ID)))
	c.codes[string(e.ID)] = c.Code(c.t.Context(), c.t, phone)
	return string(e.ID)
}

// codeOf is the code that proves an endpoint, or any for one that is guessed.
func (c *cell) codeOf(endpoint string) string { return cmp.Or(c.codes[endpoint], "000000") }

func noticeRows() map[string]row {
	const service = "notice.v1.NoticeService/"
	return map[string]row{
		service + "ListNotices":  {mark: told, request: func(*cell) proto.Message { return &noticev1.ListNoticesRequest{} }},
		service + "WatchNotices": {request: func(*cell) proto.Message { return &noticev1.WatchNoticesRequest{} }},
		service + "MarkRead": {
			target: told, request: func(c *cell) proto.Message { return &noticev1.MarkReadRequest{Ids: []string{c.target}} },
			open: map[relation]string{
				guessed: "what is not there is passed over", another: "what is somebody else's is passed over",
				elsewhere: "the same", deleted: "the same", unlinked: "the same",
			},
		},
		service + "GetChannels": {mark: endpoint, request: func(*cell) proto.Message { return &noticev1.GetChannelsRequest{} }},
		service + "SetChannels": {request: func(*cell) proto.Message {
			return &noticev1.SetChannelsRequest{Topic: &noticev1.TopicChannels{
				Topic: noticev1.Topic_TOPIC_DEADLINE, Channels: []noticev1.Channel{noticev1.Channel_CHANNEL_SMS},
			}}
		}},
		service + "AddEndpoint": {request: func(c *cell) proto.Message {
			c.made++
			return &noticev1.AddEndpointRequest{Address: &noticev1.AddEndpointRequest_Phone{Phone: fmt.Sprintf("+886%09d", 920_000_000+c.made)}}
		}},
		service + "VerifyEndpoint": {target: endpoint, request: func(c *cell) proto.Message {
			return &noticev1.VerifyEndpointRequest{Id: c.target, Code: c.codeOf(c.target)}
		}},
		service + "RemoveEndpoint": {target: endpoint, request: func(c *cell) proto.Message {
			return &noticev1.RemoveEndpointRequest{Id: c.target}
		}},
	}
}

// message is a campaign that somebody of the caller's department drafted, or of
// another one. It concerns no person.
func message(c *cell, _ side) string {
	c.t.Helper()
	author := c.officer(hall, actor.Review)
	switch c.rel {
	case elsewhere:
		author = c.officer(there, actor.Review)
	case another:
		author = c.officer(tax, actor.Review)
	case maker:
		author = c.by
	}
	m, err := c.Campaigns.Draft(c.t.Context(), author, campaign.Draft{
		Title: "示例通知", Body: "示例内容，虚构。", Language: "zh-Hans",
		Population: campaign.Population{Kinds: []document.Kind{document.TaiwanPass}},
	})
	c.must("draft a campaign", err)
	if c.rel == deleted {
		_, err = c.Campaigns.Steer(c.t.Context(), author, m.ID, campaign.Stop, nil)
		c.must("stop a campaign", err)
	}
	return string(m.ID)
}

func campaignRows() map[string]row {
	const service = "campaign.v1.CampaignService/"
	draft := &campaignv1.Draft{
		Title: "示例通知", Body: "示例内容，虚构。", SourceLanguage: "zh-Hans",
		Population: &campaignv1.Population{DocumentKinds: []string{"taiwan_pass"}},
	}
	one := func(request func(c *cell) proto.Message) row {
		return row{
			account: true, target: message, extra: []relation{maker}, request: request,
			open: map[relation]string{
				elsewhere: "a department looks after its messages wherever its officers work",
				deleted:   "a department sees what it has stopped",
			},
		}
	}
	return map[string]row{
		service + "PreviewCampaign": {request: func(*cell) proto.Message { return &campaignv1.PreviewCampaignRequest{Draft: draft} }},
		service + "DraftCampaign":   {request: func(*cell) proto.Message { return &campaignv1.DraftCampaignRequest{Draft: draft} }},
		service + "ListCampaigns":   {request: func(*cell) proto.Message { return &campaignv1.ListCampaignsRequest{} }},
		service + "GetCampaign":     one(func(c *cell) proto.Message { return &campaignv1.GetCampaignRequest{Id: c.target} }),
		service + "ApproveCampaign": one(func(c *cell) proto.Message { return &campaignv1.ApproveCampaignRequest{Id: c.target} }),
		service + "SteerCampaign": one(func(c *cell) proto.Message {
			return &campaignv1.SteerCampaignRequest{Id: c.target, Steering: campaignv1.Steering_STEERING_STOP, Reason: "a mistake"}
		}),
	}
}
