package dossier_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/gen/ent/migrate"
)

// lively puts something into every sealed column, and returns texts that must
// lie in none of them in clear.
func lively(t *testing.T, w *dossiertest.World, p, q dossiertest.Person) []string {
	t.Helper()
	ctx := t.Context()
	link := w.Join(p)
	_, err := w.SaveData(ctx, w.Holder(p.Pass), []dossier.Input{{Code: "occupation", Value: "canary-occupation"}})
	must(t, "save", err)
	done(t, w, p.Permit, "canary")
	w.Know(q, "99999999")
	w.Take(w.PassEntry(q), w.PermitEntry(q, "99999999"))
	w.Finish()
	ask(t, w, q.Pass, q.Permit)
	for _, v := range queue(t, w) {
		_, err := w.KeepApart(ctx, dossiertest.Officer("a"), v.ID, "canary-apart")
		must(t, "keep apart", err)
	}
	third := dossiertest.NewPerson(77)
	w.Settle(third)
	_, err = w.LinkAtWindow(ctx, dossiertest.Officer("a"), w.Number(third.Pass), w.Number(third.Permit), "canary-note")
	must(t, "link", err)
	_, err = w.Unlink(ctx, w.Holder(p.Pass), link.ID, "canary-cut")
	must(t, "unlink", err)
	texts := []string{"canary-occupation", "title of canary", "canary-apart", "canary-note", "canary-cut", "99999999"}
	for _, x := range []dossiertest.Person{p, q, third} {
		texts = append(texts, x.Pass, x.Permit, x.Phone, x.Names.Mainland, x.Names.Taiwan, x.Names.Roman, x.Birth.String())
	}
	return texts
}

// dump is every value of every table, and the sealed ones by column.
func dump(t *testing.T, w *dossiertest.World) (all []byte, sealed map[string][][]byte) {
	t.Helper()
	sealed = map[string][][]byte{}
	for _, table := range migrate.Tables {
		rows, err := w.DB.SQL(t.Context()).QueryContext(t.Context(), `SELECT * FROM "`+table.Name+`"`)
		must(t, "read a table", err)
		columns, err := rows.Columns()
		must(t, "read a table", err)
		for rows.Next() {
			values, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			must(t, "read a row", rows.Scan(into...))
			for i, v := range values {
				raw, isBytes := v.([]byte)
				if !isBytes {
					raw = fmt.Append(nil, v)
				}
				all = append(append(all, raw...), '\n')
				if name := table.Name + "." + columns[i]; isBytes && strings.HasSuffix(name, "_sealed") {
					sealed[name] = append(sealed[name], raw)
				}
			}
		}
		must(t, "read a table", rows.Err())
		rows.Close()
	}
	return all, sealed
}

// TestNothingLiesInClear, and nothing under the keyring, whose keys outlive a
// person's.
func TestNothingLiesInClear(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		canaries := lively(t, w, dossiertest.NewPerson(0), dossiertest.NewPerson(1))
		all, sealed := dump(t, w)
		for i, text := range canaries {
			if bytes.Contains(all, []byte(text)) {
				t.Errorf("canary %d lies in the database in clear", i)
			}
		}
		for _, column := range []string{
			"documents.number_sealed", "documents.names_pass_sealed", "documents.holder_sealed", "records.title_sealed",
			"data.value_sealed", "inquiries.target_sealed", "proofs.note_sealed", "links.cut_reason_sealed", "reviews.close_reason_sealed",
		} {
			if len(sealed[column]) == 0 {
				t.Errorf("nothing is in %s, so the test shows nothing", column)
			}
			for _, field := range sealed[column] {
				if by, ok := keyring.SealedBy(field); ok && by == w.Keys.SealingKey() {
					t.Errorf("%s lies under the keyring", column)
				}
			}
		}
	})
}

// TestForgotten erases and shreds one of the documents of a file, then all of a
// person's, and reads the database as an older backup would be read.
func TestForgotten(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		ctx := t.Context()
		p := dossiertest.NewPerson(0)
		w.Join(p)
		done(t, w, p.Permit, "r1")
		done(t, w, p.Pass, "r2")
		permit := w.ID(p.Permit)
		for range 2 {
			must(t, "erase", w.Erase(ctx, permit))
		}
		must(t, "shred", w.Vault.Shred(ctx, string(permit)))

		_, _, err := w.Locate(ctx, w.Number(p.Permit))
		fails(t, "locate what was forgotten", err, dossier.ErrNotFound)
		file := w.File(p.Pass)
		if len(file.Documents) != 2 || len(file.Records) != 2 || len(file.Data) != 1 {
			t.Fatalf("the file has %d documents, %d records and %d data, want 2, 2 and 1", len(file.Documents), len(file.Records), len(file.Data))
		}
		for _, d := range file.Documents {
			if (d.ID == permit) == d.Erased.IsZero() || d.ID == permit && (d.Number.Canonical() != "" || d.Holder != dossier.Holder{}) {
				t.Errorf("%s: erased %v", d.Kind(), d.Erased)
			}
		}
		for _, r := range file.Records {
			if (r.Document == permit) != (r.Title == "") {
				t.Error("a title of a forgotten document is shown, or another one is lost")
			}
		}
		_, err = w.Find(ctx, dossiertest.Officer("a"), w.Number(p.Pass))
		must(t, "find the rest of the file", err)
		_, err = w.Get(ctx, actor.Actor{Role: actor.Person, Document: permit})
		fails(t, "sign in by what was forgotten", err, dossier.ErrNotFound)
		_, err = w.Unlink(ctx, dossiertest.Officer("a"), file.Links[0].ID, "reason")
		must(t, "unlink", err)
		must(t, "reseal", w.Reseal(ctx, func(int, int) {}))

		w.Take(w.PermitEntry(p, "")) // whoever comes back begins anew
		if again := w.ID(p.Permit); again == permit {
			t.Error("the register brought back what was forgotten")
		}
	})
}

// TestForgottenInABackup shreds a key without the main database knowing, as after
// a restore of it.
func TestForgottenInABackup(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		ctx := t.Context()
		p := dossiertest.NewPerson(0)
		w.Know(p, "99999999")
		w.Take(w.PassEntry(p), w.PermitEntry(p, "99999999")) // with an open inquiry
		pass, permit := w.ID(p.Pass), w.ID(p.Permit)
		must(t, "shred", w.Vault.Shred(ctx, string(pass), string(permit)))
		_, _, err := w.Locate(ctx, w.Number(p.Pass))
		fails(t, "locate", err, dossier.ErrNotFound)
		_, err = w.Find(ctx, dossiertest.Officer("a"), w.Number(p.Pass))
		fails(t, "find", err, dossier.ErrNotFound)
		_, phone, err := reach(t, w, p.Pass)
		if err != nil || phone != "" {
			t.Errorf("reach: %q, %v; want nobody", phone, err)
		}
		must(t, "reseal", w.Reseal(ctx, func(int, int) {})) // takes the locators away
		w.Finish()
		w.Take(w.PassEntry(p), w.PermitEntry(p, ""))
		if w.ID(p.Pass) == pass {
			t.Error("the register brought back what was forgotten")
		}
	})
}

func reach(t *testing.T, w *dossiertest.World, number string) (dossier.DocumentID, string, error) {
	t.Helper()
	return w.Reach(t.Context(), w.Number(number))
}

// TestAnotherVaultOpensNothing: what is sealed is worth nothing without its vault.
func TestAnotherVaultOpensNothing(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Join(p)
		other := dossiertest.New(t, w.DB)
		_, err := other.Get(t.Context(), w.Holder(p.Pass))
		if err == nil || errors.Is(err, guard.ErrNotFound) {
			t.Errorf("get: %v, want an error of ours", err)
		}
	})
}
