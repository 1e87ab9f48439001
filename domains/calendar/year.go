package calendar

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/golang-sql/civil"
)

// Year is one year as the notices have it. It is made by [Read] and immutable.
type Year struct {
	number    int
	notices   []Notice
	days      map[civil.Date]Day // holidays and make-up days
	deadlines map[time.Month]filing
	table     *table
}

// filing is the deadline that the tax authority's notice gives for one month.
type filing struct {
	date   civil.Date
	notice Notice
}

// Number is the year.
func (y Year) Number() int { return y.number }

// Notices lists the papers behind the year, in the order of the file. The slice is
// the caller's.
func (y Year) Notices() []Notice { return slices.Clone(y.notices) }

// Days lists the holidays and make-up days in order. The slice is the caller's.
func (y Year) Days() []Day {
	return slices.SortedFunc(maps.Values(y.days), func(a, b Day) int { return compare(a.Date, b.Date) })
}

// Text is the year as a file: what [Read] takes, in the order of the dates. Reading
// it and writing it again gives the same text.
func (y Year) Text() string {
	var notices, dated [][]string
	for _, n := range y.notices {
		notices = append(notices, []string{noticeRow, dateText(n.Issued), n.Issuer, n.Number, string(n.Confidence), n.Source})
	}
	for _, d := range y.days {
		kind := holidayRow
		if d.Kind == MakeUp {
			kind = workdayRow
		}
		dated = append(dated, []string{kind, d.Date.String(), d.Name, d.Notice.Number, "", ""})
	}
	for _, f := range y.deadlines {
		dated = append(dated, []string{deadlineRow, f.date.String(), "", f.notice.Number, "", ""})
	}
	slices.SortFunc(dated, func(a, b []string) int {
		return cmp.Or(cmp.Compare(a[1], b[1]), cmp.Compare(b[0], a[0])) // a day before the deadline on it
	})
	return writeSheet(yearColumns, append(notices, dated...))
}

// compare orders dates.
func compare(a, b civil.Date) int {
	switch {
	case a.Before(b):
		return -1
	case b.Before(a):
		return 1
	}
	return 0
}
