package calendar

import (
	"maps"
	"slices"
	"time"

	"github.com/golang-sql/civil"
)

// Changes is what a new calendar says differently.
type Changes struct {
	Days      []DayChange      // by date
	Deadlines []DeadlineChange // by statutory day, then by area and tax
}

// DayChange is a day of another kind or name.
type DayChange struct{ Old, New Day }

// DeadlineChange is a deadline that moved or now rests on something else. New.Steps
// says why it is where it is.
type DeadlineChange struct {
	// Where is the zero value for the whole country, or the area and tax of a
	// postponement that is in one of the calendars.
	Where    Where
	Old, New Deadline
}

// Moved reports whether the last day is another one, which people have to be told.
// If not, only the basis, the notice or the provisional mark changed.
func (d DeadlineChange) Moved() bool { return d.Old.Date != d.New.Date }

// Cause is what made the change: [Local] if a local postponement came, went or
// changed, else [National] if the tax administration's notice did, else [Computed]:
// the days did.
func (d DeadlineChange) Cause() Basis {
	for _, basis := range []Basis{Local, National} {
		if d.Old.Basis == basis || d.New.Basis == basis {
			return basis
		}
	}
	return Computed
}

// Touches reports whether a working day became a day off, or the other way round,
// from the first day to the last. If not, what was counted in working days within
// them is what it was.
func (c Changes) Touches(first, last civil.Date) bool {
	return slices.ContainsFunc(c.Days, func(d DayChange) bool {
		return d.Old.Off() != d.New.Off() && !d.New.Date.Before(first) && !d.New.Date.After(last)
	})
}

// Diff compares two calendars: the days of every year that one of them has, the
// filing deadline of each month in these years, and the days put off in one of them
// or named by the caller as statutory, for the whole country and for each area and
// tax of a postponement. The same calendars give no changes.
//
// A change for the whole country does not hold where a postponement goes before
// it. So find who is concerned by Changes, and ask both calendars for each.
func Diff(before, after Calendar, statutory ...civil.Date) Changes {
	var c Changes
	for _, year := range bothYears(before, after) {
		c.Days = append(c.Days, diffDays(before, after, year)...)
	}
	wheres := bothWheres(before, after)
	for _, day := range bothStatutory(before, after, statutory) {
		for _, w := range wheres {
			was, is := before.deadline(day, w), after.deadline(day, w)
			if !was.same(is) {
				c.Deadlines = append(c.Deadlines, DeadlineChange{w, was, is})
			}
		}
	}
	return c
}

// deadline is that of a statutory day; the 15th stands for the month's filing.
func (c Calendar) deadline(statutory civil.Date, w Where) Deadline {
	if statutory.Day == lastFilingDay {
		return c.Filing(MonthOf(statutory), w)
	}
	return c.Shift(statutory, w)
}

// same reports whether two deadlines say the same, however they got there.
func (d Deadline) same(e Deadline) bool {
	return d.Date == e.Date && d.Basis == e.Basis && d.Notice == e.Notice && d.Provisional == e.Provisional
}

// diffDays lists the days of a year whose kind or name is another one.
func diffDays(before, after Calendar, year int) []DayChange {
	var list []DayChange
	for date := (civil.Date{Year: year, Month: time.January, Day: 1}); date.Year == year; date = date.AddDays(1) {
		was, is := before.Day(date), after.Day(date)
		if was.Kind != is.Kind || was.Name != is.Name {
			list = append(list, DayChange{was, is})
		}
	}
	return list
}

func bothYears(before, after Calendar) []int {
	years := maps.Clone(before.years)
	if years == nil {
		years = map[int]*Year{}
	}
	maps.Copy(years, after.years)
	return slices.Sorted(maps.Keys(years))
}

// bothStatutory lists the days to compare. The months of years that neither has need
// no look: without holidays nothing is counted far enough to meet a year that has.
func bothStatutory(before, after Calendar, named []civil.Date) []civil.Date {
	var days []civil.Date
	for _, day := range named {
		days = append(days, proper(day))
	}
	for _, year := range bothYears(before, after) {
		for month := time.January; month <= time.December; month++ {
			days = append(days, Month{year, month}.Statutory())
		}
	}
	for _, o := range slices.Concat(before.local, after.local) {
		days = append(days, o.Statutory)
	}
	slices.SortFunc(days, compare)
	return slices.Compact(days)
}

// bothWheres lists for whom to compare, the whole country first.
func bothWheres(before, after Calendar) []Where {
	wheres := []Where{{}}
	for _, o := range slices.Concat(before.local, after.local) {
		if w := (Where{o.Area, o.Tax}); !slices.Contains(wheres, w) {
			wheres = append(wheres, w)
		}
	}
	return wheres
}
