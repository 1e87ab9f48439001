//go:build unix

package house_test

import (
	"fmt"
	"maps"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/alarm/alarmtest"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/tax"
)

// due is one thing that is due, as a line of a notice shows it to one person.
type due struct {
	who  actor.DocumentID
	kind tax.Kind
	day  string
}

// ring is one ring of it that is to come.
type ring struct {
	due
	slot string
}

// walk is what should ring, and when, worked out without the house: by walking
// from day to day over the calendar that people read.
type walk struct {
	ahead map[ring]time.Time
	rang  int
	late  int // overtaken by a later one that rang at the same moment
}

// newWalk lists what rings after a moment, of what is due up to a day. The first
// month's returns are planned as everything begins, and passes by the job of the
// night, so only what is later than the first rings.
func (m *machine) newWalk(begin time.Time, last civil.Date) *walk {
	w := &walk{ahead: map[ring]time.Time{}}
	c := calendar.Official()
	for i, p := range plan {
		w.returns(begin, last, p.registered, m.people[i])
		w.add(begin, due{m.people[i].id, "taiwan_pass_expiry", p.passTo}, date(p.passTo), p.habit, c)
	}
	w.returns(begin, last, ofFirm, m.people[0], m.people[1])
	return w
}

// returns adds what is filed until some weeks after a day.
func (w *walk) returns(begin time.Time, last civil.Date, list []registered, people ...*person) {
	c := calendar.Official()
	end := last.AddDays(120) // what rings the earliest is sixty working days ahead
	for month := calendar.MonthOf(calendar.On(begin)); month.Statutory().Before(end); month = calendar.MonthOf(month.Statutory().AddDays(25)) {
		for _, r := range list {
			if r.cycle == tax.Quarterly && month.Month%3 != 1 {
				continue
			}
			day := c.Filing(month, calendar.Where{Area: area, Tax: string(r.kind)}).Date
			for _, p := range people {
				w.add(begin, due{p.id, r.kind, day.String()}, day, p.habit, c)
			}
		}
	}
}

// add lists the rings of one thing after a moment: at least one before its day is
// over, if there is still time.
func (w *walk) add(begin time.Time, d due, day civil.Date, h alarmtest.Habit, c calendar.Calendar) {
	end := day.AddDays(1).In(alarmtest.Shanghai)
	warned := false
	for slot, at := range h.Rings(day, c) {
		if at.After(begin) {
			w.ahead[ring{d, slot}] = at
			warned = warned || at.Before(end)
		}
	}
	if at := begin.Truncate(time.Minute).Add(time.Minute); !warned && at.Before(end) {
		w.ahead[ring{d, "late"}] = at
	}
}

// next is when something should ring.
func (w *walk) next() (first time.Time, ok bool) {
	for _, at := range w.ahead {
		if !ok || at.Before(first) {
			first, ok = at, true
		}
	}
	return first, ok
}

// take takes what should have rung by now off the list: of several rings of one
// thing only the last.
func (w *walk) take(now time.Time) map[due]bool {
	want := map[due]bool{}
	for r, at := range w.ahead {
		if at.After(now) {
			continue
		}
		if want[r.due] {
			w.late++
		}
		want[r.due] = true
		delete(w.ahead, r)
	}
	w.rang += len(want)
	return want
}

// drop takes a thing off the list.
func (w *walk) drop(d due) {
	maps.DeleteFunc(w.ahead, func(r ring, _ time.Time) bool { return r.due == d })
}

func (d due) String() string { return fmt.Sprint(d.who, " ", d.kind, " ", d.day) }
