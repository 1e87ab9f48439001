package bff_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
	auditv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/audit/v1"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	consentv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/consent/v1"
	dossierv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1"
	homev1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/home/v1"
	sessionv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1"
	sharingv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/sharing/v1"
)

// whole is a house with two people in it, each with a pass and a permit.
type whole struct {
	*bfftest.Server
	pass, permit, other string
}

func eachWhole(t *testing.T, f func(t *testing.T, w whole)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		s := bfftest.New(t, db, bfftest.Options{})
		one, two := bfftest.Person(0), bfftest.Person(1)
		s.Settle(t, one, two)
		f(t, whole{s, one.Passes[0].Number, one.Permits[0].Number, two.Passes[0].Number})
	})
}

// with is a header on every request.
type with struct {
	connect.Interceptor
	name, value string
}

// WrapUnary implements connect.Interceptor.
func (h with) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		req.Header().Set(h.name, h.value)
		return next(ctx, req)
	}
}

func header(name, value string) connect.ClientOption {
	return connect.WithInterceptors(with{name: name, value: value})
}

func documentRef(number string) *commonv1.DocumentRef { return &commonv1.DocumentRef{Number: number} }

// TestWritesAreAnsweredOnce: a write that is repeated under its key has one effect
// and one answer, however many come at once; another input is refused.
func TestWritesAreAnsweredOnce(t *testing.T) {
	eachWhole(t, func(t *testing.T, w whole) {
		token := w.Holder(t, w.pass)
		keyed := w.Clients(token, "en", header("Idempotency-Key", "give-1"))
		give := func(matter commonv1.Matter) (*consentv1.GiveDelegationResponse, error) {
			return keyed.Consent.GiveDelegation(t.Context(), &consentv1.GiveDelegationRequest{
				Delegate: documentRef(w.other), Matter: matter, ExpireTime: timestamppb.New(w.Now().Add(time.Hour)),
			})
		}
		answers := make([]*consentv1.GiveDelegationResponse, 20)
		errs := make([]error, len(answers))
		var group sync.WaitGroup
		for i := range answers {
			group.Go(func() { answers[i], errs[i] = give(commonv1.Matter_MATTER_READ_FILE) })
		}
		group.Wait()
		for i := range answers {
			must(t, errs[i])
			if !proto.Equal(answers[i], answers[0]) {
				t.Errorf("answer %d differs from the first", i)
			}
		}
		list, err := w.Clients(token, "en").Consent.ListDelegations(t.Context(), &consentv1.ListDelegationsRequest{})
		must(t, err)
		if n := len(list.GetDelegations()); n != 1 {
			t.Errorf("%d delegations were given, want one", n)
		}
		_, err = give(commonv1.Matter_MATTER_DATA)
		bfftest.Fails(t, "another input", err, "IDEMPOTENCY_KEY_REUSED")
	})
}

// TestNoAnswerForWhoLostTheRight: the first answer is not given again to who may
// not have it any more.
func TestNoAnswerForWhoLostTheRight(t *testing.T) {
	eachWhole(t, func(t *testing.T, w whole) {
		link := w.Join(t, w.pass, w.permit)
		officer := w.Employ(t, bfftest.Office, "clerk", actor.Accept, actor.Review)
		desk := w.Clients(w.Token(t, officer.Actor()), "en", header("Idempotency-Key", "cut")).Desk
		unlink := &dossierv1.UnlinkRequest{LinkId: string(link.ID), Reason: "not the same"}
		first, err := desk.Unlink(t.Context(), unlink)
		must(t, err)
		second, err := desk.Unlink(t.Context(), unlink)
		must(t, err)
		if !proto.Equal(first, second) {
			t.Error("the second answer differs")
		}
		by := officer.Actor()
		_, err = w.Staff.Declare(t.Context(), by, staff.Spouse, w.Number(t, w.permit))
		must(t, err)
		_, err = desk.Unlink(t.Context(), unlink)
		bfftest.Fails(t, "the officer who has declared a tie", err, "CONFLICT_OF_INTEREST")
	})
}

// TestRightsEndAtTheNextCall: signing out, a role that changed, an account that
// was closed, a document that was lost.
func TestRightsEndAtTheNextCall(t *testing.T) {
	eachWhole(t, func(t *testing.T, w whole) {
		me := w.Clients(w.Holder(t, w.pass), "en")
		_, err := me.Home.GetHome(t.Context(), &homev1.GetHomeRequest{})
		must(t, err)
		_, err = me.Session.SignOut(t.Context(), &sessionv1.SignOutRequest{})
		must(t, err)
		_, err = me.Home.GetHome(t.Context(), &homev1.GetHomeRequest{})
		bfftest.Fails(t, "after signing out", err, "TOKEN_INVALID")

		boss := actor.Actor{Role: actor.Officer, Officer: "boss", Duties: []actor.Duty{actor.Administer}, Duty: actor.Administer}
		officer := w.Employ(t, bfftest.Office, "clerk", actor.Accept)
		clerk := w.Clients(w.Token(t, officer.Actor()), "en")
		find := &dossierv1.FindDossierRequest{Document: documentRef(w.pass), Purpose: "at the window"}
		_, err = clerk.Desk.FindDossier(t.Context(), find)
		must(t, err)
		_, err = w.Staff.ChangeDuties(t.Context(), boss, officer.ID, "", []actor.Duty{actor.Review})
		must(t, err)
		_, err = clerk.Desk.FindDossier(t.Context(), find)
		bfftest.Fails(t, "after the duty was taken away", err, "NOT_ALLOWED")
		_, err = clerk.Desk.ListReviews(t.Context(), &dossierv1.ListReviewsRequest{})
		must(t, err)
		_, err = w.Staff.SetState(t.Context(), boss, officer.ID, staff.Disabled)
		must(t, err)
		_, err = clerk.Desk.ListReviews(t.Context(), &dossierv1.ListReviewsRequest{})
		bfftest.Fails(t, "after the account was closed", err, "TOKEN_INVALID")

		thief := w.Clients(w.Holder(t, w.permit), "en")
		id, _, err := w.Files.Locate(t.Context(), w.Number(t, w.permit))
		must(t, err)
		_, err = thief.Dossier.ReportLoss(t.Context(), &dossierv1.ReportLossRequest{DocumentId: string(id)})
		must(t, err)
		_, err = thief.Dossier.GetDossier(t.Context(), &dossierv1.GetDossierRequest{})
		bfftest.Fails(t, "by a document that was lost", err, "TOKEN_INVALID")
	})
}

// TestDelegate: somebody acts for somebody else, in the matter and for as long as
// the delegation says, and the person sees it.
func TestDelegate(t *testing.T) {
	eachWhole(t, func(t *testing.T, w whole) {
		me := w.Clients(w.Holder(t, w.pass), "en")
		given, err := me.Consent.GiveDelegation(t.Context(), &consentv1.GiveDelegationRequest{
			Delegate: documentRef(w.other), Matter: commonv1.Matter_MATTER_READ_FILE, ExpireTime: timestamppb.New(w.Now().Add(time.Hour)),
		})
		must(t, err)
		own, err := me.Dossier.GetDossier(t.Context(), &dossierv1.GetDossierRequest{})
		must(t, err)
		delegate := w.Clients(w.Holder(t, w.other), "en", header("Minzhengtong-Delegation", given.GetDelegation().GetId()))
		seen, err := delegate.Dossier.GetDossier(t.Context(), &dossierv1.GetDossierRequest{})
		must(t, err)
		if seen.GetDossier().GetId() != own.GetDossier().GetId() {
			t.Error("the delegate reads another file")
		}
		_, err = delegate.Dossier.SaveData(t.Context(), &dossierv1.SaveDataRequest{Items: []*dossierv1.DatumInput{{Code: "occupation", Value: "x"}}})
		bfftest.Fails(t, "in another matter", err, "DELEGATION_NOT_FOUND")
		stranger := w.Clients(w.Holder(t, w.other), "en", header("Minzhengtong-Delegation", uuid.NewString()))
		_, err = stranger.Dossier.GetDossier(t.Context(), &dossierv1.GetDossierRequest{})
		bfftest.Fails(t, "on a delegation that is none", err, "DELEGATION_NOT_FOUND")

		looks, err := me.Audit.ListLooks(t.Context(), &auditv1.ListLooksRequest{})
		must(t, err)
		bases := map[string]bool{}
		for _, e := range looks.GetEntries() {
			bases[e.GetBasis()] = true
		}
		if !bases["delegation/"+given.GetDelegation().GetId()] || !bases["own"] {
			t.Errorf("the log names %v, want own and the delegation", bases)
		}
		_, err = me.Consent.RevokeDelegation(t.Context(), &consentv1.RevokeDelegationRequest{DelegationId: given.GetDelegation().GetId()})
		must(t, err)
		_, err = delegate.Dossier.GetDossier(t.Context(), &dossierv1.GetDossierRequest{})
		bfftest.Fails(t, "after it was taken back", err, "DELEGATION_NOT_FOUND")
	})
}

// TestReadingAcrossDepartments: on a consent, until it is taken back, and the
// person sees both tries with office, reason and basis.
func TestReadingAcrossDepartments(t *testing.T) {
	eachWhole(t, func(t *testing.T, w whole) {
		me := w.Clients(w.Holder(t, w.pass), "en")
		tax := staff.Office{ID: "tax-office", Name: "Tax", Department: "tax", DepartmentName: "Tax bureau", Area: "350000"}
		clerk := w.Clients(w.Token(t, w.Employ(t, tax, "tax-1", actor.Accept).Actor()), "en")
		text, err := me.Consent.GetConsentText(t.Context(), &consentv1.GetConsentTextRequest{Purpose: "window_check"})
		must(t, err)
		given, err := me.Consent.GiveConsent(t.Context(), &consentv1.GiveConsentRequest{
			PartyId: "tax", Purpose: "window_check", Scopes: []string{"mobile_phone"}, TextVersion: text.GetVersion(),
			ExpireTime: timestamppb.New(w.Now().Add(time.Hour)),
		})
		must(t, err)
		id := given.GetConsent().GetId()
		read := &sharingv1.ReadDataRequest{Query: &sharingv1.Query{
			Document: documentRef(w.pass), Purpose: "window_check", Scopes: []string{"mobile_phone"}, ConsentId: id, Reason: "to call back",
		}}
		answer, err := clerk.Sharing.ReadData(t.Context(), read)
		must(t, err)
		if data := answer.GetAnswer().GetData(); len(data) != 1 || data[0].GetCode() != "mobile_phone" {
			t.Errorf("%d items were read, want the phone", len(data))
		}
		_, err = me.Consent.RevokeConsent(t.Context(), &consentv1.RevokeConsentRequest{ConsentId: id})
		must(t, err)
		_, err = clerk.Sharing.ReadData(t.Context(), read)
		bfftest.Fails(t, "after it was taken back", err, "CONSENT_NOT_VALID")

		looks, err := me.Audit.ListLooks(t.Context(), &auditv1.ListLooksRequest{OthersOnly: true})
		must(t, err)
		if len(looks.GetEntries()) != 2 {
			t.Fatalf("%d looks by others, want two", len(looks.GetEntries()))
		}
		for i, outcome := range []string{"CONSENT_NOT_VALID", "ok"} {
			e := looks.GetEntries()[i]
			if e.GetOutcome() != outcome || e.GetOfficeId() != "tax-office" || e.GetWhy() != "to call back" || e.GetBasis() != "consent/"+id {
				t.Errorf("look %d: outcome %s, office %s, basis %s", i, e.GetOutcome(), e.GetOfficeId(), e.GetBasis())
			}
		}
	})
}

// TestHonestRepetitions: a question about a document that is not the caller's
// yet is answered again, since its answer holds nothing of that document.
func TestHonestRepetitions(t *testing.T) {
	eachWhole(t, func(t *testing.T, w whole) {
		w.Sandbox.SetFault(upstream.PoliceOffice, sandbox.Gone, 0)
		keyed := w.Clients(w.Holder(t, w.pass), "en", header("Idempotency-Key", "link-1"))
		link := &dossierv1.LinkDocumentRequest{Document: documentRef(w.permit)}
		first, err := keyed.Dossier.LinkDocument(t.Context(), link)
		must(t, err)
		if first.GetInquiry().GetState() != dossierv1.InquiryState_INQUIRY_STATE_PENDING {
			t.Fatalf("the inquiry is %v, want it pending", first.GetInquiry().GetState())
		}
		second, err := keyed.Dossier.LinkDocument(t.Context(), link)
		must(t, err)
		if !proto.Equal(first, second) {
			t.Error("the second answer differs")
		}
		_, err = keyed.Dossier.LinkDocument(t.Context(), &dossierv1.LinkDocumentRequest{Document: documentRef(w.other)})
		bfftest.Fails(t, "another input", err, "IDEMPOTENCY_KEY_REUSED")
	})
}
