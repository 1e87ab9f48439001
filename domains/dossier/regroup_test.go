package dossier_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
)

// heard is what a listener heard since it was asked last.
type heard struct {
	documents []dossier.DocumentID
	fails     error
}

func (h *heard) listen(w *dossiertest.World) {
	w.Listen(func(_ context.Context, documents []dossier.DocumentID) error {
		h.documents = append(h.documents, documents...)
		return h.fails
	})
}

// of reports whether these documents were heard of, and nothing else.
func (h *heard) of(t *testing.T, what string, want ...dossier.DocumentID) {
	t.Helper()
	got := slices.Compact(slices.Sorted(slices.Values(h.documents)))
	if !slices.Equal(got, slices.Sorted(slices.Values(want))) {
		t.Errorf("%s: heard of %v, want %v", what, got, want)
	}
	h.documents = nil
}

func TestListenerHearsHowPeopleAreGrouped(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		var h heard
		h.listen(w)
		p := dossiertest.NewPerson(0)
		w.Take(w.PassEntry(p), w.PermitEntry(p, ""))
		h.of(t, "two files")
		link := w.Join(p)
		if len(h.documents) != 1 {
			t.Errorf("a file of two documents was heard of %d times, want once", len(h.documents))
		}
		h.documents = nil
		_, err := w.Unlink(t.Context(), w.Holder(p.Pass), link.ID, "wrong")
		must(t, "unlink", err)
		h.of(t, "cut", w.ID(p.Pass), w.ID(p.Permit))
		firm := dossier.FirmEntry{Code: firmCode(t, w, 0), Name: "商行", Representative: w.Number(p.Pass)}
		became(t, "firm", takeFirms(t, w, firm), dossier.Added)
		h.of(t, "a role", w.ID(p.Pass))
		became(t, "the same", takeFirms(t, w, firm), dossier.Unchanged)
		h.of(t, "no other role")
		firm.Representative = w.Number(p.Permit)
		became(t, "another representative", takeFirms(t, w, firm), dossier.Changed)
		h.of(t, "another's role", w.ID(p.Permit))
	})
}

func TestNothingIsGroupedWhereTheListenerFails(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Take(w.PassEntry(p), w.PermitEntry(p, ""))
		link := w.Join(p)
		h := heard{fails: errors.New("broken")}
		h.listen(w)
		if _, err := w.Unlink(t.Context(), w.Holder(p.Pass), link.ID, "wrong"); !errors.Is(err, h.fails) {
			t.Errorf("unlink: %v, want %v", err, h.fails)
		}
		if n := len(w.File(p.Pass).Documents); n != 2 {
			t.Errorf("the file has %d documents, want 2", n)
		}
	})
}
