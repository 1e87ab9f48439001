package credit_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/credit"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	creditrow "github.com/minzhengtong/minzhengtong/gen/ent/creditreport"
)

// TestOfficerReads: an officer of the department that is named sees the sections that are
// named, without a grade that rests on others; each try is shown to the holder, and the
// call's entry names the documents and the authorisation.
func TestOfficerReads(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.joined(0)
		w.holds("penalties", []upstream.CreditFact{w.penalty("P1", "open", 1)}, p.Pass)
		w.holds("utilities", []upstream.CreditFact{w.bill("U1", "on_time", 1)}, p.Permit)
		whole := w.authorises(t, p.Pass, "platform", scopes())
		made, err := w.Obtain(t.Context(), w.Holder(p.Pass), whole)
		must(t, "obtain", err)
		fails(t, "without an authorisation", second(w.Read(t.Context(), officer("one", "bank"), w.Number(p.Pass))), consent.ErrNotValid)
		part := w.authorises(t, p.Permit, "bank", []string{"utilities", "licences"})
		ctx, look := audit.Begin(t.Context(), officer("one", "bank"), "credit", "request")
		r, err := w.Read(ctx, officer("one", "bank"), w.Number(p.Permit))
		must(t, "read", err)
		if fine, bills := section(t, r, "penalties"), section(t, r, "utilities"); fine.State != credit.NotAuthorised || fine.Facts != nil || len(bills.Facts) != 1 {
			t.Errorf("penalties are %s, and %d bills are there", fine.State, len(bills.Facts))
		}
		if g := r.Content.Grade; g.Value != "" || !g.Hidden || r.Trace != nil || r.Digest == made.Digest || len(r.Readings) != 2 {
			t.Errorf("the grade is %+v, with %d readings", g, len(r.Readings))
		}
		use, err := w.consents.Voucher(t.Context(), "bank", r.Voucher)
		if err != nil || use.Consent != part || len(use.Scopes) != 2 {
			t.Errorf("the read has no voucher: %v", err)
		}
		if got := look.Subjects(); !slices.Contains(got, w.ID(p.Pass)) || !slices.Contains(got, w.ID(p.Permit)) {
			t.Errorf("the read concerns %q", got)
		}
		w.authorises(t, p.Permit, "bank", scopes())
		if r, err = w.Read(t.Context(), officer("two", "bank"), w.Number(p.Pass)); err != nil || r.Content.Grade.Value != "b" || r.Trace == nil {
			t.Errorf("with all sections: grade %q, %v", r.Content.Grade.Value, err)
		}
		want := []string{"read shown", "read shown", "read refused CONSENT_NOT_VALID", "obtain made"}
		if got := w.queries(t, p.Pass); !slices.Equal(got, want) {
			t.Errorf("queries %v, want %v", got, want)
		}
		list, _, err := w.Queries(t.Context(), w.Holder(p.Pass), credit.QueryCursor{}, 1)
		if err != nil || list[0].PartyName != "示例银行" || list[0].Office != "window" || list[0].Number != 1 {
			t.Errorf("the holder sees %+v, %v", list, err)
		}
	})
}

// TestOfficerIsRefused: on a duty alone, with a tie, of no department,
// without a report, and after the authorisation ended.
func TestOfficerIsRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.joined(0)
		on := w.authorises(t, p.Pass, "bank", scopes())
		number := w.Number(p.Permit)
		fails(t, "without a report", second(w.Read(t.Context(), officer("one", "bank"), number)), credit.ErrReport)
		must(t, "obtain", second(w.Obtain(t.Context(), w.Holder(p.Pass), on)))
		w.Staff.Tie("family", number)
		noDuty := officer("one", "bank")
		noDuty.Duty = ""
		fails(t, "family", second(w.Read(t.Context(), officer("family", "bank"), number)), guard.ErrConflict)
		fails(t, "without a duty", second(w.Read(t.Context(), noDuty, number)), guard.ErrNotFound)
		fails(t, "without a department", second(w.Read(t.Context(), officer("one", ""), number)), guard.ErrNotFound)
		fails(t, "another department", second(w.Read(t.Context(), officer("one", "platform"), number)), consent.ErrNotValid)
		fails(t, "the holder", second(w.Read(t.Context(), w.Holder(p.Pass), number)), guard.ErrNotFound)
		fails(t, "a number of nobody's", second(w.Read(t.Context(), officer("one", "bank"), w.Number("19999999"))), dossier.ErrNotFound)
		w.revokes(t, p.Permit, on)
		fails(t, "after the end", second(w.Read(t.Context(), officer("one", "bank"), number)), consent.ErrNotValid)
		if list, err := w.Reports(t.Context(), w.Holder(p.Pass)); err != nil || len(list) != 1 {
			t.Errorf("the holder sees %d of the own versions, %v", len(list), err)
		}
		if got := w.queries(t, p.Pass); len(got) != 8 || got[0] != "read refused CONSENT_NOT_VALID" {
			t.Errorf("%d queries, want each try with a subject: %v", len(got), got)
		}
	})
}

// TestNothingIsShownAfterTheEnd: officers read while the authorisation is taken back. No
// read has a later time than its end, and no read that began after it succeeds.
func TestNothingIsShownAfterTheEnd(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.joined(0)
		on := w.authorises(t, p.Pass, "bank", scopes())
		must(t, "obtain", second(w.Obtain(t.Context(), w.Holder(p.Pass), on)))
		var reading sync.WaitGroup
		for i := range 8 {
			reading.Go(func() {
				for range 5 {
					_, _ = w.Read(t.Context(), officer(fmt.Sprint(i), "bank"), w.Number(p.Pass))
				}
			})
		}
		w.revokes(t, p.Pass, on)
		fails(t, "after the end", second(w.Read(t.Context(), officer("late", "bank"), w.Number(p.Pass))), consent.ErrNotValid)
		reading.Wait()
		list, err := w.consents.List(t.Context(), w.Holder(p.Pass))
		must(t, "list consents", err)
		uses, _, err := w.consents.Uses(t.Context(), w.Holder(p.Pass), on, consent.UseCursor{}, 100)
		must(t, "list uses", err)
		for _, u := range uses {
			if u.Decided.After(list[0].Revoked) {
				t.Errorf("a read was decided %v after the end", u.Decided.Sub(list[0].Revoked))
			}
		}
		f, err := w.Figures(t.Context(), w.day(0), w.day(0))
		if err != nil || f.Shown != len(uses)-1 || f.Read != 41 || f.Shown+f.Refused != 41 {
			t.Errorf("%+v for %d uses, %v", f, len(uses), err)
		}
	})
}

// TestObtainAgainstTheEnd: many obtain while it is taken back; whatever was kept was kept
// before.
func TestObtainAgainstTheEnd(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.joined(0)
		on := w.authorises(t, p.Pass, "platform", scopes())
		var asking sync.WaitGroup
		for range 4 {
			asking.Go(func() { _, _ = w.Obtain(t.Context(), w.Holder(p.Pass), on) })
		}
		w.revokes(t, p.Pass, on)
		before := w.DB.Client(t.Context()).CreditReport.Query().Select(creditrow.FieldID).StringsX(t.Context())
		asking.Wait()
		if after := w.kept(t); after != len(before) {
			t.Errorf("%d versions, %d of them kept after the end", after, after-len(before))
		}
	})
}

// TestOver: after its time a report is shown to nobody, and its queries stay; one that the sources confirmed meanwhile is not over.
func TestOver(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, other := w.joined(0), w.joined(1)
		on, others := w.authorises(t, p.Pass, "bank", scopes()), w.authorises(t, other.Pass, "bank", scopes())
		must(t, "obtain", second(w.Obtain(t.Context(), w.Holder(p.Pass), on)))
		must(t, "obtain another's", second(w.Obtain(t.Context(), w.Holder(other.Pass), others)))
		w.Clock.Advance(89 * 24 * time.Hour)
		must(t, "confirm another's", second(w.Obtain(t.Context(), w.Holder(other.Pass), others)))
		w.Clock.Advance(24 * time.Hour)
		fails(t, "over", second(w.Read(t.Context(), officer("one", "bank"), w.Number(p.Pass))), credit.ErrReport)
		must(t, "not over", second(w.Read(t.Context(), officer("one", "bank"), w.Number(other.Pass))))
		if list, err := w.Reports(t.Context(), w.Holder(p.Pass)); err != nil || len(list) > 0 {
			t.Errorf("%d versions that are over are shown, %v", len(list), err)
		}
		r, err := w.Obtain(t.Context(), w.Holder(p.Pass), on)
		if err != nil || r.Number != 2 || len(w.queries(t, p.Pass)) != 3 {
			t.Errorf("version %d after %v, %v", r.Number, w.queries(t, p.Pass), err)
		}
	})
}

// TestPagesOfQueries: pages show each query once, the newest first.
func TestPagesOfQueries(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.joined(0)
		for range 7 {
			fails(t, "without", second(w.Read(t.Context(), officer("one", "bank"), w.Number(p.Pass))), consent.ErrNotValid)
		}
		seen := map[string]bool{}
		var after credit.QueryCursor
		for more := true; more; {
			var list []credit.Query
			var err error
			list, more, err = w.Queries(t.Context(), w.Holder(p.Permit), after, 3)
			must(t, "list", err)
			for _, q := range list {
				seen[q.ID] = true
				after = credit.QueryCursor{Asked: q.Asked, ID: q.ID}
			}
		}
		if len(seen) != 7 {
			t.Errorf("%d queries on all pages, want 7", len(seen))
		}
	})
}

// TestForget: reports go, queries stay, and both are in what is held about somebody.
func TestForget(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.joined(0)
		w.holds("penalties", []upstream.CreditFact{w.penalty("P1", "open", 1)}, p.Pass)
		on := w.authorises(t, p.Pass, "platform", scopes())
		must(t, "obtain", second(w.Obtain(t.Context(), w.Holder(p.Pass), on)))
		h, err := w.Holdings(t.Context(), 10, w.ID(p.Pass), w.ID(p.Permit))
		if err != nil || len(h.Reports) != 1 || len(h.Queries) != 1 || len(h.Reports[0].Raw) == 0 || len(h.Reports[0].Rule) == 0 {
			t.Errorf("%d reports and %d queries are held, %v", len(h.Reports), len(h.Queries), err)
		}
		for range 2 {
			must(t, "forget", w.DB.InTx(t.Context(), func(ctx context.Context) error {
				return w.Forget(ctx, w.ID(p.Pass), w.ID(p.Permit))
			}))
		}
		if w.kept(t) != 0 || len(w.queries(t, p.Pass)) != 1 {
			t.Errorf("%d reports are left, and %v", w.kept(t), w.queries(t, p.Pass))
		}
	})
}
