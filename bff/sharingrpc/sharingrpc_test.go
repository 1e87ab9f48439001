package sharingrpc_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"

	"github.com/minzhengtong/minzhengtong/bff/call"
	"github.com/minzhengtong/minzhengtong/bff/sharingrpc"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/notice/noticetest"
	"github.com/minzhengtong/minzhengtong/domains/sharing"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/sharing/v1"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/sharing/v1/sharingv1connect"
	"github.com/minzhengtong/minzhengtong/i18n"
)

// world is the handler behind a server that takes everybody for the officer.
type world struct {
	*dossiertest.World
	client   sharingv1connect.SharingServiceClient
	consents *consent.Service
	person   dossiertest.Person
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		w := &world{World: dossiertest.New(t, db), person: dossiertest.NewPerson(0)}
		made := 0
		newID := func() string { made++; return time.Duration(made).String() }
		var err error
		w.consents, err = consent.New(consent.Deps{
			DB: db, Vault: w.Vault, Audit: w.Audit, Files: sharing.Files(w.Service), Now: w.Clock.Now, Queue: noticetest.NewQueue(db, w.Clock.Now), NewID: newID,
		})
		must(t, "make consents", err)
		gate, err := guard.New(w.Staff)
		must(t, "make the guard", err)
		reads, err := sharing.New(sharing.Deps{
			DB: db, Files: w.Service, Consents: w.consents, Guard: gate, Now: w.Clock.Now, Zone: dossiertest.Zone,
		})
		must(t, "make the service", err)
		must(t, "make a department", db.InTx(t.Context(), func(ctx context.Context) error {
			return db.Client(ctx).Department.Create().SetID("tax").SetName("tax").SetCreateTime(dossiertest.Start).Exec(ctx)
		}))
		w.Join(w.person)
		mux := http.NewServeMux()
		mux.Handle(sharingv1connect.NewSharingServiceHandler(
			&sharingrpc.Handler{Sharing: reads, Files: w.Service}, connect.WithInterceptors(asOfficer())))
		server := httptest.NewServer(mux)
		t.Cleanup(server.Close)
		w.client = sharingv1connect.NewSharingServiceClient(server.Client(), server.URL)
		f(t, w)
	})
}

// asOfficer stands for the transport's interceptors.
func asOfficer() connect.Interceptor {
	by := dossiertest.Officer("one")
	by.Department, by.Office, by.Duty = "tax", "window", actor.Accept
	return connect.UnaryInterceptorFunc(func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
			resp, err := next(call.With(actor.With(ctx, by), call.New("", i18n.English, nil)), req)
			if f, ok := errors.AsType[*fault.Fault](err); ok {
				err = connect.NewError(connect.CodeAborted, errors.New(f.Reason()+" "+f.Field()))
			}
			return resp, err
		}
	})
}

func must(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func TestReadDataAndItsVoucher(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, err := w.SaveData(t.Context(), w.Holder(w.person.Pass), []dossier.Input{{Code: "occupation", Value: "教師"}})
		must(t, "save data", err)
		text, err := w.consents.Text("window_check", "en")
		must(t, "read the text", err)
		given, err := w.consents.Give(t.Context(), w.Holder(w.person.Pass), consent.Terms{
			Party: "tax", Purpose: "window_check", Scopes: []string{"occupation", "records"},
			Expires: w.Clock.Now().Add(time.Hour), TextVersion: text.Version, TextLanguage: "en",
		})
		must(t, "give", err)
		q := &pb.Query{
			Document: &commonv1.DocumentRef{Number: w.person.Permit}, Purpose: "window_check",
			Scopes: []string{"occupation"}, ConsentId: string(given.ID), Reason: "a matter",
		}
		got, err := w.client.ReadData(t.Context(), &pb.ReadDataRequest{Query: q})
		must(t, "read", err)
		v := got.GetAnswer().GetVoucher()
		if data := got.GetAnswer().GetData(); len(data) != 1 || data[0].GetValue() != "教師" || data[0].GetOrigin() == 0 ||
			v.GetConsentId() != string(given.ID) || v.GetPartyId() != "tax" || v.GetDecideTime() == nil {
			t.Error("another answer than the item with its voucher")
		}
		again, err := w.client.GetVoucher(t.Context(), &pb.GetVoucherRequest{Number: strings.ToLower(v.GetNumber())})
		must(t, "get the voucher", err)
		if again.GetVoucher().GetNumber() != v.GetNumber() {
			t.Errorf("voucher %s, want %s", again.GetVoucher().GetNumber(), v.GetNumber())
		}
		_, err = w.client.GetVoucher(t.Context(), &pb.GetVoucherRequest{Number: "0"})
		fails(t, "a slip", err, "VOUCHER_NUMBER_WRONG number")
		q.Scopes = []string{"records"}
		_, err = w.client.ReadDataForSystem(t.Context(), &pb.ReadDataForSystemRequest{Query: q})
		must(t, "read the records", err)
	})
}

func TestRefusalsNameTheField(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for want, q := range map[string]*pb.Query{
			"BASIS_REQUIRED ":                       {Scopes: []string{"records"}},
			"SHARING_SCOPE_UNKNOWN query.scopes[1]": {Scopes: []string{"records", "none"}},
			"LEGAL_BASIS_UNKNOWN query.legal_basis": {Scopes: []string{"records"}, LegalBasis: "none"},
			"LEGAL_BASIS_NOT_VALID query.purpose":   {Scopes: []string{"records"}, LegalBasis: "statutory_duty", Purpose: "none"},
			"BASIS_TWICE query.legal_basis":         {Scopes: []string{"records"}, LegalBasis: "statutory_duty", ConsentId: "x"},
			"DOCUMENT_EMPTY query.document.number":  {Document: &commonv1.DocumentRef{}},
			"CONSENT_NOT_VALID ":                    {Scopes: []string{"records"}, ConsentId: "guessed"},
		} {
			if q.Document == nil {
				q.Document = &commonv1.DocumentRef{Number: w.person.Pass}
			}
			_, err := w.client.ReadData(t.Context(), &pb.ReadDataRequest{Query: q})
			fails(t, want, err, want)
		}
	})
}

func fails(t *testing.T, what string, err error, want string) {
	t.Helper()
	if e, ok := errors.AsType[*connect.Error](err); !ok || e.Message() != want {
		t.Errorf("%s: %v, want %q", what, err, want)
	}
}

func TestListLegalBases(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		got, err := w.client.ListLegalBases(t.Context(), &pb.ListLegalBasesRequest{})
		must(t, "list", err)
		if len(got.GetBases()) != 2 || got.GetBases()[0].GetValidFrom() != "2025-08-01" || !strings.HasPrefix(got.GetBases()[0].GetTitle(), "Government") {
			t.Errorf("%d bases, the first %v", len(got.GetBases()), got.GetBases()[0])
		}
	})
}
