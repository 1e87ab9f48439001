package tax_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/tax"
	"github.com/minzhengtong/minzhengtong/domains/work"
)

// importYear imports a made-up 2027.
func (w *world) importYear(t testing.TB, text string) bool {
	t.Helper()
	changed, err := w.ImportYear(t.Context(), operator, 2027, strings.NewReader(text))
	must(t, "import a year", err)
	return changed
}

// postpone imports a made-up postponement.
func (w *world) postpone(t testing.TB, text string) bool {
	t.Helper()
	changed, err := w.ImportOverrides(t.Context(), operator, strings.NewReader(text))
	must(t, "import a postponement", err)
	return changed
}

// TestNewYear: the file of a year moves what was provisional, and tells whom.
func TestNewYear(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-27")
		doc, other := w.person(0), w.person(1)
		w.take(t, reg(doc, "vat_general", tax.Monthly), reg(other, "cit_reconciliation", tax.Yearly))
		w.plan(t)
		april := w.one(t, doc, "vat_general", "2027-04")
		if april.Due != date("2027-05-17") || april.Basis != tax.Provisional {
			t.Fatalf("before the file April is due %s (%s)", april.Due, april.Basis)
		}
		_, err := w.Complete(t.Context(), as(doc), w.one(t, doc, "vat_general", "2027-01").ID)
		must(t, "complete", err)
		w.listen()

		if !w.importYear(t, year2027(nil)) || len(w.jobs) != 1 {
			t.Fatalf("the file is not taken, or work is %v", w.jobs)
		}
		w.work(t)
		want := map[tax.Period]string{"2027-04": "2027-05-18", "2027-07": "2027-08-16", "2027-08": "2027-09-16", "2027-09": "2027-10-20"}
		moved := map[tax.Period]string{"2027-04": "", "2027-08": "", "2027-09": ""} // August 16 was a Monday before as well
		for p, due := range want {
			o := w.one(t, doc, "vat_general", p)
			moves := int64(0)
			if _, ok := moved[p]; ok {
				moves = 1
			}
			if o.Due != date(due) || o.Basis != tax.National || o.Moves != moves {
				t.Errorf("%s is due %s (%s), moved %d times, want %s and %d", p, o.Due, o.Basis, o.Moves, due, moves)
			}
		}
		for _, h := range w.heard {
			if _, ok := moved[h.Period]; !ok || h.change != tax.Moved || h.Document != doc {
				t.Errorf("told was %s of %s %s", h.change, h.Kind, h.Period)
			}
		}
		if len(w.heard) != len(moved) {
			t.Errorf("%d were told, want %d", len(w.heard), len(moved))
		}
		if o := w.one(t, other, "cit_reconciliation", "2026"); o.Basis != tax.Computed || o.Moves != 0 {
			t.Errorf("the reconciliation is %s, moved %d times", o.Basis, o.Moves)
		}
		if o := w.one(t, doc, "vat_general", "2027-01"); o.Due != date("2027-02-15") {
			t.Errorf("what was done moved to %s", o.Due)
		}
		got, err := w.Reopen(t.Context(), as(doc), w.one(t, doc, "vat_general", "2027-01").ID)
		must(t, "reopen", err)
		if got.Due != date("2027-02-19") || got.Basis != tax.National || got.Moves != 1 {
			t.Errorf("reopened, it is due %s (%s)", got.Due, got.Basis)
		}

		w.listen()
		if w.importYear(t, year2027(nil)) || w.importYear(t, strings.ReplaceAll(year2027(nil), "\n", "\r\n")) || len(w.jobs) != 0 {
			t.Error("the same file changes something")
		}
		if !w.importYear(t, year2027(map[string]string{"2027-07-15": "2027-07-16"})) {
			t.Error("another file changes nothing")
		}
		w.work(t)
		if o := w.one(t, doc, "vat_general", "2027-06"); o.Due != date("2027-07-16") || len(w.heard) != 1 {
			t.Errorf("June is due %s, %d told", o.Due, len(w.heard))
		}
		e, err := w.Get(t.Context(), as(doc), april.ID)
		must(t, "explain", err)
		if e.Notice.Number != "示例〔2026〕1号" {
			t.Errorf("the notice is %q", e.Notice.Number)
		}
	})
}

// TestPostponed: local postponements hold in their area, for their tax, the one
// published last; another process sees them at once.
func TestPostponed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		doc, far := w.person(0), w.person(1)
		away := reg(far, "vat_general", tax.Monthly)
		away.Area = "350200"
		w.take(t, reg(doc, "vat_general", tax.Monthly), reg(doc, "surcharges", tax.Monthly), away)
		w.plan(t)
		before := w.again(t)
		_, err := before.Calendar(t.Context())
		must(t, "read the calendar", err)
		due := func(doc actor.DocumentID, kind tax.Kind) string { return w.one(t, doc, kind, "2026-08").Due.String() }
		steps := []struct {
			name                 string
			text                 string
			vat, surcharges, far string
		}{
			{"for all", override("350100", "all", "2026-09-15", "2026-09-30", "2026-09-10"), "2026-09-30", "2026-09-30", "2026-09-15"},
			{"later for one tax, by a year", override("350128", "vat_general", "2026-09-15", "2027-09-10", "2026-09-12"), "2027-09-10", "2026-09-30", "2026-09-15"},
			{"the same paper corrected", override("350128", "vat_general", "2026-09-15", "2026-10-09", "2026-09-12"), "2026-10-09", "2026-09-30", "2026-09-15"},
			{"an older paper", override("350128", "all", "2026-09-15", "2026-09-16", "2026-09-01"), "2026-10-09", "2026-09-30", "2026-09-15"},
		}
		for _, s := range steps {
			if !w.postpone(t, s.text) || w.postpone(t, s.text) {
				t.Errorf("%s: not taken once", s.name)
			}
			w.work(t)
			if v, x, f := due(doc, "vat_general"), due(doc, "surcharges"), due(far, "vat_general"); v != s.vat || x != s.surcharges || f != s.far {
				t.Errorf("%s: %s, %s, %s, want %s, %s, %s", s.name, v, x, f, s.vat, s.surcharges, s.far)
			}
		}
		if o := w.one(t, doc, "vat_general", "2026-08"); o.Basis != tax.Local || o.Moves != 3 {
			t.Errorf("it is %s, moved %d times", o.Basis, o.Moves)
		}
		y, err := before.Year(t.Context(), 2026, "350128")
		must(t, "read the year", err)
		var days []string
		for _, e := range y.Entries {
			if e.Statutory == date("2026-09-15") {
				days = append(days, string(e.Kind)+" "+e.Date.String()+" "+string(e.Basis))
			}
		}
		if got := strings.Join(days, ", "); got != " 2026-09-30 local, vat_general 2026-10-09 local" {
			t.Errorf("the other process has %s", got)
		}
	})
}

// TestPlanSeesTheImport: what is planned by a process that read the calendar before
// an import has the new days.
func TestPlanSeesTheImport(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-27")
		doc := w.person(0)
		w.take(t, reg(doc, "vat_general", tax.Monthly))
		other := w.again(t)
		_, err := other.Calendar(t.Context())
		must(t, "read the calendar", err)
		w.importYear(t, year2027(nil))
		w.work(t)
		for n := 1; n > 0; {
			n, err = other.PlanDue(t.Context(), 10)
			must(t, "plan", err)
		}
		if o := w.one(t, doc, "vat_general", "2027-04"); o.Due != date("2027-05-18") || o.Basis != tax.National {
			t.Errorf("planned is %s (%s)", o.Due, o.Basis)
		}
	})
}

// TestKilledReplan kills Replan in each of its batches, and repeats it.
func TestKilledReplan(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-27")
		var docs []actor.DocumentID
		for i := range 60 {
			docs = append(docs, w.person(i))
			w.take(t, reg(docs[i], "vat_general", tax.Monthly))
		}
		w.plan(t)
		w.listen()
		w.importYear(t, year2027(nil))
		job, kills := w.jobs[0], 0
		killed := errors.New("killed")
		for batch := 1; ; batch++ { // gets one batch farther each time
			left := batch
			w.deaf = func(tax.Change, []tax.Obligation) error {
				if left--; left < 0 {
					return killed
				}
				return nil
			}
			err := w.Replan(t.Context(), job)
			if err == nil {
				break
			}
			fails(t, "killed", err, killed)
			kills++
		}
		if kills < 1 {
			t.Fatal("it was never killed")
		}
		w.deaf = nil
		must(t, "again", w.Replan(t.Context(), job))
		if w.changes(tax.Moved) != len(w.heard) {
			t.Errorf("told was %v", w.heard)
		}
		w.sameAsFresh(t, docs)
		told := map[tax.ID]int{}
		for _, h := range w.heard {
			if told[h.ID]++; told[h.ID] > 1 {
				t.Errorf("%s was told twice", h.ID)
			}
		}
		for _, o := range w.held(t, docs...) {
			if o.Moves != int64(told[o.ID]) {
				t.Errorf("%s moved %d times and was told %d times", o.Period, o.Moves, told[o.ID])
			}
		}
	})
}

// TestTwoPlanners: several processes plan at once, and nobody gets anything twice.
func TestTwoPlanners(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var docs []actor.DocumentID
		for i := range 24 {
			docs = append(docs, w.person(i))
			w.take(t, reg(docs[i], "vat_general", tax.Monthly), reg(docs[i], "vat_small", tax.Quarterly))
		}
		var wait sync.WaitGroup
		for range 3 {
			s := w.again(t)
			wait.Go(func() {
				for {
					if n, err := s.PlanDue(context.Background(), 5); err != nil || n == 0 {
						if err != nil {
							t.Errorf("plan: %v", err)
						}
						return
					}
				}
			})
		}
		wait.Wait()
		w.sameAsFresh(t, docs)
		if n := len(w.held(t, docs...)); n != w.changes(tax.Planned) || len(w.heard) != n {
			t.Errorf("%d are there, %d were told", n, len(w.heard))
		}
	})
}

// TestRefusedFiles: nothing of a bad file is taken, and the mistakes are in the error.
func TestRefusedFiles(t *testing.T) {
	tests := []struct {
		name string
		year int
		text string
		want calendar.Reason
	}{
		{"a byte order mark", 2027, "\ufeff" + year2027(nil), calendar.BOM},
		{"another header", 2027, strings.Replace(year2027(nil), "kind,date", "date,kind", 1), calendar.WrongHead},
		{"nothing", 2027, "", calendar.WrongHead},
		{"another year", 2028, year2027(nil), calendar.OtherYear},
		{"a deadline on a day off", 2027, year2027(map[string]string{"2027-10-20": "2027-10-23"}), calendar.OnRestDay},
		{"two deadlines in a month", 2027, year2027(map[string]string{"2027-10-20": "2027-09-17"}), calendar.MonthTwice},
		{"no such day", 2027, year2027(map[string]string{"2027-10-20": "2027-10-32"}), calendar.BadDate},
		{"eleven months", 2027, strings.Replace(year2027(nil), "deadline,2027-12-15,,示例〔2026〕1号,,\n", "", 1), calendar.NoMonth},
		{"a make-up day on a Monday", 2027, year2027(nil) + "workday,2027-03-01,元旦,示例〔2026〕1号,,\n", calendar.OnWeekday},
		{"a year without digits", -3, year2027(nil), calendar.BadYear},
	}
	local := []struct {
		name string
		text string
		want calendar.Reason
	}{
		{"a byte order mark", "\ufeff" + override("350100", "all", "2026-09-15", "2026-09-30", "2026-09-10"), calendar.BOM},
		{"an area of three digits", override("350", "all", "2026-09-15", "2026-09-30", "2026-09-10"), calendar.BadArea},
		{"before the day", override("350100", "all", "2026-09-15", "2026-09-14", "2026-09-10"), calendar.TooEarly},
		{"February 30", override("350100", "all", "2026-02-30", "2026-03-14", "2026-02-10"), calendar.BadDate},
	}
	taiwan := []struct {
		name string
		year int
		text string
		want calendar.Reason
	}{
		{"another header", 2027, year2027(nil), calendar.WrongHead},
		{"another year", 2028, taiwan2027("2027-06-30"), calendar.OtherYear},
		{"before the day", 2027, taiwan2027("2027-05-30"), calendar.TooEarly},
		{"no cause", 2027, strings.ReplaceAll(taiwan2027("2027-06-30"), "extension", "typhoon"), calendar.BadWhy},
		{"no source", 2027, strings.ReplaceAll(taiwan2027("2027-06-30"), "示例公告（虛構）", ""), calendar.NoSource},
		{"the same twice", 2027, taiwan2027("2027-06-30") + "tw_income_tax,2027-05-31,2027-06-30,extension,M,示例\n", calendar.Twice},
	}
	each(t, func(t *testing.T, w *world) {
		check := func(name string, changed bool, err error, want calendar.Reason) {
			fails(t, name, err, tax.ErrFile)
			mistakes, ok := errors.AsType[calendar.Mistakes](err)
			if changed || !ok {
				t.Errorf("%s: changed %v, %v", name, changed, err)
				return
			}
			for _, m := range mistakes {
				if m.Reason == want {
					return
				}
			}
			t.Errorf("%s: %v, want %s", name, mistakes, want)
		}
		for _, tt := range tests {
			changed, err := w.ImportYear(t.Context(), operator, tt.year, strings.NewReader(tt.text))
			check(tt.name, changed, err, tt.want)
		}
		for _, tt := range local {
			changed, err := w.ImportOverrides(t.Context(), operator, strings.NewReader(tt.text))
			check(tt.name, changed, err, tt.want)
		}
		for _, tt := range taiwan {
			changed, err := w.ImportTaiwan(t.Context(), operator, tt.year, strings.NewReader(tt.text))
			check(tt.name, changed, err, tt.want)
		}
		if len(w.jobs) != 0 {
			t.Errorf("work is %v", w.jobs)
		}
		if err := w.Replan(t.Context(), "no such file"); !work.IsNever(err) {
			t.Errorf("work about no file: %v", err)
		}
	})
}
