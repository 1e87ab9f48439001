package calendar

import (
	"strconv"

	"github.com/golang-sql/civil"
)

// Step is one line of an explanation: the key of a message and its parameters.
// Dates are YYYY-MM-DD. Name and Notice are zh-Hans as the notice writes them, to
// be converted for the reader like any text that comes from data.
type Step struct {
	Key    string
	Params map[string]string
}

// The keys, with their parameters.
const (
	// StepStatutory: the law names Date.
	StepStatutory = "DEADLINE_STATUTORY"
	// StepHolidays: FromDate to ToDate, Days days off in a row with holidays in
	// them (Name, Notice), lie within the filing period, so that it ends as many
	// working days after Date, its last day.
	StepHolidays = "DEADLINE_HOLIDAYS"
	// StepWeekend: FromDate to ToDate are a weekend and not counted.
	StepWeekend = "DEADLINE_WEEKEND"
	// StepHoliday: FromDate to ToDate are off (Name, Notice) and not counted.
	StepHoliday = "DEADLINE_HOLIDAY"
	// StepMakeUp: Date is a weekend day, but worked (Name, Notice) and counted.
	StepMakeUp = "DEADLINE_MAKE_UP"
	// StepComputed: by the rule, Date is the last day.
	StepComputed = "DEADLINE_COMPUTED"
	// StepNational: Notice of the tax administration names Date.
	StepNational = "DEADLINE_NATIONAL"
	// StepLocal: Notice of the authority in Area, from IssuedDate, names Date.
	StepLocal = "DEADLINE_LOCAL"
	// StepProvisional: no holiday notice is loaded for Year, so its Saturdays and
	// Sundays alone were counted as off.
	StepProvisional = "DEADLINE_PROVISIONAL"
)

func stepOn(key string, date civil.Date) Step {
	return Step{key, map[string]string{"Date": date.String()}}
}

// spanStep speaks of days in a row, the first of which is named in the step's name.
func spanStep(key string, first Day, last civil.Date) Step {
	s := Step{key, map[string]string{"FromDate": first.Date.String(), "ToDate": last.String()}}
	return s.under(first.Name, first.Notice)
}

// under adds the name and the notice, where there are any.
func (s Step) under(name string, n Notice) Step {
	if name != "" {
		s.Params["Name"] = name
	}
	if n.Number != "" {
		s.Params["Notice"] = n.Number
	}
	return s
}

func provisionalStep(year int) Step {
	return Step{StepProvisional, map[string]string{"Year": strconv.Itoa(year)}}
}
