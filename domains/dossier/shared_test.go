package dossier_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
)

func TestShared(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		ctx := t.Context()
		p := dossiertest.NewPerson(0)
		w.Join(p)
		_, err := w.SaveData(ctx, w.Holder(p.Permit), []dossier.Input{{Code: "occupation", Value: "baker"}})
		must(t, "save", err)
		for i := range 101 {
			done(t, w, []string{p.Pass, p.Permit}[i%2], fmt.Sprint("r", i))
		}
		documents, err := w.FileByNumber(ctx, w.Number(p.Permit))
		must(t, "file by number", err)
		data, records, err := w.Shared(ctx, documents, []string{"occupation", "records"})
		must(t, "share", err)
		if len(data) != 1 || data[0].Value != "baker" || len(records) != 100 || records[0].Title == "" {
			t.Errorf("%d data and %d records are shared, want the occupation and the newest 100", len(data), len(records))
		}
		data, records, err = w.Shared(ctx, documents, []string{dossier.MobilePhone})
		if err != nil || len(data) != 1 || data[0].Code != dossier.MobilePhone || len(records) != 0 {
			t.Errorf("%d data and %d records are shared (%v), want the phone", len(data), len(records), err)
		}
		ids, err := w.FileDocuments(ctx, w.ID(p.Permit))
		if err != nil || !slices.Equal(ids, []dossier.DocumentID{w.ID(p.Permit), w.ID(p.Pass)}) {
			t.Errorf("documents of the file: %v, %v; want the permit first", ids, err)
		}
		d, err := w.Document(ctx, w.ID(p.Pass))
		if err != nil || d.Number.Canonical() != p.Pass {
			t.Errorf("document: %v", err)
		}
		_, err = w.FileDocuments(ctx, "nobody")
		fails(t, "documents of nobody", err, dossier.ErrNotFound)
		_, err = w.FileByNumber(ctx, w.Number(dossiertest.NewPerson(5).Pass))
		fails(t, "file of nobody", err, dossier.ErrNotFound)
	})
}

func TestCodes(t *testing.T) {
	t.Parallel()
	codes := dossier.Codes()
	if !slices.IsSorted(codes) || !slices.Contains(codes, dossier.MobilePhone) || slices.Contains(codes, dossier.SharedRecords) {
		t.Errorf("codes are %v", codes)
	}
}

func TestRoleIn(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p, q := dossiertest.NewPerson(0), dossiertest.NewPerson(1)
		w.Join(p)
		w.Join(q)
		code := firmCode(t, w, 1)
		takeFirms(t, w, dossier.FirmEntry{Code: code, Name: "商行", Category: "5310", Area: pingtan, Representative: w.Number(p.Permit)})
		firm := firmFile(t, w, code)
		d, roles, err := w.RoleIn(t.Context(), w.Holder(p.Pass), firm)
		if err != nil || d.Number.Canonical() != code.Canonical() || d.Area != pingtan || !slices.Equal(roles, []string{dossier.LegalRepresentative}) {
			t.Errorf("role in the firm: %v in %q, %v", roles, d.Area, err)
		}
		for name, by := range map[string]actor.Actor{
			"another": w.Holder(q.Pass), "nobody": {}, "an officer": dossiertest.Officer("a"),
		} {
			_, _, err := w.RoleIn(t.Context(), by, firm)
			fails(t, name, err, dossier.ErrNotFound)
		}
		_, _, err = w.RoleIn(t.Context(), w.Holder(p.Pass), "no-firm")
		fails(t, "no firm", err, dossier.ErrNotFound)
	})
}

// TestArea: what a register says of the place of issue is kept, moves with a
// later file, and a file that says nothing takes nothing away.
func TestArea(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		entry := w.PermitEntry(p, "")
		for i, step := range []struct {
			says, want string
			effect     dossier.Effect
		}{
			{"", "", dossier.Added}, {pingtan, pingtan, dossier.Changed}, {pingtan, pingtan, dossier.Unchanged},
			{"", pingtan, dossier.Unchanged}, {fuzhou, fuzhou, dossier.Changed},
		} {
			entry.Area = step.says
			taken, err := w.TakeDocuments(t.Context(), []dossier.Entry{entry})
			must(t, "take", err)
			became(t, fmt.Sprint("step ", i), taken, step.effect)
			if got := w.File(p.Permit).Documents[0]; got.Area != step.want || got.Held().Area != step.want {
				t.Errorf("step %d: area %q, want %q", i, got.Area, step.want)
			}
		}
	})
}
