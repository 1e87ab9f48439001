package subsidy

import (
	"slices"
	"strconv"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/consent"
)

// PolicyName names a policy of the rules.
type PolicyName string

// Period is a year of tax: 2025.
type Period string

// Programme is a policy that is decided from what authorities know, once a year, for
// everybody who authorised it.
type Programme struct {
	Policy PolicyName
	// Purpose is what people authorise.
	Purpose consent.PurposeCode
	// First is the first year that is decided.
	First int
	// Area is where tax counts: six digits, GB/T 2260.
	Area string
	// Counted is the step of the rule that lists the receipts that count: those are
	// spent.
	Counted string
}

// scopes are what a decision reads.
var scopes = []string{consent.TaxPayments, consent.MainlandDays, consent.Engagements}

// programmes are those that the program runs.
var programmes = []Programme{
	// The measure of 2014 pays for the taxes of a year; 2024 is the first for which the
	// province announced payment without an application (2024-04-28).
	{Policy: "pingtan_iit", Purpose: "subsidy_payment", First: 2024, Area: pingtan, Counted: "counted"},
}

// Programmes are those that the program runs. The slice belongs to the caller.
func Programmes() []Programme { return slices.Clone(programmes) }

// programme finds one, or fails with [ErrProgramme].
func programme(name PolicyName) (Programme, error) {
	i := slices.IndexFunc(programmes, func(p Programme) bool { return p.Policy == name })
	if i < 0 {
		return Programme{}, ErrProgramme
	}
	return programmes[i], nil
}

// year is the year of a period that is over and of the programme, or fails with
// [ErrPeriod].
func (p Programme) year(period Period, now time.Time) (int, error) {
	year, err := strconv.Atoi(string(period))
	if err != nil || strconv.Itoa(year) != string(period) || year < p.First || year >= calendar.On(now).Year {
		return 0, ErrPeriod.On("period")
	}
	return year, nil
}

// lastDay is the last day of a period, as traces write it.
func (p Period) lastDay() string { return string(p) + "-12-31" }

// lastDay is the day of a year whose version of the policy decides it.
func lastDay(year int) civil.Date { return civil.Date{Year: year, Month: time.December, Day: 31} }
