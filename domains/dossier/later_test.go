package dossier_test

import (
	"context"
	"testing"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	inquiryrow "github.com/minzhengtong/minzhengtong/gen/ent/inquiry"
)

// TestPaperIsReadWithCare: what a paper cannot be is refused at the field, and a
// paper whose link was cut makes no other.
func TestPaperIsReadWithCare(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Settle(p)
		paper := dossier.Paper{Pass: w.Number(p.Pass), Permit: w.Number(p.Permit), Number: "2026-0001",
			Date: civil.Date{Year: 2026, Month: 3, Day: 27}}
		enter := func(officer string, x dossier.Paper) (dossier.Link, error) {
			link, _, err := w.EnterPaper(t.Context(), dossiertest.Officer(officer), x)
			return link, err
		}
		turned, early := paper, paper
		turned.Pass, turned.Permit = paper.Permit, paper.Pass
		_, err := enter("a", turned)
		fails(t, "pass and permit in each other's place", err, dossier.ErrLinkKinds)
		early.Date = w.Today().AddDays(1)
		_, err = enter("a", early)
		fails(t, "a paper of tomorrow", err, dossier.ErrPaperDate)

		_, err = enter("a", paper)
		must(t, "first entry", err)
		link, err := enter("b", paper)
		must(t, "second entry", err)
		_, err = w.Unlink(t.Context(), dossiertest.Officer("c"), link.ID, "wrong paper")
		must(t, "cut", err)
		_, err = enter("a", paper)
		fails(t, "the paper of a link that was cut", err, dossier.ErrPaperSpent)
		apart(t, w, p.Pass, p.Permit)
		another := paper
		another.Number = "2026-0002"
		_, err = enter("a", another)
		must(t, "another paper", err)
		_, err = enter("b", another)
		must(t, "another paper again", err)
		oneFile(t, w, p.Pass, p.Permit)
	})
}

// TestBadInquiryHoldsUpNoOther: a row that cannot be opened comes first, and the
// others are decided all the same.
func TestBadInquiryHoldsUpNoOther(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		bad, good := dossiertest.NewPerson(0), dossiertest.NewPerson(1)
		for _, p := range []dossiertest.Person{bad, good} {
			w.Settle(p)
			paper := p.Paper(0)
			paper.Names = p.Pass
			w.Authorities.SetPermit(p.Permit, paper)
			entry := w.PermitEntry(p, p.Pass)
			_, err := w.TakeDocuments(t.Context(), []dossier.Entry{entry})
			must(t, "import", err)
		}
		err := w.DB.InTx(t.Context(), func(ctx context.Context) error {
			_, err := w.DB.SQL(ctx).ExecContext(ctx, w.DB.Rebind(`UPDATE inquiries SET target_sealed = ? WHERE document_id = ?`),
				[]byte("rotten"), string(w.ID(bad.Permit)))
			return err
		})
		must(t, "spoil", err)
		if _, err := w.FinishInquiries(t.Context(), 10); err != nil {
			t.Errorf("finish: %v", err)
		}
		oneFile(t, w, good.Pass, good.Permit)
		apart(t, w, bad.Pass, bad.Permit)
		if n, err := w.DB.Client(t.Context()).Inquiry.Query().Where(inquiryrow.StateEQ(inquiryrow.StatePending)).Count(t.Context()); err != nil || n != 1 {
			t.Errorf("%d inquiries wait, %v; want the bad one", n, err)
		}
	})
}

// TestPermitThatComesToNameAPass: the register learns later which pass a permit
// carries, or the police say so at a renewal, and the two are asked about then.
func TestPermitThatComesToNameAPass(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		listed, renewed := dossiertest.NewPerson(0), dossiertest.NewPerson(1)
		for _, p := range []dossiertest.Person{listed, renewed} {
			w.Settle(p)
			paper := p.Paper(0)
			paper.Names = p.Pass
			w.Authorities.SetPermit(p.Permit, paper)
		}
		w.Finish()
		apart(t, w, listed.Pass, listed.Permit)
		taken, err := w.TakeDocuments(t.Context(), []dossier.Entry{w.PermitEntry(listed, listed.Pass)})
		must(t, "import", err)
		if taken[0].Effect != dossier.Changed {
			t.Errorf("the row had the effect %q, want changed", taken[0].Effect)
		}
		paper := renewed.Paper(1)
		paper.Names, paper.Issue.ReplacesNumber, paper.Issue.Status = renewed.Pass, renewed.Permit, document.Valid
		w.Authorities.SetPermit(renewed.PermitNo(1), paper)
		_, _, err = w.Renew(t.Context(), w.Holder(renewed.Permit), w.ID(renewed.Permit), renewed.PermitNo(1))
		must(t, "renew", err)
		w.Finish()
		oneFile(t, w, listed.Pass, listed.Permit)
		oneFile(t, w, renewed.Pass, renewed.PermitNo(1), renewed.Permit)
	})
}
