package tax_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/tax"
)

// sameAsFresh fails unless what is open is exactly what a naive computation gives:
// each month of the registrations' life asked by itself.
func (w *world) sameAsFresh(t testing.TB, docs []actor.DocumentID) {
	t.Helper()
	want := w.fresh(t, docs)
	for k, o := range w.held(t, docs...) {
		due, ok := want[k]
		switch {
		case ok != (o.State != tax.Void):
			t.Errorf("%s is %s, and due %v", k, o.State, ok)
		case ok && o.State == tax.Open && due != o.Due.String()+" "+string(o.Basis):
			t.Errorf("%s is due %s %s, want %s", k, o.Due, o.Basis, due)
		}
		delete(want, k)
	}
	for k := range want {
		t.Errorf("%s is missing", k)
	}
}

// fresh works out what is due without the package's own arithmetic of periods.
func (w *world) fresh(t testing.TB, docs []actor.DocumentID) map[string]string {
	t.Helper()
	c, err := w.Calendar(t.Context())
	must(t, "read the calendar", err)
	h, err := w.Holdings(t.Context(), 100_000, docs...)
	must(t, "read holdings", err)
	horizon := w.Today().AddDays(400)
	want := map[string]string{}
	for _, r := range h.Registrations {
		info, _ := tax.InfoOf(r.Tax)
		begin := w.begins[r.Ref]
		for first := (civil.Date{Year: 2024, Month: time.January, Day: 1}); first.Before(horizon); {
			months := map[tax.Cycle]int{tax.Monthly: 1, tax.Quarterly: 3, tax.Yearly: 12}[r.Cycle]
			next := civil.DateOf(time.Date(first.Year, first.Month+time.Month(months), 1, 0, 0, 0, 0, time.UTC))
			period := fmt.Sprintf("%04d-%02d", first.Year, first.Month)
			switch r.Cycle {
			case tax.Quarterly:
				period = fmt.Sprintf("%04d-Q%d", first.Year, (int(first.Month)+2)/3)
			case tax.Monthly, tax.ByEvent:
			case tax.Yearly:
				period = fmt.Sprintf("%04d", first.Year)
			}
			law := civil.Date{Year: next.Year, Month: next.Month, Day: 15}
			where := calendar.Where{Area: r.Area, Tax: string(r.Tax)}
			d := c.Filing(calendar.MonthOf(law), where)
			if info.Rule == tax.Annual {
				law = date(fmt.Sprintf("%04d-%s", next.Year, info.Day))
				d = c.Shift(law, where)
			}
			basis := string(d.Basis)
			if d.Provisional {
				basis = "provisional"
			}
			lives := r.From.Before(next) && (r.To.IsZero() || !r.To.Before(first))
			if lives && !law.Before(begin) && !horizon.Before(law) {
				want[string(r.Document)+" "+string(r.Tax)+" "+period] = d.Date.String() + " " + basis
			}
			first = next
		}
	}
	return want
}

// TestAnyOrder does things in random order, some of them twice and some killed, and
// compares what is there with a fresh computation.
func TestAnyOrder(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		seed := uint64(time.Now().UnixNano())
		t.Logf("seed %d", seed)
		random := rand.New(rand.NewPCG(seed, 0))
		w.at("2026-06-10")
		docs := []actor.DocumentID{w.person(0), w.person(1), w.person(2)}
		kinds := []struct {
			kind  tax.Kind
			cycle tax.Cycle
		}{{"vat_general", tax.Monthly}, {"vat_general", tax.Quarterly}, {"cit_reconciliation", tax.Yearly}, {"stamp_duty", tax.Yearly}, {"stamp_duty", tax.Quarterly}}
		state := map[tax.ID]tax.State{}
		w.deaf = nil
		take := func() {
			k := kinds[random.IntN(len(kinds))]
			r := reg(docs[random.IntN(len(docs))], k.kind, k.cycle)
			r.Ref += fmt.Sprint("/", random.IntN(2))
			if random.IntN(3) > 0 {
				r.To = date("2026-01-01").AddDays(random.IntN(900))
			}
			w.take(t, r)
			if random.IntN(2) == 0 {
				w.take(t, r)
			}
		}
		texts := []string{year2027(nil), year2027(map[string]string{"2027-07-15": "2027-07-16"}), year2027(map[string]string{"2027-04-15": "2027-04-16", "2027-02-19": "2027-02-18"})}
		for step := range 60 {
			switch random.IntN(8) {
			case 0, 1, 2:
				take()
			case 3:
				_, err := w.PlanDue(t.Context(), 1+random.IntN(5))
				must(t, "plan", err)
			case 4:
				w.importYear(t, texts[random.IntN(len(texts))])
			case 5:
				day := []string{"2026-09-15", "2027-05-31", "2027-01-15"}[random.IntN(3)]
				w.postpone(t, override("350100", []string{"all", "vat_general"}[random.IntN(2)], day,
					date(day).AddDays(random.IntN(60)).String(), fmt.Sprintf("2026-06-%02d", 1+random.IntN(3))))
			case 6:
				if len(w.jobs) > 0 {
					must(t, "replan", w.Replan(t.Context(), w.jobs[0]))
					if random.IntN(2) == 0 {
						w.jobs = w.jobs[1:]
					}
				}
			case 7:
				w.files.Clock.Advance(time.Duration(random.IntN(20*24)) * time.Hour)
			}
			if step%20 == 19 {
				w.work(t)
				w.plan(t)
				w.sameAsFresh(t, docs)
			}
		}
		// What was told says the same as what is there.
		for _, h := range w.heard {
			before, known := state[h.ID]
			if known == (h.change == tax.Planned) || h.change == tax.Revived && before == tax.Open || h.change == tax.Settled && before != tax.Open {
				t.Errorf("%s was told of what was %q", h.change, before)
			}
			state[h.ID] = h.State
		}
		for _, o := range w.held(t, docs...) {
			if state[o.ID] != o.State {
				t.Errorf("%s %s is %s, told was %s", o.Kind, o.Period, o.State, state[o.ID])
			}
		}
	})
}
