package consent_test

import (
	"errors"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/fault"
)

func TestUse(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		given := w.give(t, "a")
		use, err := w.Use(t.Context(), officer("tax"), w.claim(given, "a"))
		must(t, "use", err)
		kept, err := w.Voucher(t.Context(), "tax", use.Voucher)
		must(t, "look the voucher up", err)
		if kept.ID != use.ID || kept.Consent != given.ID || kept.Document != "a" || !kept.Decided.Equal(use.Decided) || kept.Law != "" {
			t.Errorf("the use is kept as %+v", kept)
		}
		fails(t, "another department's voucher", second(w.Voucher(t.Context(), "police", use.Voucher)), consent.ErrVoucherNotFound, "")
		fails(t, "no such voucher", second(w.Voucher(t.Context(), "tax", "none")), consent.ErrVoucherNotFound, "")
		if got := w.read(t, "a", given.ID); got.Uses != 1 || !got.Used.Equal(use.Decided) {
			t.Errorf("the consent has %d uses, the last at %v", got.Uses, got.Used)
		}
		row := w.db.Client(t.Context()).DataCall.GetX(t.Context(), use.ID)
		if row.OfficerID != "officer" || row.OfficeID != "window" || row.SystemID != "" {
			t.Errorf("the use is by %q of %q, or by system %q", row.OfficerID, row.OfficeID, row.SystemID)
		}
	})
}

func TestUseOnALaw(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := consent.Claim{Voucher: "v", Document: "a", File: []actor.DocumentID{"a"}, Party: "tax", Purpose: "window_check", Scopes: []string{"records"}, Law: "some_law"}
		use, err := w.Use(t.Context(), actor.Actor{Role: actor.System, Officer: "program", Department: "tax"}, c)
		must(t, "use", err)
		row := w.db.Client(t.Context()).DataCall.GetX(t.Context(), use.ID)
		if row.SystemID != "program" || row.OfficerID != "" || row.LegalBasis != "some_law" || row.ConsentID != nil {
			t.Error("the use is written as somebody else's")
		}
		uses, more, err := w.Uses(t.Context(), as("a"), "", consent.UseCursor{}, 10)
		must(t, "list uses", err)
		if len(uses) != 1 || more || uses[0].Law != "some_law" || uses[0].PartyName != "部门 tax" {
			t.Error("the person does not see the read")
		}
	})
}

// TestUseRefuses: whatever does not fit is refused alike and leaves nothing.
func TestUseRefuses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		given := w.give(t, "a")
		for name, change := range map[string]func(*consent.Claim){
			"another party":          func(c *consent.Claim) { c.Party = "police" },
			"another purpose":        func(c *consent.Claim) { c.Purpose = "subsidy_check" },
			"other data":             func(c *consent.Claim) { c.Scopes = []string{"mobile_phone"} },
			"more data":              func(c *consent.Claim) { c.Scopes = []string{"occupation", "mobile_phone"} },
			"no data":                func(c *consent.Claim) { c.Scopes = nil },
			"another file":           func(c *consent.Claim) { c.Document, c.File = "b", []actor.DocumentID{"b"} },
			"no such consent":        func(c *consent.Claim) { c.Consent = "none" },
			"a party that is no one": func(c *consent.Claim) { c.Party = "none" },
		} {
			c := w.claim(given, "a")
			change(&c)
			fails(t, name, second(w.Use(t.Context(), officer("tax"), c)), consent.ErrNotValid, "")
		}
		for name, change := range map[string]func(*consent.Claim){
			"neither consent nor law":       func(c *consent.Claim) { c.Consent = "" },
			"both":                          func(c *consent.Claim) { c.Law = "law" },
			"a document outside its file":   func(c *consent.Claim) { c.Document = "b" },
			"no voucher":                    func(c *consent.Claim) { c.Voucher = "" },
			"a read by nobody's department": func(c *consent.Claim) { c.Party = "" },
		} {
			c := w.claim(given, "a")
			change(&c)
			_, err := w.Use(t.Context(), officer("tax"), c)
			if f, isFault := errors.AsType[*fault.Fault](err); err == nil || isFault {
				t.Errorf("%s: %v, %v", name, err, f)
			}
		}
		w.advance(24*time.Hour - time.Second)
		must(t, "a second before the end", second(w.Use(t.Context(), officer("tax"), w.claim(given, "a"))))
		w.advance(2 * time.Second)
		fails(t, "past the end", second(w.Use(t.Context(), officer("tax"), w.claim(given, "a"))), consent.ErrNotValid, "")
		if got := w.read(t, "a", given.ID); got.Uses != 1 {
			t.Errorf("%d uses are counted, want one", got.Uses)
		}
		if n := w.db.Client(t.Context()).DataCall.Query().CountX(t.Context()); n != 1 {
			t.Errorf("%d uses are written, want one", n)
		}
	})
}

// TestUseAll: several reads are decided together, each on its own consent, or none is.
func TestUseAll(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first, second, gone := w.give(t, "a"), w.give(t, "b"), w.give(t, "b")
		_, _, err := w.Revoke(t.Context(), as("b"), gone.ID)
		must(t, "take one back", err)
		others := w.claim(second, "b")
		others.Document, others.File = "a", []actor.DocumentID{"a"}
		for name, claims := range map[string][]consent.Claim{
			"one that was taken back": {w.claim(first, "a"), w.claim(gone, "b")},
			"one of another file":     {w.claim(first, "a"), others},
		} {
			_, err := w.UseAll(t.Context(), officer("tax"), claims...)
			fails(t, name, err, consent.ErrNotValid, "")
		}
		_, err = w.UseAll(t.Context(), officer("tax"), w.claim(first, "a"), w.claim(first, "a"))
		if _, isFault := errors.AsType[*fault.Fault](err); err == nil || isFault {
			t.Errorf("two on one consent: %v", err)
		}
		if n := w.db.Client(t.Context()).DataCall.Query().CountX(t.Context()); n != 0 || w.read(t, "a", first.ID).Uses != 0 {
			t.Errorf("%d reads are written, and %d counted, of which none was decided", n, w.read(t, "a", first.ID).Uses)
		}
		uses, err := w.UseAll(t.Context(), officer("tax"), w.claim(first, "a"), w.claim(second, "b"))
		must(t, "use both", err)
		for i, c := range []consent.Consent{first, second} {
			if uses[i].Consent != c.ID || uses[i].Document != c.Document {
				t.Errorf("use %d rests on %s under %s", i, uses[i].Consent, uses[i].Document)
			}
			if got := w.read(t, c.Document, c.ID); got.Uses != 1 || !got.Used.Equal(uses[i].Decided) {
				t.Errorf("consent %d has %d uses", i, got.Uses)
			}
		}
	})
}

// TestPagesOfUses pages through uses of which some were decided at one moment.
func TestPagesOfUses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		mine, others := w.give(t, "a"), w.give(t, "b")
		want := map[string]bool{}
		for i := range 12 {
			use, err := w.Use(t.Context(), officer("tax"), w.claim(mine, "a"))
			must(t, "use", err)
			want[use.ID] = true
			if i%2 == 0 {
				w.advance(-time.Minute) // decided at the moment of the last one
			}
			must(t, "another's use", second(w.Use(t.Context(), officer("tax"), w.claim(others, "b"))))
		}
		for _, on := range []consent.ID{"", mine.ID} {
			seen := map[string]bool{}
			after := consent.UseCursor{}
			for more := true; more; {
				var page []consent.Use
				var err error
				page, more, err = w.Uses(t.Context(), as("a"), on, after, 5)
				must(t, "list uses", err)
				for _, u := range page {
					if seen[u.ID] || !want[u.ID] || after.ID != "" && u.Decided.After(after.Decided) {
						t.Fatalf("use %s is shown twice, out of order or to a stranger", u.ID)
					}
					seen[u.ID] = true
					after = consent.UseCursor{Decided: u.Decided, ID: u.ID}
				}
			}
			if len(seen) != len(want) {
				t.Errorf("%d uses were shown, want %d", len(seen), len(want))
			}
		}
		_, _, err := w.Uses(t.Context(), as("a"), others.ID, consent.UseCursor{}, 5)
		fails(t, "uses of another's consent", err, consent.ErrNotFound, "")
	})
}

// TestBothHalvesSeeAUse: data of two documents were read on a consent given
// under one and asked for under the other. After the cut both holders see it.
func TestBothHalvesSeeAUse(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		given := w.give(t, "a")
		must(t, "join", w.join(t.Context(), "b", "a"))
		must(t, "use", second(w.Use(t.Context(), officer("tax"), w.claim(given, "b"))))
		must(t, "part", w.join(t.Context(), "b", "b"))
		for _, id := range []actor.DocumentID{"a", "b"} {
			uses, _, err := w.Uses(t.Context(), as(id), "", consent.UseCursor{}, 5)
			must(t, "list uses", err)
			if len(uses) != 1 {
				t.Errorf("the holder of %s sees %d uses, want one", id, len(uses))
			}
		}
	})
}
