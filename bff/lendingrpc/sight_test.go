package lendingrpc_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	consentv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/consent/v1"
	creditv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/credit/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/lending/v1"
)

// everything that a bank can do with a case, by name.
func (w *world) everything(t *testing.T, by bfftest.Clients, id, paper string) map[string]error {
	t.Helper()
	ctx, did := t.Context(), map[string]error{}
	_, did["open"] = by.LendingDesk.OpenCase(ctx, &pb.OpenCaseRequest{Id: id})
	_, did["read a paper"] = by.LendingDesk.ReadPaper(ctx, &pb.ReadPaperRequest{Id: id, NoteId: paper})
	_, did["say something"] = by.LendingDesk.AddBankNote(ctx, &pb.AddBankNoteRequest{Id: id, Words: said("雀")})
	_, did["offer"] = by.LendingDesk.MakeOffer(ctx, &pb.MakeOfferRequest{Id: id, Fen: 1, Months: 1, LastDay: w.day(1)})
	return did
}

// papered is a paper in a case.
func (w *world) papered(t *testing.T, id string) string {
	t.Helper()
	put, err := w.me.Lending.AddNote(t.Context(), &pb.AddNoteRequest{Id: id, Words: &pb.Words{Paper: &pb.Paper{Name: "a.pdf", Content: pdf()}}})
	must(t, "put a paper in", err)
	return put.GetNote().GetId()
}

// TestSeenOnlyWhatWasGranted: another bank finds nothing, a bank without sections of the
// report sees none, and one with some sees those alone and no grade that rests on others.
func TestSeenOnlyWhatWasGranted(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.reported(t)
		id, _ := w.sent(t)
		paper := w.papered(t, id)
		for what, err := range w.everything(t, w.strait, id, paper) {
			bfftest.Fails(t, "another bank: "+what, err, "LENDING_CASE_NOT_FOUND")
		}
		_, err := w.strait.LendingDesk.CloseCase(t.Context(), &pb.CloseCaseRequest{Id: id, Answer: "no"})
		bfftest.Fails(t, "another bank: close", err, "LENDING_CASE_NOT_FOUND")
		seen, err := w.coast.LendingDesk.OpenCase(t.Context(), &pb.OpenCaseRequest{Id: id})
		if err != nil || seen.GetReport() != nil {
			t.Errorf("without sections it reads %v (%v)", seen.GetReport(), err)
		}
		w.authorise(t, coast, "penalties")
		seen, err = w.coast.LendingDesk.OpenCase(t.Context(), &pb.OpenCaseRequest{Id: id})
		must(t, "open", err)
		for _, s := range seen.GetReport().GetSections() {
			if shown := s.GetState() == creditv1.SectionState_SECTION_STATE_READ; shown != (s.GetSource() == "penalties") {
				t.Errorf("%s is %v", s.GetSource(), s.GetState())
			}
		}
		if !seen.GetReport().GetGrade().GetHidden() {
			t.Error("a grade is shown that rests on what is not")
		}
		list, err := w.coast.LendingDesk.ListCases(t.Context(), &pb.ListCasesRequest{})
		if err != nil || len(list.GetCases()) != 1 || list.GetCases()[0].GetNeed() != nil || list.GetCases()[0].GetApplicantName() != "" {
			t.Errorf("the list tells %v (%v)", list, err)
		}
	})
}

// TestSeenOnlyInTime: after the authorisation is taken back, or over, a bank that asks again
// is refused all of it, and the person still sees everything. How the case ended the bank
// may still say.
func TestSeenOnlyInTime(t *testing.T) {
	for how, end := range map[string]func(t *testing.T, w *world, consent string){
		"taken back": func(t *testing.T, w *world, consent string) {
			_, err := w.me.Consent.RevokeConsent(t.Context(), &consentv1.RevokeConsentRequest{ConsentId: consent})
			must(t, "take back", err)
		},
		"over": func(_ *testing.T, w *world, _ string) { w.Advance(190 * 24 * 60 * 60 * 1e9) },
	} {
		t.Run(how, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				id, consent := w.sent(t)
				paper := w.papered(t, id)
				for what, err := range w.everything(t, w.coast, id, paper) {
					must(t, what+" in time", err)
				}
				end(t, w, consent)
				if how == "over" { // sessions are over as well
					w.again(t)
				}
				for what, err := range w.everything(t, w.coast, id, paper) {
					bfftest.Fails(t, what, err, "CONSENT_NOT_VALID")
				}
				mine, err := w.me.Lending.GetCase(t.Context(), &pb.GetCaseRequest{Id: id})
				if err != nil || len(mine.GetNotes()) != 2 || len(mine.GetCase().GetOffers()) != 1 {
					t.Errorf("the person sees %v (%v)", mine, err)
				}
				closed, err := w.coast.LendingDesk.CloseCase(t.Context(), &pb.CloseCaseRequest{Id: id, Answer: "雀 too late"})
				if err != nil || closed.GetCase().GetNeed() != nil || closed.GetCase().GetAnswer() != "" {
					t.Errorf("closed %v (%v)", closed, err)
				}
				w.told(t, "銀行沒有接受您的融資需求")
			})
		})
	}
}

// TestConsentEndsWhileABankReads: while a bank reads as fast as it can, the authorisation is
// taken back; no read that begins after that shows anything, and each one that was shown left
// a voucher.
func TestConsentEndsWhileABankReads(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.reported(t)
		id, consent := w.sent(t, sources...)
		paper := w.papered(t, id)
		var over atomic.Bool
		var shown, late atomic.Int64
		begun := make(chan struct{})
		read := func(look func() (string, error)) {
			for range 200 {
				began := over.Load()
				voucher, err := look()
				switch {
				case err == nil && began:
					late.Add(1)
				case err == nil && voucher == "":
					t.Error("a read left no voucher")
				case err == nil:
					if shown.Add(1) == 8 {
						close(begun)
					}
				case bfftest.Explain(t, err).Reason == "CONSENT_NOT_VALID" && began:
					return
				}
			}
		}
		var readers sync.WaitGroup
		for range 2 {
			readers.Go(func() {
				read(func() (string, error) {
					got, err := w.coast.LendingDesk.OpenCase(t.Context(), &pb.OpenCaseRequest{Id: id})
					return got.GetVoucher(), err
				})
			})
			readers.Go(func() {
				read(func() (string, error) {
					got, err := w.coast.LendingDesk.ReadPaper(t.Context(), &pb.ReadPaperRequest{Id: id, NoteId: paper})
					return got.GetVoucher(), err
				})
			})
		}
		select {
		case <-begun:
		case <-t.Context().Done():
			t.Fatal("nobody reads")
		}
		_, err := w.me.Consent.RevokeConsent(t.Context(), &consentv1.RevokeConsentRequest{ConsentId: consent})
		must(t, "take back", err)
		over.Store(true)
		readers.Wait()
		if late.Load() > 0 {
			t.Errorf("%d reads after the end were shown", late.Load())
		}
	})
}
