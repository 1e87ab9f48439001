package tax_test

import (
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/tax"
)

// TestDates holds what is planned against the notices of 2025 and 2026, and against
// days of the week in 2027, of which no notice is known.
func TestDates(t *testing.T) {
	tests := []struct {
		name   string
		kind   tax.Kind
		cycle  tax.Cycle
		period tax.Period
		due    string
		basis  tax.Basis
	}{
		{"spring festival in the filing period", "vat_general", tax.Monthly, "2025-01", "2025-02-20", tax.National},
		{"labour day", "vat_general", tax.Monthly, "2025-04", "2025-05-22", tax.National},
		{"national day, by quarter", "vat_small", tax.Quarterly, "2025-Q3", "2025-10-27", tax.National},
		{"December's return in the next year", "vat_general", tax.Monthly, "2025-12", "2026-01-20", tax.National},
		{"the year's quarter", "vat_small", tax.Quarterly, "2025-Q4", "2026-01-20", tax.National},
		{"on the last day of a holiday", "iit_withholding", tax.Monthly, "2026-01", "2026-02-24", tax.National},
		{"the 15th is a Sunday", "surcharges", tax.Monthly, "2026-02", "2026-03-16", tax.National},
		{"a quarter's prepayment", "cit_prepayment", tax.Quarterly, "2026-Q1", "2026-04-20", tax.National},
		{"a month's prepayment", "cit_prepayment", tax.Monthly, "2026-09", "2026-10-26", tax.National},
		{"business income by quarter", "business_income_prepayment", tax.Quarterly, "2026-Q2", "2026-07-15", tax.National},
		{"business income by month", "business_income_prepayment", tax.Monthly, "2026-07", "2026-08-17", tax.National},
		{"stamp duty by year", "stamp_duty", tax.Yearly, "2025", "2026-01-20", tax.National},
		{"stamp duty by quarter", "stamp_duty", tax.Quarterly, "2026-Q3", "2026-10-26", tax.National},
		{"surcharges by quarter", "surcharges", tax.Quarterly, "2026-Q3", "2026-10-26", tax.National},
		{"general VAT by quarter", "vat_general", tax.Quarterly, "2026-Q3", "2026-10-26", tax.National},
		{"small VAT by month", "vat_small", tax.Monthly, "2026-10", "2026-11-16", tax.National},
		{"interim statements by month", "statements_interim", tax.Monthly, "2026-11", "2026-12-15", tax.National},
		{"interim statements by quarter", "statements_interim", tax.Quarterly, "2026-Q2", "2026-07-15", tax.National},
		{"social insurance", "social_insurance", tax.Monthly, "2026-05", "2026-06-15", tax.National},
		{"business income of the year", "business_income_annual", tax.Yearly, "2025", "2026-03-31", tax.Computed},
		{"May 31 on a holiday", "cit_reconciliation", tax.Yearly, "2024", "2025-06-03", tax.Computed},
		{"May 31 on a Sunday", "cit_reconciliation", tax.Yearly, "2025", "2026-06-01", tax.Computed},
		{"annual statements", "statements_annual", tax.Yearly, "2025", "2026-06-01", tax.Computed},
		{"reconciliation of persons", "comprehensive_reconciliation", tax.Yearly, "2025", "2026-06-30", tax.Computed},
		{"market report", "market_annual_report", tax.Yearly, "2024", "2025-06-30", tax.Computed},
		{"2027 is provisional", "vat_general", tax.Monthly, "2027-04", "2027-05-17", tax.Provisional},
		{"2027 by quarter", "vat_small", tax.Quarterly, "2026-Q4", "2027-01-15", tax.Provisional},
		{"2027 of the year", "cit_reconciliation", tax.Yearly, "2026", "2027-05-31", tax.Provisional},
	}
	each(t, func(t *testing.T, w *world) {
		w.at("2025-01-02")
		doc := w.person(0)
		for _, tt := range tests {
			w.take(t, reg(doc, tt.kind, tt.cycle))
		}
		for _, day := range []string{"2025-01-02", "2026-01-02", "2026-07-01"} {
			w.at(day)
			w.plan(t)
		}
		for _, tt := range tests {
			o := w.one(t, doc, tt.kind, tt.period)
			if o.Due != date(tt.due) || o.Basis != tt.basis || o.State != tax.Open || o.Moves != 0 {
				t.Errorf("%s: %s %s is due %s (%s, %s, moved %d), want %s (%s)", tt.name, tt.kind, tt.period, o.Due, o.Basis, o.State, o.Moves, tt.due, tt.basis)
			}
		}
		seen := map[tax.Kind]bool{}
		for _, tt := range tests {
			seen[tt.kind] = true
		}
		for _, k := range tax.Kinds() {
			if len(k.Cycles) > 0 && !seen[k.ID] {
				t.Errorf("no case plans %s", k.ID)
			}
		}
	})
}

// TestMonths plans each month of both years with a notice.
func TestMonths(t *testing.T) {
	want := map[tax.Period]string{
		"2024-12": "2025-01-15", "2025-01": "2025-02-20", "2025-02": "2025-03-17", "2025-03": "2025-04-18", "2025-04": "2025-05-22", "2025-05": "2025-06-16",
		"2025-06": "2025-07-15", "2025-07": "2025-08-15", "2025-08": "2025-09-15", "2025-09": "2025-10-27", "2025-10": "2025-11-17", "2025-11": "2025-12-15",
		"2025-12": "2026-01-20", "2026-01": "2026-02-24", "2026-02": "2026-03-16", "2026-03": "2026-04-20", "2026-04": "2026-05-22", "2026-05": "2026-06-15",
		"2026-06": "2026-07-15", "2026-07": "2026-08-17", "2026-08": "2026-09-15", "2026-09": "2026-10-26", "2026-10": "2026-11-16", "2026-11": "2026-12-15",
	}
	each(t, func(t *testing.T, w *world) {
		w.at("2025-01-02")
		doc := w.person(0)
		w.take(t, reg(doc, "vat_general", tax.Monthly))
		w.plan(t)
		w.at("2026-01-02")
		w.plan(t)
		for p, due := range want {
			if o := w.one(t, doc, "vat_general", p); o.Due != date(due) || o.Basis != tax.National {
				t.Errorf("%s is due %s (%s), want %s", p, o.Due, o.Basis, due)
			}
		}
		if n := len(w.held(t, doc)); n != w.changes(tax.Planned) {
			t.Errorf("%d are there, %d were told", n, w.changes(tax.Planned))
		}
	})
}

// TestBounds is where planning begins and ends.
func TestBounds(t *testing.T) {
	each(t, func(t *testing.T, w *world) { // March 30, 2026
		doc := w.person(0)
		ending := reg(doc, "surcharges", tax.Monthly)
		ending.To = date("2026-06-01")
		starting := reg(doc, "vat_small", tax.Quarterly)
		starting.From = date("2026-09-30")
		gone := reg(doc, "iit_withholding", tax.Monthly)
		gone.To = date("2026-01-31")
		w.take(t, reg(doc, "vat_general", tax.Monthly), ending, starting, gone, reg(doc, "stamp_duty", tax.ByEvent))
		w.plan(t)
		held := w.held(t, doc)
		counts := map[tax.Kind]int{}
		first := map[tax.Kind]tax.Period{}
		for _, o := range held {
			counts[o.Kind]++
			if p, ok := first[o.Kind]; !ok || o.Period < p {
				first[o.Kind] = o.Period
			}
		}
		// March 2026 to April 2027 are 400 days and the month before.
		want := map[tax.Kind]int{"vat_general": 14, "surcharges": 5, "vat_small": 3}
		for kind, n := range want {
			if counts[kind] != n {
				t.Errorf("%d of %s are planned, want %d", counts[kind], kind, n)
			}
		}
		if len(counts) != len(want) {
			t.Errorf("planned is %v", counts)
		}
		if first["vat_general"] != "2026-02" || first["vat_small"] != "2026-Q3" {
			t.Errorf("planning begins with %v", first)
		}
	})
}

// TestNothingNewCostsNothing: a night on which nothing new is due looks at nobody.
func TestNothingNewCostsNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		doc := w.person(0)
		ended := reg(doc, "surcharges", tax.Monthly)
		ended.To = date("2026-05-31")
		w.take(t, reg(doc, "vat_general", tax.Monthly), reg(doc, "cit_reconciliation", tax.Yearly), reg(doc, "stamp_duty", tax.Yearly), reg(doc, "stamp_duty", tax.ByEvent), ended)
		w.plan(t)
		looked := 0
		for day := 31; day < 31+365; day++ {
			w.files.Clock.Advance(24 * 60 * 60 * 1e9)
			n, err := w.PlanDue(t.Context(), 100)
			must(t, "plan", err)
			looked += n
		}
		if looked != 12+1+1 {
			t.Errorf("a year of nights looked at %d, want one for each month and one for each year", looked)
		}
		if o := w.one(t, doc, "stamp_duty", "2027"); o.Due != date("2028-01-17") {
			t.Errorf("the stamp duty of 2027 is due %s", o.Due)
		}
	})
}
