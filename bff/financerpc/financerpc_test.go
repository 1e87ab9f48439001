package financerpc_test

import (
	"testing"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/finance"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
	consentv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/consent/v1"
	credentialv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/credential/v1"
	creditv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/credit/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/finance/v1"
	noticev1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/notice/v1"
)

func must(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// lenders decide on certificates.
var lenders = staff.Office{ID: "lenders", Name: "Lenders", Department: finance.Owner, DepartmentName: "Finance", Area: "350000"}

// world is a running house with a person, whose report the department may read, and two of
// its officers.
type world struct {
	*bfftest.Server
	me, one, two bfftest.Clients
	report       string
}

func newWorld(t *testing.T, db *entdb.DB) world {
	t.Helper()
	s, p := bfftest.New(t, db, bfftest.Options{}), bfftest.Person(0)
	s.Settle(t, p)
	for _, source := range sandbox.CreditSources() {
		s.Sandbox.SetCreditFacts(source, p.Passes[0].Number, nil)
	}
	w := world{
		Server: s, me: s.Clients(s.Holder(t, p.Passes[0].Number), "zh-Hant-TW"),
		one: s.Clients(s.Token(t, s.Employ(t, lenders, "one", actor.Review).Actor()), "en"),
		two: s.Clients(s.Token(t, s.Employ(t, lenders, "two", actor.Review).Actor()), "en"),
	}
	text, err := w.me.Consent.GetConsentText(t.Context(), &consentv1.GetConsentTextRequest{Purpose: "credit_report"})
	must(t, "read the text", err)
	given, err := w.me.Consent.GiveConsent(t.Context(), &consentv1.GiveConsentRequest{
		PartyId: finance.Owner, Purpose: "credit_report", ExpireTime: timestamppb.New(s.Now().AddDate(0, 6, 0)), TextVersion: text.GetVersion(),
		Scopes: []string{"contracts", "judgments", "penalties", "social_insurance", "tax_filing"},
	})
	must(t, "authorise", err)
	got, err := w.me.Credit.ObtainReport(t.Context(), &creditv1.ObtainReportRequest{ConsentId: given.GetConsent().GetId()})
	must(t, "obtain a report", err)
	w.report = got.GetReport().GetId()
	return w
}

// apply asks for a certificate.
func (w world) apply(t *testing.T) *pb.Application {
	t.Helper()
	got, err := w.me.Finance.ApplyCertificate(t.Context(), &pb.ApplyCertificateRequest{ReportId: w.report, Purpose: "雀 shop"})
	must(t, "apply", err)
	return got.GetApplication()
}

// TestFromApplicationToVerification: a person applies, one officer reviews and another one
// approves, whoever is handed the certificate verifies it without signing in, and after the
// revocation hears so; the person is told in Taiwan's words.
func TestFromApplicationToVerification(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		w, ctx := newWorld(t, db), t.Context()
		a := w.apply(t)
		if a.GetState() != pb.ApplicationState_APPLICATION_STATE_APPLIED || !a.GetIllustrative() || a.GetDueTime() == nil || a.GetDepartmentId() != finance.Owner {
			t.Errorf("applied %v", a)
		}
		queue, err := w.one.FinanceDesk.ListApplications(ctx, &pb.ListApplicationsRequest{})
		if err != nil || len(queue.GetApplications()) != 1 || queue.GetApplications()[0].GetId() != a.GetId() {
			t.Errorf("the queue is %v (%v)", queue, err)
		}
		seen, err := w.one.FinanceDesk.ReviewApplication(ctx, &pb.ReviewApplicationRequest{Id: a.GetId(), Finding: "雀 in order"})
		must(t, "review", err)
		if r := seen.GetReport(); r.GetReportId() != w.report || r.GetGrade() != "a" || r.GetGradeHidden() || len(r.GetDigest()) != 64 || r.GetVoucher() == "" {
			t.Errorf("reviewed %v", r)
		}
		approve := &pb.DecideApplicationRequest{Id: a.GetId(), Approve: true, Answer: "雀 granted"}
		_, err = w.one.FinanceDesk.DecideApplication(ctx, approve)
		bfftest.Fails(t, "the reviewer approves", err, "MAKER_IS_CHECKER")
		done, err := w.two.FinanceDesk.DecideApplication(ctx, approve)
		must(t, "approve", err)
		w.told(t, "您申請的金融信用證書已開具")
		number := done.GetApplication().GetCertificate()
		if done.GetApplication().GetEdition() != 1 {
			t.Errorf("approved %v", done)
		}
		file, err := w.me.Credential.DownloadCredential(ctx, &credentialv1.DownloadCredentialRequest{Number: number, Format: credentialv1.Format_FORMAT_SD_JWT})
		must(t, "download the certificate", err)
		w.verified(t, file.GetContent(), credentialv1.Standing_STANDING_AUTHENTIC, number)
		revoke := &pb.RevokeCertificateRequest{Id: a.GetId(), Reason: "雀 wrong"}
		for range 2 {
			revoked, err := w.two.FinanceDesk.RevokeCertificate(ctx, revoke)
			if err != nil || revoked.GetApplication().GetRevokeTime() == nil {
				t.Errorf("revoked %v (%v)", revoked, err)
			}
		}
		w.told(t, "您的金融信用證書已被撤銷")
		w.verified(t, file.GetContent(), credentialv1.Standing_STANDING_REVOKED, number)
		month := w.Now().Format("2006-01")
		audit := w.Clients(w.Officer(t, "auditor", actor.Audit), "en")
		sums, err := audit.FinanceSums.GetFinanceFigures(ctx, &pb.GetFinanceFiguresRequest{From: month, To: month})
		if err != nil || len(sums.GetMonths()) != 1 || sums.GetMonths()[0].GetIssued() != 1 || sums.GetMonths()[0].GetRevoked() != 1 {
			t.Errorf("figures are %v (%v)", sums, err)
		}
	})
}

// verified has a bank that is not signed in verify a certificate that it was handed.
func (w world) verified(t *testing.T, file []byte, want credentialv1.Standing, number string) {
	t.Helper()
	got, err := w.Clients("", "en").Verify.VerifyCredential(t.Context(), &credentialv1.VerifyCredentialRequest{
		File: &credentialv1.VerifyCredentialRequest_Presentation{Presentation: string(file)},
	})
	must(t, "verify", err)
	if got.GetCredential().GetStanding() != want || got.GetCredential().GetNumber() != number {
		t.Errorf("the bank reads %v, want %v", got, want)
	}
}

// told wants the newest notice to have a title.
func (w world) told(t *testing.T, title string) {
	t.Helper()
	list, err := w.me.Notice.ListNotices(t.Context(), &noticev1.ListNoticesRequest{})
	must(t, "list notices", err)
	if len(list.GetNotices()) == 0 || list.GetNotices()[0].GetTitle() != title {
		t.Errorf("told %v, want %s", list.GetNotices(), title)
	}
}

// TestWithdraw: what is withdrawn leaves the queue and is not decided any more.
func TestWithdraw(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		w, ctx := newWorld(t, db), t.Context()
		a := w.apply(t)
		_, err := w.me.Finance.WithdrawApplication(ctx, &pb.WithdrawApplicationRequest{Id: a.GetId()})
		must(t, "withdraw", err)
		list, err := w.me.Finance.GetApplications(ctx, &pb.GetApplicationsRequest{})
		if err != nil || len(list.GetApplications()) != 1 || list.GetApplications()[0].GetState() != pb.ApplicationState_APPLICATION_STATE_WITHDRAWN {
			t.Errorf("mine are %v (%v)", list, err)
		}
		queue, err := w.one.FinanceDesk.ListApplications(ctx, &pb.ListApplicationsRequest{})
		if err != nil || len(queue.GetApplications()) != 0 {
			t.Errorf("the queue is %v (%v)", queue, err)
		}
		_, err = w.one.FinanceDesk.DecideApplication(ctx, &pb.DecideApplicationRequest{Id: a.GetId(), Answer: "why"})
		bfftest.Fails(t, "decide", err, "FINANCE_APPLICATION_DECIDED")
	})
}

// TestWhatIsRefused: requests that say too little, and who has no part in it.
func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		w, ctx := newWorld(t, db), t.Context()
		_, err := w.me.Finance.ApplyCertificate(ctx, &pb.ApplyCertificateRequest{ReportId: w.report})
		bfftest.Fails(t, "no purpose", err, "REQUEST_INVALID")
		_, err = w.me.Finance.ApplyCertificate(ctx, &pb.ApplyCertificateRequest{ReportId: "x", Purpose: "shop"})
		bfftest.Fails(t, "no report", err, "REQUEST_INVALID")
		_, err = w.one.Finance.GetApplications(ctx, &pb.GetApplicationsRequest{})
		bfftest.Fails(t, "an officer", err, "NOT_ALLOWED")
		hall := w.Clients(w.Officer(t, "hall", actor.Review), "en")
		_, err = hall.FinanceDesk.ListApplications(ctx, &pb.ListApplicationsRequest{})
		bfftest.Fails(t, "another department", err, "DOSSIER_NOT_FOUND")
		_, err = w.one.FinanceDesk.ListApplications(ctx, &pb.ListApplicationsRequest{PageToken: "invented"})
		bfftest.Fails(t, "an invented token", err, "PAGE_TOKEN_INVALID")
	})
}
