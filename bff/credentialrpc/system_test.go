package credentialrpc_test

import (
	"crypto/ed25519"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	consentv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/consent/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/credential/v1"
)

// program is a program of the hall that is signed in.
func program(t *testing.T, s *bfftest.Server) bfftest.Clients {
	t.Helper()
	public, _, err := ed25519.GenerateKey(nil)
	must(t, "make a key", err)
	must(t, "make a system", s.Staff.EnsureSystem(t.Context(), staff.System{ID: "program", Name: "program", Department: hall.Department, PublicKey: public}))
	y, err := s.Staff.System(t.Context(), "program")
	must(t, "read a system", err)
	return s.Clients(s.Token(t, y.Actor()), "en")
}

// TestCalledByAProgram: a department's program queries and fetches a licence by either
// document on the holder's consent, the holder sees which department it was, and after the
// consent was taken back it learns no more than of a number on no file.
func TestCalledByAProgram(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		s, p := bfftest.New(t, db, bfftest.Options{}), bfftest.Person(0)
		s.Settle(t, p)
		number := issued(t, s.Clients(s.Token(t, s.Employ(t, hall, "registrar", actor.Approve).Actor()), "en"), p)
		s.Join(t, p.Passes[0].Number, p.Permits[0].Number)
		me, calls := s.Clients(s.Holder(t, p.Passes[0].Number), "zh-Hant-TW"), program(t, s).Calls
		text, err := me.Consent.GetConsentText(t.Context(), &consentv1.GetConsentTextRequest{Purpose: "licence_call"})
		must(t, "read the text", err)
		given, err := me.Consent.GiveConsent(t.Context(), &consentv1.GiveConsentRequest{
			PartyId: hall.Department, Purpose: "licence_call", Scopes: []string{"practice_licence"},
			ExpireTime: timestamppb.New(s.Now().Add(time.Hour)), TextVersion: text.GetVersion(),
		})
		must(t, "consent", err)
		call := &pb.Call{
			Holder: &commonv1.DocumentRef{Number: p.Permits[0].Number}, Type: "practice_licence", ConsentId: given.GetConsent().GetId(), Reason: "a matter",
		}
		found, err := calls.QueryCredential(t.Context(), &pb.QueryCredentialRequest{Call: call})
		must(t, "query", err)
		if l := found.GetCredentials(); len(l) != 1 || l[0].GetNumber() != number || len(l[0].GetValues()) != 0 || l[0].GetPresentation() != "" || found.GetVoucher() == "" {
			t.Errorf("found %v", found)
		}
		fetched, err := calls.FetchCredential(t.Context(), &pb.FetchCredentialRequest{Call: call, Number: number})
		must(t, "fetch", err)
		if c := fetched.GetCredential(); len(c.GetValues()) != 5 || c.GetStanding() != pb.Standing_STANDING_AUTHENTIC {
			t.Errorf("fetched %v", fetched)
		}
		verdict, err := s.Clients("", "en").Verify.VerifyCredential(t.Context(), &pb.VerifyCredentialRequest{
			File: &pb.VerifyCredentialRequest_Presentation{Presentation: fetched.GetCredential().GetPresentation()},
		})
		if err != nil || verdict.GetCredential().GetStanding() != pb.Standing_STANDING_AUTHENTIC {
			t.Errorf("what was fetched is %v (%v)", verdict, err)
		}
		looked, err := me.Credential.ListCredentialUses(t.Context(), &pb.ListCredentialUsesRequest{})
		must(t, "read who looked", err)
		if l := looked.GetUses(); len(l) != 2 || l[0].GetWay() != pb.Way_WAY_SYSTEM || l[0].GetDepartment() != hall.Department || len(l[0].GetFields()) != 5 {
			t.Errorf("the holder sees %v", l)
		}
		uses, err := me.Consent.ListUses(t.Context(), &consentv1.ListUsesRequest{ConsentId: call.GetConsentId()})
		must(t, "read the uses", err)
		if l := uses.GetUses(); len(l) != 2 || l[0].GetVoucher() != fetched.GetVoucher() {
			t.Errorf("on the consent %v", l)
		}
		_, err = me.Consent.RevokeConsent(t.Context(), &consentv1.RevokeConsentRequest{ConsentId: call.GetConsentId()})
		must(t, "take the consent back", err)
		_, err = calls.FetchCredential(t.Context(), &pb.FetchCredentialRequest{Call: call, Number: number})
		bfftest.Fails(t, "after that", err, "CONSENT_NOT_VALID")
		call.Holder.Number = bfftest.Person(1).Passes[0].Number
		_, err = calls.QueryCredential(t.Context(), &pb.QueryCredentialRequest{Call: call})
		bfftest.Fails(t, "a number on no file", err, "CONSENT_NOT_VALID")
		call.Type = "crown"
		_, err = calls.QueryCredential(t.Context(), &pb.QueryCredentialRequest{Call: call})
		bfftest.Fails(t, "no such type", err, "CREDENTIAL_TYPE_UNKNOWN")
	})
}

// TestFirmsLicenceCalled: a firm's licence is called on the firm's consent, and on nobody
// else's.
func TestFirmsLicenceCalled(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		s, p := bfftest.New(t, db, bfftest.Options{}), bfftest.Person(0)
		s.Settle(t, p)
		s.Employ(t, hall, "registrar", actor.Approve) // so there is the department
		id, number := firm(t, s, p, "11")
		me, calls := s.Clients(s.Holder(t, p.Passes[0].Number), "en"), program(t, s).Calls
		text, err := me.Consent.GetConsentText(t.Context(), &consentv1.GetConsentTextRequest{Purpose: "licence_call"})
		must(t, "read the text", err)
		terms := &consentv1.GiveConsentRequest{
			PartyId: hall.Department, Purpose: "licence_call", Scopes: []string{"finance_credit"},
			ExpireTime: timestamppb.New(s.Now().Add(time.Hour)), TextVersion: text.GetVersion(),
		}
		given, err := me.Consent.GiveFirmConsent(t.Context(), &consentv1.GiveFirmConsentRequest{FirmId: id, Consent: terms})
		must(t, "consent for the firm", err)
		own, err := me.Consent.GiveConsent(t.Context(), terms)
		must(t, "consent for oneself", err)
		call := &pb.Call{
			Holder: &commonv1.DocumentRef{Number: firmCode(t, "11")}, Type: "finance_credit", ConsentId: given.GetConsent().GetId(), Reason: "a matter",
		}
		fetched, err := calls.FetchCredential(t.Context(), &pb.FetchCredentialRequest{Call: call, Number: number})
		must(t, "fetch", err)
		if fetched.GetCredential().GetStanding() != pb.Standing_STANDING_AUTHENTIC || len(fetched.GetCredential().GetValues()) != 7 {
			t.Errorf("fetched %v", fetched)
		}
		looked, err := me.Credential.ListFirmCredentialUses(t.Context(), &pb.ListFirmCredentialUsesRequest{FirmId: id})
		if err != nil || len(looked.GetUses()) != 1 || looked.GetUses()[0].GetWay() != pb.Way_WAY_SYSTEM {
			t.Errorf("the firm sees %v (%v)", looked, err)
		}
		call.ConsentId = own.GetConsent().GetId()
		_, err = calls.QueryCredential(t.Context(), &pb.QueryCredentialRequest{Call: call})
		bfftest.Fails(t, "on the member's own consent", err, "CONSENT_NOT_VALID")
	})
}
