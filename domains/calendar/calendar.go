// Package calendar says which days are worked on the mainland and by when a
// return has to be filed. It is pure: no clock, no database, no network.
//
// Words. A [Year] is one year of official holidays, make-up working days and
// filing deadlines, read from a file, each row with the [Notice] it comes from. A
// [Calendar] is years and local postponements ([Override]) together. A [Deadline]
// is the last day for something, with its [Basis] and the [Step] list that led to
// it. What a Calendar says of a year whose notice is not loaded is provisional.
//
// Invariants:
//   - a Calendar, a Year and all they hand out never change, or are copies;
//   - no year is guessed from another: without its notice only Saturdays and
//     Sundays are off, and the answer says provisional;
//   - a local postponement goes before the national notice, and that before the
//     rule; which one it was is part of the answer;
//   - no sentence leaves this package, only keys of messages and their parameters.
//
// Dates are dates in Asia/Shanghai; only [On], [Begins] and [Deadline.Closes] know the zone.
package calendar

import (
	"maps"
	"slices"
	"time"

	"github.com/golang-sql/civil"
)

// shanghai is a fixed zone, so that it needs no zone files: Asia/Shanghai has been
// at UTC+8 without summer time since September 1991, and Taipei too [GK].
var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// On is the date in Asia/Shanghai at a moment.
func On(moment time.Time) civil.Date { return civil.DateOf(moment.In(shanghai)) }

// Begins is the first moment of a date in Asia/Shanghai.
func Begins(date civil.Date) time.Time { return date.In(shanghai) }

// Calendar answers for the years and the local postponements that it was given.
// It is immutable and may be shared by goroutines. The zero Calendar has neither
// and is provisional everywhere.
//
// Dates that no calendar has, February 30, count as the day they run over to.
type Calendar struct {
	years map[int]*Year
	local []Override
}

// New makes a calendar of years. Of two for the same year the later one counts, so
// that shipped years go first and imported ones after them.
func New(years ...Year) Calendar { return Calendar{}.With(years...) }

// With is the calendar with these years put in, or in place of those it had. The
// zero Year is passed over.
func (c Calendar) With(years ...Year) Calendar {
	all := make(map[int]*Year, len(c.years)+len(years))
	maps.Copy(all, c.years)
	for _, y := range years {
		if y.number != 0 {
			all[y.number] = &y
		}
	}
	c.years = all
	return c
}

// Years lists what is loaded, in order. The slice is the caller's.
func (c Calendar) Years() []Year {
	var list []Year
	for _, number := range slices.Sorted(maps.Keys(c.years)) {
		list = append(list, *c.years[number])
	}
	return list
}

// Provisional reports whether a year that the days from first to last touch has no
// notice loaded. The order of the two does not matter.
func (c Calendar) Provisional(first, last civil.Date) bool {
	_, missing := c.missing(first, last)
	return missing
}

// missing is the first year without notice that the days between two touch.
func (c Calendar) missing(first, last civil.Date) (int, bool) {
	for year := min(first.Year, last.Year); year <= max(first.Year, last.Year); year++ {
		if c.years[year] == nil {
			return year, true
		}
	}
	return 0, false
}
