package creditrpc_test

import (
	"encoding/json"
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	consentv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/consent/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/credit/v1"
)

func must(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// authorise lets the officers' department have a report on some sources.
func authorise(t *testing.T, s *bfftest.Server, c bfftest.Clients, scopes ...string) string {
	t.Helper()
	text, err := c.Consent.GetConsentText(t.Context(), &consentv1.GetConsentTextRequest{Purpose: "credit_report"})
	must(t, "read the text", err)
	given, err := c.Consent.GiveConsent(t.Context(), &consentv1.GiveConsentRequest{
		PartyId: bfftest.Office.Department, Purpose: "credit_report", Scopes: scopes, ExpireTime: timestamppb.New(s.Now().AddDate(0, 6, 0)),
		TextVersion: text.GetVersion(),
	})
	must(t, "authorise", err)
	return given.GetConsent().GetId()
}

// known is somebody whom every source knows, fined once.
func known(s *bfftest.Server, p synthetic.Person) {
	for _, source := range sandbox.CreditSources() {
		s.Sandbox.SetCreditFacts(source, p.Passes[0].Number, nil)
	}
	day := calendar.On(s.Now())
	s.Sandbox.SetCreditFacts("penalties", p.Passes[0].Number, []upstream.CreditFact{{Reference: "P1", Day: day, Fields: []upstream.CreditField{
		{Name: "authority", Kind: upstream.CreditText, Text: "市场监督管理局"}, {Name: "cause", Kind: upstream.CreditText, Text: "未公示网络信息"},
		{Name: "amount", Kind: upstream.CreditMoney, Number: 100_000}, {Name: "state", Kind: upstream.CreditCode, Text: "open"},
	}}})
	s.Sandbox.SetCreditFacts("social_insurance", p.Passes[0].Number, []upstream.CreditFact{{Reference: "S1", Day: day, Fields: []upstream.CreditField{
		{Name: "scheme", Kind: upstream.CreditCode, Text: "medical"}, {Name: "months", Kind: upstream.CreditCount, Number: 12},
		{Name: "state", Kind: upstream.CreditCode, Text: "paid_up"},
	}}})
	s.Sandbox.SetCreditFacts("licences", p.Passes[0].Number, []upstream.CreditFact{{Reference: "L1", Day: day, Fields: []upstream.CreditField{
		{Name: "licence", Kind: upstream.CreditText, Text: "食品经营许可证"}, {Name: "valid_to", Kind: upstream.CreditDay, Text: "2099-01-01"},
		{Name: "state", Kind: upstream.CreditCode, Text: "in_force"},
	}}})
}

var all = []string{"contracts", "judgments", "licences", "penalties", "social_insurance", "tax_filing", "tax_payments", "utilities"}

// TestFromAuthorisationToQueries: a person authorises it and reads the report in Taiwan's
// script, with a gap where a source is gone, a grade with its trace once it is back, and
// each query of an officer; after taking it back the officer sees nothing.
func TestFromAuthorisationToQueries(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		s, p := bfftest.New(t, db, bfftest.Options{}), bfftest.Person(0)
		s.Settle(t, p)
		known(s, p)
		me := s.Clients(s.Holder(t, p.Passes[0].Number), "zh-Hant-TW")
		desk := s.Clients(s.Officer(t, "desk", actor.Accept), "en")
		on := authorise(t, s, me, all...)
		s.Sandbox.SetFault("credit/judgments", sandbox.Gone, 0)
		got, err := me.Credit.ObtainReport(t.Context(), &pb.ObtainReportRequest{ConsentId: on})
		must(t, "obtain", err)
		if gap := sectionOf(t, got.GetReport(), "judgments"); gap.GetState() != pb.SectionState_SECTION_STATE_GAP || gap.GetGapReason() != "unavailable" || gap.GetGapSince() == nil || gap.GetCheckTime() != nil {
			t.Errorf("the gap is %v", gap.GetState())
		}
		if g := got.GetReport().GetGrade(); g.GetValue() != "" || len(g.GetMissing()) != 1 || g.GetMissing()[0].GetSource() != "judgments" || g.GetMissing()[0].GetTitle() != "未履行的裁判" {
			t.Errorf("%d facts are missing for the grade", len(g.GetMissing()))
		}
		s.Sandbox.SetFault("credit/judgments", sandbox.Healthy, 0)
		got, err = me.Credit.ObtainReport(t.Context(), &pb.ObtainReportRequest{ConsentId: on})
		must(t, "obtain again", err)
		worded(t, got.GetReport())
		kept, err := me.Credit.GetReport(t.Context(), &pb.GetReportRequest{})
		must(t, "look", err)
		if kept.GetReport().GetDigest() != got.GetReport().GetDigest() || len(kept.GetVersions()) != 2 || kept.GetReport().GetVersion() != 2 {
			t.Errorf("version %d of %d is kept", kept.GetReport().GetVersion(), len(kept.GetVersions()))
		}
		first, err := me.Credit.GetReport(t.Context(), &pb.GetReportRequest{Id: kept.GetVersions()[1].GetId()})
		if err != nil || first.GetReport().GetVersion() != 1 {
			t.Errorf("the first version is %d, %v", first.GetReport().GetVersion(), err)
		}
		ask := &pb.ReadReportRequest{Document: &commonv1.DocumentRef{Number: p.Passes[0].Number}, Purpose: "a loan"}
		seen, err := desk.CreditDesk.ReadReport(t.Context(), ask)
		if err != nil || seen.GetReport().GetId() != kept.GetReport().GetId() || seen.GetReport().GetVoucher() == kept.GetReport().GetVoucher() || seen.GetReport().GetDigest() != "" {
			t.Errorf("the officer sees version %d, %v", seen.GetReport().GetVersion(), err)
		}
		_, err = me.Consent.RevokeConsent(t.Context(), &consentv1.RevokeConsentRequest{ConsentId: on})
		must(t, "take back", err)
		_, err = desk.CreditDesk.ReadReport(t.Context(), ask)
		bfftest.Fails(t, "after the end", err, "CONSENT_NOT_VALID")
		_, err = me.Credit.ObtainReport(t.Context(), &pb.ObtainReportRequest{ConsentId: on})
		bfftest.Fails(t, "obtain after the end", err, "CONSENT_NOT_VALID")
		queries(t, s, me)
	})
}

// queries wants the five of the test above, the newest first, on pages of two.
func queries(t *testing.T, s *bfftest.Server, me bfftest.Clients) {
	t.Helper()
	var list []*pb.Query
	token := ""
	for ok := true; ok; ok = token != "" {
		page, err := me.Credit.ListQueries(t.Context(), &pb.ListQueriesRequest{PageSize: 2, PageToken: token})
		must(t, "list queries", err)
		list, token = append(list, page.GetQueries()...), page.GetNextPageToken()
	}
	var results []string
	for _, q := range list {
		results = append(results, strings.TrimPrefix(q.GetResult().String(), "QUERY_RESULT_"))
		if q.GetPartyId() != bfftest.Office.Department && q.GetResult() != pb.QueryResult_QUERY_RESULT_REFUSED || q.GetPurpose() != "credit_report" || q.GetQueryTime() == nil {
			t.Errorf("a query of %q for %q", q.GetPartyId(), q.GetPurpose())
		}
	}
	if got := strings.Join(results, " "); got != "REFUSED REFUSED SHOWN MADE MADE" {
		t.Errorf("queries %s", got)
	}
	if read := list[2]; read.GetKind() != pb.QueryKind_QUERY_KIND_READ || read.GetOfficeId() != bfftest.Office.ID || read.GetPartyName() != bfftest.Office.DepartmentName || read.GetVoucher() == "" || read.GetVersion() != 2 {
		t.Errorf("the officer's query is of version %d, at %q", read.GetVersion(), read.GetOfficeId())
	}
	auditor := s.Clients(s.Officer(t, "auditor", actor.Audit), "en")
	day := calendar.On(s.Now()).String()
	f, err := auditor.CreditAudit.GetFigures(t.Context(), &pb.GetFiguresRequest{From: day, To: day})
	if err != nil || f.GetObtained() != 3 || f.GetRead() != 2 || f.GetMade() != 2 || f.GetShown() != 1 || f.GetRefused() != 2 || f.GetStarted()+f.GetUnchanged() != 0 {
		t.Errorf("figures %v, %v", f, err)
	}
	_, err = auditor.CreditAudit.GetFigures(t.Context(), &pb.GetFiguresRequest{From: "2026-02-30", To: day})
	bfftest.Fails(t, "a day that is none", err, "DATE_INVALID")
}

func sectionOf(t *testing.T, r *pb.Report, source string) *pb.Section {
	t.Helper()
	for _, s := range r.GetSections() {
		if s.GetSource() == source {
			return s
		}
	}
	t.Fatalf("there is no section of %s", source)
	return nil
}

// worded wants a report in Taiwan's script: each kind of field, what is to be noted, and how
// the grade came about.
func worded(t *testing.T, r *pb.Report) {
	t.Helper()
	if !strings.Contains(r.GetKindText(), "不是徵信機構") || !strings.Contains(r.GetHowText(), "沒有隱藏的評分") || r.GetExpireTime() == nil || len(r.GetDigest()) != 64 {
		t.Errorf("it is called %q", r.GetKindText())
	}
	fine := sectionOf(t, r, "penalties")
	f := fine.GetFacts()[0]
	if fine.GetTitle() != "行政處罰" || !strings.Contains(fine.GetDispute(), "市場監督管理局") || fine.GetOwner() == "" || !fine.GetIllustrative() || fine.GetCheckTime() == nil ||
		f.GetReference() != "P1" || f.GetDay() == "" || !strings.Contains(f.GetMaskedNumbers()[0], "*") || f.GetFields()[1].GetText().GetText() != "未公示網路資訊" ||
		f.GetFields()[2].GetFen() != 100_000 || f.GetFields()[3].GetWord().GetTitle() != "未履行" || fine.GetNotable()[0].GetTitle() != "未履行的處罰" {
		t.Errorf("the penalty is worded %v", f.GetFields()[1].GetText().GetText())
	}
	if insured := sectionOf(t, r, "social_insurance").GetFacts()[0].GetFields()[1]; insured.GetCount() != 12 || insured.GetTitle() != "繳費月數" {
		t.Errorf("%d months", insured.GetCount())
	}
	if until := sectionOf(t, r, "licences").GetFacts()[0].GetFields()[1]; until.GetDay() != "2099-01-01" {
		t.Errorf("a licence until %q", until.GetDay())
	}
	g := r.GetGrade()
	if g.GetValue() != "b" || !g.GetIllustrative() || len(g.GetCounted()) != 5 || len(g.GetFigures()) != 2 || g.GetTitle().GetText() == "" {
		t.Errorf("grade %q from %d counts", g.GetValue(), len(g.GetCounted()))
	}
	for _, s := range g.GetSteps() {
		if s.GetTitle().GetText() == "等次" && s.GetValueJson() != `"b"` || !json.Valid([]byte(s.GetValueJson())) {
			t.Errorf("step %s is %s", s.GetTitle().GetText(), s.GetValueJson())
		}
	}
}
