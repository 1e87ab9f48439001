package dossier_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
)

// each runs f on a world of its own on each kind of database.
func each(t *testing.T, f func(t *testing.T, w *dossiertest.World)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) { f(t, dossiertest.New(t, db)) })
}

// fails says which fault was wanted and which came.
func fails(t *testing.T, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// must ends the test on an error.
func must(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// asked is what LinkDocument answered.
type asked struct {
	inquiry dossier.Inquiry
	link    dossier.Link
}

// ask has the holder of one number ask for another, which must not fail.
func ask(t *testing.T, w *dossiertest.World, own, target string) asked {
	t.Helper()
	q, link, err := w.LinkDocument(t.Context(), w.Holder(own), w.Number(target))
	must(t, "link a document", err)
	return asked{q, link}
}

// oneFile fails unless all numbers find one file; apart unless each finds
// another.
func oneFile(t *testing.T, w *dossiertest.World, numbers ...string) {
	t.Helper()
	for _, n := range numbers[1:] {
		if a, b := w.File(numbers[0]).ID, w.File(n).ID; a != b {
			t.Errorf("numbers 0 and %d find two files, want one", slices.Index(numbers, n))
		}
	}
}

func apart(t *testing.T, w *dossiertest.World, numbers ...string) {
	t.Helper()
	seen := map[dossier.ID]bool{}
	for i, n := range numbers {
		id := w.File(n).ID
		if seen[id] {
			t.Errorf("number %d finds the file of an earlier one, want another", i)
		}
		seen[id] = true
	}
}

// queue is all that is open in the officers' queue.
func queue(t *testing.T, w *dossiertest.World) []dossier.Review {
	t.Helper()
	reviews, more, err := w.ListReviews(t.Context(), dossiertest.Officer("a"), "", dossier.ReviewCursor{}, 100)
	must(t, "list reviews", err)
	if more {
		t.Error("there is more in the queue than expected")
	}
	return reviews
}

// inQueue fails unless exactly one pair is in the queue, with these findings
// and both sides shown.
func inQueue(t *testing.T, w *dossiertest.World, kind dossier.ReviewKind, first, second string, findings ...dossier.Finding) dossier.Review {
	t.Helper()
	reviews := queue(t, w)
	if len(reviews) != 1 {
		t.Fatalf("%d reviews are open, want 1", len(reviews))
	}
	v := reviews[0]
	if v.Kind != kind || v.State != dossier.Open || !slices.Equal(v.Findings, findings) {
		t.Errorf("review is %s %s %v, want an open %s with %v", v.State, v.Kind, v.Findings, kind, findings)
	}
	want := []dossier.DocumentID{w.ID(first), w.ID(second)}
	if len(v.Sides) != 2 || !slices.Contains(want, v.Sides[0].ID) || !slices.Contains(want, v.Sides[1].ID) || v.Sides[0].ID == v.Sides[1].ID {
		t.Errorf("review shows %v, want both sides %v", sideIDs(v), want)
	}
	return v
}

func sideIDs(v dossier.Review) []dossier.DocumentID {
	ids := make([]dossier.DocumentID, len(v.Sides))
	for i, d := range v.Sides {
		ids[i] = d.ID
	}
	return ids
}

// holding counts the links of a file that hold.
func holding(file dossier.Dossier) int {
	n := 0
	for _, l := range file.Links {
		if l.Holds() {
			n++
		}
	}
	return n
}

func TestNewWantsEverything(t *testing.T) {
	t.Parallel()
	if _, err := dossier.New(dossier.Deps{}); err == nil {
		t.Error("a service stands on nothing")
	}
}

func TestNumbersFindFiles(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p, stranger := dossiertest.NewPerson(0), dossiertest.NewPerson(1)
		w.Join(p)
		wide := "１００００００" + "0" // full-width, as some keyboards type
		if number := w.Number(wide); number.Canonical() != p.Pass {
			t.Error("a full-width number is another number")
		}
		oneFile(t, w, p.Pass, wide, p.Permit)
		_, _, err := w.Locate(t.Context(), w.Number(stranger.Pass))
		fails(t, "locate an unknown number", err, dossier.ErrNotFound)
		_, err = w.Find(t.Context(), dossiertest.Officer("a"), w.Number(stranger.Permit))
		fails(t, "find an unknown number", err, dossier.ErrNotFound)
		_, err = w.Get(t.Context(), actor.Actor{Role: actor.Person, Document: "nobody"})
		fails(t, "get nobody's file", err, dossier.ErrNotFound)
		_, _, err = w.FileOf(t.Context(), "nobody")
		fails(t, "file of no document", err, dossier.ErrNotFound)
	})
}

// TestSomebodyElsesIsNotFound: what is not the caller's looks as if it did not
// exist, and nothing of it changes.
func TestSomebodyElsesIsNotFound(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		ctx := t.Context()
		p, q := dossiertest.NewPerson(0), dossiertest.NewPerson(1)
		link := w.Join(p)
		w.Settle(q)
		stranger := w.Holder(q.Pass)
		code := firmCode(t, w, 1)
		takeFirms(t, w, dossier.FirmEntry{Code: code, Name: "一號商行", Representative: w.Number(p.Pass)})
		w.Authorities.SetDown("police", true)
		pending := ask(t, w, q.Permit, q.Pass).inquiry

		_, err := w.Unlink(ctx, stranger, link.ID, "")
		fails(t, "cut a stranger's link", err, dossier.ErrLinkNotFound)
		_, err = w.Unlink(ctx, stranger, "no-link", "")
		fails(t, "cut no link", err, dossier.ErrLinkNotFound)
		_, err = w.ReportLoss(ctx, stranger, w.ID(p.Pass))
		fails(t, "report a stranger's loss", err, dossier.ErrNotFound)
		_, _, err = w.Renew(ctx, stranger, w.ID(p.Pass), p.PassNo(1))
		fails(t, "renew a stranger's document", err, dossier.ErrNotFound)
		_, err = w.GetFirm(ctx, stranger, firmFile(t, w, code))
		fails(t, "get a stranger's firm", err, dossier.ErrNotFound)
		_, err = w.GetFirm(ctx, stranger, "no-firm")
		fails(t, "get no firm", err, dossier.ErrNotFound)
		_, err = w.GetInquiry(ctx, w.Holder(p.Pass), pending.ID)
		fails(t, "get a stranger's inquiry", err, dossier.ErrNotFound)
		_, err = w.GetInquiry(ctx, stranger, "no-inquiry")
		fails(t, "get no inquiry", err, dossier.ErrNotFound)
		_, err = w.GetReview(ctx, dossiertest.Officer("a"), "no-review")
		fails(t, "get no review", err, dossier.ErrNotFound)
		oneFile(t, w, p.Pass, p.Permit)
	})
}
