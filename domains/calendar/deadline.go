package calendar

import (
	"fmt"
	"time"

	"github.com/golang-sql/civil"
)

// Month is a month of a year. It is a real one.
type Month struct {
	Year  int
	Month time.Month
}

// MonthOf is the month that a day lies in.
func MonthOf(date civil.Date) Month { return Month{date.Year, date.Month} }

// lastFilingDay is the day of the month up to which the taxes are filed that the law
// wants within 15 days after a month or quarter.
const lastFilingDay = 15

// Statutory is the day that the law names for filing in the month, before anything
// moves it: the 15th.
func (m Month) Statutory() civil.Date {
	return civil.Date{Year: m.Year, Month: m.Month, Day: lastFilingDay}
}

// String is the month as 2026-05.
func (m Month) String() string { return fmt.Sprintf("%04d-%02d", m.Year, m.Month) }

// Basis says what a deadline rests on, in rising order of precedence.
type Basis string

// The bases.
const (
	Computed Basis = "computed" // our reading of the rule
	National Basis = "national" // the tax administration's notice
	Local    Basis = "local"    // a local postponement
)

// Deadline is the last day for something, and why it is that day.
type Deadline struct {
	Statutory civil.Date // the day that the law names
	Date      civil.Date // the last day
	Basis     Basis
	// Notice is the paper that names Date; zero where Date is computed.
	Notice Notice
	// Confidence is that of the notice, or of our rule. What the law says of the
	// statutory day is for the caller to know.
	Confidence Confidence
	// Provisional: Date was computed without the holiday notice of a year.
	Provisional bool
	// Steps lead from Statutory to Date. The slice is the caller's.
	Steps []Step
}

// Closes is the first moment that is too late: midnight in Shanghai after the last
// day.
func (d Deadline) Closes() time.Time { return d.Date.AddDays(1).In(shanghai) }

// Where says for whom a deadline is asked.
type Where struct {
	// Area is the taxpayer's area code of six digits. Without it no local
	// postponement applies.
	Area string
	// Tax is the tax as postponements name it. Without it, and for [AllTaxes],
	// only those apply that are for all taxes.
	Tax string
}

// Filing is the deadline in a month for the taxes that are filed within 15 days
// after a month or quarter: the month is that of the filing, not of the period.
func (c Calendar) Filing(m Month, w Where) Deadline {
	d := c.filingByRule(m)
	if f, ok := c.national(m); ok {
		d = d.byNotice(National, f.date, f.notice, stepOn(StepNational, f.date).under("", f.notice))
	}
	return c.postponed(d, w)
}

// Shift is the deadline for something else that the law wants done by a day: if
// the day is off, the next working day (税收征收管理法实施细则, Art. 109). Use it for dates
// of the year such as May 31.
//
// The extension for long holidays is not applied; it has not been seen applied to
// dates of the year, with confidence M. A local postponement of the day counts, and
// one of the 15th of a month is the same as that of [Calendar.Filing].
func (c Calendar) Shift(date civil.Date, w Where) Deadline {
	date = proper(date)
	d := Deadline{Statutory: date, Steps: []Step{stepOn(StepStatutory, date)}}
	return c.postponed(c.close(d, date, 1), w)
}

// national is the notice's deadline for a month.
func (c Calendar) national(m Month) (filing, bool) {
	y := c.years[m.Year]
	if y == nil {
		return filing{}, false
	}
	f, ok := y.deadlines[m.Month]
	return f, ok
}

// byNotice puts the date of a notice in place. How the date was computed is told
// only where it explains the notice.
func (d Deadline) byNotice(basis Basis, date civil.Date, n Notice, last Step) Deadline {
	switch {
	case basis == National && date != d.Date:
		d.Steps = d.Steps[:1]
	case d.Provisional: // the notice is certain
		d.Steps = d.Steps[:len(d.Steps)-1]
	}
	d.Steps = append(d.Steps, last)
	d.Date, d.Basis, d.Notice, d.Confidence, d.Provisional = date, basis, n, n.Confidence, false
	return d
}
