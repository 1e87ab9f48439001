package homerpc_test

import (
	"strings"
	"testing"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	dossierv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/home/v1"
)

// each runs f in a house of its own with one person on file.
func each(t *testing.T, change func(*synthetic.Person), f func(t *testing.T, s *bfftest.Server, p synthetic.Person)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		s, p := bfftest.New(t, db, bfftest.Options{}), bfftest.Person(0)
		change(&p)
		s.Settle(t, p)
		f(t, s, p)
	})
}

func unchanged(*synthetic.Person) {}

// home is the first screen of whoever signed in by a document.
func home(t *testing.T, s *bfftest.Server, number, language string) *pb.GetHomeResponse {
	t.Helper()
	got, err := s.Clients(s.Holder(t, number), language).Home.GetHome(t.Context(), &pb.GetHomeRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// kinds are what needs attention, in the order of the screen.
func kinds(res *pb.GetHomeResponse) string {
	var list []string
	for _, a := range res.GetAttentions() {
		list = append(list, strings.TrimPrefix(a.GetKind().String(), "ATTENTION_KIND_")+":"+strings.TrimPrefix(a.GetUrgency().String(), "URGENCY_"))
	}
	return strings.Join(list, " ")
}

// TestExpiryInThreeLanguages: the kind of document, the day and the days left are
// worded; the due time is the end of that day in Asia/Shanghai.
func TestExpiryInThreeLanguages(t *testing.T) {
	soon := func(p *synthetic.Person) { p.Passes[0].ValidTo = civil.Date{Year: 2026, Month: 12, Day: 1} }
	each(t, soon, func(t *testing.T, s *bfftest.Server, p synthetic.Person) {
		for language, want := range map[string][]string{
			"zh-TW": {"臺灣居民來往大陸通行證", "2026年12月1日", "還有8天"},
			"zh-CN": {"台湾居民来往大陆通行证", "2026年12月1日", "还有8天"},
			"en":    {"Mainland Travel Permit for Taiwan Residents", "1 December 2026", "in 8 days"},
		} {
			got := home(t, s, p.Passes[0].Number, language)
			if kinds(got) != "DOCUMENT_EXPIRES:SOON LINK_SECOND_DOCUMENT:SOON" {
				t.Fatalf("%s: %s", language, kinds(got))
			}
			a := got.GetAttentions()[0]
			for _, part := range want {
				if !strings.Contains(a.GetText(), part) {
					t.Errorf("%s: %q lacks %q", language, a.GetText(), part)
				}
			}
			if end := time.Date(2026, time.December, 1, 16, 0, 0, 0, time.UTC); !a.GetDueTime().AsTime().Equal(end) {
				t.Errorf("due %v, want %v", a.GetDueTime().AsTime(), end)
			}
			if a.GetDocumentId() != got.GetDocuments()[0].GetId() {
				t.Error("another document is concerned")
			}
		}
		s.Advance(9 * 24 * time.Hour)
		if got := kinds(home(t, s, p.Passes[0].Number, "en")); got != "DOCUMENT_EXPIRED:NOW LINK_SECOND_DOCUMENT:SOON" {
			t.Errorf("the day after: %s", got)
		}
	})
}

// TestOneDay has the singular of languages that have one, and the day change of
// Asia/Shanghai.
func TestOneDay(t *testing.T) {
	soon := func(p *synthetic.Person) { p.Passes[0].ValidTo = civil.Date{Year: 2026, Month: 11, Day: 24} }
	each(t, soon, func(t *testing.T, s *bfftest.Server, p synthetic.Person) {
		text := func() string { return home(t, s, p.Passes[0].Number, "en").GetAttentions()[0].GetText() }
		if got := text(); !strings.Contains(got, "in 1 day.") {
			t.Errorf("%q, want in 1 day", got)
		}
		s.Advance(38*time.Hour + 59*time.Minute) // 23:59 on the 24th in Shanghai
		if got := text(); !strings.Contains(got, "in 0 days") {
			t.Errorf("%q, want in 0 days", got)
		}
		s.Advance(time.Minute)
		if got := text(); !strings.Contains(got, "expired") {
			t.Errorf("%q, want expired", got)
		}
	})
}

// TestLinkingOnTheFirstScreen: missing, waiting, in review, done.
func TestLinkingOnTheFirstScreen(t *testing.T) {
	each(t, unchanged, func(t *testing.T, s *bfftest.Server, p synthetic.Person) {
		pass, permit := p.Passes[0].Number, p.Permits[0].Number
		screen := func(want string) *pb.GetHomeResponse {
			t.Helper()
			got := home(t, s, pass, "en")
			if kinds(got) != want {
				t.Errorf("%q needs attention, want %q", kinds(got), want)
			}
			return got
		}
		screen("LINK_SECOND_DOCUMENT:SOON")
		s.Sandbox.SetFault(upstream.PoliceOffice, sandbox.Gone, 0)
		asked, err := s.Clients(s.Holder(t, pass), "en").Dossier.LinkDocument(t.Context(),
			&dossierv1.LinkDocumentRequest{Document: &commonv1.DocumentRef{Number: permit}})
		if err != nil {
			t.Fatal(err)
		}
		if got := screen("LINK_PENDING:INFO"); got.GetAttentions()[0].GetInquiryId() != asked.GetInquiry().GetId() {
			t.Error("the screen names another inquiry")
		}
		s.Sandbox.SetFault(upstream.PoliceOffice, sandbox.Healthy, 0)
		s.Sandbox.SetTruth(pass, permit, false)
		finish(t, s)
		screen("LINK_REVIEW:SOON")
		s.Join(t, pass, permit)
		if got := screen(""); len(got.GetDocuments()) != 2 || got.GetDocuments()[0].GetNumber() != "" {
			t.Error("the screen does not show both documents, masked")
		}
	})
}

func finish(t *testing.T, s *bfftest.Server) {
	t.Helper()
	s.Advance(2 * time.Minute)
	if n, err := s.Files.FinishInquiries(t.Context(), 10); err != nil || n != 1 {
		t.Fatalf("%d inquiries were taken up (%v), want 1", n, err)
	}
}

// TestCounts: records and roles of both documents are on one screen, and a lost
// document comes first.
func TestCounts(t *testing.T) {
	each(t, unchanged, func(t *testing.T, s *bfftest.Server, p synthetic.Person) {
		pass, permit := p.Passes[0].Number, p.Permits[0].Number
		s.Join(t, pass, permit)
		var entries []dossier.RecordEntry
		for i, number := range []string{pass, permit, permit} {
			entries = append(entries, dossier.RecordEntry{
				Number: s.Number(t, number), Kind: "medical_card", Title: "医疗保障卡申领", Authority: "医保局",
				Occurred: bfftest.Start, Source: "medical", SourceRef: string(rune('a' + i)),
			})
		}
		if _, err := s.Files.TakeRecords(t.Context(), entries); err != nil {
			t.Fatal(err)
		}
		code, err := document.ComposeCreditCode("91350128MAYYY001")
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Files.TakeFirms(t.Context(), []dossier.FirmEntry{{
			Code: s.Number(t, code), Name: "平潭一號商行", State: document.Valid, Representative: s.Number(t, permit),
		}})
		if err != nil {
			t.Fatal(err)
		}
		got := home(t, s, pass, "en")
		if got.GetRecordCount() != 3 || len(got.GetFirmRoles()) != 1 || got.GetFirmRoles()[0].GetRole() != dossier.LegalRepresentative {
			t.Errorf("%d records and %d roles, want 3 and 1", got.GetRecordCount(), len(got.GetFirmRoles()))
		}
		_, err = s.Clients(s.Holder(t, pass), "").Dossier.ReportLoss(t.Context(),
			&dossierv1.ReportLossRequest{DocumentId: got.GetDocuments()[0].GetId()})
		if err != nil {
			t.Fatal(err)
		}
		if got := home(t, s, permit, "en"); kinds(got) != "DOCUMENT_LOST:NOW" || got.GetAttentions()[0].GetDueTime() != nil {
			t.Errorf("%q needs attention, want the lost document, with no date", kinds(got))
		}
	})
}

func TestAudience(t *testing.T) {
	each(t, unchanged, func(t *testing.T, s *bfftest.Server, _ synthetic.Person) {
		_, err := s.Clients("", "en").Home.GetHome(t.Context(), &pb.GetHomeRequest{})
		bfftest.Fails(t, "nobody", err, "SIGN_IN_REQUIRED")
		_, err = s.Clients(s.Officer(t, "one", actor.Accept), "en").Home.GetHome(t.Context(), &pb.GetHomeRequest{})
		bfftest.Fails(t, "an officer", err, "NOT_ALLOWED")
	})
}
