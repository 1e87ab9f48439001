package subsidy_test

import (
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/subsidy"
)

// TestSearch: officers with the duty to pay page through payouts by state, and find those of
// a payee by either document.
func TestSearch(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for i := range 5 {
			w.payee(t, i, 100_000)
		}
		batch := w.approved(t, 100_000_000)
		must(t, "pay", w.Pay(t.Context(), string(batch.ID)))

		seen := map[subsidy.PayoutID]bool{}
		var after subsidy.Position
		for more := true; more; {
			var page []subsidy.Payout
			var err error
			page, more, err = w.Payouts(t.Context(), checker, "pingtan_iit", []subsidy.PayoutState{subsidy.PayoutPaid}, after, 2)
			must(t, "list", err)
			for _, p := range page {
				if seen[p.ID] || p.State != subsidy.PayoutPaid {
					t.Errorf("%s is listed twice, or is %s", p.ID, p.State)
				}
				seen[p.ID], after = true, subsidy.Position{Created: p.Created, ID: p.ID}
			}
		}
		if len(seen) != 5 {
			t.Errorf("%d payouts are listed, want 5", len(seen))
		}
		none, more, err := w.Payouts(t.Context(), checker, "pingtan_iit", []subsidy.PayoutState{subsidy.PayoutUnknown}, subsidy.Position{}, 2)
		if len(none) > 0 || more || err != nil {
			t.Errorf("%d of an end that nobody knows, %v, %v", len(none), more, err)
		}

		p := dossiertest.NewPerson(3)
		w.Join(p)
		for _, raw := range []string{p.Pass, p.Permit} {
			found, err := w.Find(t.Context(), checker, w.Number(raw))
			must(t, "find", err)
			if len(found) != 1 || found[0].Document != w.ID(p.Pass) {
				t.Errorf("%d payouts found, want the one of the payee", len(found))
			}
		}
		_, err = w.Find(t.Context(), checker, w.Number(dossiertest.NewPerson(9).Pass))
		fails(t, "find nobody", err, dossier.ErrNotFound)
		_, err = w.Find(t.Context(), w.Holder(p.Pass), w.Number(p.Pass))
		fails(t, "find as a person", err, guard.ErrNotFound)
		other := checker
		other.Duties = []actor.Duty{actor.Accept}
		_, _, err = w.Payouts(t.Context(), other, "pingtan_iit", nil, subsidy.Position{}, 2)
		fails(t, "list with another duty", err, guard.ErrNotFound)
	})
}
