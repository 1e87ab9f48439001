package campaignrpc_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/minzhengtong/minzhengtong/bff/campaignrpc"
	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/campaign"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	noticerow "github.com/minzhengtong/minzhengtong/gen/ent/notice"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/campaign/v1"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/campaign/v1/campaignv1connect"
)

// officerHeader names the caller to the tests' server.
const officerHeader = "Test-Officer"

// world is the handler behind a server that believes whom a header names. Telling
// writes rows and seals nothing.
type world struct {
	t         *testing.T
	db        *entdb.DB
	campaigns *campaign.Service
	client    campaignv1connect.CampaignServiceClient
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		w := &world{t: t, db: db}
		gate, err := guard.New(staff{})
		w.must("make the guard", err)
		w.campaigns, err = campaign.New(campaign.Deps{
			DB: db, Tell: w.tell, Checker: gate.Checker, Now: time.Now, Zone: time.FixedZone("Asia/Shanghai", 8*60*60), NewID: newID,
		})
		w.must("make the service", err)
		kek, err := keyring.LocalKEK(filepath.Join(t.TempDir(), "kek"))
		w.must("make the key", err)
		keys, err := keyring.Open(t.TempDir(), kek)
		w.must("open the keyring", err)
		mux := http.NewServeMux()
		mux.Handle(campaignv1connect.NewCampaignServiceHandler(
			&campaignrpc.Handler{Campaigns: w.campaigns, Cursors: cursor.Codec{Keys: keys}}, connect.WithInterceptors(transport())))
		server := httptest.NewServer(mux)
		t.Cleanup(server.Close)
		w.client = campaignv1connect.NewCampaignServiceClient(server.Client(), server.URL)
		w.people(3)
		f(t, w)
	})
}

// staff is what the guard asks about officers; campaigns never do.
type staff struct{ guard.Staff }

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// transport stands for the transport's interceptors.
func transport() connect.Interceptor {
	return connect.UnaryInterceptorFunc(func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
			resp, err := next(actor.With(ctx, officer(req.Header().Get(officerHeader))), req)
			if f, ok := errors.AsType[*fault.Fault](err); ok {
				err = connect.NewError(connect.CodeAborted, errors.New(strings.TrimSpace(f.Reason()+" "+f.Field())))
			}
			return resp, err
		}
	})
}

// officer is one of the department that the ID ends with.
func officer(id string) actor.Actor {
	_, department, _ := strings.Cut(id, "@")
	return actor.Actor{Role: actor.Officer, Officer: actor.OfficerID(id), Department: department, Duty: actor.Approve}
}

// as is the context of a call by an officer.
func (w *world) as(id string) context.Context {
	ctx, info := connect.NewClientContext(w.t.Context())
	info.RequestHeader().Set(officerHeader, id)
	return ctx
}

func (w *world) must(what string, err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("%s: %v", what, err)
	}
}

func (w *world) fails(what string, err error, want string) {
	w.t.Helper()
	if e, ok := errors.AsType[*connect.Error](err); !ok || e.Message() != want {
		w.t.Errorf("%s: %v, want %q", what, err, want)
	}
}

// people puts n people on file, the first of them with a pass of Fuzhou, the others
// with permits.
func (w *world) people(n int) {
	w.t.Helper()
	w.must("put on file", w.db.InTx(w.t.Context(), func(ctx context.Context) error {
		c := w.db.Client(ctx)
		for i := range n {
			id := fmt.Sprintf("01900000-0000-7000-8000-%012d", i)
			if err := c.Dossier.Create().SetID(id).SetKind("person").SetCreateTime(time.Now()).Exec(ctx); err != nil {
				return err
			}
			d := c.Document.Create().SetID(id).SetKind("taiwan_permit").SetDossierID(id).SetOriginID(id).SetNumberSealed([]byte{0}).
				SetRecorded("valid").SetOrigin("register").SetCreateTime(time.Now())
			if i == 0 {
				d.SetKind("taiwan_pass").SetArea("350102").SetValidTo("2099-12-31")
			}
			if err := d.Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	}))
}

// tell writes notices, each with a delivery; the first person has read it.
func (w *world) tell(ctx context.Context, messages []notice.Message) (int, error) {
	c := w.db.Client(ctx)
	for i, m := range messages {
		id := newID()
		n := c.Notice.Create().SetID(id).SetDocumentID(string(m.Document)).SetSequence(1).SetKey(m.Key).SetKind(m.Kind).
			SetTopic(string(m.Topic)).SetAbout(m.About).SetBodySealed([]byte{0}).SetCreateTime(time.Now())
		if i == 0 {
			n.SetReadTime(time.Now())
		}
		if err := n.Exec(ctx); err != nil {
			return 0, err
		}
		err := c.Delivery.Create().SetID(newID()).SetNoticeID(id).SetChannel("push").SetPlace(0).SetState("sent").
			SetCreateTime(time.Now()).SetChangeTime(time.Now()).Exec(ctx)
		if err != nil {
			return 0, err
		}
	}
	return len(messages), nil
}

// letter is a draft in order.
func letter() *pb.Draft {
	return &pb.Draft{Title: "核对一次（示例）", Body: "第一行。\n第二行。", SourceLanguage: "zh-Hans", Population: &pb.Population{}, Pace: 60_000}
}

// draft keeps a draft of the author's.
func (w *world) draft() *pb.Campaign {
	w.t.Helper()
	out, err := w.client.DraftCampaign(w.as("author@tax"), &pb.DraftCampaignRequest{Draft: letter()})
	w.must("draft", err)
	return out.GetCampaign()
}

func TestPreview(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		d := letter()
		d.Population = &pb.Population{DocumentKinds: []string{"taiwan_pass"}, Areas: []string{"350000"}, ExpiresFrom: "2099-01-01", ExpiresTo: "2099-12-31"}
		out, err := w.client.PreviewCampaign(w.as("author@tax"), &pb.PreviewCampaignRequest{Draft: d})
		w.must("preview", err)
		if out.GetPeople() != 1 || len(out.GetTitles()) != 2 || len(out.GetBodies()) != 2 {
			t.Fatalf("previewed: %v", out)
		}
		for i, language := range []string{"zh-Hans", "zh-Hant-TW"} {
			if out.GetTitles()[i].GetLanguage() != language || out.GetBodies()[i].GetLanguage() != language || out.GetBodies()[i].GetText() == "" {
				t.Errorf("%s: %v, %v", language, out.GetTitles()[i], out.GetBodies()[i])
			}
		}
		if out.GetTitles()[0].GetText() != d.GetTitle() || out.GetBodies()[0].GetText() != d.GetBody() {
			t.Errorf("in the language of the draft: %v", out)
		}
		if got := out.GetTitles()[1].GetText(); got != "核對一次（示例）" {
			t.Errorf("in the other one: %s", got)
		}
		list, err := w.client.ListCampaigns(w.as("author@tax"), &pb.ListCampaignsRequest{})
		if err != nil || len(list.GetCampaigns()) != 0 {
			t.Errorf("a preview is kept: %v, %v", list, err)
		}
	})
}

func TestFromDraftToDone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.draft()
		if d := letter(); c.GetState() != pb.CampaignState_CAMPAIGN_STATE_DRAFT || c.GetTitle() != d.GetTitle() || c.GetBody() != d.GetBody() ||
			c.GetSourceLanguage() != "zh-Hans" || c.GetPace() != 60_000 || c.GetAuthorId() != "author@tax" || c.GetReport().GetExpected() != 3 ||
			c.GetCreateTime() == nil || c.StartTime != nil || c.EndTime != nil {
			t.Errorf("drafted: %v", c)
		}
		id := c.GetId()
		_, err := w.client.ApproveCampaign(w.as("author@tax"), &pb.ApproveCampaignRequest{Id: id})
		w.fails("approve the own", err, "MAKER_IS_CHECKER")
		_, err = w.client.ApproveCampaign(w.as("other@hall"), &pb.ApproveCampaignRequest{Id: id})
		w.fails("approve another department's", err, "CAMPAIGN_NOT_FOUND")
		_, err = w.client.GetCampaign(w.as("other@hall"), &pb.GetCampaignRequest{Id: id})
		w.fails("get another department's", err, "CAMPAIGN_NOT_FOUND")
		for range 2 {
			out, err := w.client.ApproveCampaign(w.as("approver@tax"), &pb.ApproveCampaignRequest{Id: id})
			w.must("approve", err)
			if a := out.GetCampaign(); a.GetState() != pb.CampaignState_CAMPAIGN_STATE_APPROVED || a.GetApproverId() != "approver@tax" || a.GetStartTime() == nil {
				t.Errorf("approved: %v", a)
			}
		}
		_, err = w.campaigns.Step(t.Context())
		w.must("step", err)
		got, err := w.client.GetCampaign(w.as("author@tax"), &pb.GetCampaignRequest{Id: id})
		w.must("get", err)
		r := got.GetCampaign().GetReport()
		if r.GetTold() != 3 || r.GetPassed() != 0 || r.GetRead() != 1 || len(r.GetDeliveries()) != 1 || r.GetDeliveries()[0].GetChannel() != "push" ||
			r.GetDeliveries()[0].GetState() != "sent" || r.GetDeliveries()[0].GetCount() != 3 || got.GetCampaign().GetEndTime() == nil {
			t.Errorf("done: %v", got)
		}
		n, err := w.db.Client(t.Context()).Notice.Query().Where(noticerow.About(id)).Count(t.Context())
		if err != nil || n != 3 {
			t.Errorf("%d notices, %v", n, err)
		}
		_, err = w.client.SteerCampaign(w.as("approver@tax"), &pb.SteerCampaignRequest{Id: id, Steering: pb.Steering_STEERING_STOP, Reason: "有误"})
		w.fails("stop what is done", err, "CAMPAIGN_STATE")
	})
}

func TestSteering(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id, later, pace := w.draft().GetId(), timestamppb.New(time.Now().Add(time.Hour)), int64(7)
		_, err := w.client.SteerCampaign(w.as("approver@tax"), &pb.SteerCampaignRequest{Id: id, Steering: pb.Steering_STEERING_PAUSE, Reason: "等等"})
		w.fails("pause a draft", err, "CAMPAIGN_STATE")
		approved, err := w.client.ApproveCampaign(w.as("approver@tax"), &pb.ApproveCampaignRequest{Id: id, StartTime: later})
		w.must("approve", err)
		if got := approved.GetCampaign().GetStartTime().AsTime(); !got.Equal(later.AsTime().Truncate(time.Microsecond)) {
			t.Errorf("it begins at %v, want %v", got, later.AsTime())
		}
		for _, step := range []struct {
			steering pb.Steering
			want     pb.CampaignState
		}{
			{pb.Steering_STEERING_UNSPECIFIED, pb.CampaignState_CAMPAIGN_STATE_APPROVED},
			{pb.Steering_STEERING_PAUSE, pb.CampaignState_CAMPAIGN_STATE_PAUSED},
			{pb.Steering_STEERING_RESUME, pb.CampaignState_CAMPAIGN_STATE_APPROVED},
			{pb.Steering_STEERING_STOP, pb.CampaignState_CAMPAIGN_STATE_STOPPED},
			{pb.Steering_STEERING_STOP, pb.CampaignState_CAMPAIGN_STATE_STOPPED},
		} {
			out, err := w.client.SteerCampaign(w.as("approver@tax"), &pb.SteerCampaignRequest{Id: id, Steering: step.steering, Pace: &pace, Reason: "等等"})
			w.must(step.steering.String(), err)
			if c := out.GetCampaign(); c.GetState() != step.want || c.GetPace() != 7 {
				t.Errorf("%v: %v", step.steering, c)
			}
		}
		_, err = w.client.SteerCampaign(w.as("approver@tax"), &pb.SteerCampaignRequest{Id: id, Steering: pb.Steering_STEERING_RESUME, Reason: "等等"})
		w.fails("resume what is stopped", err, "CAMPAIGN_STATE")
	})
}

func TestRefusalsNameTheField(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for want, change := range map[string]func(d *pb.Draft){
			"CAMPAIGN_TEXT draft.body":                            func(d *pb.Draft) { d.Body = "一\t二" },
			"CAMPAIGN_POPULATION draft.population.document_kinds": func(d *pb.Draft) { d.Population.DocumentKinds = []string{"passport"} },
			"CAMPAIGN_POPULATION draft.population.areas":          func(d *pb.Draft) { d.Population.Areas = []string{"000000"} },
			"CAMPAIGN_POPULATION draft.population.expires_from":   func(d *pb.Draft) { d.Population.ExpiresFrom = "2026-02-30" },
			"CAMPAIGN_POPULATION draft.population.expires_to":     func(d *pb.Draft) { d.Population.ExpiresFrom, d.Population.ExpiresTo = "2026-02-02", "2026-02-01" },
		} {
			d := letter()
			change(d)
			_, err := w.client.PreviewCampaign(w.as("author@tax"), &pb.PreviewCampaignRequest{Draft: d})
			w.fails(want, err, want)
			_, err = w.client.DraftCampaign(w.as("author@tax"), &pb.DraftCampaignRequest{Draft: d})
			w.fails(want, err, want)
		}
	})
}

func TestListCampaigns(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var want, got []string
		for range 22 {
			want = append([]string{w.draft().GetId()}, want...)
		}
		first, err := w.client.ListCampaigns(w.as("approver@tax"), &pb.ListCampaignsRequest{})
		w.must("list", err)
		if len(first.GetCampaigns()) != 20 || len(first.GetNextPageToken()) > 400 {
			t.Fatalf("%d campaigns and a token of %d characters, want the usual 20 and at most 400", len(first.GetCampaigns()), len(first.GetNextPageToken()))
		}
		_, err = w.client.ListCampaigns(w.as("author@tax"), &pb.ListCampaignsRequest{PageToken: first.GetNextPageToken()})
		w.fails("somebody else's token", err, "PAGE_TOKEN_INVALID page_token")
		last, err := w.client.ListCampaigns(w.as("approver@tax"), &pb.ListCampaignsRequest{PageToken: first.GetNextPageToken(), PageSize: 1000})
		w.must("list on", err)
		for _, c := range append(first.GetCampaigns(), last.GetCampaigns()...) {
			got = append(got, c.GetId())
		}
		if !slices.Equal(got, want) || last.GetNextPageToken() != "" {
			t.Errorf("campaigns %v, want %v", got, want)
		}
		none, err := w.client.ListCampaigns(w.as("other@hall"), &pb.ListCampaignsRequest{})
		if err != nil || len(none.GetCampaigns()) != 0 {
			t.Errorf("another department sees %d campaigns, %v", len(none.GetCampaigns()), err)
		}
	})
}
