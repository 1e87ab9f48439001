package credentialrpc_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/credential/check"
	"github.com/minzhengtong/minzhengtong/domains/credential/suite"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/credential/v1"
	disputev1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dispute/v1"
)

var hall = staff.Office{ID: "pingtan-hall", Name: "平潭行政服务中心", Area: "350128", Department: "service-hall", DepartmentName: "行政服务中心"}

func must(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// paid has the bureau know tax of both documents of somebody for 2025.
func paid(s *bfftest.Server, p synthetic.Person) {
	s.Sandbox.SetTaxPayments(p.Passes[0].Number, 2025, []upstream.TaxPayment{
		{Receipt: "R1", Category: "wages", Area: "350128", Paid: bfftest.Start, PaidFen: 2_508_000, RefundedFen: 108_000},
	})
	s.Sandbox.SetTaxPayments(p.Permits[0].Number, 2025, []upstream.TaxPayment{
		{Receipt: "R1", Category: "wages", Area: "350128", Paid: bfftest.Start, PaidFen: 2_508_000, RefundedFen: 108_000},
		{Receipt: "R2", Category: "interest", Area: "350200", Paid: bfftest.Start, PaidFen: 200_000},
	})
}

// amount is what a field of an answer says, in fen.
func amount(c *pb.Credential, name string) int64 {
	for _, v := range c.GetValues() {
		if v.GetName() == name {
			return v.GetFen()
		}
	}
	return -1
}

// TestTaxCertificateInOneStep: one call by either document certifies what was paid under
// both. Without the link it took a sign-in and a call for each document.
func TestTaxCertificateInOneStep(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		s, p := bfftest.New(t, db, bfftest.Options{}), bfftest.Person(0)
		s.Settle(t, p)
		paid(s, p)
		s.Join(t, p.Passes[0].Number, p.Permits[0].Number)
		var numbers []string
		for _, document := range []string{p.Passes[0].Number, p.Permits[0].Number} {
			me := s.Clients(s.Holder(t, document), "zh-Hant-TW")
			const steps, twoDocuments = 1, 4 // sign in and ask, for each document
			got, err := me.Credential.IssueTaxCertificate(t.Context(), &pb.IssueTaxCertificateRequest{Year: 2025})
			must(t, "ask", err)
			c := got.GetCredential()
			if amount(c, "paid") != 2_708_000 || amount(c, "refunded") != 108_000 || c.GetTypeTitle() != "稅費繳納證明" || 2*steps > twoDocuments {
				t.Errorf("it certifies %v", c)
			}
			numbers = append(numbers, c.GetNumber())
		}
		if numbers[0] != numbers[1] {
			t.Error("there is one for each document")
		}
		me := s.Clients(s.Holder(t, p.Passes[0].Number), "zh-Hans")
		s.Sandbox.SetTaxPayments(p.Permits[0].Number, 2025, nil)
		got, err := me.Credential.IssueTaxCertificate(t.Context(), &pb.IssueTaxCertificateRequest{Year: 2025})
		must(t, "ask again", err)
		if c := got.GetCredential(); c.GetNumber() != numbers[0] || c.GetEdition() != 2 || amount(c, "paid") != 2_508_000 {
			t.Errorf("after a change it is edition %d with %d", c.GetEdition(), amount(c, "paid"))
		}
		_, err = me.Credential.IssueTaxCertificate(t.Context(), &pb.IssueTaxCertificateRequest{Year: 2099})
		refused(t, "a year to come", err, connect.CodeInvalidArgument)
	})
}

func refused(t *testing.T, what string, err error, want connect.Code) {
	t.Helper()
	if connect.CodeOf(err) != want {
		t.Errorf("%s: %v, want %s", what, err, want)
	}
}

// TestFromDeskToStranger: an officer issues a licence; its holder shows some of it on the
// screen and by a share; a window, a browser and a stranger with files see what they may;
// the holder sees them all, and the sheet is as good as the text.
func TestFromDeskToStranger(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		s, p := bfftest.New(t, db, bfftest.Options{}), bfftest.Person(0)
		s.Settle(t, p)
		registrar := s.Clients(s.Token(t, s.Employ(t, hall, "registrar", actor.Approve).Actor()), "en")
		window := s.Clients(s.Token(t, s.Employ(t, hall, "window", actor.Accept).Actor()), "en")
		me, anybody := s.Clients(s.Holder(t, p.Passes[0].Number), "zh-Hant-TW"), s.Clients("", "en")
		number := issued(t, registrar, p)

		code, err := me.Credential.ShowCode(t.Context(), &pb.ShowCodeRequest{Choices: []*pb.Choice{{Number: number, Fields: []string{"workplace"}}}})
		must(t, "make a code", err)
		seen, err := window.Licences.OpenPresentationAtDesk(t.Context(), &pb.OpenPresentationAtDeskRequest{Token: code.GetUrl()})
		must(t, "scan it", err)
		if c := seen.GetCredentials()[0]; c.GetStanding() != pb.Standing_STANDING_AUTHENTIC || len(c.GetValues()) != 3 {
			t.Errorf("the window sees %v", c)
		}
		_, err = window.Licences.OpenPresentationAtDesk(t.Context(), &pb.OpenPresentationAtDeskRequest{Token: code.GetUrl()})
		refused(t, "a code again", err, connect.CodeNotFound)

		share, err := me.Credential.CreateShare(t.Context(), &pb.CreateShareRequest{
			Choices: []*pb.Choice{{Number: number}}, Purpose: "應聘", ExpireTime: timestamppb.New(s.Now().Add(time.Hour)),
		})
		must(t, "share", err)
		body := page(t, s, http.MethodPost, share.GetUrl())
		if !strings.Contains(body, "Authentic and valid") || !strings.Contains(body, "导游") || strings.Contains(body, "平潭海峡旅行社") {
			t.Errorf("the page shows %s", body)
		}
		if body := page(t, s, http.MethodGet, share.GetUrl()); strings.Contains(body, "导游") {
			t.Error("a look ahead shows it")
		}
		uses, err := me.Credential.ListCredentialUses(t.Context(), &pb.ListCredentialUsesRequest{})
		must(t, "read who looked", err)
		if list := uses.GetUses(); len(list) != 2 || list[0].GetWay() != pb.Way_WAY_SHARE || list[1].GetOffice() != "pingtan-hall" {
			t.Errorf("the holder sees %v", list)
		}
		sheet, err := me.Credential.DownloadCredential(t.Context(), &pb.DownloadCredentialRequest{Number: number, Format: pb.Format_FORMAT_PDF})
		must(t, "download", err)
		verdict, err := anybody.Verify.VerifyCredential(t.Context(), &pb.VerifyCredentialRequest{File: &pb.VerifyCredentialRequest_Sheet{
			Sheet: &pb.SignedSheet{Content: sheet.GetContent(), Signature: sheet.GetSignature()},
		}})
		must(t, "verify", err)
		if c := verdict.GetCredential(); c.GetStanding() != pb.Standing_STANDING_AUTHENTIC || c.GetNumber() != number || len(c.GetValues()) != 2 {
			t.Errorf("the sheet is %v", c)
		}
		far(t, s, me, number)
	})
}

// issued is a licence to practise, and what is wrong with some drafts.
func issued(t *testing.T, registrar bfftest.Clients, p synthetic.Person) string {
	t.Helper()
	text := func(name, value string) *pb.FieldInput {
		return &pb.FieldInput{Name: name, Kind: &pb.FieldInput_Text{Text: value}}
	}
	draft := &pb.IssueCredentialRequest{
		Type: "practice_licence", Holder: &commonv1.DocumentRef{Number: p.Passes[0].Number}, Matter: "case-1",
		Fields: []*pb.FieldInput{
			text("holder_name", p.Names.Mainland), text("profession", "导游"), text("workplace", "平潭海峡旅行社"),
			text("register_number", "D-7"), text("registered", "2026-02-30"),
		},
	}
	_, err := registrar.Licences.IssueCredential(t.Context(), draft)
	refused(t, "no date", err, connect.CodeInvalidArgument)
	draft.Fields[4] = text("registered", "2026-03-02")
	got, err := registrar.Licences.IssueCredential(t.Context(), draft)
	must(t, "issue", err)
	return got.GetCredential().GetNumber()
}

// far has somebody far away verify the text with what the house publishes.
func far(t *testing.T, s *bfftest.Server, me bfftest.Clients, number string) {
	t.Helper()
	text, err := me.Credential.DownloadCredential(t.Context(), &pb.DownloadCredentialRequest{Number: number, Format: pb.Format_FORMAT_SD_JWT})
	must(t, "download", err)
	issuer := page(t, s, http.MethodGet, bfftest.Issuer+"/.well-known/jwt-vc-issuer")
	_, set, _ := strings.Cut(issuer, `"jwks":`)
	keys, err := suite.ReadSet([]byte(strings.TrimSuffix(set, "}")))
	if err != nil { // the issuer's name may stand behind the keys
		set, _, _ = strings.Cut(strings.TrimPrefix(issuer, `{"issuer":"`+bfftest.Issuer+`","jwks":`), "}]}")
		keys, err = suite.ReadSet([]byte(set + "}]}"))
	}
	must(t, "read the keys", err)
	v := check.Read(string(text.GetContent()), check.Of(keys), s.Now())
	list := page(t, s, http.MethodGet, v.Status.URI)
	if v = check.Listed(v, list, check.Of(keys), s.Now()); v.Standing != check.Authentic || v.Fields["workplace"] != "平潭海峡旅行社" {
		t.Errorf("far away it is %s of %v", v.Standing, v.Fields)
	}
}

// page asks the server for an address of the issuer's.
func page(t *testing.T, s *bfftest.Server, method, url string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, s.URL+strings.TrimPrefix(url, bfftest.Issuer), http.NoBody)
	must(t, "make a request", err)
	req.Header.Set("Accept-Language", "en")
	res, err := http.DefaultClient.Do(req)
	must(t, "ask", err)
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	must(t, "read", err)
	if res.StatusCode != http.StatusOK {
		t.Errorf("%s %s: %s", method, url, res.Status)
	}
	return string(raw)
}

// TestErrorReported: the holder says what is wrong in a licence; an officer of the issuer
// answers once it was put right; what it said before stays in its history.
func TestErrorReported(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		s, p := bfftest.New(t, db, bfftest.Options{}), bfftest.Person(0)
		s.Settle(t, p)
		registrar := s.Clients(s.Token(t, s.Employ(t, hall, "registrar", actor.Approve).Actor()), "en")
		reviewer := s.Clients(s.Token(t, s.Employ(t, hall, "reviewer", actor.Review).Actor()), "en")
		me := s.Clients(s.Holder(t, p.Passes[0].Number), "zh-Hant-TW")
		number := issued(t, registrar, p)
		subject := &disputev1.Subject{Kind: "licence", Id: number}
		filed, err := me.Dispute.FileDispute(t.Context(), &disputev1.FileDisputeRequest{Subject: subject, Reason: "執業機構有誤"})
		must(t, "report an error", err)
		_, err = s.Clients(s.Holder(t, p.Permits[0].Number), "en").Dispute.FileDispute(t.Context(), &disputev1.FileDisputeRequest{Subject: subject, Reason: "x"})
		refused(t, "by a document that is not of the file", err, connect.CodeNotFound)

		_, err = registrar.Licences.AmendCredential(t.Context(), &pb.AmendCredentialRequest{
			Number: number, Edition: 1, Note: "更正執業機構", Fields: []*pb.FieldInput{
				{Name: "holder_name", Kind: &pb.FieldInput_Text{Text: p.Names.Mainland}}, {Name: "profession", Kind: &pb.FieldInput_Text{Text: "导游"}},
				{Name: "workplace", Kind: &pb.FieldInput_Text{Text: "福州旅行社"}}, {Name: "register_number", Kind: &pb.FieldInput_Text{Text: "D-7"}},
				{Name: "registered", Kind: &pb.FieldInput_Text{Text: "2026-03-02"}},
			},
		})
		must(t, "correct it", err)
		answer := &disputev1.DecideDisputeRequest{Id: filed.GetDispute().GetId(), Corrected: true, Answer: "已更正"}
		_, err = reviewer.DisputeDesk.DecideDispute(t.Context(), answer)
		must(t, "answer", err)
		story, err := me.Credential.GetCredential(t.Context(), &pb.GetCredentialRequest{Number: number})
		must(t, "read its story", err)
		if list := story.GetEditions(); len(list) != 2 || list[1].GetCredential().GetStanding() != pb.Standing_STANDING_SUPERSEDED ||
			list[0].GetEvents()[0].GetNote() != "更正執業機構" {
			t.Errorf("its story is %v", list)
		}
	})
}

// TestBureau: a bureau that is gone certifies nothing and says so; one that says two things
// of a receipt is asked to look first; what ran out is certified anew under its number.
func TestBureau(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		s, p := bfftest.New(t, db, bfftest.Options{}), bfftest.Person(0)
		s.Settle(t, p)
		paid(s, p)
		s.Join(t, p.Passes[0].Number, p.Permits[0].Number)
		ask := &pb.IssueTaxCertificateRequest{Year: 2025}
		me := s.Clients(s.Holder(t, p.Passes[0].Number), "en")
		s.Sandbox.SetFault(upstream.TaxOffice, sandbox.Gone, 0)
		_, err := me.Credential.IssueTaxCertificate(t.Context(), ask)
		refused(t, "a bureau that is gone", err, connect.CodeUnavailable)
		none, err := me.Credential.ListCredentials(t.Context(), &pb.ListCredentialsRequest{})
		must(t, "list", err)
		if len(none.GetCredentials()) > 0 {
			t.Error("something was certified")
		}
		s.Sandbox.SetFault(upstream.TaxOffice, sandbox.Healthy, 0)
		first, err := me.Credential.IssueTaxCertificate(t.Context(), ask)
		must(t, "ask", err)
		s.Advance(91 * 24 * time.Hour)
		me = s.Clients(s.Holder(t, p.Passes[0].Number), "en")
		second, err := me.Credential.IssueTaxCertificate(t.Context(), ask)
		must(t, "ask when it has run out", err)
		if c := second.GetCredential(); c.GetNumber() != first.GetCredential().GetNumber() || c.GetEdition() != 2 || c.GetStanding() != pb.Standing_STANDING_AUTHENTIC {
			t.Errorf("it is %v", c)
		}
		s.Sandbox.SetTaxPayments(p.Permits[0].Number, 2025, []upstream.TaxPayment{
			{Receipt: "R1", Category: "wages", Area: "350128", Paid: bfftest.Start, PaidFen: 1},
		})
		_, err = me.Credential.IssueTaxCertificate(t.Context(), ask)
		refused(t, "two figures of one receipt", err, connect.CodeFailedPrecondition)
	})
}
