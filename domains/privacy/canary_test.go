package privacy_test

import (
	"bytes"
	"html"
	"slices"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/privacy"
)

// plain are the columns in which something of the person's own lies unsealed: a
// backup of the main database that is older than the erasure still has it.
// README.md says why.
var plain = []string{"obligations.name", "payout_tasks.note", "records.source_ref"}

// bird is a person of whom everything is a canary.
type bird struct {
	dossiertest.Person
	songs []string // what must not be found
}

func newBird() bird {
	p := dossiertest.NewPerson(7777)
	p.Names = dossier.Names{Mainland: "CANARY金丝雀", Taiwan: "CANARY金絲雀", Roman: "CANARY BIRD"}
	p.Phone = "+886977000777"
	return bird{p, []string{"CANARY", "金丝雀", "金絲雀", p.Pass, p.Permit, p.PassNo(3), p.Phone, p.Birth.String(), "70007000700070007", mailbox, "CANARY notice", "CANARY told", "CANARY receipt", "CANARY tail", "CANARY task", "CANARY too little", "CANARY upheld", "CANARY looked into", "CANARY penalty", "CANARY authority", "CANARY cause", "CANARY misspelt", "CANARY respelt", "CANARY again misspelt"}}
}

// TestCanary puts a person into every field that there is, through the domains,
// keeps a backup, erases the person, and looks everywhere.
func TestCanary(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := newBird()
		other, them := w.joined(t, 1)
		w.sing(t, b, other)
		me := w.files.Holder(b.Permit)
		before, err := w.Export(t.Context(), me)
		must(t, "export", err)
		json, err := before.JSON()
		must(t, "write", err)
		page, err := before.HTML(words)
		must(t, "write", err)
		for _, song := range b.songs {
			if !bytes.Contains(json, []byte(song)) {
				t.Errorf("the export lacks %q", song)
			}
			if !strings.Contains(html.UnescapeString(string(page)), song) {
				t.Errorf("the page lacks %q", song)
			}
		}
		if bytes.Contains(json, []byte("CANARY token")) || bytes.Contains(page, []byte("CANARY token")) {
			t.Error("the export has the gateway's token")
		}
		backup := w.backup(t)
		ids := []actor.DocumentID{w.files.ID(b.Pass), w.files.ID(b.Permit)}
		preview, err := w.Preview(t.Context(), me)
		must(t, "preview", err)
		for _, l := range preview.Lines {
			if l.Count == 0 && l.Kind != privacy.KindFirmRoles {
				t.Errorf("the bird has no %s", l.Kind)
			}
		}
		_, err = w.Erase(t.Context(), me, preview.Phrase)
		must(t, "erase", err)
		n, err := w.Finish(t.Context(), 10)
		must(t, "finish", err)
		if n != 1 {
			t.Errorf("%d erasures were finished, want 1", n)
		}

		if hits := w.hits(t, w.deps.DB, b.songs); len(hits) > 0 {
			t.Errorf("in the database: %v", hits)
		}
		w.searchFiles(t, b.songs)
		w.searchLog(t, b.songs)
		w.searchExport(t, them, b.songs)
		w.untold(t, ids)
		w.squared(t, ids)
		w.silenced(t, ids)
		w.undisputed(t, ids)
		w.unapplied(t, ids)
		w.unlent(t, ids)
		w.forgotten(t, b, ids)
		w.logStands(t)
		w.restored(t, backup, b, ids)
	})
}

// forgotten tries the old numbers: nobody is found, and who registers anew is
// somebody new.
func (w *world) forgotten(t *testing.T, b bird, ids []actor.DocumentID) {
	t.Helper()
	ctx := t.Context()
	for _, raw := range []string{b.Pass, b.Permit} {
		number := w.files.Number(raw)
		if id, phone, err := w.files.Reach(ctx, number); err != nil || id != "" || phone != "" {
			t.Errorf("the old number still signs in (%v)", err)
		}
		_, _, err := w.files.Locate(ctx, number)
		fails(t, "locate", err, dossier.ErrNotFound)
		_, err = w.files.Find(ctx, desk("one"), number)
		fails(t, "find", err, dossier.ErrNotFound)
	}
	for _, id := range ids {
		by := actor.Actor{Role: actor.Person, Document: id}
		_, err := w.files.Get(ctx, by)
		fails(t, "get", err, dossier.ErrNotFound)
		_, err = w.Export(ctx, by)
		fails(t, "export", err, guard.ErrNotFound)
		_, err = w.Preview(ctx, by)
		fails(t, "preview", err, guard.ErrNotFound)
		_, err = w.Erase(ctx, by, "0000-0000")
		fails(t, "erase", err, guard.ErrNotFound)
		_, err = w.files.SaveData(ctx, by, []dossier.Input{{Code: "email", Value: "a@example.com"}})
		fails(t, "save", err, dossier.ErrNotFound)
	}
	for _, who := range []string{"one", "two"} {
		if page, _, err := w.ListOpen(ctx, desk(who), privacy.Cursor{}, 10); err != nil || len(page) != 0 {
			t.Errorf("%d corrections wait (%v)", len(page), err)
		}
	}
	w.files.Take(w.files.PassEntry(b.Person))
	if again := w.files.ID(b.Pass); slices.Contains(ids, again) {
		t.Error("the number leads to the forgotten document")
	}
	for _, query := range []string{
		"SELECT count(*) FROM delegations WHERE delegate_id = ?", "SELECT count(*) FROM delegations WHERE principal_id = ? AND length(delegate_sealed) > 0",
		"SELECT count(*) FROM delegations WHERE principal_id = ? AND licences IS NOT NULL",
		"SELECT count(*) FROM delegations WHERE principal_id = ? AND revoke_time IS NULL", "SELECT count(*) FROM consents WHERE document_id = ? AND revoke_time IS NULL",
		"SELECT count(*) FROM locators WHERE document_id = ?", "SELECT count(*) FROM inquiries WHERE document_id = ? AND (state = 'pending' OR length(target_sealed) > 0)",
	} {
		for _, id := range ids {
			if n := w.count(t, query, string(id)); n != 0 {
				t.Errorf("%s: %d, want 0", query, n)
			}
		}
	}
	if file := w.files.File(b.Pass); len(file.Documents) != 1 || file.RecordCount != 0 {
		t.Error("the new file is not new")
	}
	must(t, "forget the new one too", w.files.Forget(ctx, w.files.ID(b.Pass)))
}

// logStands: the audit log is whole after the erasure.
func (w *world) logStands(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	for {
		n, err := w.log.Number(ctx, 100)
		must(t, "number", err)
		if n == 0 {
			break
		}
	}
	_, err := w.log.Service.Anchor(ctx)
	must(t, "anchor", err)
	report, err := audit.Verify(ctx, w.deps.DB, w.log.Anchor, w.log.VerifierKey(), nil)
	must(t, "verify", err)
	if !report.OK() || report.Size < 5 {
		t.Errorf("the log of %d entries does not verify: %v", report.Size, report.First)
	}
}
