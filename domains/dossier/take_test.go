package dossier_test

import (
	"testing"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
)

// take takes entries and returns what became of them.
func take(t *testing.T, w *dossiertest.World, entries ...dossier.Entry) []dossier.Taken {
	t.Helper()
	taken, err := w.TakeDocuments(t.Context(), entries)
	must(t, "take documents", err)
	return taken
}

func TestTakeDocumentsAgain(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		pass, permit := w.PassEntry(p), w.PermitEntry(p, p.Pass)
		became(t, "first, one of them twice", take(t, w, pass, permit, pass), dossier.Added, dossier.Added, dossier.Unchanged)
		before := w.File(p.Pass)
		w.Clock.Advance(time.Hour)
		became(t, "again", take(t, w, pass, permit), dossier.Unchanged, dossier.Unchanged)
		if after := w.File(p.Pass); after.ID != before.ID || len(after.Documents) != 1 || len(after.Data) != 1 {
			t.Errorf("file has %d documents and %d data, want 1 and 1", len(after.Documents), len(after.Data))
		}
		if n := len(w.File(p.Permit).Inquiries); n != 1 {
			t.Errorf("%d inquiries are open, want the one that was raised", n)
		}
		later := pass
		later.Validity, later.Phone = p.Validity(1), "+886911111111"
		became(t, "later printing", take(t, w, later, later), dossier.Changed, dossier.Unchanged)
		became(t, "earlier printing, earlier phone", take(t, w, pass), dossier.Changed)
		file := w.File(p.Pass)
		if d := file.Documents[0]; d.Validity != p.Validity(1) || len(d.Earlier) != 1 || d.Earlier[0] != p.Validity(0) {
			t.Errorf("printings are %v, %v; want the later one to hold", d.Validity, d.Earlier)
		}
		if file.Data[0].Value != p.Phone {
			t.Error("the phone is not the one that was listed last")
		}
		other := pass
		other.Holder.Birth = civil.Date{Year: 1999, Month: 9, Day: 9}
		taken := take(t, w, other, permit)
		fails(t, "another birth date", taken[0].Fault, dossier.ErrRegisterDiffers)
		became(t, "the row after it", taken[1:], dossier.Unchanged)
	})
}

// TestTakeKeepsWhatIsNewer: a register that is behind neither brings back a
// document that was replaced here nor ends a loss that was reported here.
func TestTakeKeepsWhatIsNewer(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Join(p)
		w.Authorities.SetPermit(p.PermitNo(1), renewed(p, 1, p.Permit))
		_, _, err := w.Renew(t.Context(), w.Holder(p.Pass), w.ID(p.Permit), p.PermitNo(1))
		must(t, "renew", err)
		_, err = w.ReportLoss(t.Context(), w.Holder(p.Pass), w.ID(p.Pass))
		must(t, "report a loss", err)
		became(t, "the same file again", take(t, w, w.PassEntry(p), w.PermitEntry(p, "")), dossier.Unchanged, dossier.Unchanged)
		states := map[dossier.DocumentID]document.Status{
			w.ID(p.Pass): document.Lost, w.ID(p.Permit): document.Replaced, w.ID(p.PermitNo(1)): document.Valid,
		}
		for _, d := range w.File(p.Pass).Documents {
			if d.Status != states[d.ID] {
				t.Errorf("a %s is %s, want %s", d.Kind(), d.Status, states[d.ID])
			}
		}
		reissued := w.PassEntry(p)
		reissued.Validity = p.Validity(1)
		became(t, "issued anew", take(t, w, reissued), dossier.Changed)
		if d := w.File(p.Pass).Documents[0]; d.Status != document.Valid {
			t.Errorf("pass issued anew is %s, want valid", d.Status)
		}
		reissued.State = document.Revoked
		became(t, "revoked", take(t, w, reissued, reissued), dossier.Changed, dossier.Unchanged)
	})
}

func TestTakeReplacements(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p, q := dossiertest.NewPerson(0), dossiertest.NewPerson(1)
		w.Settle(p)
		next := w.PermitEntry(p, p.Pass)
		next.Number, next.Replaces = w.Number(p.PermitNo(1)), w.Number(p.Permit)
		next.Validity, next.Phone = p.Validity(1), p.Phone
		became(t, "a new number", take(t, w, next), dossier.Added)
		became(t, "again", take(t, w, next, next), dossier.Unchanged, dossier.Unchanged)
		oneFile(t, w, p.Permit, p.PermitNo(1))
		if n := len(w.File(p.PermitNo(1)).Inquiries); n != 1 {
			t.Errorf("%d inquiries are open, want 1: the new permit names the pass", n)
		}

		gone := w.PassEntry(q)
		gone.Replaces = w.Number(q.PassNo(1))
		became(t, "a predecessor that nobody listed", take(t, w, gone), dossier.Added)
		oneFile(t, w, q.Pass, q.PassNo(1))
		if d := w.File(q.PassNo(1)).Documents; len(d) != 2 || d[0].Number.Canonical() != q.Pass || d[1].Status != document.Replaced {
			t.Errorf("%d documents are on file, want the pass and the one it replaced", len(d))
		}

		itself := w.PermitEntry(q, "")
		itself.Replaces = itself.Number
		became(t, "issued anew under its number", take(t, w, itself, itself), dossier.Added, dossier.Unchanged)

		other := next
		other.Number, other.Holder.Sex = w.Number(p.PermitNo(2)), document.Male
		other.Replaces = next.Number
		fails(t, "replaces another person's", take(t, w, other)[0].Fault, dossier.ErrRegisterDiffers)
	})
}

// TestTakeLearnsOfSuccession: the new document was on file before the register
// said what it replaced.
func TestTakeLearnsOfSuccession(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		next := p
		next.Permit = p.PermitNo(1)
		w.Take(w.PermitEntry(p, ""), w.PermitEntry(next, p.Pass))
		apart(t, w, p.Permit, next.Permit)
		entry := w.PermitEntry(next, p.Pass)
		entry.Replaces = w.Number(p.Permit)
		became(t, "what it replaced", take(t, w, entry, entry), dossier.Changed, dossier.Unchanged)
		oneFile(t, w, p.Permit, next.Permit)
	})
}

// TestTakeLeavesOutWhatContradicts: a row that would put two current documents
// of one kind into one file is left out whole; the others are taken.
func TestTakeLeavesOutWhatContradicts(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p, q := dossiertest.NewPerson(0), dossiertest.NewPerson(1)
		first := w.PermitEntry(p, "")
		first.Number, first.Replaces = w.Number(p.PermitNo(1)), w.Number(p.Permit)
		w.Take(w.PermitEntry(p, ""), first)
		second := first
		second.Number = w.Number(p.PermitNo(2))
		taken := take(t, w, w.PassEntry(q), second)
		became(t, "a row beside it", taken[:1], dossier.Added)
		fails(t, "two successors of one permit", taken[1].Fault, dossier.ErrContradicted)
		_, _, err := w.Locate(t.Context(), second.Number)
		fails(t, "the row that was left out", err, dossier.ErrNotFound)
		w.File(q.Pass)
	})
}

func TestTakeRecords(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p, stranger := dossiertest.NewPerson(0), dossiertest.NewPerson(1)
		w.Settle(p)
		amount := int64(123_45)
		entry := dossier.RecordEntry{
			Number: w.Number(p.Pass), Kind: "subsidy", Title: "補助", Authority: "人社局",
			Occurred: dossiertest.Start.Add(-time.Hour + 123*time.Nanosecond), AmountFen: &amount, Source: "hr", SourceRef: "1",
		}
		second := entry
		second.SourceRef, second.AmountFen, second.Number = "2", nil, w.Number(p.Permit)
		other := second
		other.Source = "tax" // another source may use the same reference
		takeRecords := func(entries ...dossier.RecordEntry) []dossier.Taken {
			taken, err := w.TakeRecords(t.Context(), entries)
			must(t, "take records", err)
			return taken
		}
		became(t, "first, one twice", takeRecords(entry, second, entry, other),
			dossier.Added, dossier.Added, dossier.Unchanged, dossier.Added)
		became(t, "again", takeRecords(entry, second, other), dossier.Unchanged, dossier.Unchanged, dossier.Unchanged)
		changed, less := entry, amount-1
		changed.AmountFen = &less
		fails(t, "another amount", takeRecords(changed)[0].Fault, dossier.ErrRecordDiffers)
		none := entry
		none.AmountFen = nil
		fails(t, "no amount", takeRecords(none)[0].Fault, dossier.ErrRecordDiffers)
		unknown := entry
		unknown.Number, unknown.SourceRef = w.Number(stranger.Pass), "3"
		fails(t, "an unknown person", takeRecords(unknown)[0].Fault, dossier.ErrPersonUnknown)
		file := w.File(p.Pass)
		if file.RecordCount != 1 || *file.Records[0].AmountFen != amount {
			t.Errorf("%d records are on the pass, want 1 of %d fen", file.RecordCount, amount)
		}
		if n := w.File(p.Permit).RecordCount; n != 2 {
			t.Errorf("%d records are on the permit, want 2", n)
		}
	})
}

func TestListRecords(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Join(p)
		const total = 25
		entries := make([]dossier.RecordEntry, total)
		for i := range entries {
			entries[i] = dossier.RecordEntry{
				Number: w.Number([]string{p.Pass, p.Permit}[i%2]), Kind: "visit", Title: "辦事", Authority: "窗口",
				Occurred: dossiertest.Start.Add(-time.Duration(i/3) * time.Hour), Source: "hall", SourceRef: string(rune('a' + i)),
			}
		}
		_, err := w.TakeRecords(t.Context(), entries)
		must(t, "take records", err)
		file := w.File(p.Permit)
		if file.RecordCount != total || len(file.Records) != dossier.FirstRecords {
			t.Errorf("the file shows %d of %d records, want %d of %d", len(file.Records), file.RecordCount, dossier.FirstRecords, total)
		}
		seen := map[string]bool{}
		var after dossier.RecordCursor
		for pages := 1; ; pages++ {
			records, more, err := w.ListRecords(t.Context(), w.Holder(p.Pass), after, 7)
			must(t, "list records", err)
			for _, r := range records {
				if seen[r.ID] || after.ID != "" && r.Occurred.After(after.Occurred) {
					t.Fatal("a record is listed twice or out of order")
				}
				seen[r.ID] = true
				after = dossier.RecordCursor{Occurred: r.Occurred, ID: r.ID}
			}
			if !more {
				if len(seen) != total || pages != 4 {
					t.Errorf("%d records on %d pages, want %d on 4", len(seen), pages, total)
				}
				return
			}
		}
	})
}
