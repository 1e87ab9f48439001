package subsidy_test

import (
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// TestCountedUnderEachDocument: who paid under both documents sees which receipt stands under
// which, the receipts that did not count left out, and what the money that came was for.
func TestCountedUnderEachDocument(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := dossiertest.NewPerson(0)
		w.Join(p)
		w.authorises(t, p.Pass)
		interest := wages("A3", 50_000, 0)
		interest.Category = "interest"
		w.works(p.Pass).payments = []upstream.TaxPayment{wages("A1", 100_000, 10_000), interest}
		w.works(p.Permit).payments = []upstream.TaxPayment{wages("A2", 30_000, 0)}
		w.run(t, 1, 0, 0, 1)
		w.account(t, p, number(0))
		batch := w.approved(t, 100_000_000)
		must(t, "pay", w.Pay(t.Context(), string(batch.ID)))

		for _, raw := range []string{p.Pass, p.Permit} {
			m, err := w.Mine(t.Context(), w.Holder(raw))
			must(t, "look", err)
			if len(m.Decisions) != 1 || len(m.Payouts) != 1 || len(m.Decisions[0].Counted) != 2 {
				t.Fatalf("%d decisions and %d payouts", len(m.Decisions), len(m.Payouts))
			}
			under := map[string]string{"A1": string(w.ID(p.Pass)), "A2": string(w.ID(p.Permit))}
			for _, r := range m.Decisions[0].Counted {
				if string(r.Under) != under[r.Number] {
					t.Errorf("%s stands under %s, want %s", r.Number, r.Under, under[r.Number])
				}
			}
			got := m.Payouts[0]
			if got.Reference == "" || got.Account.Tail == "" || len(got.Decisions) != 1 || got.Decisions[0] != m.Decisions[0].ID {
				t.Errorf("the receipt of the payout names %q, %d decisions", got.Reference, len(got.Decisions))
			}
		}
	})
}
