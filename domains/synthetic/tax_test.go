package synthetic_test

import (
	"strings"
	"testing"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/synthetic"
)

// TestTaxShares: most companies are small taxpayers, each firm has one VAT, and what
// was taken off the register has ended.
func TestTaxShares(t *testing.T) {
	t.Parallel()
	pop := synthetic.New(synthetic.Options{Seed: 1, People: 2000, Firms: 1000})
	vat := map[string]int{}
	for i := range pop.Firms() {
		firm, own := pop.Firm(i), 0
		for _, r := range pop.RegistrationsOfFirm(i) {
			if r.Tax == "vat_small" || r.Tax == "vat_general" {
				own++
				vat[r.Tax+" "+r.Cycle]++
			}
			if ended := !r.To.IsZero(); ended != (firm.State == synthetic.StateRevoked) || ended && r.To.Before(r.From) {
				t.Errorf("%s of a firm that is %s goes from %s to %s", r.Tax, firm.State, r.From, r.To)
			}
		}
		if own != 1 {
			t.Errorf("firm %d has VAT %d times", i, own)
		}
	}
	for what, bounds := range map[string][2]int{"vat_small quarter": {650, 900}, "vat_general month": {100, 300}, "vat_small event": {5, 60}} {
		if n := vat[what]; n < bounds[0] || n > bounds[1] {
			t.Errorf("%s: %d of 1000, want %v", what, n, bounds)
		}
	}
	earners := 0
	for i := range pop.People() {
		earners += len(pop.RegistrationsOf(i))
	}
	if earners < 500 || earners > 800 {
		t.Errorf("%d of 2000 reconcile their income tax", earners)
	}
}

// lastMonth is the last month of a period.
func lastMonth(period string) string {
	year, quarter, ok := strings.Cut(period, "-Q")
	if !ok {
		return period
	}
	return year + map[string]string{"1": "-03", "2": "-06", "3": "-09", "4": "-12"}[quarter]
}

// TestFilingsAreOfThePast: nothing is decided today or later, or before the period is
// over, and a few returns are rejected or missing.
func TestFilingsAreOfThePast(t *testing.T) {
	t.Parallel()
	for _, day := range []string{"2026-01-01", "2026-03-31", "2026-10-01", "2026-11-27"} {
		today, err := civil.ParseDate(day)
		if err != nil {
			t.Fatal(err)
		}
		pop := synthetic.New(synthetic.Options{Seed: 1, People: 2000, Firms: 300, Today: today})
		accepted, rejected, periods := 0, 0, map[string]bool{}
		for i := range pop.Firms() {
			since := pop.Firm(i).RegisteredOn
			for _, f := range pop.FilingsOfFirm(i) {
				if lastMonth(f.Period) < since.String()[:len("2006-01")] {
					t.Errorf("%s: a firm of %s filed for %s", day, since, f.Period)
				}
				if !civil.DateOf(f.DecideTime).Before(today) || f.DecideTime.Format("2006-01") <= lastMonth(f.Period) {
					t.Errorf("%s: a return for %s was decided at %s", day, f.Period, f.DecideTime)
				}
				periods[f.Period] = true
				if f.Accepted {
					accepted++
				} else {
					rejected++
				}
			}
		}
		if accepted < 10*rejected || rejected == 0 || len(periods) > 3 {
			t.Errorf("%s: %d accepted and %d rejected, for %v", day, accepted, rejected, periods)
		}
	}
}
