package synthetic

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/golang-sql/civil"
)

// The size of the first population that was counted at the Pingtan data port:
// persons and firms that registered there.
const (
	DefaultPeople = 14_462
	DefaultFirms  = 568
)

// The most that the number ranges hold. [New] cuts larger wishes to these.
const (
	MaxPeople = permitDays * mainSequences
	MaxFirms  = serialBase * serialBase * serialBase
)

// Options say which population to invent. Every zero value works.
type Options struct {
	// Seed chooses the population. Another seed gives other people and other
	// numbers out of the same ranges.
	Seed uint64
	// People and Firms are how many; zero means [DefaultPeople] and
	// [DefaultFirms]. They do not change who person i is, except that a permit
	// of the case [PermitNamesOtherPass] names the next person's pass.
	People, Firms int
	// Shares gives each case its weight among the people; nil means
	// [DefaultShares]. Weights need not add up to 1, and one that is left out
	// is 0.
	Shares map[Case]float64
	// Today is the day on which the registers were written, in Asia/Shanghai;
	// zero means 2026-10-01. Documents were issued in the five years before, a
	// few earlier, so that these have expired.
	Today civil.Date
	// Messy and Bad are the shares of rows that the writers make untidy
	// (full-width digits, spaces, lower-case x) and wrong (check character,
	// date, missing name). Zero plants none. A bad row takes the place of the
	// person's good row: the register is wrong, the person still exists.
	Messy, Bad float64
}

// DefaultShares is how many people have which case when the options do not say;
// they add up to 1. The map belongs to the caller.
//
//	plain                    0.500   register_silent          0.040
//	pass_only                0.180   script_variant           0.050
//	permit_only              0.040   character_variant        0.020
//	permit_silent            0.060   misspelt                 0.010
//	renewed_same_number      0.050   birth_contradiction      0.005
//	renewed_new_number       0.020   permit_names_other_pass  0.005
//	lost                     0.010   two_permits_one_pass     0.005
//	revoked                  0.005
func DefaultShares() map[Case]float64 {
	return map[Case]float64{
		Plain:                0.500,
		PassOnly:             0.180,
		PermitOnly:           0.040,
		PermitSilent:         0.060,
		RegisterSilent:       0.040,
		ScriptVariant:        0.050,
		CharacterVariant:     0.020,
		Misspelt:             0.010,
		BirthContradiction:   0.005,
		PermitNamesOtherPass: 0.005,
		TwoPermitsOnePass:    0.005,
		RenewedSameNumber:    0.050,
		RenewedNewNumber:     0.020,
		Lost:                 0.010,
		Revoked:              0.005,
	}
}

func (o Options) withDefaults() Options {
	o.People = min(cmp.Or(o.People, DefaultPeople), MaxPeople)
	o.Firms = min(cmp.Or(o.Firms, DefaultFirms), MaxFirms)
	if o.Shares == nil {
		o.Shares = DefaultShares()
	}
	if o.Today.IsZero() {
		o.Today = civil.Date{Year: 2026, Month: time.October, Day: 1}
	}
	return o
}

// A caseLimit is the upper end of a case's part of the interval 0 to 1.
type caseLimit struct {
	name Case
	end  float64
}

// caseLimits lays the weights end to end, in the order of the cases' names, so
// that equal options always give equal people.
func caseLimits(shares map[Case]float64) []caseLimit {
	var total, end float64
	names := slices.Sorted(maps.Keys(shares))
	for _, name := range names {
		total += max(shares[name], 0)
	}
	limits := make([]caseLimit, 0, len(names))
	for _, name := range names {
		if shares[name] > 0 {
			end += shares[name] / total
			limits = append(limits, caseLimit{name, end})
		}
	}
	return limits
}

// caseAt is the case at a point of the interval 0 to 1.
func caseAt(limits []caseLimit, point float64) Case {
	for _, l := range limits {
		if point < l.end {
			return l.name
		}
	}
	if len(limits) == 0 {
		return Plain
	}
	return limits[len(limits)-1].name
}
