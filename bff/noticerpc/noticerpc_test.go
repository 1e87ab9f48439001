package noticerpc_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/tax"
	alarmv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/alarm/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/notice/v1"
	taxv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/tax/v1"
)

// each runs f in a house of its own with a person who has to file for the quarter.
// The clock begins on 23 November 2026; the quarter is due on 20 January 2027, or
// when the year's holidays say so.
func each(t *testing.T, f func(t *testing.T, s *bfftest.Server, c bfftest.Clients)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		s, p := bfftest.New(t, db, bfftest.Options{}), bfftest.Person(0)
		s.Settle(t, p)
		id, _, err := s.Files.Locate(t.Context(), s.Number(t, p.Passes[0].Number))
		must(t, err)
		taken, err := s.Tax.Take(t.Context(), []tax.Registration{{
			Document: id, Tax: "vat_small", Cycle: tax.Quarterly, Area: "350128",
			From: civil.Date{Year: 2026, Month: time.January, Day: 1}, Source: "test", Ref: "1",
		}})
		must(t, err)
		if taken[0].Fault != nil {
			t.Fatal(taken[0].Fault)
		}
		_, err = s.Tax.PlanDue(t.Context(), 100)
		must(t, err)
		f(t, s, s.Clients(s.Holder(t, p.Passes[0].Number), "zh-TW"))
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// first is the earliest thing that is due.
func first(t *testing.T, c bfftest.Clients) *taxv1.Obligation {
	t.Helper()
	list, err := c.Tax.ListObligations(t.Context(), &taxv1.ListObligationsRequest{})
	must(t, err)
	if len(list.GetObligations()) == 0 {
		t.Fatal("nothing is due")
	}
	return list.GetObligations()[0]
}

// ringAll moves the clock to the next alarm, rings it, and signs in again: it is
// weeks later.
func ringAll(t *testing.T, s *bfftest.Server, c bfftest.Clients) bfftest.Clients {
	t.Helper()
	next, err := c.Alarm.ListAlarms(t.Context(), &alarmv1.ListAlarmsRequest{PageSize: 1})
	must(t, err)
	if len(next.GetAlarms()) != 1 {
		t.Fatalf("%d alarms wait, want one at least", len(next.GetAlarms()))
	}
	s.Advance(next.GetAlarms()[0].GetRingTime().AsTime().Sub(s.Now()))
	_, err = s.Alarms.Ring(t.Context(), 100)
	must(t, err)
	return s.Clients(s.Holder(t, bfftest.Person(0).Passes[0].Number), "zh-TW")
}

// TestFromDutyToBell: a registration makes an obligation, the obligation an alarm,
// the alarm one notice in the reader's words, and what is done rings no more.
func TestFromDutyToBell(t *testing.T) {
	each(t, func(t *testing.T, s *bfftest.Server, c bfftest.Clients) {
		o := first(t, c)
		if o.GetTitle() != "增值稅申報（小規模納稅人）" || o.GetPeriod() != "2026-Q4" {
			t.Errorf("due is %s for %s", o.GetTitle(), o.GetPeriod())
		}
		explained, err := c.Tax.GetObligation(t.Context(), &taxv1.GetObligationRequest{Id: o.GetId()})
		must(t, err)
		if len(explained.GetSteps()) == 0 || explained.GetSource() == "" || explained.GetCounterpart().GetSide() != "TW" {
			t.Errorf("the explanation is %v", explained)
		}
		c = ringAll(t, s, c)
		_, err = s.Alarms.Ring(t.Context(), 100)
		must(t, err)
		inbox, err := c.Notice.ListNotices(t.Context(), &pb.ListNoticesRequest{})
		must(t, err)
		if len(inbox.GetNotices()) != 1 || inbox.GetUnread() != 1 {
			t.Fatalf("%d notices, %d unread, want one", len(inbox.GetNotices()), inbox.GetUnread())
		}
		n := inbox.GetNotices()[0]
		if !strings.Contains(n.GetBody(), o.GetTitle()) || n.GetAbout() != o.GetId() || n.GetLanguage() != "zh-Hant-TW" {
			t.Errorf("the notice is %q about %s in %s", n.GetBody(), n.GetAbout(), n.GetLanguage())
		}
		_, err = c.Tax.CompleteObligation(t.Context(), &taxv1.CompleteObligationRequest{Id: o.GetId()})
		must(t, err)
		next, err := c.Alarm.ListAlarms(t.Context(), &alarmv1.ListAlarmsRequest{})
		must(t, err)
		for _, a := range next.GetAlarms() {
			if a.GetObligationId() == o.GetId() {
				t.Errorf("what is done still rings on %s", a.GetRingTime().AsTime())
			}
		}
	})
}

// TestWatchGoesOn: a client that comes back with its position misses nothing and
// hears nothing twice.
func TestWatchGoesOn(t *testing.T) {
	each(t, func(t *testing.T, s *bfftest.Server, c bfftest.Clients) {
		id, _, err := s.Files.Locate(t.Context(), s.Number(t, bfftest.Person(0).Passes[0].Number))
		must(t, err)
		tell := func(key string) {
			t.Helper()
			must(t, s.DB.InTx(t.Context(), func(ctx context.Context) error { return s.Notices.Tell(ctx, message(id, key)) }))
		}
		inbox, err := c.Notice.ListNotices(t.Context(), &pb.ListNoticesRequest{})
		must(t, err)
		at := inbox.GetPosition()
		for _, keys := range [][]string{{"a", "b"}, {"c"}, {"d", "e", "f"}} {
			for _, key := range keys {
				tell(key)
			}
			var heard []string
			heard, at = listen(t, c, at, len(keys))
			if got, want := strings.Join(heard, ""), strings.Join(keys, ""); got != want {
				t.Errorf("heard %q, want %q", got, want)
			}
		}
		bad, cancel := context.WithCancel(t.Context())
		defer cancel()
		stream, err := c.Notice.WatchNotices(bad, &pb.WatchNoticesRequest{Position: "made-up"})
		must(t, err)
		if stream.Receive() {
			t.Error("a position that is none was taken")
		}
		if f := bfftest.Explain(t, stream.Err()); f.Reason != "PAGE_TOKEN_INVALID" {
			t.Errorf("refused with %s", f.Reason)
		}
	})
}

// message is one whose title is its key.
func message(id actor.DocumentID, key string) notice.Message {
	return notice.Message{
		Document: id, Key: "test/" + key, Kind: "campaign", Topic: notice.Campaign,
		Text: &notice.Text{Title: key, Body: "示例", Language: "zh-Hans"},
	}
}

// listen hears so many notices after a position, and leaves.
func listen(t *testing.T, c bfftest.Clients, at string, n int) (titles []string, position string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stream, err := c.Notice.WatchNotices(ctx, &pb.WatchNoticesRequest{Position: at})
	must(t, err)
	for len(titles) < n && stream.Receive() {
		at = stream.Msg().GetPosition()
		if n := stream.Msg().GetNotice(); n != nil {
			titles = append(titles, n.GetTitle())
		}
	}
	return titles, at
}

// TestPhoneSubscribes: the address works without a token, says when it has nothing
// new, and ends at once when it is revoked.
func TestPhoneSubscribes(t *testing.T) {
	each(t, func(t *testing.T, s *bfftest.Server, c bfftest.Clients) {
		made, err := c.Alarm.CreateFeed(t.Context(), &alarmv1.CreateFeedRequest{})
		must(t, err)
		get := func(path, etag string) (*http.Response, string) {
			t.Helper()
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, nil)
			must(t, err)
			req.Header.Set("If-None-Match", etag)
			res, err := http.DefaultClient.Do(req)
			must(t, err)
			defer res.Body.Close()
			body, err := io.ReadAll(res.Body)
			must(t, err)
			return res, string(body)
		}
		res, body := get(made.GetPath(), "")
		if res.StatusCode != http.StatusOK || !strings.HasPrefix(body, "BEGIN:VCALENDAR\r\n") || !strings.Contains(body, "BEGIN:VALARM") {
			t.Errorf("%d: %.200s", res.StatusCode, body)
		}
		if again, body := get(made.GetPath(), res.Header.Get("ETag")); again.StatusCode != http.StatusNotModified || body != "" {
			t.Errorf("with its tag: %d, want 304", again.StatusCode)
		}
		guessed := strings.Replace(made.GetPath(), "/calendar/", "/calendar/x", 1)
		if res, _ := get(guessed, ""); res.StatusCode != http.StatusNotFound {
			t.Errorf("guessed: %d, want 404", res.StatusCode)
		}
		_, err = c.Alarm.RevokeFeed(t.Context(), &alarmv1.RevokeFeedRequest{Id: made.GetFeed().GetId()})
		must(t, err)
		if res, _ := get(made.GetPath(), ""); res.StatusCode != http.StatusNotFound {
			t.Errorf("revoked: %d, want 404", res.StatusCode)
		}
	})
}

// TestBadAlarms: each mistake names itself.
func TestBadAlarms(t *testing.T) {
	each(t, func(t *testing.T, _ *bfftest.Server, c bfftest.Clients) {
		for reason, s := range map[string]*alarmv1.Setting{
			"ALARM_LEAD": {Leads: []int32{-1}}, "ALARM_TIME": {At: "25:00"}, "ALARM_CRON": {Cron: "61 * * * *"},
		} {
			_, err := c.Alarm.SetSetting(t.Context(), &alarmv1.SetSettingRequest{Setting: s})
			if f := bfftest.Explain(t, err); f.Reason != reason || f.Locale != "zh-Hant-TW" {
				t.Errorf("refused with %s in %s, want %s", f.Reason, f.Locale, reason)
			}
		}
		_, err := c.Alarm.SetSetting(t.Context(), &alarmv1.SetSettingRequest{Setting: &alarmv1.Setting{Cron: "CRON_TZ=Mars/Base 0 9 * * *"}})
		if f := bfftest.Explain(t, err); f.Reason != "ALARM_CRON" {
			t.Errorf("a zone that does not exist is refused with %s", f.Reason)
		}
	})
}
