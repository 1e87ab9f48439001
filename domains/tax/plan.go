package tax

import (
	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
)

// due is one period of a registration with its last day.
type due struct {
	period   Period
	deadline calendar.Deadline
	basis    Basis
}

// plan works out what a registration makes due on days that the law names after
// one day and up to another, the earliest first. The same days give the same
// answer, whatever the calendar moves: so planning goes on where it stopped.
func (r Registration) plan(c calendar.Calendar, after, to civil.Date) []due {
	info, ok := InfoOf(r.Tax)
	if !ok {
		return nil
	}
	var list []due
	for _, p := range r.periods(info, after, to) {
		first, last, ok := p.days()
		if !ok || last.Before(r.From) || r.To.IsValid() && r.To.Before(first) {
			continue
		}
		if d, ok := info.deadline(c, p, r.Area); ok {
			list = append(list, due{p, d, info.basis(d)})
		}
	}
	return list
}

// periods are those whose day in law lies after one day and up to another.
func (r Registration) periods(info Info, after, to civil.Date) []Period {
	if info.Rule == Annual {
		return annualPeriods(info, after, to)
	}
	var list []Period
	for m := calendar.MonthOf(after); !to.Before(m.Statutory()); m = nextMonth(m) {
		if !after.Before(m.Statutory()) {
			continue
		}
		if p, ok := r.periodIn(m); ok {
			list = append(list, p)
		}
	}
	return list
}

// periodIn is what is filed in a month.
func (r Registration) periodIn(m calendar.Month) (Period, bool) {
	switch r.Cycle {
	case Monthly:
		return monthBefore(m), true
	case Quarterly:
		return quarterBefore(m)
	case Yearly:
		return yearBefore(m.Year), m.Month == 1
	default:
		return "", false
	}
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
