package form

import (
	"fmt"
	"strconv"
	"time"

	"github.com/golang-sql/civil"
)

// republicBegins is the year before the first of the Republic's: 1912 is 民國元年.
const republicBegins = 1911

// Date writes a day: 2026年11月24日, 民國115年11月24日, 24 November 2026, or
// 24 November 2026 (ROC 115). The Republic's first year is 元年. A Gregorian year
// of fewer than four digits is marked 西元 (公元), since it would read as the
// Republic's.
//
// What is no day of the years 1 to 9999 is written as [civil.Date.String] does.
func Date(s Style, d civil.Date) string {
	switch {
	case !writable(d):
		return d.String()
	case s.script() == english:
		return fmt.Sprintf("%d %s", d.Day, englishMonth(d.Year, d.Month)) + s.era(d.Year)
	}
	return s.year(d.Year) + monthDay(d)
}

// Time writes the day and the minute of an instant in the zone, on a clock of 24
// hours: 2026年11月24日 09:05. The zone is not named; the sentence around does
// that. A nil zone is UTC.
func Time(s Style, t time.Time, zone *time.Location) string {
	if zone == nil {
		zone = time.UTC
	}
	t = t.In(zone)
	between := " "
	if s.script() == english {
		between = ", "
	}
	return Date(s, civil.DateOf(t)) + between + t.Format("15:04")
}

// Month writes a month of a Gregorian year: 2026年11月, November 2026 (ROC 115).
// What is no month of the years 1 to 9999 is written in figures: 2026-13.
func Month(s Style, year int, month time.Month) string {
	switch {
	case !writable(civil.Date{Year: year, Month: month, Day: 1}):
		return fmt.Sprintf("%04d-%02d", year, int(month))
	case s.script() == english:
		return englishMonth(year, month) + s.era(year)
	}
	return s.year(year) + fmt.Sprintf("%d月", int(month))
}

// Period writes the days from one to another, both included, and says the year
// and the month once where they are the same. A zero date leaves that side open:
// 2026年11月24日起, 至2026年11月24日止. Two that are the wrong way round are
// written so, in full.
func Period(s Style, from, to civil.Date) string {
	switch {
	case to.IsZero():
		return s.since(from)
	case from.IsZero():
		return s.until(to)
	case from == to:
		return Date(s, from)
	case s.script() == english:
		return s.englishPeriod(from, to)
	}
	return Date(s, from) + "至" + s.end(from, to)
}

func (s Style) since(from civil.Date) string {
	if s.script() == english {
		return "from " + Date(s, from)
	}
	return Date(s, from) + "起"
}

func (s Style) until(to civil.Date) string {
	if s.script() == english {
		return "until " + Date(s, to)
	}
	return "至" + Date(s, to) + "止"
}

// end is the last day of a period in Chinese, without what the first day said.
func (s Style) end(from, to civil.Date) string {
	switch {
	case !shortens(from, to):
		return Date(s, to)
	case from.Month == to.Month:
		return fmt.Sprintf("%d日", to.Day)
	}
	return monthDay(to)
}

func (s Style) englishPeriod(from, to civil.Date) string {
	switch {
	case !shortens(from, to):
		return Date(s, from) + " – " + Date(s, to)
	case from.Month == to.Month:
		return fmt.Sprintf("%d–%s", from.Day, Date(s, to))
	}
	return fmt.Sprintf("%d %s – %s", from.Day, from.Month, Date(s, to))
}

// shortens reports whether the year of a period need be said only once.
func shortens(from, to civil.Date) bool {
	return from.Year == to.Year && from.Before(to) && writable(from) && writable(to)
}

func writable(d civil.Date) bool {
	return 1 <= d.Year && d.Year <= 9999 && d.IsValid()
}

// monthDay is the end of a date in Chinese.
func monthDay(d civil.Date) string { return fmt.Sprintf("%d月%d日", int(d.Month), d.Day) }

// englishMonth writes four figures, so that no year is shorter than it seems.
func englishMonth(year int, month time.Month) string { return fmt.Sprintf("%s %04d", month, year) }

// year is a year in Chinese, with its calendar where that is not plain.
func (s Style) year(year int) string {
	simple := s.script() == simplified
	switch {
	case s.Calendar == Republic:
		return republicYear(simple, year)
	case year >= 1000:
		return strconv.Itoa(year) + "年"
	case simple:
		return "公元" + strconv.Itoa(year) + "年"
	}
	return "西元" + strconv.Itoa(year) + "年"
}

func republicYear(simple bool, year int) string {
	name := "民國"
	if simple {
		name = "民国"
	}
	n := year - republicBegins
	switch {
	case n < 1:
		return name + "前" + strconv.Itoa(1-n) + "年"
	case n == 1:
		return name + "元年"
	}
	return name + strconv.Itoa(n) + "年"
}

// era is the Republic's year that follows an English date, for who asked for it.
func (s Style) era(year int) string {
	n := year - republicBegins
	switch {
	case s.Calendar != Republic:
		return ""
	case n < 1:
		return fmt.Sprintf(" (%d before ROC)", 1-n)
	}
	return fmt.Sprintf(" (ROC %d)", n)
}
