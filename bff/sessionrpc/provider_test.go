package sessionrpc_test

import (
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/staff/stafftest"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	dossierv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1"
	staffv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/staff/v1"
)

// eachProvider runs f in a house with a provider, at which one officer, who may
// accept, has an account.
func eachProvider(t *testing.T, f func(t *testing.T, s *bfftest.Server, p *stafftest.Provider, officer *staffv1.Officer)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		p := stafftest.NewProvider(t, func() time.Time { return bfftest.Start })
		s := bfftest.New(t, db, bfftest.Options{Provider: p.Settings()})
		chief := s.Clients(s.Officer(t, "chief", actor.Administer), "en")
		made, err := chief.Admin.CreateOfficer(t.Context(), &staffv1.CreateOfficerRequest{
			Login: "lin", Name: "Lin", OfficeId: bfftest.Office.ID, Duties: []commonv1.Duty{commonv1.Duty_DUTY_ACCEPT},
			ProviderSubject: p.URL + " " + p.Subject,
		})
		if err != nil {
			t.Fatal(err)
		}
		f(t, s, p, made.GetOfficer())
	})
}

// visit sends a browser to the provider and back.
func visit(t *testing.T, c bfftest.Clients, p *stafftest.Provider) *pb.CompleteProviderSignInRequest {
	t.Helper()
	started, err := c.Session.StartProviderSignIn(t.Context(), &pb.StartProviderSignInRequest{})
	if err != nil {
		t.Fatal(err)
	}
	state, code := p.Visit(t, started.GetAuthorizationUrl())
	return &pb.CompleteProviderSignInRequest{State: state, Code: code, DeviceName: "櫃檯"}
}

// TestProviderSignIn: an officer who was at the provider has a session like any
// other, with the account's own duties, until it is signed out.
func TestProviderSignIn(t *testing.T) {
	eachProvider(t, func(t *testing.T, s *bfftest.Server, p *stafftest.Provider, officer *staffv1.Officer) {
		person := bfftest.Person(0)
		s.Settle(t, person)
		anon := s.Clients("", "en")
		back := visit(t, anon, p)
		done, err := anon.Session.CompleteProviderSignIn(t.Context(), back)
		if err != nil {
			t.Fatal(err)
		}
		got := done.GetSession()
		if got.GetHolderId() != officer.GetId() || got.GetOfficeId() != bfftest.Office.ID || got.GetDossierId() != "" ||
			len(got.GetDuties()) != 1 || got.GetDuties()[0] != commonv1.Duty_DUTY_ACCEPT {
			t.Errorf("the session is of %s in %s with %v", got.GetHolderId(), got.GetOfficeId(), got.GetDuties())
		}
		clerk := s.Clients(got.GetAccessToken(), "en")
		me, err := clerk.Officer.GetOfficer(t.Context(), &staffv1.GetOfficerRequest{})
		if err != nil || me.GetOfficer().GetLogin() != "lin" {
			t.Errorf("the token is of %q: %v", me.GetOfficer().GetLogin(), err)
		}
		find := &dossierv1.FindDossierRequest{Document: &commonv1.DocumentRef{Number: person.Passes[0].Number}, Purpose: "at the counter"}
		if _, err := clerk.Desk.FindDossier(t.Context(), find); err != nil {
			t.Errorf("find a file: %v", err)
		}
		_, err = clerk.Desk.ListReviews(t.Context(), &dossierv1.ListReviewsRequest{})
		bfftest.Fails(t, "another's duty", err, "NOT_ALLOWED")
		devices, err := clerk.Session.ListDevices(t.Context(), &pb.ListDevicesRequest{})
		if err != nil || len(devices.GetDevices()) != 1 || devices.GetDevices()[0].GetName() != "櫃檯" {
			t.Errorf("%d devices, want the one at the counter: %v", len(devices.GetDevices()), err)
		}
		refreshed, err := anon.Session.RefreshSession(t.Context(), &pb.RefreshSessionRequest{RefreshToken: got.GetRefreshToken()})
		if err != nil || refreshed.GetSession().GetId() != got.GetId() {
			t.Errorf("refresh: %v", err)
		}
		if _, err := clerk.Session.SignOut(t.Context(), &pb.SignOutRequest{}); err != nil {
			t.Errorf("sign out: %v", err)
		}
		_, err = clerk.Officer.GetOfficer(t.Context(), &staffv1.GetOfficerRequest{})
		bfftest.Fails(t, "after signing out", err, "TOKEN_INVALID")
	})
}

// TestProviderSignInFails alike, whatever is wrong with what comes back.
func TestProviderSignInFails(t *testing.T) {
	eachProvider(t, func(t *testing.T, s *bfftest.Server, p *stafftest.Provider, _ *staffv1.Officer) {
		anon := s.Clients("", "en")
		complete := func(r *pb.CompleteProviderSignInRequest) error {
			_, err := anon.Session.CompleteProviderSignIn(t.Context(), r)
			return err
		}
		twice := visit(t, anon, p)
		if err := complete(twice); err != nil {
			t.Fatal(err)
		}
		other := visit(t, anon, p)
		other.Code = "guessed"
		p.Set(func() { p.Subject = "stranger" })
		want := bfftest.Fails(t, "the same again", complete(twice), "SIGN_IN_FAILED")
		for name, r := range map[string]*pb.CompleteProviderSignInRequest{
			"a guessed code": other, "a guessed state": {State: "guessed", Code: visit(t, anon, p).GetCode()}, "somebody without an account": visit(t, anon, p),
		} {
			if got := bfftest.Fails(t, name, complete(r), "SIGN_IN_FAILED"); got != want {
				t.Errorf("%s: fails as %+v, want %+v", name, got, want)
			}
		}
		p.Set(func() { p.Down["/token"] = true })
		bfftest.Fails(t, "the provider is down", complete(visit(t, anon, p)), "PROVIDER_UNAVAILABLE")
	})
}
