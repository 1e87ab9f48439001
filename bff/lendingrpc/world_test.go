package lendingrpc_test

import (
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
	consentv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/consent/v1"
	creditv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/credit/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/lending/v1"
	noticev1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/notice/v1"
)

// The two banks, and a product of each that goes with a need of everyday life.
const (
	coast, strait       = "coast-bank", "strait-bank"
	taixiangdai, tainon = "taixiangdai", "tainongdai"
)

// sources are those that the grade rests on.
var sources = []string{"contracts", "judgments", "penalties", "social_insurance", "tax_filing"}

func must(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// world is a running house with a person who has a pass, a permit and a report, and an
// officer of each bank.
type world struct {
	*bfftest.Server
	me, coast, strait bfftest.Clients
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) { f(t, newWorld(t, db)) })
}

func newWorld(t *testing.T, db *entdb.DB) *world {
	t.Helper()
	s, p := bfftest.New(t, db, bfftest.Options{}), bfftest.Person(0)
	s.Settle(t, p)
	s.Join(t, p.Passes[0].Number, p.Permits[0].Number)
	for _, source := range sandbox.CreditSources() {
		s.Sandbox.SetCreditFacts(source, p.Passes[0].Number, nil)
		s.Sandbox.SetCreditFacts(source, p.Permits[0].Number, nil)
	}
	bank := func(id string) bfftest.Clients {
		office := staff.Office{ID: id, Name: id, Department: id, DepartmentName: id, Area: "350000"}
		return s.Clients(s.Token(t, s.Employ(t, office, "officer-of-"+id, actor.Review).Actor()), "en")
	}
	return &world{Server: s, me: s.Clients(s.Holder(t, p.Passes[0].Number), "zh-Hant-TW"), coast: bank(coast), strait: bank(strait)}
}

// authorise lets a bank see cases, and some sections of the report, for half a year.
func (w *world) authorise(t *testing.T, bank string, sections ...string) string {
	t.Helper()
	text, err := w.me.Consent.GetConsentText(t.Context(), &consentv1.GetConsentTextRequest{Purpose: "lending"})
	must(t, "read the text", err)
	given, err := w.me.Consent.GiveConsent(t.Context(), &consentv1.GiveConsentRequest{
		PartyId: bank, Purpose: "lending", ExpireTime: timestamppb.New(w.Now().AddDate(0, 6, 0)), TextVersion: text.GetVersion(),
		Scopes: append([]string{"loan_case"}, sections...),
	})
	must(t, "authorise "+bank, err)
	return given.GetConsent().GetId()
}

// reported has the person obtain the own report, which no bank may read by that.
func (w *world) reported(t *testing.T) {
	t.Helper()
	hall := staff.Office{ID: "credit", Name: "Credit", Department: "credit-office", DepartmentName: "Credit", Area: "350000"}
	must(t, "make an office", w.Staff.EnsureOffice(t.Context(), hall))
	text, err := w.me.Consent.GetConsentText(t.Context(), &consentv1.GetConsentTextRequest{Purpose: "credit_report"})
	must(t, "read the text", err)
	given, err := w.me.Consent.GiveConsent(t.Context(), &consentv1.GiveConsentRequest{
		PartyId: "credit-office", Purpose: "credit_report", ExpireTime: timestamppb.New(w.Now().AddDate(0, 6, 0)), TextVersion: text.GetVersion(),
		Scopes: sources,
	})
	must(t, "authorise a report", err)
	_, err = w.me.Credit.ObtainReport(t.Context(), &creditv1.ObtainReportRequest{ConsentId: given.GetConsent().GetId()})
	must(t, "obtain a report", err)
}

// need is a small one of everyday life.
func need() *pb.Need {
	return &pb.Need{Fen: 10_000_00, Months: 12, Use: pb.Use_USE_CONSUMPTION, Words: "雀 furniture"}
}

// sent is a case of one bank that may see it, and some sections of the report.
func (w *world) sent(t *testing.T, sections ...string) (id, consent string) {
	t.Helper()
	consent = w.authorise(t, coast, sections...)
	got, err := w.me.Lending.SendNeed(t.Context(), &pb.SendNeedRequest{Need: need(), Products: []string{taixiangdai}})
	must(t, "send a need", err)
	return got.GetCases()[0].GetId(), consent
}

// offered is an offer of half of what is needed, until the end of a day.
func (w *world) offered(t *testing.T, id string, fen int64, days int) *pb.Offer {
	t.Helper()
	got, err := w.coast.LendingDesk.MakeOffer(t.Context(), &pb.MakeOfferRequest{
		Id: id, Fen: fen, RateBp: 385, Months: 12, Terms: "雀 no fees", LastDay: w.day(days),
	})
	must(t, "make an offer", err)
	return got.GetOffer()
}

// day is some days from now, in Shanghai.
func (w *world) day(days int) string {
	return w.Now().Add(8*time.Hour).AddDate(0, 0, days).Format(time.DateOnly)
}

// said is a note of a text alone.
func said(text string) *pb.Words { return &pb.Words{Text: text} }

// told wants the newest notice to have a title.
func (w *world) told(t *testing.T, title string) {
	t.Helper()
	list, err := w.me.Notice.ListNotices(t.Context(), &noticev1.ListNoticesRequest{})
	must(t, "list notices", err)
	if len(list.GetNotices()) == 0 || list.GetNotices()[0].GetTitle() != title {
		t.Errorf("told %v, want %s", list.GetNotices(), title)
	}
}

// pdf is a small paper.
func pdf() []byte {
	return []byte("%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n0\n%%EOF\n")
}

// again signs everybody in anew, after a long time.
func (w *world) again(t *testing.T) {
	t.Helper()
	w.me = w.Clients(w.Holder(t, bfftest.Person(0).Passes[0].Number), "zh-Hant-TW")
	by, err := w.Staff.ByLogin(t.Context(), "officer-of-"+coast)
	must(t, "find the officer", err)
	w.coast = w.Clients(w.Token(t, by.Actor()), "en")
}
