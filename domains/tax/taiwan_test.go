package tax_test

import (
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/tax"
)

// taiwan2027 is a made-up file: the income tax of 2027, and how far it is extended.
func taiwan2027(extended string) string {
	const head = "tax,statutory,date,why,confidence,source\n"
	return head + "tw_income_tax,2027-05-31,2027-05-31,statutory,M,示例公告（虛構）\n" +
		"tw_income_tax,2027-05-31," + extended + ",extension,M,示例公告（虛構）\n"
}

// incomeTax is the last day of Taiwan's income tax of 2027 as the year shows it, and
// as it stands beside the reconciliation of 2026.
func (w *world) incomeTax(t testing.TB, s *tax.Service, o tax.Obligation) (inYear, beside calendar.TaiwanDate) {
	t.Helper()
	y, err := s.Year(t.Context(), 2027, "")
	must(t, "read 2027", err)
	for _, d := range y.Taiwan {
		if d.Tax == "tw_income_tax" {
			inYear = d
		}
	}
	e, err := s.Explain(t.Context(), o)
	must(t, "explain", err)
	return inYear, *e.Taiwan
}

// TestTaiwanYear: what is imported for the other shore is shown at once, by every
// process, and moves nobody's obligation.
func TestTaiwanYear(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		me := w.person(0)
		w.at("2026-09-01")
		w.take(t, reg(me, "cit_reconciliation", tax.Yearly))
		w.plan(t)
		o, other := w.one(t, me, "cit_reconciliation", "2026"), w.again(t)
		w.listen()
		for _, step := range []struct {
			what, text string
			changed    bool
			day        string
			ours       bool // the date is the program's own guess
		}{
			{"imported", taiwan2027("2027-06-30"), true, "2027-06-30", false},
			{"again", taiwan2027("2027-06-30"), false, "2027-06-30", false},
			{"corrected", taiwan2027("2027-07-01"), true, "2027-07-01", false},
			{"taken back", taiwan2027("")[:len("tax,statutory,date,why,confidence,source\n")], true, "2027-05-31", true},
			{"back", taiwan2027("2027-06-30"), true, "2027-06-30", false},
		} {
			changed, err := w.ImportTaiwan(t.Context(), operator, 2027, strings.NewReader(step.text))
			must(t, step.what, err)
			if changed != step.changed {
				t.Errorf("%s: changed %v", step.what, changed)
			}
			for who, s := range map[string]*tax.Service{"this process": w.Service, "another": other} {
				inYear, beside := w.incomeTax(t, s, o)
				if inYear.Date != date(step.day) || inYear != beside || inYear.Illustrative != step.ours {
					t.Errorf("%s, %s: %+v in the year, %+v beside, want %s", step.what, who, inYear, beside, step.day)
				}
			}
		}
		if len(w.jobs) != 0 || len(w.heard) != 0 || w.one(t, me, "cit_reconciliation", "2026") != o {
			t.Errorf("work is %v, told was %v", w.jobs, w.heard)
		}
		kept, err := w.files.DB.Client(t.Context()).CalendarFile.Query().All(t.Context())
		must(t, "read files", err)
		if len(kept) != 4 || kept[0].Kind != "taiwan" || kept[0].Name != "2027" || kept[0].Notice != "示例公告（虛構）" {
			t.Errorf("%d files are kept, the first is %v", len(kept), kept[0])
		}
	})
}

// TestTaiwanBesideTheYear: a mainland year and Taiwan's of the same name both hold.
func TestTaiwanBesideTheYear(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.importYear(t, year2027(nil))
		w.work(t)
		_, err := w.ImportTaiwan(t.Context(), operator, 2027, strings.NewReader(taiwan2027("2027-06-30")))
		must(t, "import", err)
		y, err := w.Year(t.Context(), 2027, "")
		must(t, "read 2027", err)
		if y.Provisional || y.Entries[0].Basis != tax.National {
			t.Errorf("the year is provisional, or rests on %s", y.Entries[0].Basis)
		}
	})
}
