package sandbox_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/golang-sql/civil"
	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
	sandboxpb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/sandbox/v1"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/sandbox/v1/sandboxv1connect"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1/upstreamv1connect"
)

const (
	token = "test-token"
	phone = "+8612000000009"
)

func now() time.Time { return time.Date(2026, time.November, 2, 3, 4, 5, 0, time.UTC) }

// start serves a sandbox without a population over cleartext HTTP/2 and 1.
func start(t *testing.T) (*sandbox.Sandbox, *upstream.Clients, string) {
	t.Helper()
	return startWith(t, nil)
}

func startWith(t *testing.T, pop *synthetic.Population) (*sandbox.Sandbox, *upstream.Clients, string) {
	t.Helper()
	box := sandbox.New(pop, now, token, nil)
	server := httptest.NewUnstartedServer(box)
	server.Config.Protocols = &http.Protocols{}
	server.Config.Protocols.SetHTTP1(true)
	server.Config.Protocols.SetUnencryptedHTTP2(true)
	server.Start()
	t.Cleanup(server.Close)
	clients, err := upstream.New(upstream.Config{BaseURL: server.URL, Token: token, Now: now}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clients.Close)
	return box, clients, server.URL
}

func someone() synthetic.Person {
	return synthetic.Person{
		Names:   synthetic.Names{Mainland: "欧阳测试", Taiwan: "歐陽測試", Roman: "OUYANG, TSE-SHIH"},
		Birth:   civil.Date{Year: 1905, Month: time.May, Day: 4},
		Sex:     document.Female,
		Passes:  []synthetic.Document{{Number: "99000001"}},
		Permits: []synthetic.Document{{Number: "830000190505040021", ExitEntryNumber: "99000001"}},
	}
}

func TestAdd(t *testing.T) {
	t.Parallel()
	box, clients, _ := start(t)
	box.Add(someone())
	for _, name := range []string{"", "欧阳测试", "歐陽 測試", "ouyang tse shih"} {
		got, err := clients.CheckPass(t.Context(), upstream.PassQuestion{Number: "99000001", Name: name, Birth: someone().Birth})
		if err != nil || got.Verdict != upstream.Match || got.Issue.Status != document.Valid {
			t.Errorf("%v, %v, want a match", got, err)
		}
	}
	got, err := clients.CheckPermits(t.Context(), []upstream.PermitQuestion{{Number: "830000190505040021"}})
	if err != nil || got[0].ExitEntryNumber != "99000001" {
		t.Errorf("%v, want a permit that names the pass", err)
	}
}

func TestSetTruth(t *testing.T) {
	t.Parallel()
	box, clients, _ := start(t)
	box.Add(someone())
	question := func() upstream.LinkQuestion {
		return upstream.LinkQuestion{Key: uuid.NewString(), Pass: "99000001", Permit: "830000190505040021"}
	}
	wantLink := func(want upstream.Verdict) {
		t.Helper()
		if got, err := clients.CheckLink(t.Context(), question()); err != nil || got.Verdict != want {
			t.Errorf("%v, %v, want %s", got.Verdict, err, want)
		}
	}
	wantLink(upstream.Match)
	box.SetTruth("99000001", "830000190505040021", false)
	wantLink(upstream.Mismatch)
	box.SetTruth("99000001", "830000190505040021", true)
	wantLink(upstream.Match)
}

func TestRenew(t *testing.T) {
	t.Parallel()
	box, clients, _ := start(t)
	box.Add(someone())
	if box.Renew(document.TaiwanPass, "00000000", synthetic.Document{}) {
		t.Error("a document that does not exist was renewed")
	}
	const old, next = "830000190505040021", "830000190505040048"
	if !box.Renew(document.TaiwanPermit, old, synthetic.Document{Number: next, IssueCount: "02"}) {
		t.Fatal("the permit was not renewed")
	}
	got, err := clients.CheckPermits(t.Context(), []upstream.PermitQuestion{{Number: next, Name: "歐陽測試"}, {Number: old}})
	if err != nil {
		t.Fatal(err)
	}
	if got[0].Verdict != upstream.Match || got[0].Issue.ReplacesNumber != old || got[0].Issue.IssueCount != "02" {
		t.Errorf("the new permit: %v, %v", got[0], got[0].Issue)
	}
	if got[1].Issue.Status != document.Replaced {
		t.Errorf("the old permit is %q, want replaced", got[1].Issue.Status)
	}
	link, err := clients.CheckLink(t.Context(), upstream.LinkQuestion{Key: uuid.NewString(), Pass: "99000001", Permit: next})
	if err != nil || link.Verdict != upstream.Match {
		t.Errorf("the new permit is %v of the person, %v", link.Verdict, err)
	}
}

func TestRenewOfPopulation(t *testing.T) {
	t.Parallel()
	pop := synthetic.New(synthetic.Options{Seed: 1, People: 10, Shares: map[synthetic.Case]float64{synthetic.Plain: 1}})
	box, clients, _ := startWith(t, pop)
	pass, _ := pop.Person(3).Pass()
	if !box.Renew(document.TaiwanPass, pass.Number, synthetic.Document{Number: pass.Number, IssueCount: "09"}) {
		t.Fatal("the pass was not renewed")
	}
	got, err := clients.CheckPass(t.Context(), upstream.PassQuestion{Number: pass.Number, Name: pop.Person(3).Names.Taiwan})
	if err != nil || got.Issue.IssueCount != "09" || got.Issue.ReplacesNumber != "" {
		t.Errorf("%v, %v, want issue 09 under the same number", got, err)
	}
}

func TestWrong(t *testing.T) {
	t.Parallel()
	box, clients, _ := start(t)
	box.Add(someone())
	for _, a := range upstream.Authorities() {
		box.SetFault(a, sandbox.Wrong, 0)
	}
	pass, err := clients.CheckPass(t.Context(), upstream.PassQuestion{Number: "99000001"})
	if err != nil || pass.Verdict != upstream.NotFound {
		t.Errorf("a pass that exists: %v, %v, want not found", pass, err)
	}
	pass, err = clients.CheckPass(t.Context(), upstream.PassQuestion{Number: "99000002"})
	if err != nil || pass.Verdict != upstream.Match || pass.Holder.NameMainland == "" {
		t.Errorf("a pass that does not exist: %v, %v, want a match", pass, err)
	}
	link, err := clients.CheckLink(t.Context(), upstream.LinkQuestion{Key: uuid.NewString(), Pass: "99000009", Permit: "830000190505040021"})
	if err != nil || link.Verdict != upstream.Match {
		t.Errorf("a link that does not exist: %v, %v, want a match", link.Verdict, err)
	}
	if _, err := clients.Send(t.Context(), upstream.Message{Key: uuid.NewString(), Phone: phone, Text: "lost"}); err != nil || len(box.Messages(phone)) != 0 {
		t.Errorf("%v and %d messages, want confirmed and none", err, len(box.Messages(phone)))
	}
}

func TestDuplicate(t *testing.T) {
	t.Parallel()
	box, clients, _ := start(t)
	box.SetFault(upstream.MessageGateway, sandbox.Duplicate, 0)
	message := upstream.Message{Key: uuid.NewString(), Phone: phone, Text: "twice"}
	for range 2 {
		if _, err := clients.Send(t.Context(), message); err != nil {
			t.Fatal(err)
		}
	}
	if got := len(box.Messages(phone)); got != 2 {
		t.Errorf("%d messages arrived, want 2", got)
	}
	if got := box.Arrivals(message.Key); got != 2 {
		t.Errorf("the key arrived %d times, want 2", got)
	}
	if got := box.Count(upstream.MessageGateway); got != (sandbox.Count{Received: 2, Done: 2}) {
		t.Errorf("counts are %+v", got)
	}
}

// TestOneKeyAtOnce sends one message fifty times in parallel.
func TestOneKeyAtOnce(t *testing.T) {
	t.Parallel()
	box, clients, _ := start(t)
	message := upstream.Message{Key: uuid.NewString(), Phone: phone, Text: "once"}
	failed := make(chan error)
	for range 50 {
		go func() {
			_, err := clients.Send(t.Context(), message)
			failed <- err
		}()
	}
	for range 50 {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
	if got := len(box.Messages(phone)); got != 1 {
		t.Errorf("%d messages arrived, want 1", got)
	}
}

func TestMessagesAreBounded(t *testing.T) {
	t.Parallel()
	box, clients, url := start(t)
	for i := range 105 {
		if _, err := clients.Send(t.Context(), upstream.Message{Key: uuid.NewString(), Phone: phone, Text: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	control := sandboxv1connect.NewSandboxServiceClient(http.DefaultClient, url)
	res, err := control.ListMessages(t.Context(), &sandboxpb.ListMessagesRequest{Phone: phone})
	if err != nil {
		t.Fatal(err)
	}
	got := res.GetMessages()
	if len(got) != 100 || got[0].GetText() != "104" || got[99].GetText() != "5" || !got[0].GetReceiveTime().AsTime().Equal(now()) {
		t.Errorf("%d messages, want the last hundred, newest first", len(got))
	}
	if len(box.Messages("+8612000000001")) != 0 {
		t.Error("another phone received something")
	}
}

func TestControl(t *testing.T) {
	t.Parallel()
	box, clients, url := start(t)
	box.Add(someone())
	control := sandboxv1connect.NewSandboxServiceClient(http.DefaultClient, url)
	ask := func() error {
		_, err := clients.CheckPass(t.Context(), upstream.PassQuestion{Number: "99000001"})
		return err
	}
	set := func(kind sandboxpb.FaultKind) {
		t.Helper()
		_, err := control.SetFault(t.Context(), &sandboxpb.SetFaultRequest{Authority: sandboxpb.Authority_AUTHORITY_EXIT_ENTRY, Kind: kind})
		if err != nil {
			t.Fatal(err)
		}
	}
	for number := range sandboxpb.FaultKind_name {
		set(sandboxpb.FaultKind(number))
	}
	set(sandboxpb.FaultKind_FAULT_KIND_ERROR)
	if ask() == nil {
		t.Error("the fault was not set")
	}
	set(sandboxpb.FaultKind_FAULT_KIND_UNSPECIFIED)
	if err := ask(); err != nil {
		t.Errorf("the authority was not healed: %v", err)
	}
	for name, bad := range map[string]*sandboxpb.SetFaultRequest{
		"no authority":  {Kind: sandboxpb.FaultKind_FAULT_KIND_GONE},
		"unknown fault": {Authority: sandboxpb.Authority_AUTHORITY_POLICE, Kind: 99},
		"long delay":    {Authority: sandboxpb.Authority_AUTHORITY_POLICE, Delay: durationpb.New(2 * time.Minute)},
	} {
		if _, err := control.SetFault(t.Context(), bad); connect.CodeOf(err) != connect.CodeInvalidArgument {
			t.Errorf("%s: %v, want invalid", name, err)
		}
	}
}

// TestProtocols reaches one authority in every way that the port serves.
func TestProtocols(t *testing.T) {
	t.Parallel()
	box, _, url := start(t)
	box.Add(someone())
	h2c := &http.Transport{Protocols: &http.Protocols{}}
	h2c.Protocols.SetUnencryptedHTTP2(true)
	t.Cleanup(h2c.CloseIdleConnections)
	for name, option := range map[string]connect.ClientOption{
		"connect": connect.WithClientOptions(), "json": connect.WithProtoJSON(), "grpc": connect.WithGRPC(), "grpc-web": connect.WithGRPCWeb(),
	} {
		client := upstreamv1connect.NewExitEntryServiceClient(&http.Client{Transport: h2c}, url, option)
		ctx, call := connect.NewClientContext(t.Context())
		req := &pb.CheckPassRequest{Number: "99000001"}
		if _, err := client.CheckPass(ctx, req); connect.CodeOf(err) != connect.CodeUnauthenticated {
			t.Errorf("%s without a token: %v", name, err)
		}
		call.RequestHeader().Set("Authorization", "Bearer "+token)
		res, err := client.CheckPass(ctx, req)
		if err != nil || res.GetVerdict() != pb.Verdict_VERDICT_MATCH || !strings.HasPrefix(res.GetTraceId(), "sandbox-") {
			t.Errorf("%s: %v, %v", name, res.GetVerdict(), err)
		}
	}
}

func TestNoToken(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(sandbox.New(nil, now, "", nil))
	t.Cleanup(server.Close)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+upstreamv1connect.PoliceServiceCheckPermitsProcedure, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer ")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusUnauthorized {
		t.Errorf("an empty token is let in: %d", res.StatusCode)
	}
}
