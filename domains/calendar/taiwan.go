package calendar

import (
	"slices"
	"sync"

	"github.com/golang-sql/civil"
)

// TaiwanDate is by when a tax of the Taiwan side is due. It is information, never a
// promise for the authorities there, and the caller says so.
type TaiwanDate struct {
	Tax       string // tw_business_tax and the like
	Statutory civil.Date
	Date      civil.Date // the last day
	Why       Why
	// Confidence and Source say how sure it is and where it was seen.
	Confidence Confidence
	Source     string
	// Illustrative: nothing was given for the day, so it was moved past Saturdays
	// and Sundays only. Taiwan's calendar of office days is not supplied, and
	// nobody can know of an extension: the true day may be another one.
	Illustrative bool
}

// Why says why a Taiwan date is not the statutory day.
type Why string

// The causes.
const (
	AsStated        Why = "statutory"         // it is the statutory day
	RestDay         Why = "rest_day"          // that day was off: the next working day
	NewYearHolidays Why = "new_year_holidays" // to February 5, for three or more holidays in a row in January
	Extension       Why = "extension"         // granted for that year, beside the statutory end
)

// The keys of the steps to a Taiwan date. Their parameter is Date.
const (
	StepTaiwanStatutory    = "TAIWAN_DEADLINE_STATUTORY"
	StepTaiwanRestDay      = "TAIWAN_DEADLINE_REST_DAY"
	StepTaiwanNewYear      = "TAIWAN_DEADLINE_NEW_YEAR_HOLIDAYS"
	StepTaiwanExtension    = "TAIWAN_DEADLINE_EXTENSION"
	StepTaiwanIllustrative = "TAIWAN_DEADLINE_ILLUSTRATIVE"
)

var whySteps = map[Why]string{
	RestDay: StepTaiwanRestDay, NewYearHolidays: StepTaiwanNewYear, Extension: StepTaiwanExtension,
}

// Steps lead from the statutory day to the date.
func (d TaiwanDate) Steps() []Step {
	steps := []Step{stepOn(StepTaiwanStatutory, d.Statutory)}
	if key, ok := whySteps[d.Why]; ok {
		steps = append(steps, stepOn(key, d.Date))
	}
	if d.Illustrative {
		steps = append(steps, stepOn(StepTaiwanIllustrative, d.Date))
	}
	return steps
}

// Taiwan lists the dates whose statutory day lies in a year, in order. A day for
// which dates are loaded has these, else the shipped ones, else one that is
// illustrative. An extension stands beside the date that it extends.
func Taiwan(year int, loaded ...TaiwanDate) []TaiwanDate {
	var list []TaiwanDate
	for _, r := range taiwanRules() {
		statutory := civil.Date{Year: year, Month: r.day.Month, Day: r.day.Day}
		given := due(loaded, r.tax, statutory)
		if len(given) == 0 {
			given = due(taiwanDates(), r.tax, statutory)
		}
		if len(given) == 0 {
			given = []TaiwanDate{r.in(statutory)}
		}
		list = append(list, given...)
	}
	slices.SortStableFunc(list, func(a, b TaiwanDate) int { return compare(a.Date, b.Date) })
	return list
}

// due are the dates given for a tax and a statutory day.
func due(dates []TaiwanDate, tax string, statutory civil.Date) []TaiwanDate {
	var list []TaiwanDate
	for _, d := range dates {
		if d.Tax == tax && d.Statutory == statutory {
			list = append(list, d)
		}
	}
	return list
}

// taiwanRule is a day of every year.
type taiwanRule struct {
	tax    string
	day    civil.Date // of an arbitrary year
	source string
}

// in is the date in a year for which nothing is given.
func (r taiwanRule) in(statutory civil.Date) TaiwanDate {
	d := TaiwanDate{
		Tax: r.tax, Statutory: statutory, Date: statutory, Why: AsStated,
		Confidence: computed, Source: r.source, Illustrative: true,
	}
	if weekend(statutory) {
		d.Date, _ = Calendar{}.NextWorkday(statutory)
		d.Why = RestDay
	}
	return d
}

// The shipped data of the Taiwan side. The files are part of the program and read by
// a test, so a mistake in them is a bug.
var (
	taiwanRules = sync.OnceValue(func() []taiwanRule { return mustRead("data/taiwan-rules.csv", readTaiwanRules) })
	taiwanDates = sync.OnceValue(func() []TaiwanDate { return mustRead("data/taiwan-dates.csv", ReadTaiwan) })
)
