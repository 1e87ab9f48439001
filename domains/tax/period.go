package tax

import (
	"fmt"
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

// days are the first and the last day of a period.
func (p Period) days() (first, last civil.Date, ok bool) {
	text := string(p)
	switch year, rest, _ := strings.Cut(text, "-"); {
	case rest == "":
		y, err := strconv.Atoi(year)
		return civil.Date{Year: y, Month: time.January, Day: 1}, civil.Date{Year: y, Month: time.December, Day: 31}, err == nil
	case strings.HasPrefix(rest, "Q"):
		return span(year, rest[1:], monthsPerQuarter)
	case len(rest) == len("10"):
		return span(year, rest, 1)
	}
	day, err := civil.ParseDate(text)
	return day, day, err == nil
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
