package credentialrpc_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/credential/v1"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/credential/v1/credentialv1connect"
)

// firmCode is the unified social credit code of a firm.
func firmCode(t *testing.T, serial string) string {
	t.Helper()
	code, err := document.ComposeCreditCode("91350128MA00000" + serial)
	must(t, "compose a credit code", err)
	return code
}

// firm puts a firm on file that somebody represents, and returns its file and the number
// of the certificate for lenders that it has.
func firm(t *testing.T, s *bfftest.Server, p synthetic.Person, serial string) (id, number string) {
	t.Helper()
	code := firmCode(t, serial)
	taken, err := s.Files.TakeFirms(t.Context(), []dossier.FirmEntry{{
		Code: s.Number(t, code), Name: "平潭海峡贸易有限公司", Category: "taiwan_invested", Area: "350128", State: document.Valid,
		Representative: s.Number(t, p.Passes[0].Number),
	}})
	if err != nil || taken[0].Fault != nil {
		t.Fatalf("take a firm: %v, %v", err, taken)
	}
	document, file, err := s.Files.Locate(t.Context(), s.Number(t, code))
	must(t, "locate the firm", err)
	c, err := s.Credentials.Issue(t.Context(), actor.Actor{Role: actor.System, Officer: "register"}, credential.Draft{
		Type: "finance_credit", Document: document, Matter: credential.Matter{Kind: "test", ID: string(file)},
		Values: credential.Values{
			"holder_name": "平潭海峡贸易有限公司", "purpose": "開店", "gaps": int64(0), "report_version": int64(1), "report_day": "2026-03-02",
			"report_digest": "digest", "application": "application",
		},
	})
	must(t, "issue", err)
	return string(file), string(c.Number)
}

// TestFirmsLicences: whoever holds a role in a firm lists, reads, downloads, shows and shares
// its licences and sees who looked; a share that is taken back shows nothing.
func TestFirmsLicences(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		s, p := bfftest.New(t, db, bfftest.Options{}), bfftest.Person(0)
		s.Settle(t, p)
		id, number := firm(t, s, p, "11")
		me := s.Clients(s.Holder(t, p.Passes[0].Number), "zh-Hant-TW").Credential
		window := s.Clients(s.Token(t, s.Employ(t, hall, "window", actor.Accept).Actor()), "en")
		choices := []*pb.Choice{{Number: number, Fields: []string{"holder_name"}}}

		list, err := me.ListFirmCredentials(t.Context(), &pb.ListFirmCredentialsRequest{FirmId: id})
		must(t, "list", err)
		story, err := me.GetFirmCredential(t.Context(), &pb.GetFirmCredentialRequest{FirmId: id, Number: number})
		must(t, "get", err)
		if l := list.GetCredentials(); len(l) != 1 || l[0].GetNumber() != number || len(story.GetEditions()) != 1 || len(story.GetEditions()[0].GetEvents()) != 1 {
			t.Errorf("the firm has %v, of which the story is %v", l, story)
		}
		for format, want := range map[pb.Format]string{pb.Format_FORMAT_PDF: number + ".pdf", pb.Format_FORMAT_SD_JWT: number + ".sdjwt"} {
			got, err := me.DownloadFirmCredential(t.Context(), &pb.DownloadFirmCredentialRequest{FirmId: id, Number: number, Format: format})
			must(t, "download", err)
			if len(got.GetContent()) == 0 || got.GetFileName() != want || (got.GetSignature() != "") != (format == pb.Format_FORMAT_PDF) {
				t.Errorf("downloaded %s, want %s", got.GetFileName(), want)
			}
		}
		code, err := me.ShowFirmCode(t.Context(), &pb.ShowFirmCodeRequest{FirmId: id, Choices: choices})
		must(t, "make a code", err)
		seen, err := window.Licences.OpenPresentationAtDesk(t.Context(), &pb.OpenPresentationAtDeskRequest{Token: code.GetUrl()})
		must(t, "scan it", err)
		if c := seen.GetCredentials()[0]; c.GetStanding() != pb.Standing_STANDING_AUTHENTIC || len(c.GetValues()) != 1 || c.GetValues()[0].GetName() != "holder_name" {
			t.Errorf("the window sees %v", c)
		}
		share, err := me.CreateFirmShare(t.Context(), &pb.CreateFirmShareRequest{
			FirmId: id, Choices: choices, Purpose: "貸款", ExpireTime: timestamppb.New(s.Now().Add(time.Hour)),
		})
		must(t, "share", err)
		if body := page(t, s, http.MethodPost, share.GetUrl()); !strings.Contains(body, "平潭海峡贸易有限公司") {
			t.Errorf("the page shows %s", body)
		}
		firmSees(t, me, id, share.GetShare().GetId())
		for range 2 {
			_, err = me.RevokeFirmShare(t.Context(), &pb.RevokeFirmShareRequest{FirmId: id, Id: share.GetShare().GetId()})
			must(t, "take it back", err)
		}
		_, err = s.Clients("", "en").Verify.OpenPresentation(t.Context(), &pb.OpenPresentationRequest{Token: share.GetUrl()})
		refused(t, "a share that was taken back", err, connect.CodeNotFound)
	})
}

// credentials are the calls of a holder.
type credentials = credentialv1connect.CredentialServiceClient

// firmSees wants a firm to have one share, and to see that a window and somebody by the
// share looked, page by page.
func firmSees(t *testing.T, me credentials, id, shareID string) {
	t.Helper()
	shares, err := me.ListFirmShares(t.Context(), &pb.ListFirmSharesRequest{FirmId: id})
	must(t, "list shares", err)
	if l := shares.GetShares(); len(l) != 1 || l[0].GetId() != shareID || l[0].GetUses() != 1 {
		t.Errorf("the firm has the shares %v", l)
	}
	var ways []pb.Way
	for token := ""; ; {
		uses, err := me.ListFirmCredentialUses(t.Context(), &pb.ListFirmCredentialUsesRequest{FirmId: id, PageSize: 1, PageToken: token})
		must(t, "read who looked", err)
		for _, u := range uses.GetUses() {
			ways = append(ways, u.GetWay())
		}
		if token = uses.GetNextPageToken(); token == "" {
			break
		}
	}
	if want := []pb.Way{pb.Way_WAY_SHARE, pb.Way_WAY_CODE}; !slices.Equal(ways, want) {
		t.Errorf("the firm sees %v, want %v", ways, want)
	}
}

// TestFirmsLicencesAreTheFirms: nobody without a role in it has anything of them, nor do they
// mix with those of another firm or of a person.
func TestFirmsLicencesAreTheFirms(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		s, p, stranger := bfftest.New(t, db, bfftest.Options{}), bfftest.Person(0), bfftest.Person(1)
		s.Settle(t, p, stranger)
		id, number := firm(t, s, p, "11")
		other, otherNumber := firm(t, s, p, "21")
		me, they := s.Clients(s.Holder(t, p.Passes[0].Number), "en").Credential, s.Clients(s.Holder(t, stranger.Passes[0].Number), "en").Credential
		share, err := me.CreateFirmShare(t.Context(), &pb.CreateFirmShareRequest{
			FirmId: id, Choices: []*pb.Choice{{Number: number}}, Purpose: "貸款", ExpireTime: timestamppb.New(s.Now().Add(time.Hour)),
		})
		must(t, "share", err)
		tries := map[string]func(by credentials, firm, number string) error{
			"get": func(by credentials, firm, number string) error {
				_, err := by.GetFirmCredential(t.Context(), &pb.GetFirmCredentialRequest{FirmId: firm, Number: number})
				return err
			},
			"download": func(by credentials, firm, number string) error {
				_, err := by.DownloadFirmCredential(t.Context(), &pb.DownloadFirmCredentialRequest{FirmId: firm, Number: number, Format: pb.Format_FORMAT_PDF})
				return err
			},
			"show": func(by credentials, firm, number string) error {
				_, err := by.ShowFirmCode(t.Context(), &pb.ShowFirmCodeRequest{FirmId: firm, Choices: []*pb.Choice{{Number: number}}})
				return err
			},
			"take back": func(by credentials, firm, _ string) error {
				_, err := by.RevokeFirmShare(t.Context(), &pb.RevokeFirmShareRequest{FirmId: firm, Id: share.GetShare().GetId()})
				return err
			},
		}
		for name, try := range tries {
			refused(t, name+" as a stranger", try(they, id, number), connect.CodeNotFound)
			refused(t, name+" for another firm", try(me, other, number), connect.CodeNotFound)
		}
		for _, n := range []string{number, otherNumber} {
			_, err := me.ShowCode(t.Context(), &pb.ShowCodeRequest{Choices: []*pb.Choice{{Number: n}}})
			refused(t, "show a firm's as one's own", err, connect.CodeNotFound)
		}
		mine, err := me.ListCredentials(t.Context(), &pb.ListCredentialsRequest{})
		if err != nil || len(mine.GetCredentials()) != 0 {
			t.Errorf("the person has %v, %v", mine, err)
		}
		_, err = they.ListFirmCredentialUses(t.Context(), &pb.ListFirmCredentialUsesRequest{FirmId: id})
		refused(t, "who looked, as a stranger", err, connect.CodeNotFound)
	})
}
