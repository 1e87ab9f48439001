package consentrpc_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/minzhengtong/minzhengtong/bff/call"
	"github.com/minzhengtong/minzhengtong/bff/consentrpc"
	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/notice/noticetest"
	"github.com/minzhengtong/minzhengtong/domains/sharing"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/consent/v1"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/consent/v1/consentv1connect"
	"github.com/minzhengtong/minzhengtong/i18n"
)

// world is the handler behind a server that takes everybody for the person that
// by names.
type world struct {
	*dossiertest.World
	consentv1connect.ConsentServiceClient
	consents    *consent.Service
	mine, other dossiertest.Person
	by          atomic.Pointer[actor.Actor]
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		w := &world{World: dossiertest.New(t, db), mine: dossiertest.NewPerson(0), other: dossiertest.NewPerson(1)}
		made := 0
		newID := func() string { made++; return time.Duration(made).String() }
		var err error
		w.consents, err = consent.New(consent.Deps{
			DB: db, Vault: w.Vault, Audit: w.Audit, Files: sharing.Files(w.Service), Now: w.Clock.Now, Queue: noticetest.NewQueue(db, w.Clock.Now), NewID: newID,
		})
		must(t, "make consents", err)
		must(t, "make a department", db.InTx(t.Context(), func(ctx context.Context) error {
			return db.Client(ctx).Department.Create().SetID("tax").SetName("稅務局").SetCreateTime(dossiertest.Start).Exec(ctx)
		}))
		w.Join(w.mine)
		w.Settle(w.other)
		mux := http.NewServeMux()
		mux.Handle(consentv1connect.NewConsentServiceHandler(
			&consentrpc.Handler{Consents: w.consents, Files: w.Service, Cursors: cursor.Codec{Keys: w.Keys}},
			connect.WithInterceptors(w.asPerson())))
		server := httptest.NewServer(mux)
		t.Cleanup(server.Close)
		w.ConsentServiceClient = consentv1connect.NewConsentServiceClient(server.Client(), server.URL)
		w.as(w.mine.Pass)
		f(t, w)
	})
}

// as makes the holder of a document the caller.
func (w *world) as(raw string) {
	by := w.Holder(raw)
	w.by.Store(&by)
}

// asPerson stands for the transport's interceptors.
func (w *world) asPerson() connect.Interceptor {
	return connect.UnaryInterceptorFunc(func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
			resp, err := next(call.With(actor.With(ctx, *w.by.Load()), call.New("", i18n.Hans, nil)), req)
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

func fails(t *testing.T, what string, err error, want string) {
	t.Helper()
	if e, ok := errors.AsType[*connect.Error](err); !ok || e.Message() != want {
		t.Errorf("%s: %v, want %q", what, err, want)
	}
}

// request asks for a consent for an hour, to the text as it is shown.
func (w *world) request(t *testing.T) *pb.GiveConsentRequest {
	t.Helper()
	text, err := w.GetConsentText(t.Context(), &pb.GetConsentTextRequest{Purpose: "window_check"})
	must(t, "get the text", err)
	sum := sha256.Sum256([]byte(text.GetText()))
	if text.GetLanguage() != "zh-Hans" || text.GetHash() != hex.EncodeToString(sum[:]) {
		t.Fatalf("the text is in %s, or its hash is of something else", text.GetLanguage())
	}
	return &pb.GiveConsentRequest{
		PartyId: "tax", Purpose: "window_check", Scopes: []string{"occupation"},
		ExpireTime: timestamppb.New(w.Clock.Now().Add(time.Hour)), TextVersion: text.GetVersion(),
	}
}

func TestConsent(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		offers, err := w.ListOffers(t.Context(), &pb.ListOffersRequest{})
		must(t, "list offers", err)
		if !slices.ContainsFunc(offers.GetOffers(), func(o *pb.Offer) bool {
			return o.GetPurpose() == "window_check" && o.GetPurposeText() == "窗口协查" && o.GetPartyName() == "稅務局"
		}) {
			t.Error("the offer is missing")
		}
		got, err := w.GiveConsent(t.Context(), w.request(t))
		must(t, "give", err)
		given := got.GetConsent()
		if given.GetPartyName() != "稅務局" || given.GetPurposeText() != "窗口协查" || given.GetTextLanguage() != "zh-Hans" ||
			given.GetDocumentId() != string(w.ID(w.mine.Pass)) || given.GetRevokeTime() != nil {
			t.Errorf("given as %v", given)
		}
		w.as(w.mine.Permit)
		list, err := w.ListConsents(t.Context(), &pb.ListConsentsRequest{})
		must(t, "list", err)
		if len(list.GetConsents()) != 1 {
			t.Errorf("%d consents are listed, want one", len(list.GetConsents()))
		}
		bad := w.request(t)
		bad.Scopes = []string{"none"}
		_, err = w.GiveConsent(t.Context(), bad)
		fails(t, "no such data", err, "CONSENT_SCOPE_UNKNOWN scopes[0]")
		w.as(w.other.Pass)
		_, err = w.RevokeConsent(t.Context(), &pb.RevokeConsentRequest{ConsentId: given.GetId()})
		fails(t, "another's", err, "CONSENT_NOT_FOUND ")
		w.as(w.mine.Permit)
		after, err := w.RevokeConsent(t.Context(), &pb.RevokeConsentRequest{ConsentId: given.GetId()})
		must(t, "revoke", err)
		if after.GetConsent().GetRevokeTime() == nil || len(after.GetUses()) != 0 {
			t.Error("the consent is not taken back")
		}
	})
}

// TestPagesOfUses: a token leads on under the same filter, for the same caller.
func TestPagesOfUses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		got, err := w.GiveConsent(t.Context(), w.request(t))
		must(t, "give", err)
		document := w.ID(w.mine.Pass)
		for i := range 5 {
			_, err := w.consents.Use(t.Context(), actor.Actor{Role: actor.Officer, Officer: "one"}, consent.Claim{
				Voucher: string(rune('a' + i)), Document: document, File: []actor.DocumentID{document}, Party: "tax",
				Purpose: "window_check", Scopes: []string{"occupation"}, Consent: consent.ID(got.GetConsent().GetId()),
			})
			must(t, "use", err)
		}
		seen, token, first := map[string]bool{}, "", ""
		for {
			page, err := w.ListUses(t.Context(), &pb.ListUsesRequest{PageSize: 2, PageToken: token})
			must(t, "list uses", err)
			for _, u := range page.GetUses() {
				seen[u.GetVoucher()] = true
			}
			if token = page.GetNextPageToken(); token == "" {
				break
			}
			first = token
		}
		if len(seen) != 5 {
			t.Errorf("%d uses were shown, want 5", len(seen))
		}
		_, err = w.ListUses(t.Context(), &pb.ListUsesRequest{PageToken: first, ConsentId: got.GetConsent().GetId()})
		fails(t, "another filter", err, "PAGE_TOKEN_INVALID page_token")
		w.as(w.other.Pass)
		_, err = w.ListUses(t.Context(), &pb.ListUsesRequest{PageToken: first})
		fails(t, "another caller", err, "PAGE_TOKEN_INVALID page_token")
	})
}

func TestFirmConsent(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		code, err := document.ComposeCreditCode("91350128MAYYY001")
		must(t, "compose a code", err)
		_, err = w.TakeFirms(t.Context(), []dossier.FirmEntry{{
			Code: w.Number(code), Name: "平潭一號商行", Category: "taiwan_invested", Area: "350128",
			State: document.Valid, Representative: w.Number(w.mine.Pass),
		}})
		must(t, "take a firm", err)
		_, firm, err := w.Locate(t.Context(), w.Number(code))
		must(t, "locate the firm", err)
		req := &pb.GiveFirmConsentRequest{FirmId: string(firm), Consent: w.request(t)}
		got, err := w.GiveFirmConsent(t.Context(), req)
		must(t, "give", err)
		req.Consent.TextVersion = "2020-01"
		_, err = w.GiveFirmConsent(t.Context(), req)
		fails(t, "another version", err, "CONSENT_TEXT_STALE consent.text_version")
		list, err := w.ListFirmConsents(t.Context(), &pb.ListFirmConsentsRequest{FirmId: string(firm)})
		must(t, "list", err)
		_, err = w.RevokeFirmConsent(t.Context(), &pb.RevokeFirmConsentRequest{FirmId: string(firm), ConsentId: got.GetConsent().GetId()})
		must(t, "revoke", err)
		w.as(w.other.Pass)
		_, err = w.ListFirmConsents(t.Context(), &pb.ListFirmConsentsRequest{FirmId: string(firm)})
		fails(t, "without a role", err, "DOSSIER_NOT_FOUND ")
		if len(list.GetConsents()) != 1 {
			t.Errorf("%d consents are listed, want one", len(list.GetConsents()))
		}
	})
}

func TestDelegation(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for matter := range commonv1.Matter_name {
			got, err := w.GiveDelegation(t.Context(), &pb.GiveDelegationRequest{
				Delegate: &commonv1.DocumentRef{Number: w.other.Pass}, Matter: commonv1.Matter(matter),
				ExpireTime: timestamppb.New(w.Clock.Now().Add(time.Hour)),
			})
			if matter == 0 {
				fails(t, "no matter", err, "DELEGATION_MATTER_UNKNOWN matter")
				continue
			}
			must(t, "delegate", err)
			if got.GetDelegation().GetMatter() != commonv1.Matter(matter) || !got.GetDelegation().GetGiven() {
				t.Errorf("delegated as %v", got.GetDelegation())
			}
		}
		_, err := w.GiveDelegation(t.Context(), &pb.GiveDelegationRequest{
			Delegate: &commonv1.DocumentRef{Number: w.mine.Permit}, Matter: commonv1.Matter_MATTER_DATA,
			ExpireTime: timestamppb.New(w.Clock.Now().Add(time.Hour)),
		})
		fails(t, "to oneself", err, "DELEGATION_TO_SELF delegate.number")
		w.as(w.other.Pass)
		held, err := w.ListDelegations(t.Context(), &pb.ListDelegationsRequest{})
		must(t, "list", err)
		if len(held.GetDelegations()) != len(consent.Matters()) || held.GetDelegations()[0].GetMaskedNumber() != w.Number(w.mine.Pass).Masked() {
			t.Fatalf("%d delegations are held, want one for each matter", len(held.GetDelegations()))
		}
		ended, err := w.RevokeDelegation(t.Context(), &pb.RevokeDelegationRequest{DelegationId: held.GetDelegations()[0].GetId()})
		must(t, "end", err)
		if ended.GetDelegation().GetRevokeTime() == nil {
			t.Error("the delegation is not ended")
		}
	})
}
