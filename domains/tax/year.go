package tax

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
)

// YearEntry is one date of a year's tax calendar.
type YearEntry struct {
	// Kind is whose date it is; "" for the month's filing deadline of all kinds that
	// have no date of their own.
	Kind   Kind
	Period Period
	Basis  Basis
	calendar.Deadline
}

// Year is a year's tax calendar.
type Year struct {
	// Entries are the dates, the earliest first.
	Entries []YearEntry
	// Taiwan is the dates there, for information.
	Taiwan []calendar.TaiwanDate
	// Provisional: the year's holidays are not known yet.
	Provisional bool
}

// Year returns a year's public tax calendar, with the postponements of an area, or
// without any for "". The year is that in which returns are filed.
func (s *Service) Year(ctx context.Context, year int, area string) (Year, error) {
	in, err := s.inUse(ctx)
	if err != nil {
		return Year{}, fmt.Errorf("tax calendar: %w", err)
	}
	c := in.calendar
	first, last := civil.Date{Year: year, Month: time.January, Day: 1}, civil.Date{Year: year, Month: time.December, Day: 31}
	y := Year{Taiwan: calendar.Taiwan(year, in.taiwan...), Provisional: c.Provisional(first, last)}
	for month := time.January; month <= time.December; month++ {
		y.Entries = append(y.Entries, filings(c, calendar.Month{Year: year, Month: month}, area)...)
	}
	for _, info := range kinds() {
		for _, p := range periods(info, Yearly, first.AddDays(-1), last) {
			if d, ok := info.deadline(c, p, area); ok && info.Rule == Annual {
				y.Entries = append(y.Entries, YearEntry{info.ID, p, info.basis(d), d})
			}
		}
	}
	slices.SortStableFunc(y.Entries, func(a, b YearEntry) int {
		return cmp.Or(a.Date.DaysSince(b.Date), cmp.Compare(a.Kind, b.Kind))
	})
	return y, nil
}

// filings are a month's filing deadlines: that of all, and those of the kinds that a
// postponement gave another one.
func filings(c calendar.Calendar, m calendar.Month, area string) []YearEntry {
	common := c.Filing(m, calendar.Where{Area: area})
	list := []YearEntry{{Period: monthBefore(m), Basis: byBasis(common), Deadline: common}}
	for _, info := range kinds() {
		if info.Rule != InMonth {
			continue
		}
		if d := info.on(c, m.Statutory(), area); d.Date != common.Date {
			list = append(list, YearEntry{info.ID, monthBefore(m), info.basis(d), d})
		}
	}
	return list
}
