package staffrpc_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/bff/staffrpc"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/staff/v1"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/staff/v1/staffv1connect"
)

// world is both services behind HTTP, called by whoever by is.
type world struct {
	staff *staff.Service
	by    atomic.Pointer[actor.Actor]
	own   staffv1connect.OfficerServiceClient
	admin staffv1connect.StaffAdminServiceClient
	now   func() time.Time
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) { f(t, newWorld(t, db)) })
}

func newWorld(t *testing.T, db *entdb.DB) *world {
	t.Helper()
	files := dossiertest.New(t, db)
	w := &world{now: files.Clock.Now}
	var err error
	w.staff, err = staff.New(staff.Deps{
		DB: db, Keys: files.Keys, Now: w.now, Cost: staff.Cost{Memory: 64, Time: 1, Threads: 1},
		NewID: func() string { return uuid.Must(uuid.NewV7()).String() }, Secret: uuid.NewString,
		Ended: func(context.Context, string) error { return nil },
	})
	must(t, err)
	must(t, w.staff.EnsureOffice(t.Context(), staff.Office{ID: "hall", Name: "Hall", Department: "d", DepartmentName: "D", Area: "350128"}))
	o, _, err := w.staff.Bootstrap(t.Context(), staff.Account{Login: "admin-one", Name: "First", Office: "hall"})
	must(t, err)
	w.as(o.Actor())
	mux := http.NewServeMux()
	mux.Handle(staffv1connect.NewOfficerServiceHandler(&staffrpc.Handler{Staff: w.staff, Files: files.Service}))
	mux.Handle(staffv1connect.NewStaffAdminServiceHandler(&staffrpc.Admin{Staff: w.staff, Cursors: cursor.Codec{Keys: files.Keys}}))
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(rw, r.WithContext(actor.With(r.Context(), *w.by.Load())))
	}))
	t.Cleanup(server.Close)
	w.own = staffv1connect.NewOfficerServiceClient(server.Client(), server.URL)
	w.admin = staffv1connect.NewStaffAdminServiceClient(server.Client(), server.URL, connect.WithProtoJSON())
	return w
}

// as says who calls from now on.
func (w *world) as(a actor.Actor) { w.by.Store(&a) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused checks the reason, which the transport's interceptors would word.
func refused(t testing.TB, what string, err error, reason string) {
	t.Helper()
	if err == nil || !strings.HasSuffix(err.Error(), reason) {
		t.Errorf("%s: %v, want %s", what, err, reason)
	}
}

// create makes an account over the contract.
func (w *world) create(t testing.TB, login string, duties ...commonv1.Duty) *pb.Officer {
	t.Helper()
	made, err := w.admin.CreateOfficer(t.Context(), &pb.CreateOfficerRequest{Login: login, Name: "林", OfficeId: "hall", Duties: duties})
	must(t, err)
	if made.GetPassword() == "" || !strings.HasPrefix(made.GetTotpUri(), "otpauth://totp/") {
		t.Error("no credentials")
	}
	return made.GetOfficer()
}

func TestAccounts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.create(t, "lin.mei", commonv1.Duty_DUTY_REVIEW, commonv1.Duty_DUTY_ACCEPT)
		want := &pb.Officer{
			Id: o.GetId(), Login: "lin.mei", Name: "林", OfficeId: "hall", OfficeName: "Hall", DepartmentId: "d", Area: "350128",
			Duties: []commonv1.Duty{commonv1.Duty_DUTY_ACCEPT, commonv1.Duty_DUTY_REVIEW}, State: pb.OfficerState_OFFICER_STATE_ACTIVE,
		}
		if !proto.Equal(o, want) {
			t.Error("the account is not the one that was asked for")
		}
		_, err := w.admin.CreateOfficer(t.Context(), &pb.CreateOfficerRequest{Login: "lin.mei", OfficeId: "hall", Duties: o.GetDuties()})
		refused(t, "again", err, "LOGIN_TAKEN")
		changed, err := w.admin.ChangeDuties(t.Context(), &pb.ChangeDutiesRequest{OfficerId: o.GetId(), Duties: []commonv1.Duty{commonv1.Duty_DUTY_PAY}})
		must(t, err)
		if d := changed.GetOfficer().GetDuties(); len(d) != 1 || d[0] != commonv1.Duty_DUTY_PAY {
			t.Errorf("duties are %v", d)
		}
		state, err := w.admin.SetOfficerState(t.Context(), &pb.SetOfficerStateRequest{OfficerId: o.GetId(), State: pb.OfficerState_OFFICER_STATE_DISABLED})
		must(t, err)
		if state.GetOfficer().GetState() != pb.OfficerState_OFFICER_STATE_DISABLED {
			t.Error("the officer is still let in")
		}
		reset, err := w.admin.ResetCredentials(t.Context(), &pb.ResetCredentialsRequest{OfficerId: o.GetId()})
		must(t, err)
		if reset.GetPassword() == "" || reset.GetTotpUri() == "" {
			t.Error("no new credentials")
		}
		me := string(w.by.Load().Officer)
		_, err = w.admin.SetOfficerState(t.Context(), &pb.SetOfficerStateRequest{OfficerId: me, State: pb.OfficerState_OFFICER_STATE_DISABLED})
		refused(t, "the own", err, "OWN_ACCOUNT")
	})
}

func TestPages(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for i := range 4 {
			w.create(t, fmt.Sprint("officer-", i), commonv1.Duty_DUTY_ACCEPT)
		}
		var logins []string
		token := ""
		for {
			page, err := w.admin.ListOfficers(t.Context(), &pb.ListOfficersRequest{PageSize: 2, PageToken: token})
			must(t, err)
			for _, o := range page.GetOfficers() {
				logins = append(logins, o.GetLogin())
			}
			if token = page.GetNextPageToken(); token == "" {
				break
			}
		}
		if got := strings.Join(logins, " "); got != "admin-one officer-0 officer-1 officer-2 officer-3" {
			t.Errorf("logins are %s", got)
		}
		page, err := w.admin.ListOfficers(t.Context(), &pb.ListOfficersRequest{PageSize: 2})
		must(t, err)
		w.as(actor.Actor{Role: actor.Officer, Officer: "other", Duties: []actor.Duty{actor.Administer}})
		_, err = w.admin.ListOfficers(t.Context(), &pb.ListOfficersRequest{PageToken: page.GetNextPageToken()})
		refused(t, "another's page", err, "PAGE_TOKEN_INVALID")
	})
}

func TestOwnSide(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.create(t, "lin.mei", commonv1.Duty_DUTY_ACCEPT)
		until := timestamppb.New(w.now().Add(24 * time.Hour))
		grant, err := w.admin.GrantRoaming(t.Context(), &pb.GrantRoamingRequest{
			OfficerId: o.GetId(), Area: "350200", Duties: o.GetDuties(), ExpireTime: until, Reason: "help",
		})
		must(t, err)
		_, err = w.admin.GrantRoaming(t.Context(), &pb.GrantRoamingRequest{
			OfficerId: o.GetId(), Area: "350200", Duties: o.GetDuties(), ExpireTime: timestamppb.New(w.now().AddDate(1, 0, 0)), Reason: "help",
		})
		refused(t, "a year", err, "ROAMING_TOO_LONG")
		administrator := *w.by.Load()
		self, err := w.staff.Get(t.Context(), actor.OfficerID(o.GetId()))
		must(t, err)
		w.as(self.Actor())
		mine, err := w.own.GetOfficer(t.Context(), &pb.GetOfficerRequest{})
		must(t, err)
		if g := mine.GetOfficer().GetGrants(); len(g) != 1 || !proto.Equal(g[0], grant.GetGrant()) || !proto.Equal(g[0].GetExpireTime(), until) {
			t.Error("the grant is not shown")
		}
		var ids []string
		for range 2 {
			declared, err := w.own.DeclareRelation(t.Context(), &pb.DeclareRelationRequest{
				Relation: pb.RelationKind_RELATION_KIND_SPOUSE, Document: &commonv1.DocumentRef{Number: "１２３４５６７８"},
			})
			must(t, err)
			ids = append(ids, declared.GetRelation().GetId())
		}
		_, err = w.own.DeclareRelation(t.Context(), &pb.DeclareRelationRequest{
			Relation: pb.RelationKind_RELATION_KIND_SPOUSE, Document: &commonv1.DocumentRef{Number: "12"},
		})
		refused(t, "no number", err, "DOCUMENT_KIND_UNKNOWN")
		list, err := w.own.ListRelations(t.Context(), &pb.ListRelationsRequest{})
		must(t, err)
		want := &pb.Relation{
			Id: ids[0], Relation: pb.RelationKind_RELATION_KIND_SPOUSE, DocumentKind: commonv1.DocumentKind_DOCUMENT_KIND_TAIWAN_PASS, MaskedNumber: "******78",
		}
		if r := list.GetRelations(); len(r) != 1 || ids[0] != ids[1] || !proto.Equal(r[0], want) {
			t.Errorf("%d relations, the same %v", len(r), ids[0] == ids[1])
		}
		w.as(administrator)
		ended, err := w.admin.RevokeRoaming(t.Context(), &pb.RevokeRoamingRequest{GrantId: grant.GetGrant().GetId()})
		must(t, err)
		if ended.GetGrant().GetRevokeTime() == nil {
			t.Error("the grant goes on")
		}
	})
}
