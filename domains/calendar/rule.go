package calendar

import (
	"slices"
	"strconv"
	"strings"

	"github.com/golang-sql/civil"
)

// longRun is from how many days off in a row a filing period is extended.
const longRun = 3

// filingByRule computes a month's deadline as Art. 109 of the rules for tax
// collection (税收征收管理法实施细则, in force 2002-10-15 [GK]) is applied: with three
// or more days off in a row within the 1st to the 15th, it is as many working days
// after the 15th; else the 15th, or the next working day.
//
// The rule was found from the published deadlines. It gives all 36 months of 2024
// to 2026, and the 24 of 2022 and 2023 that it was not found from. Of two long
// runs in a month, which none of them has, the longer one counts.
func (c Calendar) filingByRule(m Month) Deadline {
	last := m.Statutory()
	d := Deadline{Statutory: last, Steps: []Step{stepOn(StepStatutory, last)}}
	run := c.longestRun(m)
	if len(run) < longRun {
		return c.close(d, last, 1)
	}
	d.Steps = append(d.Steps, runStep(run, last))
	return c.close(d, last.AddDays(1), len(run))
}

// longestRun is the longest block of days off within the 1st to the 15th, the first
// of equal ones. A weekend that touches a holiday belongs to the block; what lies
// outside the fifteen days does not. A block of three days or more has a holiday in
// it, as no weekend is that long.
func (c Calendar) longestRun(m Month) []Day {
	var run, longest []Day
	for date := (civil.Date{Year: m.Year, Month: m.Month, Day: 1}); date.Day <= lastFilingDay; date.Day++ {
		if d := c.Day(date); d.Off() {
			run = append(run, d)
		} else {
			run = nil
		}
		if len(run) > len(longest) {
			longest = run
		}
	}
	return longest
}

func isHoliday(d Day) bool { return d.Kind == Holiday }

// runStep tells of a run that extends the period past its last day.
func runStep(run []Day, last civil.Date) Step {
	s := spanStep(StepHolidays, Day{Date: run[0].Date}, run[len(run)-1].Date)
	s.Params["Days"], s.Params["Date"] = strconv.Itoa(len(run)), last.String()
	var names []string
	for _, d := range run {
		if d.Name != "" && !slices.Contains(names, d.Name) {
			names = append(names, d.Name)
		}
	}
	first := run[slices.IndexFunc(run, isHoliday)]
	return s.under(strings.Join(names, "、"), first.Notice)
}

// close ends a deadline on the n-th working day from a day on, that day included.
func (c Calendar) close(d Deadline, from civil.Date, n int) Deadline {
	end, steps := c.walk(from, n)
	d.Date, d.Basis, d.Confidence = end, Computed, computed
	d.Steps = append(append(d.Steps, steps...), stepOn(StepComputed, end))
	if year, missing := c.missing(d.Statutory, end); missing {
		d.Provisional = true
		d.Steps = append(d.Steps, provisionalStep(year))
	}
	return d
}

// walk finds the n-th working day from a day on, that day included, and tells of
// every day that is not what its day of the week says, or not counted.
func (c Calendar) walk(from civil.Date, n int) (civil.Date, []Step) {
	var steps []Step
	var off []Day // not counted, of one kind, not told of yet
	for date := from; ; date = date.AddDays(1) {
		d := c.Day(date)
		if len(off) > 0 && (off[0].Kind != d.Kind || off[0].Name != d.Name) {
			steps = append(steps, offStep(off))
			off = nil
		}
		switch {
		case d.Off():
			off = append(off, d)
			continue
		case d.Kind == MakeUp:
			steps = append(steps, stepOn(StepMakeUp, date).under(d.Name, d.Notice))
		}
		if n--; n == 0 {
			return date, steps
		}
	}
}

// offStep tells of days that are not counted.
func offStep(off []Day) Step {
	key := StepWeekend
	if isHoliday(off[0]) {
		key = StepHoliday
	}
	return spanStep(key, off[0], off[len(off)-1].Date)
}
