package lendingrpc_test

import (
	"bytes"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	consentv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/consent/v1"
	creditv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/credit/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/lending/v1"
)

// TestFromNeedToLoan: a person finds what fits, authorises a bank and sends the need; both
// sides put comments and papers in, the bank offers twice, the person accepts, the loan is
// paid out, and the month's figures say so.
func TestFromNeedToLoan(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.reported(t)
		id, _ := w.sent(t, sources...)
		seen, err := w.coast.LendingDesk.OpenCase(ctx, &pb.OpenCaseRequest{Id: id})
		must(t, "open the case", err)
		if c := seen.GetCase(); c.GetNeed().GetFen() != 10_000_00 || c.GetApplicantName() == "" || c.GetNeed().GetWords() != "雀 furniture" || seen.GetVoucher() == "" {
			t.Errorf("the bank sees %v", seen)
		}
		if r := seen.GetReport(); r.GetGrade().GetValue() != "a" || r.GetVoucher() == "" {
			t.Errorf("the bank reads %v", r)
		}
		_, err = w.coast.LendingDesk.AddBankNote(ctx, &pb.AddBankNoteRequest{Id: id, Words: &pb.Words{About: "penalties", Text: "雀 a paper, please"}})
		must(t, "ask for a paper", err)
		w.told(t, "銀行對您的融資需求有新的意見")
		put, err := w.me.Lending.AddNote(ctx, &pb.AddNoteRequest{Id: id, Words: &pb.Words{Text: "雀 here", Paper: &pb.Paper{Name: "雀.pdf", Content: pdf()}}})
		must(t, "put a paper in", err)
		got, err := w.coast.LendingDesk.ReadPaper(ctx, &pb.ReadPaperRequest{Id: id, NoteId: put.GetNote().GetId()})
		if err != nil || !bytes.Equal(got.GetPaper().GetContent(), pdf()) || got.GetMediaType() != "application/pdf" || got.GetVoucher() == "" {
			t.Errorf("the bank reads %v (%v)", got, err)
		}
		w.offered(t, id, 5_000_00, 7)
		w.told(t, "銀行向您提出了授信要約")
		last := w.offered(t, id, 8_000_00, 7)
		mine, err := w.me.Lending.AnswerOffer(ctx, &pb.AnswerOfferRequest{Id: id, OfferId: last.GetId(), Accept: true})
		if err != nil || mine.GetCase().GetState() != pb.CaseState_CASE_STATE_ACCEPTED || len(mine.GetCase().GetOffers()) != 2 ||
			mine.GetCase().GetOffers()[1].GetState() != pb.OfferState_OFFER_STATE_SUPERSEDED {
			t.Errorf("accepted %v (%v)", mine, err)
		}
		for range 2 {
			_, err = w.coast.LendingDesk.CloseCase(ctx, &pb.CloseCaseRequest{Id: id, GrantedFen: 8_000_00})
			must(t, "pay out", err)
		}
		w.told(t, "您的貸款已發放")
		w.figures(t, &pb.LendingMonth{Sent: 1, Offers: 2, Accepted: 1, Granted: 1, GrantedFen: 8_000_00})
		w.used(t, "coast-bank", 3)
		whole, err := w.me.Lending.GetCase(ctx, &pb.GetCaseRequest{Id: id})
		if err != nil || len(whole.GetNotes()) != 2 || whole.GetNotes()[0].GetSide() != pb.Side_SIDE_BANK || whole.GetCase().GetGrantedFen() != 8_000_00 {
			t.Errorf("mine is %v (%v)", whole, err)
		}
	})
}

// figures wants this month's to be these.
func (w *world) figures(t *testing.T, want *pb.LendingMonth) {
	t.Helper()
	month := w.Now().Format("2006-01")
	got, err := w.Clients(w.Officer(t, "auditor", actor.Audit), "en").LendingSums.GetLendingFigures(t.Context(), &pb.GetLendingFiguresRequest{From: month, To: month})
	must(t, "count", err)
	want.Month = month
	if got.GetMonths()[0].String() != want.String() {
		t.Errorf("counted %v, want %v", got.GetMonths()[0], want)
	}
}

// used wants the person to see how often a bank looked, and that it read the report.
func (w *world) used(t *testing.T, bank string, least int) {
	t.Helper()
	uses, err := w.me.Consent.ListUses(t.Context(), &consentv1.ListUsesRequest{})
	must(t, "list uses", err)
	var n int
	for _, u := range uses.GetUses() {
		if u.GetPartyId() == bank && u.GetPurpose() == "lending" {
			n++
		}
	}
	if n != least {
		t.Errorf("%d looks of %s are shown, want %d", n, bank, least)
	}
	queries, err := w.me.Credit.ListQueries(t.Context(), &creditv1.ListQueriesRequest{})
	must(t, "list queries", err)
	if q := queries.GetQueries()[0]; q.GetPartyId() != bank || q.GetPurpose() != "lending" || q.GetResult() != creditv1.QueryResult_QUERY_RESULT_SHOWN {
		t.Errorf("the newest query is %v", q)
	}
}

// TestMatches: what fits comes first, with all reasons; what is not known is not taken for a
// no, and a product that does not fit says what would have to be otherwise.
func TestMatches(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		fits := func() map[string]pb.Fit {
			got, err := w.me.Lending.MatchProducts(t.Context(), &pb.MatchProductsRequest{Need: need()})
			must(t, "match", err)
			found := map[string]pb.Fit{}
			for _, m := range got.GetMatches() {
				found[m.GetProduct().GetCode()] = m.GetFit()
				for _, r := range m.GetReasons() {
					if r.GetTitle().GetText() == "" || (r.GetFit() == pb.Fit_FIT_NO) != (r.GetRefusal() != nil) {
						t.Errorf("%s: %v", m.GetProduct().GetCode(), r)
					}
				}
			}
			return found
		}
		before := fits()
		if before[taixiangdai] != pb.Fit_FIT_UNKNOWN || before["taibaoka"] != pb.Fit_FIT_UNKNOWN || before["futaidai"] != pb.Fit_FIT_NO {
			t.Errorf("without a report: %v", before)
		}
		w.reported(t)
		if after := fits(); after[taixiangdai] != pb.Fit_FIT_YES || after["taibaoka"] != pb.Fit_FIT_YES || after["futaidai"] != pb.Fit_FIT_NO {
			t.Errorf("with a report: %v", after)
		}
		large := need()
		large.Fen = 600_000_00
		got, err := w.me.Lending.MatchProducts(t.Context(), &pb.MatchProductsRequest{Need: large})
		must(t, "match", err)
		for _, m := range got.GetMatches() {
			if m.GetProduct().GetCode() != taixiangdai {
				continue
			}
			for _, r := range m.GetReasons() {
				if len(r.GetChanges()) == 1 && r.GetChanges()[0].GetValueJson() == "50000000" && r.GetTitle().GetText() == "不超過最高金額" {
					return
				}
			}
			t.Errorf("nobody says how much would fit: %v", m)
		}
	})
}

// TestProductsAreShown: whoever does not sign in sees the products, in the own script, and
// that their figures are examples.
func TestProductsAreShown(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		got, err := w.Clients("", "zh-Hant-TW").Lending.ListProducts(t.Context(), &pb.ListProductsRequest{})
		must(t, "list products", err)
		if len(got.GetProducts()) != 5 || got.GetProducts()[0].GetTitle().GetText() != "福臺貸（示例）" {
			t.Errorf("the products are %v", got)
		}
		for _, p := range got.GetProducts() {
			if !p.GetIllustrative() || len(p.GetFigures()) == 0 || len(p.GetConditions()) == 0 || p.GetBankId() == "" {
				t.Errorf("%v", p)
			}
		}
	})
}
