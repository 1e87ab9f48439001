package tax

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
)

// Period is what a return is for: 2026-10, 2026-Q4, 2026; for a document that runs
// out, its last day.
type Period string

// The periods that are filed in a month: the month before, the quarter that ended,
// the year that ended.
func monthBefore(m calendar.Month) Period {
	before := civil.Date{Year: m.Year, Month: m.Month, Day: 1}.AddDays(-1)
	return Period(calendar.MonthOf(before).String())
}

const monthsPerQuarter = 3

func quarterBefore(m calendar.Month) (Period, bool) {
	if (int(m.Month)-1)%monthsPerQuarter != 0 {
		return "", false
	}
	before := civil.Date{Year: m.Year, Month: m.Month, Day: 1}.AddDays(-1)
	return Period(fmt.Sprintf("%04d-Q%d", before.Year, (int(before.Month)-1)/monthsPerQuarter+1)), true
}

func yearBefore(year int) Period { return Period(fmt.Sprintf("%04d", year-1)) }

var periodForm = regexp.MustCompile(`^[0-9]{4}(-Q[1-4]|-[0-9]{2}(-[0-9]{2})?)?$`)

// cycle is that of which a period is one; that of a day is [ByEvent].
func (p Period) cycle() Cycle {
	switch {
	case len(p) == len("2026"):
		return Yearly
	case strings.Contains(string(p), "Q"):
		return Quarterly
	case len(p) == len("2026-10"):
		return Monthly
	}
	return ByEvent
}

// days are the first and the last day of a period.
func (p Period) days() (first, last civil.Date, ok bool) {
	text := string(p)
	if !periodForm.MatchString(text) || text[:4] == "0000" {
		return first, last, false
	}
	year, rest, _ := strings.Cut(text, "-")
	switch p.cycle() {
	case Yearly:
		return span(year, "1", 12)
	case Quarterly:
		return span(year, rest[1:], monthsPerQuarter)
	case Monthly:
		return span(year, rest, 1)
	default:
		day, err := civil.ParseDate(text)
		return day, day, err == nil
	}
}

// span is the nth block of some months of a year.
func span(year, nth string, months int) (first, last civil.Date, ok bool) {
	y, err1 := strconv.Atoi(year)
	n, err2 := strconv.Atoi(nth)
	if err1 != nil || err2 != nil || n < 1 || n*months > 12 {
		return first, last, false
	}
	first = civil.Date{Year: y, Month: time.Month((n-1)*months + 1), Day: 1}
	end := time.Date(y, time.Month(n*months+1), 1, 0, 0, 0, 0, time.UTC)
	return first, civil.DateOf(end).AddDays(-1), true
}
