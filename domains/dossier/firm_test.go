package dossier_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
)

// firmCode is the code of the i-th firm that was invented.
func firmCode(t *testing.T, w *dossiertest.World, i int) document.Number {
	t.Helper()
	code, err := document.ComposeCreditCode(fmt.Sprintf("91350128MAYYY%03d", i))
	must(t, "compose a code", err)
	return w.Number(code)
}

// firmFile is the file of a firm.
func firmFile(t *testing.T, w *dossiertest.World, code document.Number) dossier.ID {
	t.Helper()
	_, id, err := w.Locate(t.Context(), code)
	must(t, "locate a firm", err)
	return id
}

// takeFirms takes firms in force, and returns what became of them.
func takeFirms(t *testing.T, w *dossiertest.World, entries ...dossier.FirmEntry) []dossier.Taken {
	t.Helper()
	for i := range entries {
		if entries[i].State == "" {
			entries[i].State = document.Valid
		}
	}
	taken, err := w.TakeFirms(t.Context(), entries)
	must(t, "take firms", err)
	return taken
}

// became fails unless each row had this effect.
func became(t *testing.T, what string, taken []dossier.Taken, want ...dossier.Effect) {
	t.Helper()
	for i, x := range taken {
		if x.Fault != nil || x.Effect != want[i] {
			t.Errorf("%s: row %d is %q %v, want %q", what, i, x.Effect, x.Fault, want[i])
		}
	}
}

func TestFirms(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p, q := dossiertest.NewPerson(0), dossiertest.NewPerson(1)
		w.Settle(p)
		code := firmCode(t, w, 1)
		entry := dossier.FirmEntry{Code: code, Name: "一號商行", Category: "5310", Area: "350128", Representative: w.Number(q.Permit)}
		taken := takeFirms(t, w, entry)
		fails(t, "a representative who is not on file", taken[0].Fault, dossier.ErrPersonUnknown)
		_, _, err := w.Locate(t.Context(), code)
		fails(t, "a firm that was left out", err, dossier.ErrNotFound)

		entry.Representative = w.Number(p.Pass)
		became(t, "first", takeFirms(t, w, entry), dossier.Added)
		became(t, "again", takeFirms(t, w, entry), dossier.Unchanged)
		entry.Name = "二號商行"
		became(t, "another name", takeFirms(t, w, entry, entry), dossier.Changed, dossier.Unchanged)

		firm := firmFile(t, w, code)
		_, err = w.GetFirm(t.Context(), w.Holder(p.Permit), firm)
		fails(t, "by the other document, not linked yet", err, dossier.ErrNotFound)
		w.Join(p)
		file, err := w.GetFirm(t.Context(), w.Holder(p.Permit), firm)
		must(t, "by the other document", err)
		if file.Name != "二號商行" || file.CreditCode != code.Canonical() || !slices.Equal(file.Roles, []string{dossier.LegalRepresentative}) {
			t.Errorf("firm is %q, %v; want the new name, the code and one role", file.Name, file.Roles)
		}
		w.Settle(q)
		entry.Representative, entry.State = w.Number(q.Pass), document.Revoked
		became(t, "another representative", takeFirms(t, w, entry), dossier.Changed)
		became(t, "the same again", takeFirms(t, w, entry), dossier.Unchanged)
		_, err = w.GetFirm(t.Context(), w.Holder(p.Pass), firm)
		fails(t, "by the former representative", err, dossier.ErrNotFound)
		file, err = w.GetFirm(t.Context(), w.Holder(q.Pass), firm)
		must(t, "by the new representative", err)
		if roles := w.File(q.Pass).Roles; len(roles) != 1 || roles[0].Firm != firm || roles[0].FirmName != file.Name {
			t.Errorf("roles on the file are %v, want one in the firm", roles)
		}
		if f, err := w.Find(t.Context(), dossiertest.Officer("a"), code); err != nil || f.Kind != dossier.Firm || f.Documents[0].Status != document.Revoked {
			t.Errorf("file of the code: %v, want a firm's with a code that was revoked", err)
		}
	})
}

// TestHolders finds whom to tell: the person, whoever holds a role now, and nobody
// who was forgotten.
func TestHolders(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p, q := dossiertest.NewPerson(0), dossiertest.NewPerson(1)
		w.Settle(p)
		w.Settle(q)
		code := firmCode(t, w, 1)
		entry := dossier.FirmEntry{Code: code, Name: "一號商行", Category: "5310", Area: "350128", Representative: w.Number(p.Pass)}
		takeFirms(t, w, entry)
		firm, first, second := w.ID(code.Canonical()), w.ID(p.Pass), w.ID(q.Pass)
		holders := func(what string, want ...dossier.DocumentID) {
			t.Helper()
			found, err := w.Holders(t.Context(), []dossier.DocumentID{firm, second, "none"})
			must(t, what, err)
			if !slices.Equal(found[firm], want) || !slices.Equal(found[second], []dossier.DocumentID{second}) || len(found["none"]) > 0 {
				t.Errorf("%s: holders are %v, want %v", what, found, want)
			}
		}
		holders("the representative", first)
		subjects, err := w.Subjects(t.Context(), w.Holder(p.Pass))
		must(t, "list subjects", err)
		want := []dossier.Subject{{Document: first}, {Document: firm, Firm: firmFile(t, w, code), FirmName: "一號商行"}}
		if !slices.Equal(subjects, want) {
			t.Errorf("subjects are %v, want %v", subjects, want)
		}
		_, err = w.Subjects(t.Context(), dossiertest.Officer("window"))
		fails(t, "an officer's subjects", err, dossier.ErrNotFound)

		must(t, "forget", w.Forget(t.Context(), first))
		holders("one who was forgotten")
		entry.Representative = w.Number(q.Pass)
		takeFirms(t, w, entry)
		holders("another one", second)
	})
}
