package main

import (
	"context"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"connectrpc.com/grpchealth"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	dossierv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1"
	homev1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/home/v1"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/home/v1/homev1connect"
	sandboxv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/sandbox/v1"
)

// TestServe starts the program on an empty database of each kind, calls it in
// every way, stops it with a question open, and starts it again.
func TestServe(t *testing.T) {
	t.Parallel()
	entdbtest.EachEmpty(t, func(t *testing.T, url string) {
		dir := t.TempDir()
		args := slices.Concat([]string{"--database", url}, ports, small)
		_, stderr := finished(t, dir, 1, args...)
		if !strings.Contains(stderr, "run minzhengtong migrate") {
			t.Error("the program does not say how a named database is migrated")
		}
		finished(t, dir, 0, "--database", url, "migrate")
		first := start(t, dir, args...).ready(t)
		checkPorts(t, first)
		token, inquiry := askInVain(t, first)
		first.stop(t)
		before := counts(t, url)
		hurry(t, url)

		again := start(t, dir, args...).ready(t)
		if out := strings.Join(again.shown, "\n"); strings.Contains(out, "added") || strings.Contains(out, "unchanged") {
			t.Error("the second start imports again")
		}
		if after := counts(t, url); !maps.Equal(before, after) {
			t.Errorf("after the second start %v, before %v", after, before)
		}
		awaitDone(t, again, token, inquiry)
		again.stop(t)
	})
}

// person is somebody of the default population whose two documents nobody has
// linked.
func person(t *testing.T) synthetic.Person {
	t.Helper()
	d := demo{pop: synthetic.New(synthetic.Options{Seed: 1, People: 200, Firms: 10, Today: today()})}
	p, ok := d.first(synthetic.PermitSilent)
	if !ok {
		t.Fatal("nobody to sign in as")
	}
	return p
}

// checkPorts asks every port what it is there for.
func checkPorts(t *testing.T, p *program) {
	t.Helper()
	if len(p.addresses) != 3 {
		t.Fatalf("addresses %v, want service, admin and sandbox", p.addresses)
	}
	for _, path := range []string{"/livez", "/readyz", "/version"} {
		if status, _ := get(t, p.addresses["admin"]+path); status != http.StatusOK {
			t.Errorf("admin %s: status %d", path, status)
		}
	}
	if status, _ := get(t, p.addresses["service"]+"/no/such/file.js"); status != http.StatusNotFound {
		t.Errorf("unknown file: status %d, want 404", status)
	}
	if status, page := get(t, p.addresses["service"]+"/file"); status != http.StatusOK || !strings.Contains(page, `<div id="app">`) {
		t.Errorf("a room of the portal: status %d", status)
	}
	status, answer := post(t, p.addresses["service"]+"/minzhengtong.session.v1.SessionService/StartSignIn", `{"document": {"number": "１２３"}}`)
	if status != http.StatusBadRequest || !strings.Contains(answer, `"invalid_argument"`) {
		t.Errorf("a call in JSON with a bad number: status %d, %s", status, answer)
	}
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	transport := &http.Transport{Protocols: &protocols}
	defer transport.CloseIdleConnections()
	health := grpchealth.NewClient(&http.Client{Transport: transport}, p.addresses["service"], connect.WithGRPC())
	for _, service := range []string{"", homev1connect.HomeServiceName} {
		res, err := health.Check(t.Context(), &grpchealth.CheckRequest{Service: service})
		if err != nil || res.Status != grpchealth.StatusServing {
			t.Errorf("gRPC health of %q: %v, error %v", service, res, err)
		}
	}
	if _, metrics := get(t, p.addresses["admin"]+"/metrics"); !regexp.MustCompile(`(?m)^rpc\w*\{.*StartSignIn.*\} [1-9]`).MatchString(metrics) {
		t.Error("the metrics do not count the call")
	}
}

// askInVain signs a person in, reads the first screen, and links a document
// while the national check is away. The question stays open.
func askInVain(t *testing.T, p *program) (token, inquiry string) {
	t.Helper()
	who := person(t)
	pass, _ := who.Pass()
	permit, _ := who.Permit()
	token = signIn(t, p, pass.Number, who.Phone)
	c := p.clients(token)
	screen, err := c.home.GetHome(t.Context(), &homev1.GetHomeRequest{})
	if err != nil || len(screen.GetDocuments()) != 1 || screen.GetRecordCount() == 0 {
		t.Errorf("first screen: %d documents, %d records, error %v; want 1 and some", len(screen.GetDocuments()), screen.GetRecordCount(), err)
	}
	_, err = c.sandbox.SetFault(t.Context(), &sandboxv1.SetFaultRequest{
		Authority: sandboxv1.Authority_AUTHORITY_LINK_CHECK, Kind: sandboxv1.FaultKind_FAULT_KIND_GONE,
	})
	if err != nil {
		t.Fatal(err)
	}
	asked, err := c.dossier.LinkDocument(t.Context(), &dossierv1.LinkDocumentRequest{Document: &commonv1.DocumentRef{Number: permit.Number}})
	if err != nil || asked.GetInquiry().GetState() != dossierv1.InquiryState_INQUIRY_STATE_PENDING {
		t.Fatalf("state %v, error %v; want pending", asked.GetInquiry().GetState(), err)
	}
	return token, asked.GetInquiry().GetId()
}

// hurry lets the time for the next try of every open question come.
func hurry(t *testing.T, url string) {
	t.Helper()
	db, err := entdb.Open(t.Context(), entdb.Config{URL: url}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }() // what was written is committed
	err = db.InTx(t.Context(), func(ctx context.Context) error {
		_, err := db.SQL(ctx).ExecContext(ctx, "UPDATE inquiries SET next_try_time = create_time WHERE state = 'pending'")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// awaitDone waits until an inquiry is done, and wants both documents in the file.
func awaitDone(t *testing.T, p *program, token, inquiry string) {
	t.Helper()
	c := p.clients(token)
	eventually(t, "the inquiry is done", func(ctx context.Context) (bool, error) {
		res, err := c.dossier.GetInquiry(ctx, &dossierv1.GetInquiryRequest{Id: inquiry})
		return res.GetInquiry().GetState() == dossierv1.InquiryState_INQUIRY_STATE_DONE, err
	})
	screen, err := c.home.GetHome(t.Context(), &homev1.GetHomeRequest{})
	if err != nil || len(screen.GetDocuments()) != 2 {
		t.Errorf("%d documents, error %v; want 2", len(screen.GetDocuments()), err)
	}
}

// TestServeRefuses are starts that must not be, each naming the setting.
func TestServeRefuses(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	for _, setting := range []string{"listen", "admin", "sandbox-listen"} {
		dir := t.TempDir()
		_, stderr := finished(t, dir, 1, slices.Concat(ports, small, []string{"--" + setting, taken.Addr().String()})...)
		if !strings.Contains(stderr, setting+": ") || !strings.Contains(stderr, "choose another address with --"+setting) {
			t.Errorf("%s: the setting is not named: %s", setting, stderr)
		}
		if _, err := os.Stat(filepath.Join(dir, "data")); err == nil {
			t.Errorf("%s: a data folder was made", setting)
		}
	}
}

// TestServeKeepsItsPopulation refuses another population in the same folder. It
// also starts without one.
func TestServeKeepsItsPopulation(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := start(t, dir, slices.Concat([]string{"serve", "--no-import", "--admin="}, ports[:2], ports[4:], small)...).ready(t)
	if _, there := p.addresses["admin"]; there {
		t.Error("there is an admin port")
	}
	if strings.Contains(strings.Join(p.shown, "\n"), "added") {
		t.Error("--no-import imports")
	}
	p.stop(t)
	for _, other := range [][]string{{"--people", "201"}, {"--firms", "11"}, {"--seed", "2"}} {
		_, stderr := finished(t, dir, 1, slices.Concat(ports, small, other)...)
		if !strings.Contains(stderr, "people, firms or seed: the data folder holds 200 people and 10 firms of seed 1") {
			t.Errorf("%v: %s", other, stderr)
		}
	}
}
