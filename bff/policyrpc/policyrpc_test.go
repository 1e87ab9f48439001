package policyrpc_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/google/uuid"

	"github.com/minzhengtong/minzhengtong/bff/call"
	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/bff/policyrpc"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/policy"
	"github.com/minzhengtong/minzhengtong/domains/search"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/policy/v1"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/policy/v1/policyv1connect"
	"github.com/minzhengtong/minzhengtong/i18n"
)

// world is the two handlers behind a server that believes whom a header names.
type world struct {
	t        *testing.T
	policies *policy.Service
	public   policyv1connect.PolicyServiceClient
	desk     policyv1connect.DeskServiceClient
}

// The headers of the tests' server.
const (
	officerHeader = "Test-Officer"
	language      = "Accept-Language"
)

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		w := &world{t: t}
		newID := func() string { return uuid.Must(uuid.NewV7()).String() }
		finder, err := search.New(db, newID)
		w.must("make the search", err)
		gate, err := guard.New(staff{})
		w.must("make the guard", err)
		w.policies, err = policy.New(policy.Deps{DB: db, Search: finder, Checker: gate.Checker, Now: time.Now, NewID: newID})
		w.must("make the service", err)
		kek, err := keyring.LocalKEK(filepath.Join(t.TempDir(), "kek"))
		w.must("make the key", err)
		keys, err := keyring.Open(t.TempDir(), kek)
		w.must("open the keyring", err)
		words, err := i18n.Load()
		w.must("read the catalogues", err)

		cursors := cursor.Codec{Keys: keys}
		mux := http.NewServeMux()
		mux.Handle(policyv1connect.NewPolicyServiceHandler(
			&policyrpc.Handler{Policies: w.policies, Cursors: cursors}, connect.WithInterceptors(transport(words))))
		mux.Handle(policyv1connect.NewDeskServiceHandler(
			&policyrpc.Desk{Policies: w.policies, Cursors: cursors}, connect.WithInterceptors(transport(words))))
		server := httptest.NewServer(mux)
		t.Cleanup(server.Close)
		w.public = policyv1connect.NewPolicyServiceClient(server.Client(), server.URL)
		w.desk = policyv1connect.NewDeskServiceClient(server.Client(), server.URL)
		f(t, w)
	})
}

// staff is what the guard asks about officers; policies never do.
type staff struct{ guard.Staff }

// transport stands for the transport's interceptors.
func transport(words *i18n.Bundle) connect.Interceptor {
	return connect.UnaryInterceptorFunc(func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
			var by actor.Actor
			if id := req.Header().Get(officerHeader); id != "" {
				by = officer(id)
			}
			reader := words.Negotiate(req.Header().Get(language))
			resp, err := next(call.With(actor.With(ctx, by), call.New("", reader, words)), req)
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

// with is the context of a call with a header.
func (w *world) with(header, value string) context.Context {
	ctx, info := connect.NewClientContext(w.t.Context())
	info.RequestHeader().Set(header, value)
	return ctx
}

// as is the context of a call by an officer.
func (w *world) as(id string) context.Context { return w.with(officerHeader, id) }

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

// notice is a draft in order.
func notice() *pb.DraftPolicyRequest {
	return &pb.DraftPolicyRequest{
		Title: "关于增值税软件的通知（示例）", Body: "通过网络提交数据。\n起征点见文件。", SourceLanguage: "zh-Hans", Issuer: "示例税务局（虚构）",
		DocumentNumber: "示例〔甲〕第1号", Url: "https://www.example.org/软件", ValidFrom: "2026-01-01", ValidTo: "2026-12-31",
	}
}

// publish makes a text public.
func (w *world) publish(draft *pb.DraftPolicyRequest) *pb.Policy {
	w.t.Helper()
	drafted, err := w.desk.DraftPolicy(w.as("author@tax"), draft)
	w.must("draft", err)
	out, err := w.desk.PublishPolicy(w.as("publisher@tax"), &pb.PublishPolicyRequest{Id: drafted.GetPolicy().GetId()})
	w.must("publish", err)
	return out.GetPolicy()
}

func TestFromDraftToWithdrawn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		out, err := w.desk.DraftPolicy(w.as("author@tax"), notice())
		w.must("draft", err)
		p, want := out.GetPolicy(), notice()
		if p.GetState() != pb.PolicyState_POLICY_STATE_DRAFT || p.GetTitle().GetText() != want.GetTitle() || p.GetBody().GetText() != want.GetBody() ||
			p.GetIssuer().GetText() != want.GetIssuer() || p.GetTitle().GetLanguage() != "zh-Hans" || p.GetSourceLanguage() != "zh-Hans" ||
			p.GetUrl() != want.GetUrl() || p.GetDocumentNumber() != want.GetDocumentNumber() || p.GetValidFrom() != "2026-01-01" ||
			p.GetValidTo() != "2026-12-31" || p.PublishTime != nil {
			t.Errorf("drafted: %v", p)
		}
		id := p.GetId()
		_, err = w.public.GetPolicy(t.Context(), &pb.GetPolicyRequest{Id: id})
		w.fails("get a draft", err, "POLICY_NOT_FOUND")
		_, err = w.desk.PublishPolicy(w.as("author@tax"), &pb.PublishPolicyRequest{Id: id})
		w.fails("publish the own", err, "MAKER_IS_CHECKER")
		_, err = w.desk.PublishPolicy(w.as("other@hall"), &pb.PublishPolicyRequest{Id: id})
		w.fails("publish another department's", err, "POLICY_NOT_FOUND")
		for range 2 {
			published, err := w.desk.PublishPolicy(w.as("publisher@tax"), &pb.PublishPolicyRequest{Id: id})
			w.must("publish", err)
			if p := published.GetPolicy(); p.GetState() != pb.PolicyState_POLICY_STATE_PUBLISHED || p.GetPublishTime() == nil || p.GetBody().GetText() != want.GetBody() {
				t.Errorf("published: %v", p)
			}
		}
		for range 2 {
			withdrawn, err := w.desk.WithdrawPolicy(w.as("publisher@tax"), &pb.WithdrawPolicyRequest{Id: id, Reason: "有误"})
			w.must("withdraw", err)
			if withdrawn.GetPolicy().GetState() != pb.PolicyState_POLICY_STATE_WITHDRAWN {
				t.Errorf("withdrawn: %v", withdrawn)
			}
		}
		_, err = w.public.GetPolicy(t.Context(), &pb.GetPolicyRequest{Id: id})
		w.fails("get what is withdrawn", err, "POLICY_NOT_FOUND")
		_, err = w.desk.PublishPolicy(w.as("publisher@tax"), &pb.PublishPolicyRequest{Id: id})
		w.fails("publish what is withdrawn", err, "POLICY_WITHDRAWN")
	})
}

func TestRefusalsNameTheField(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for want, change := range map[string]func(d *pb.DraftPolicyRequest){
			"POLICY_TEXT body":        func(d *pb.DraftPolicyRequest) { d.Body = "一\t二" },
			"POLICY_DATES valid_to":   func(d *pb.DraftPolicyRequest) { d.ValidTo = "2025-12-31" },
			"POLICY_DATES valid_from": func(d *pb.DraftPolicyRequest) { d.ValidFrom = "2026-02-30" },
		} {
			d := notice()
			change(d)
			_, err := w.desk.DraftPolicy(w.as("author@tax"), d)
			w.fails(want, err, want)
		}
	})
}

// TestFourLanguages: the same text, as its reader asks for it.
func TestFourLanguages(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.publish(notice()).GetId()
		hans, hant := "zh-Hans", "zh-Hant-TW"
		for accept, want := range map[string]struct{ language, title, body string }{
			"zh-TW":    {hant, "關於增值稅軟體的通知（示例）", "透過網路提交資料。\n起徵點見文件。"},
			"zh-CN":    {hans, "关于增值税软件的通知（示例）", "通过网络提交数据。\n起征点见文件。"},
			"en":       {hans, "关于增值税软件的通知（示例）", "通过网络提交数据。\n起征点见文件。"},
			"nan-Hant": {hant, "關於增值稅軟體的通知（示例）", "透過網路提交資料。\n起徵點見文件。"},
		} {
			got, err := w.public.GetPolicy(w.with(language, accept), &pb.GetPolicyRequest{Id: id})
			w.must("get", err)
			p := got.GetPolicy()
			if p.GetTitle().GetText() != want.title || p.GetBody().GetText() != want.body || p.GetTitle().GetLanguage() != want.language ||
				p.GetBody().GetLanguage() != want.language || p.GetIssuer().GetLanguage() != want.language {
				t.Errorf("%s: %v, want %+v", accept, p, want)
			}
			if p.GetSourceLanguage() != hans || p.GetUrl() != notice().GetUrl() || p.GetDocumentNumber() != notice().GetDocumentNumber() {
				t.Errorf("%s: what is printed was changed: %v", accept, p)
			}
			marked(t, accept, p.GetTitle(), "增值")
			marked(t, accept, p.GetBody(), "征点", "徵點")

			original, err := w.public.GetPolicy(w.with(language, accept), &pb.GetPolicyRequest{Id: id, Original: true})
			w.must("get the original", err)
			if o := original.GetPolicy(); o.GetTitle().GetText() != notice().GetTitle() || o.GetBody().GetText() != notice().GetBody() ||
				o.GetTitle().GetLanguage() != hans || len(o.GetBody().GetRuns()) != 0 {
				t.Errorf("%s: the original: %v", accept, o)
			}
		}
	})
}

// marked checks that the pieces of a text are the text, and that one of them is a
// term that holds one of the words.
func marked(t *testing.T, what string, text *commonv1.DataText, words ...string) {
	t.Helper()
	var whole strings.Builder
	found := false
	for _, run := range text.GetRuns() {
		whole.WriteString(run.GetText())
		for _, word := range words {
			found = found || run.GetTermId() != "" && strings.Contains(run.GetText(), word)
		}
	}
	if whole.String() != text.GetText() || !found {
		t.Errorf("%s: the pieces %v of %q, want one with %v", what, text.GetRuns(), text.GetText(), words)
	}
}

// TestTenFalseFriends: a sample that has them explains them in both scripts.
func TestTenFalseFriends(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.must("seed", w.policies.Seed(t.Context(), officer("author@tax"), officer("publisher@tax")))
		id := string(policy.SampleID(policy.Samples()[0].Number))
		for _, accept := range []string{"zh-TW", "zh-CN"} {
			got, err := w.public.GetPolicy(w.with(language, accept), &pb.GetPolicyRequest{Id: id})
			w.must("get", err)
			var terms []string
			for _, run := range got.GetPolicy().GetBody().GetRuns() {
				if run.GetTermId() != "" {
					terms = append(terms, run.GetTermId())
				}
			}
			slices.Sort(terms)
			if terms = slices.Compact(terms); len(terms) < 10 {
				t.Errorf("%s: %d terms explained, want 10 at least: %v", accept, len(terms), terms)
			}
		}
	})
}

func TestSearchInEitherScript(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.must("seed", w.policies.Seed(t.Context(), officer("author@tax"), officer("publisher@tax")))
		for _, pair := range [][2]string{{"补贴", "補貼"}, {"居住证 窗口", "居住證 窗口"}, {"互联网", "網際網路"}, {"", "　"}} {
			var first []string
			for _, query := range pair {
				got := w.all(query, 2)
				if len(got) == 0 || first != nil && !slices.Equal(got, first) {
					t.Errorf("%q finds %v, the other script %v", query, got, first)
				}
				first = got
			}
		}
		if got := w.all("", 3); len(got) != len(policy.Samples()) {
			t.Errorf("%d in the list, want all %d", len(got), len(policy.Samples()))
		}
	})
}

// all are the IDs on all pages of what a query finds.
func (w *world) all(query string, size int32) []string {
	w.t.Helper()
	var list []string
	req := &pb.SearchPoliciesRequest{Query: query, PageSize: size}
	for {
		page, err := w.public.SearchPolicies(w.t.Context(), req)
		w.must("search", err)
		for _, p := range page.GetPolicies() {
			if p.Body != nil || p.GetTitle().GetText() == "" {
				w.t.Errorf("in a list: %v", p)
			}
			list = append(list, p.GetId())
		}
		if req.PageToken = page.GetNextPageToken(); req.PageToken == "" {
			return list
		}
		if len(req.GetPageToken()) > 400 {
			w.t.Errorf("a token of %d characters; the contract takes 400", len(req.GetPageToken()))
		}
	}
}

func TestPageTokens(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for range 3 {
			w.publish(notice())
		}
		page, err := w.public.SearchPolicies(t.Context(), &pb.SearchPoliciesRequest{Query: "增值税", PageSize: 1})
		w.must("search", err)
		for _, req := range []*pb.SearchPoliciesRequest{
			{Query: "增值", PageToken: page.GetNextPageToken()}, {PageToken: page.GetNextPageToken()}, {Query: "增值税", PageToken: "garbage"},
		} {
			_, err := w.public.SearchPolicies(t.Context(), req)
			w.fails("another query's token", err, "PAGE_TOKEN_INVALID page_token")
		}
		rest, err := w.public.SearchPolicies(t.Context(), &pb.SearchPoliciesRequest{Query: "增值税", PageToken: page.GetNextPageToken(), PageSize: 1000})
		if err != nil || len(rest.GetPolicies()) != 2 || rest.GetNextPageToken() != "" {
			t.Errorf("the rest: %v, %v", rest, err)
		}
	})
}

func TestListDrafts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var want, got []string
		for range 22 {
			out, err := w.desk.DraftPolicy(w.as("author@tax"), notice())
			w.must("draft", err)
			want = append(want, out.GetPolicy().GetId())
		}
		first, err := w.desk.ListDrafts(w.as("publisher@tax"), &pb.ListDraftsRequest{})
		w.must("list", err)
		if len(first.GetPolicies()) != 20 || first.GetPolicies()[0].GetBody().GetText() != notice().GetBody() {
			t.Fatalf("%d drafts, want the usual 20 with their bodies", len(first.GetPolicies()))
		}
		_, err = w.desk.ListDrafts(w.as("author@tax"), &pb.ListDraftsRequest{PageToken: first.GetNextPageToken()})
		w.fails("somebody else's token", err, "PAGE_TOKEN_INVALID page_token")
		last, err := w.desk.ListDrafts(w.as("publisher@tax"), &pb.ListDraftsRequest{PageToken: first.GetNextPageToken()})
		w.must("list on", err)
		for _, p := range append(first.GetPolicies(), last.GetPolicies()...) {
			got = append(got, p.GetId())
		}
		if !slices.Equal(got, want) || last.GetNextPageToken() != "" {
			t.Errorf("drafts %v, want %v", got, want)
		}
		none, err := w.desk.ListDrafts(w.as("other@hall"), &pb.ListDraftsRequest{})
		if err != nil || len(none.GetPolicies()) != 0 {
			t.Errorf("another department sees %d drafts, %v", len(none.GetPolicies()), err)
		}
	})
}
