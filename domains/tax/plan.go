package tax

import (
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
)

// horizonDays is how far ahead of today obligations are worked out: a year, and
// the month in which somebody looks at it.
const horizonDays = 400

// never is the day up to which a registration is worked out that makes nothing due
// any more. It lies behind every horizon.
var never = civil.Date{Year: 9999, Month: time.December, Day: 31}

// slot is one period with the day that the law names and the last day.
type slot struct {
	period      Period
	first, last civil.Date // of the period
	statutory   civil.Date
	due         civil.Date
	basis       Basis
}

// within reports whether a registration covers any day of the slot's period.
func (r Registration) within(x slot) bool {
	return !x.last.Before(r.From) && (r.To.IsZero() || !r.To.Before(x.first))
}

// covers reports whether the registration makes something due for a period.
func (r Registration) covers(p Period) bool {
	first, last, ok := p.days()
	return ok && p.cycle() == r.Cycle && r.within(slot{first: first, last: last})
}

// plan works out what a registration makes due on days that the law names after
// one day and up to another, the earliest first, and the day up to which nothing
// more is: so planning goes on there, and looks at nobody of whom nothing new is
// due. The days of the law decide, which no calendar moves.
func (r Registration) plan(a *almanac, after, to civil.Date) (list []slot, through civil.Date) {
	info, ok := InfoOf(r.Tax)
	if !ok || r.Cycle == ByEvent {
		return nil, never
	}
	// Half a year more than a year holds the next one of every cycle.
	for _, x := range a.slots(info, r.Cycle, r.Area, after, to.AddDays(550)) {
		switch {
		case !to.Before(x.statutory) && r.within(x):
			list = append(list, x)
		case to.Before(x.statutory) && !r.To.IsZero() && r.To.Before(x.first):
			return list, never
		case to.Before(x.statutory):
			return list, x.statutory.AddDays(-1)
		}
	}
	return list, to
}

// almanac answers for one calendar, and works out each answer once. It is for one
// goroutine.
type almanac struct {
	calendar calendar.Calendar
	known    map[question]answer
	lists    map[stretch][]slot
}

type question struct {
	kind   Kind
	period Period
	area   string
}

type answer struct {
	due   civil.Date
	basis Basis
	ok    bool
}

type stretch struct {
	kind      Kind
	cycle     Cycle
	area      string
	after, to civil.Date
}

func newAlmanac(c calendar.Calendar) *almanac {
	return &almanac{calendar: c, known: map[question]answer{}, lists: map[stretch][]slot{}}
}

// due is the last day for a period, in an area, and what made it.
func (a *almanac) due(kind Kind, p Period, area string) (civil.Date, Basis, bool) {
	q := question{kind, p, area}
	known, ok := a.known[q]
	if !ok {
		if info, found := InfoOf(kind); found {
			d, ok := info.deadline(a.calendar, p, area)
			known = answer{d.Date, info.basis(d), ok}
		}
		a.known[q] = known
	}
	return known.due, known.basis, known.ok
}

// slots are those of a kind and cycle whose day in law lies after one day and up
// to another, the earliest first.
func (a *almanac) slots(info Info, cycle Cycle, area string, after, to civil.Date) []slot {
	key := stretch{info.ID, cycle, area, after, to}
	if list, ok := a.lists[key]; ok {
		return list
	}
	var list []slot
	for _, p := range periods(info, cycle, after, to) {
		x := slot{period: p}
		var ok bool
		if x.first, x.last, ok = p.days(); !ok {
			continue
		}
		if x.statutory, ok = info.statutory(p); !ok {
			continue
		}
		x.due, x.basis, _ = a.due(info.ID, p, area)
		list = append(list, x)
	}
	a.lists[key] = list
	return list
}

// periods are those whose day in law lies after one day and up to another.
func periods(info Info, cycle Cycle, after, to civil.Date) []Period {
	if info.Rule == Annual {
		return annualPeriods(info, after, to)
	}
	var list []Period
	for m := calendar.MonthOf(after); !to.Before(m.Statutory()); m = nextMonth(m) {
		if !after.Before(m.Statutory()) {
			continue
		}
		if p, ok := periodIn(cycle, m); ok {
			list = append(list, p)
		}
	}
	return list
}

// periodIn is what is filed in a month.
func periodIn(cycle Cycle, m calendar.Month) (Period, bool) {
	switch cycle {
	case Monthly:
		return monthBefore(m), true
	case Quarterly:
		return quarterBefore(m)
	case Yearly:
		return yearBefore(m.Year), m.Month == time.January
	case ByEvent:
	}
	return "", false
}

func annualPeriods(info Info, after, to civil.Date) []Period {
	var list []Period
	for year := after.Year; year <= to.Year; year++ {
		day, ok := info.dayIn(year)
		if ok && after.Before(day) && !to.Before(day) {
			list = append(list, yearBefore(year))
		}
	}
	return list
}

func nextMonth(m calendar.Month) calendar.Month {
	return calendar.MonthOf(civil.Date{Year: m.Year, Month: m.Month, Day: 28}.AddDays(4))
}
