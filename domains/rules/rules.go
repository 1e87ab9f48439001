// Package rules keeps the law as data: dated parameters and rules in CEL, in files
// that an expert reads, each figure with its legal source. Evaluating a rule gives an
// outcome and a trace that says every parameter, every step and every rounding.
//
// Invariants:
//   - the same version and facts give the same trace, byte for byte, whenever;
//   - all arithmetic is on whole numbers; where something is divided, the file says
//     how the rest is rounded;
//   - a fact that nobody knows is never taken for no: the outcome says that it is
//     missing;
//   - for each day at most one version of a policy holds, and between the first and
//     the last day there is no gap;
//   - evaluation is bounded, whatever the facts.
//
// Titles are in the language of the source, zh-Hans; whoever shows them converts.
package rules

import (
	"github.com/golang-sql/civil"
)

// Outcome is what a rule says.
type Outcome string

// The outcomes.
const (
	Granted   Outcome = "granted"   // every condition holds; the amount may be zero
	Refused   Outcome = "refused"   // a condition fails
	Missing   Outcome = "missing"   // none fails, and a fact that matters is not known
	Undecided Outcome = "undecided" // the version is on record, and not decided by rule
)

// Status says how sure a figure is.
type Status string

// The statuses.
const (
	Confirmed    Status = "confirmed"
	Illustrative Status = "illustrative" // whatever is computed with it says so
)

// Facts are what is known, by the names that the file declares. Values are bool,
// int64, string, []any and map[string]any; dates are 2026-05-09. A fact that is left
// out is not known.
type Facts map[string]any

// Span is from a first to a last day, both included; a zero To has no end.
type Span struct{ From, To civil.Date }

// Has reports whether a day lies within.
func (s Span) Has(day civil.Date) bool {
	return !day.Before(s.From) && (s.To.IsZero() || !s.To.Before(day))
}

// meets reports whether two spans have a day in common.
func (s Span) meets(o Span) bool {
	return (s.To.IsZero() || !s.To.Before(o.From)) && (o.To.IsZero() || !o.To.Before(s.From))
}

// Policy is a measure in all its versions.
type Policy struct {
	Name     string
	Versions []*Version // by their first day
}

// On returns the version that holds on a day.
func (p Policy) On(day civil.Date) (*Version, bool) {
	for _, v := range p.Versions {
		if v.Span.Has(day) {
			return v, true
		}
	}
	return nil, false
}

// Version is a policy as it holds for a time. It is read-only and safe for
// concurrent use.
type Version struct {
	Policy, Name string
	Title        string
	Span         Span
	Source       string // the legal document
	Status       Status // of the rule as a whole
	// Undecided says why the version is not decided by rule, or is "".
	Undecided string
	// Digest is the SHA-256 of the file, hex.
	Digest string
	// Facts are the declared facts, in the order of the file.
	Facts []Fact

	file    file
	program program
}

// Fact is one that a version asks for.
type Fact struct {
	Name, Title string
	// Identity: who somebody is. No hint ever says to change it.
	Identity bool
}

// Illustrative reports whether something of the version is not confirmed.
func (v *Version) Illustrative() bool {
	if v.Status == Illustrative {
		return true
	}
	for _, p := range v.file.Parameters {
		for _, value := range p.Values {
			if value.Status == Illustrative {
				return true
			}
		}
	}
	return false
}
