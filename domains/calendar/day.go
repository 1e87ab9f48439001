package calendar

import (
	"time"

	"github.com/golang-sql/civil"
)

// DayKind says why a day is worked or not.
type DayKind string

// The kinds of days.
const (
	Workday DayKind = "workday" // an ordinary working day
	Weekend DayKind = "weekend" // an ordinary Saturday or Sunday
	Holiday DayKind = "holiday" // off by a notice, be it on a weekend or not
	MakeUp  DayKind = "make_up" // a Saturday or Sunday worked by a notice, 調休上班
)

// Day is what the calendar knows of one day.
type Day struct {
	Date civil.Date
	Kind DayKind
	// Name is the festival in zh-Hans, as the notice writes it; for a make-up day
	// the one it makes up for. It is "" on ordinary days, and so is Notice.
	Name   string
	Notice Notice
	// Provisional: the year's notice is not loaded, so the kind is that of the day
	// of the week.
	Provisional bool
}

// Off reports whether the day is not worked.
func (d Day) Off() bool { return d.Kind == Weekend || d.Kind == Holiday }

// Day is what the calendar knows of a day.
func (c Calendar) Day(date civil.Date) Day {
	date = proper(date)
	year := c.years[date.Year]
	if year != nil {
		if d, ok := year.days[date]; ok {
			return d
		}
	}
	d := Day{Date: date, Kind: Workday, Provisional: year == nil}
	if weekend(date) {
		d.Kind = Weekend
	}
	return d
}

// off reports whether a day of the year is not worked.
func (y Year) off(date civil.Date) bool {
	if d, ok := y.days[date]; ok {
		return d.Off()
	}
	return weekend(date)
}

func weekend(date civil.Date) bool {
	day := date.In(time.UTC).Weekday()
	return day == time.Saturday || day == time.Sunday
}

// proper is the date itself, or the one that a date no calendar has runs over to.
func proper(date civil.Date) civil.Date { return civil.DateOf(date.In(time.UTC)) }
