package calendar

import (
	"time"

	"github.com/golang-sql/civil"
)

// IsWorkday reports whether a day is worked. [Calendar.Day] says why, and whether
// that is provisional.
func (c Calendar) IsWorkday(date civil.Date) bool {
	date = proper(date)
	t, i := c.table(date.Year), dayOf(date)
	return t.before[i+1] > t.before[i]
}

// NextWorkday is the first working day after a date, and whether that is
// provisional.
func (c Calendar) NextWorkday(date civil.Date) (next civil.Date, provisional bool) {
	return c.AddWorkdays(date, 1)
}

// PreviousWorkday is the last working day before a date, and whether that is
// provisional.
func (c Calendar) PreviousWorkday(date civil.Date) (previous civil.Date, provisional bool) {
	return c.AddWorkdays(date, -1)
}

// AddWorkdays is the n-th working day after a date, or before it where n is
// negative. The date itself is not counted, whether it is worked or not, and comes
// back as it is for n = 0.
//
// It is provisional if a year that was counted through has no notice loaded. Its
// cost is a step for each year, not for each day.
func (c Calendar) AddWorkdays(date civil.Date, n int) (day civil.Date, provisional bool) {
	date = proper(date)
	day = date
	if n != 0 {
		day = c.nth(date, n)
	}
	return day, c.Provisional(date, day)
}

// nth is the n-th working day after a date, or before it; n is not 0.
func (c Calendar) nth(date civil.Date, n int) civil.Date {
	year, i := date.Year, dayOf(date)
	t := c.table(year)
	if n > 0 {
		n += int(t.before[i+1]) // now counted from the year's first working day, 1
	} else {
		n += int(t.before[i]) + 1
	}
	for n > len(t.worked) {
		n -= len(t.worked)
		year++
		t = c.table(year)
	}
	for n < 1 {
		year--
		t = c.table(year)
		n += len(t.worked)
	}
	return civil.DateOf(time.Date(year, time.January, 1+int(t.worked[n-1]), 0, 0, 0, 0, time.UTC))
}

// WorkdaysBetween counts the working days after the first date up to and including
// the last. Where the last lies before the first, it is minus the number of working
// days before the first down to and including the last. So it takes back
// [Calendar.AddWorkdays].
func (c Calendar) WorkdaysBetween(first, last civil.Date) (n int, provisional bool) {
	first, last = proper(first), proper(last)
	provisional = c.Provisional(first, last)
	if last.Before(first) {
		return c.count(last, false) - c.count(first, false) - c.upTo(last.Year, first.Year), provisional
	}
	return c.count(last, true) - c.count(first, true) + c.upTo(first.Year, last.Year), provisional
}

// count is how many of the year's working days lie before a date, or up to it.
func (c Calendar) count(date civil.Date, with bool) int {
	t, i := c.table(date.Year), dayOf(date)
	if with {
		i++
	}
	return int(t.before[i])
}

// upTo counts the working days from the start of one year to the start of another.
func (c Calendar) upTo(from, to int) int {
	n := 0
	for year := from; year < to; year++ {
		n += len(c.table(year).worked)
	}
	return n
}
