package dossier_test

import (
	"testing"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// renewed is a later printing that the authority says replaced a number.
func renewed(p dossiertest.Person, printing int, replaces string) dossiertest.Paper {
	paper := p.Paper(printing)
	paper.Issue.ReplacesNumber = replaces
	return paper
}

// renew renews a document of the file of own, which must not fail.
func renew(t *testing.T, w *dossiertest.World, own, old, next string) (dossier.Inquiry, dossier.Document) {
	t.Helper()
	q, d, err := w.Renew(t.Context(), w.Holder(own), w.ID(old), next)
	must(t, "renew", err)
	return q, d
}

func TestRenewSameNumber(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Join(p)
		before := w.File(p.Pass).ID
		w.Authorities.SetPass(p.Pass, p.Paper(1))
		for range 2 {
			q, d := renew(t, w, p.Permit, p.Pass, p.Pass) // by the other document
			if q.State != dossier.Done || q.Result != d.ID || d.ID != w.ID(p.Pass) || d.Validity != p.Validity(1) {
				t.Errorf("renewal is %s with %v, want done with the later printing", q.State, d.Validity)
			}
		}
		file := w.File(p.Pass)
		d := file.Documents[0]
		if d.Kind() != document.TaiwanPass {
			d = file.Documents[1]
		}
		if file.ID != before || len(file.Documents) != 2 || len(d.Earlier) != 1 || d.Earlier[0] != p.Validity(0) {
			t.Errorf("the pass has earlier printings %v, want the first one", d.Earlier)
		}
	})
}

func TestRenewNewNumber(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		link := w.Join(p)
		w.Authorities.SetPass(p.PassNo(1), renewed(p, 1, p.Pass))
		_, d := renew(t, w, p.Pass, p.Pass, p.PassNo(1))
		if d.Number.Canonical() != p.PassNo(1) || d.Status != document.Valid {
			t.Errorf("the document that holds is %s, want the new one", d.Status)
		}
		renew(t, w, p.Pass, p.Pass, p.PassNo(1)) // signed in by the old one, and again
		oneFile(t, w, p.Pass, p.PassNo(1), p.Permit)
		file := w.File(p.Pass)
		if len(file.Documents) != 3 || holding(file) != 1 {
			t.Errorf("%d documents and %d links are on file, want 3 and 1", len(file.Documents), holding(file))
		}
		last := file.Documents[2]
		if last.ID != w.ID(p.Pass) || last.Status != document.Replaced || last.ReplacedBy != d.ID {
			t.Errorf("the old pass is %s, want replaced by the new one, and shown last", last.Status)
		}
		again := ask(t, w, p.Permit, p.PassNo(1))
		if again.link.ID != link.ID {
			t.Error("asking for the renewed pass does not give the link of the file")
		}
		at, err := w.LinkAtWindow(t.Context(), dossiertest.Officer("a"), w.Number(p.PassNo(1)), w.Number(p.Permit), "")
		must(t, "link the renewed pass at a window", err)
		if at.ID != link.ID {
			t.Error("linking what is one file already made another link")
		}
	})
}

// TestRenewToWhatTheRegisterKnows: the new number has a file by now.
func TestRenewToWhatTheRegisterKnows(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Join(p)
		next := p
		next.Permit = p.PermitNo(1)
		w.Take(w.PermitEntry(next, ""))
		w.Authorities.SetPermit(next.Permit, renewed(p, 1, p.Permit))
		apart(t, w, p.Permit, next.Permit)
		q, _ := renew(t, w, p.Pass, p.Permit, next.Permit)
		if q.State != dossier.Done {
			t.Errorf("renewal is %s, want done", q.State)
		}
		oneFile(t, w, p.Pass, p.Permit, next.Permit)
	})
}

// TestRenewPermitOfTheLinkedPass: the police name no predecessor, but the new
// permit carries the number of the pass that is on file.
func TestRenewPermitOfTheLinkedPass(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Join(p)
		paper := p.Paper(1)
		paper.Names = p.Pass
		w.Authorities.SetPermit(p.PermitNo(1), paper)
		renew(t, w, p.Permit, p.Permit, p.PermitNo(1))
		oneFile(t, w, p.Pass, p.Permit, p.PermitNo(1))
	})
}

func TestRenewNotConfirmed(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p, q := dossiertest.NewPerson(0), dossiertest.NewPerson(1)
		w.Join(p)
		w.Join(q)
		try := func(target string, paper dossiertest.Paper) error {
			if target != p.PermitNo(5) {
				w.Authorities.SetPermit(target, paper)
			}
			_, _, err := w.Renew(t.Context(), w.Holder(p.Pass), w.ID(p.Permit), target)
			return err
		}
		other := renewed(p, 1, p.Permit)
		other.Holder.Birth = civil.Date{Year: 1999, Month: 9, Day: 9}
		revoked := renewed(p, 1, p.Permit)
		revoked.Issue.Status = document.Revoked
		fails(t, "unknown to the police", try(p.PermitNo(5), dossiertest.Paper{}), dossier.ErrRenewal)
		fails(t, "replaced nothing", try(p.PermitNo(1), p.Paper(1)), dossier.ErrRenewal)
		fails(t, "replaced another number", try(p.PermitNo(1), renewed(p, 1, p.PermitNo(2))), dossier.ErrRenewal)
		fails(t, "another person", try(p.PermitNo(1), other), dossier.ErrRenewal)
		fails(t, "not in force", try(p.PermitNo(1), revoked), dossier.ErrRenewal)
		fails(t, "somebody else's, linked to a pass", try(q.Permit, renewed(p, 1, p.Permit)), dossier.ErrRenewal)
		fails(t, "a number of another kind", try(p.Pass, p.Paper(1)), document.ErrOtherKind)
		oneFile(t, w, p.Pass, p.Permit)
		if n := len(w.File(p.Pass).Documents); n != 2 {
			t.Errorf("%d documents are on file, want 2", n)
		}
	})
}

// TestRenewWhatWasReplaced: an authority that is behind does not bring an old
// document back, and a second successor is refused and leaves nothing.
func TestRenewWhatWasReplaced(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Join(p)
		next, third := p.PermitNo(1), p.PermitNo(2)
		w.Authorities.SetPermit(next, renewed(p, 1, p.Permit))
		renew(t, w, p.Pass, p.Permit, next)
		w.Authorities.SetPermit(third, renewed(p, 2, p.Permit))
		_, _, err := w.Renew(t.Context(), w.Holder(p.Pass), w.ID(p.Permit), third)
		fails(t, "a second successor", err, dossier.ErrRenewal)
		_, _, err = w.Locate(t.Context(), w.Number(third))
		fails(t, "the second successor", err, dossier.ErrNotFound)

		_, _, err = w.Renew(t.Context(), w.Holder(p.Pass), w.ID(p.Permit), p.Permit)
		if err != nil {
			fails(t, "a replaced permit to itself", err, dossier.ErrRenewal)
		}
		back := p.Paper(0)
		back.Names = p.Pass
		w.Authorities.SetPermit(p.Permit, back)
		_, _, err = w.Renew(t.Context(), w.Holder(p.Pass), w.ID(next), p.Permit)
		fails(t, "back to the old one", err, dossier.ErrRenewal)
		for _, d := range w.File(p.Pass).Documents {
			if want := d.ID == w.ID(p.Permit); (d.Status == document.Replaced) != want {
				t.Errorf("a %s is %s", d.Kind(), d.Status)
			}
		}
	})
}

func TestRenewWhileTheAuthorityIsGone(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Join(p)
		w.Authorities.SetPass(p.PassNo(1), renewed(p, 1, p.Pass))
		w.Authorities.SetDown(upstream.ExitEntryOffice, true)
		q, d := renew(t, w, p.Pass, p.Pass, p.PassNo(1))
		if q.State != dossier.Pending || d.ID != "" {
			t.Fatalf("renewal is %s, want pending", q.State)
		}
		if again, _ := renew(t, w, p.Pass, p.Pass, p.PassNo(1)); again.ID != q.ID {
			t.Error("renewing again opened another inquiry")
		}
		other, _ := renew(t, w, p.Pass, p.Pass, p.PassNo(2))
		if first, err := w.GetInquiry(t.Context(), w.Holder(p.Pass), q.ID); err != nil || first.State != dossier.Refused {
			t.Errorf("the first inquiry is %s (%v), want superseded", first.State, err)
		}
		w.Authorities.SetPass(p.PassNo(2), renewed(p, 1, p.Pass))
		w.Authorities.SetDown(upstream.ExitEntryOffice, false)
		w.Clock.Advance(time.Minute)
		w.Finish()
		after, err := w.GetInquiry(t.Context(), w.Holder(p.Permit), other.ID)
		must(t, "get the inquiry", err)
		if after.State != dossier.Done || after.Result != w.ID(p.PassNo(2)) {
			t.Errorf("renewal is %s, want done", after.State)
		}
		oneFile(t, w, p.Pass, p.PassNo(2), p.Permit)
	})
}

// TestReplacedAtEveryState: whatever state a link inquiry is in when one of the
// two documents is replaced, the old numbers find the file and nothing is lost.
func TestReplacedAtEveryState(t *testing.T) {
	states := map[string]func(w *dossiertest.World, p dossiertest.Person){
		"pending": func(w *dossiertest.World, _ dossiertest.Person) { w.Authorities.SetDown(upstream.PoliceOffice, true) },
		"done":    func(w *dossiertest.World, p dossiertest.Person) { w.Know(p, p.Pass) },
		"refused": func(w *dossiertest.World, p dossiertest.Person) {
			stranger := dossiertest.NewPerson(1).Paper(0)
			stranger.Names = "99999999"
			w.Authorities.SetPermit(p.Permit, stranger)
		},
		"in_review": func(*dossiertest.World, dossiertest.Person) {}, // silent, unknown, alike
	}
	for state, prepare := range states {
		for _, kind := range []document.Kind{document.TaiwanPass, document.TaiwanPermit} {
			t.Run(state+"/"+string(kind), func(t *testing.T) {
				each(t, func(t *testing.T, w *dossiertest.World) { replaceAt(t, w, state, kind, prepare) })
			})
		}
	}
}

func replaceAt(t *testing.T, w *dossiertest.World, state string, kind document.Kind, prepare func(*dossiertest.World, dossiertest.Person)) {
	p := dossiertest.NewPerson(0)
	w.Settle(p)
	prepare(w, p)
	q, _, err := w.LinkDocument(t.Context(), w.Holder(p.Pass), w.Number(p.Permit))
	if state == "refused" {
		fails(t, "link", err, dossier.ErrNotConfirmed)
	} else if err != nil || string(q.State) != state {
		t.Fatalf("inquiry is %s (%v), want %s", q.State, err, state)
	}
	entry, old := w.PassEntry(p), p.Pass
	next := p.PassNo(1)
	if kind == document.TaiwanPermit {
		entry, old, next = w.PermitEntry(p, ""), p.Permit, p.PermitNo(1)
	}
	entry.Replaces, entry.Number, entry.Validity = entry.Number, w.Number(next), p.Validity(1)
	w.Take(entry)
	oneFile(t, w, old, next)

	gone := p.Paper(0)
	gone.Issue.Status = document.Replaced
	if kind == document.TaiwanPermit {
		w.Authorities.SetPermit(old, gone)
	}
	w.Authorities.SetDown(upstream.PoliceOffice, false)
	w.Clock.Advance(time.Hour)
	w.Finish()
	oneFile(t, w, old, next)
	if state == "done" {
		oneFile(t, w, p.Pass, p.Permit, next)
	} else {
		apart(t, w, p.Pass, p.Permit)
	}
	if n := len(w.File(old).Inquiries); state != "in_review" && n != 0 {
		t.Errorf("%d inquiries are still open, want none", n)
	}
	link, err := w.LinkAtWindow(t.Context(), dossiertest.Officer("a"), current(w, p.Pass), current(w, p.Permit), "")
	must(t, "link the documents of today at a window", err)
	oneFile(t, w, p.Pass, p.Permit, next)
	_, err = w.Unlink(t.Context(), dossiertest.Officer("a"), link.ID, "")
	must(t, "unlink", err)
	apart(t, w, p.Pass, p.Permit)
	oneFile(t, w, old, next)
}

// current is the number that holds today of the kind that raw has.
func current(w *dossiertest.World, raw string) document.Number {
	for _, d := range w.File(raw).Documents {
		if d.Kind() == w.Number(raw).Kind() {
			return d.Number
		}
	}
	return document.Number{}
}

func TestReportLoss(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Join(p)
		for range 2 {
			d, err := w.ReportLoss(t.Context(), w.Holder(p.Permit), w.ID(p.Pass))
			must(t, "report a loss", err)
			if d.Status != document.Lost {
				t.Errorf("the pass is %s, want lost", d.Status)
			}
		}
		oneFile(t, w, p.Pass, p.Permit)
		_, err := w.LinkAtWindow(t.Context(), dossiertest.Officer("a"), w.Number(p.Pass), w.Number(p.Permit), "")
		fails(t, "lay a lost pass on the counter", err, dossier.ErrNotUsable)
		w.Authorities.SetPass(p.Pass, p.Paper(1))
		if _, d := renew(t, w, p.Permit, p.Pass, p.Pass); d.Status != document.Valid {
			t.Errorf("the renewed pass is %s, want valid", d.Status)
		}
		w.Authorities.SetPass(p.PassNo(1), renewed(p, 2, p.Pass))
		renew(t, w, p.Permit, p.Pass, p.PassNo(1))
		_, err = w.ReportLoss(t.Context(), w.Holder(p.Permit), w.ID(p.Pass))
		fails(t, "lose what was replaced", err, dossier.ErrNotUsable)
		_, err = w.ReportLoss(t.Context(), w.Holder(p.Permit), "no-document")
		fails(t, "lose no document", err, dossier.ErrNotFound)
	})
}
