package privacy_test

import (
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/privacy"
)

func TestCorrection(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		p, me := w.joined(t, 1)
		pass := w.files.ID(p.Pass)
		wish := privacy.Wish{Document: pass, Item: dossier.ItemNameRoman, Value: " LIN CHIH WEI ", Reason: "as on the card"}
		c, err := w.Request(ctx, me, wish)
		must(t, "request", err)
		if c.Before != p.Names.Roman || c.Value != "LIN CHIH WEI" || c.State != privacy.Open || c.Reason != wish.Reason {
			t.Error("the request is not kept as it was made")
		}
		wish.Value = "OTHER"
		again, err := w.Request(ctx, me, wish)
		must(t, "ask again", err)
		if again.ID != c.ID || again.Value != c.Value {
			t.Error("asking again makes another request")
		}
		done, err := w.Decide(ctx, desk("one"), c.ID, true, "seen on the card")
		must(t, "accept", err)
		repeated, err := w.Decide(ctx, desk("two"), c.ID, true, "again")
		must(t, "accept again", err)
		if done.State != privacy.Accepted || repeated.Answer != "seen on the card" {
			t.Error("the first decision does not hold")
		}
		_, err = w.Decide(ctx, desk("one"), c.ID, false, "no")
		fails(t, "the other way", err, privacy.ErrDecided)
		for _, d := range w.files.File(p.Pass).Documents {
			if want := map[bool]string{true: "LIN CHIH WEI", false: p.Names.Roman}[d.ID == pass]; d.Holder.Names.Roman != want {
				t.Errorf("%s is called %q, want %q", d.Kind(), d.Holder.Names.Roman, want)
			}
		}
		list, err := w.List(ctx, me)
		must(t, "list", err)
		if len(list) != 1 || list[0].Before != p.Names.Roman || list[0].Answer != "seen on the card" {
			t.Error("the list does not show before, after and answer")
		}
	})
}

// TestCorrectedDatum: the officer's value counts, and a register that is behind
// does not bring the old one back.
func TestCorrectedDatum(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		p, me := w.joined(t, 2)
		pass := w.files.ID(p.Pass)
		for i, phone := range []string{"+886 900-111-222", "+886900333444", p.Phone} {
			w.files.Clock.Advance(1e9)
			c, err := w.Request(ctx, me, privacy.Wish{Document: pass, Item: dossier.MobilePhone, Value: phone, Reason: "new"})
			must(t, "request", err)
			_, err = w.Decide(ctx, desk("one"), c.ID, true, "yes")
			must(t, "accept", err)
			w.files.Take(w.files.PassEntry(p))
			data := w.files.File(p.Permit).Data
			if want := strings.NewReplacer(" ", "", "-", "").Replace(phone); len(data) != 1 || data[0].Value != want || data[0].Origin != dossier.FromOfficer {
				t.Errorf("round %d: another phone is on file", i)
			}
		}
		if n := w.count(t, "SELECT count(*) FROM data WHERE origin = 'officer'"); n != 3 {
			t.Errorf("%d values of officers are kept, want 3 with the earlier ones", n)
		}
	})
}

func TestCorrectionRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		p, me := w.joined(t, 3)
		other, _ := w.joined(t, 4)
		pass, permit := w.files.ID(p.Pass), w.files.ID(p.Permit)
		_, err := w.files.SaveData(ctx, me, []dossier.Input{{Code: "email", Value: "a@example.com"}})
		must(t, "save", err)
		for _, tt := range []struct {
			name        string
			id          actor.DocumentID
			item, value string
			want        error
		}{
			{"another's", w.files.ID(other.Pass), dossier.ItemSex, "M", guard.ErrNotFound},
			{"nobody's", "00000000-0000-7000-8000-000000000000", dossier.ItemSex, "M", guard.ErrNotFound},
			{"no such item", pass, "number", "1", dossier.ErrItemUnknown},
			{"nothing held", pass, "bank_account", "12345678", dossier.ErrItemUnknown},
			{"typed by the person", pass, "email", "b@example.com", dossier.ErrItemUnknown},
			{"no name", pass, dossier.ItemNameTaiwan, "\u3000", dossier.ErrValue},
			{"a long name", pass, dossier.ItemNameTaiwan, strings.Repeat("陳", 67), dossier.ErrValue},
			{"a control character", pass, dossier.ItemNameRoman, "A\x00B", dossier.ErrValue},
			{"no day", pass, dossier.ItemBirthDate, "1980-02-30", dossier.ErrValue},
			{"tomorrow", pass, dossier.ItemBirthDate, "2026-03-31", dossier.ErrValue},
			{"against the permit's number", permit, dossier.ItemBirthDate, "1980-02-29", dossier.ErrValueNumber},
			{"against the permit's number", permit, dossier.ItemSex, map[bool]string{true: "F", false: "M"}[p.Sex == "M"], dossier.ErrValueNumber},
			{"no sex", pass, dossier.ItemSex, "X", dossier.ErrValue},
			{"what is held", pass, dossier.ItemNameMainland, p.Names.Mainland, dossier.ErrValueHeld},
			{"no phone", pass, dossier.MobilePhone, "phone", dossier.ErrDatumInvalid},
		} {
			_, err := w.Request(ctx, me, privacy.Wish{Document: tt.id, Item: tt.item, Value: tt.value, Reason: "because"})
			fails(t, tt.name, err, tt.want)
		}
		delegate := actor.Actor{Role: actor.Person, Document: pass, Delegate: w.files.ID(other.Pass), Delegation: "d"}
		_, err = w.Request(ctx, delegate, privacy.Wish{Document: pass, Item: dossier.ItemNameRoman, Value: "A", Reason: "because"})
		fails(t, "a delegate", err, guard.ErrNotFound)
		_, err = w.Decide(ctx, me, "x", true, "yes")
		fails(t, "a person decides", err, guard.ErrNotFound)
		_, err = w.Decide(ctx, desk("one"), "00000000-0000-7000-8000-000000000000", true, "yes")
		fails(t, "no such correction", err, guard.ErrNotFound)
	})
}

// TestQueue: an officer sees what the officer may decide, page by page, and only
// that is in the log as looked at.
func TestQueue(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		var wished []privacy.CorrectionID
		var mine dossiertest.Person
		for i := range 7 {
			p, me := w.joined(t, 10+i)
			c, err := w.Request(ctx, me, privacy.Wish{Document: me.Document, Item: dossier.ItemNameRoman, Value: "NEW", Reason: "because"})
			must(t, "request", err)
			if i == 3 {
				mine = p
			}
			wished = append(wished, c.ID)
			w.files.Clock.Advance(1e9)
		}
		family := desk("family")
		w.files.Staff.Tie(family.Officer, w.files.Number(mine.Permit))
		var seen []privacy.CorrectionID
		var after privacy.Cursor
		pages := 0
		looking, l := audit.Begin(ctx, family, "queue", "request")
		for {
			page, next, err := w.ListOpen(looking, family, after, 2)
			must(t, "list", err)
			for _, c := range page {
				seen = append(seen, c.ID)
			}
			if pages++; next == (privacy.Cursor{}) {
				break
			}
			after = next
		}
		if len(seen) != 6 || seen[0] != wished[0] || seen[3] != wished[4] || pages < 3 {
			t.Errorf("%d of 7 on %d pages, want 6, without the family's, the oldest first", len(seen), pages)
		}
		for _, d := range l.Subjects() {
			if d == w.files.ID(mine.Pass) || d == w.files.ID(mine.Permit) {
				t.Error("the log says that the family's file was looked at")
			}
		}
		if n := len(l.Subjects()); n != 12 {
			t.Errorf("%d documents were looked at, want 12", n)
		}
		_, err := w.Decide(ctx, family, wished[3], true, "yes")
		fails(t, "the family's", err, guard.ErrConflict)
		elsewhere := desk("elsewhere")
		elsewhere.Duties = nil
		page, _, err := w.ListOpen(ctx, elsewhere, privacy.Cursor{}, 10)
		if err != nil || len(page) != 0 {
			t.Errorf("without the duty %d are shown (%v)", len(page), err)
		}
		_, err = w.Decide(ctx, elsewhere, wished[0], true, "yes")
		fails(t, "without the duty", err, guard.ErrNotFound)
	})
}
