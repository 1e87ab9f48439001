package staff

import (
	"log/slog"
	"regexp"
	"slices"
	"strings"

	"github.com/minzhengtong/minzhengtong/domains/actor"
)

// State says whether an account can be used.
type State string

// The states.
const (
	Active   State = "active"
	Disabled State = "disabled"
)

// Officer is one account.
type Officer struct {
	ID         actor.OfficerID
	Login      string
	Name       string
	Office     string
	OfficeName string
	Department string
	// Area is the office's region, GB/T 2260.
	Area   string
	Duties []actor.Duty
	State  State
	// Preference is how the officer reads.
	Preference Preference
}

// Role is the side from which the officer acts: who audits is an auditor.
func (o Officer) Role() actor.Role {
	if slices.Contains(o.Duties, actor.Audit) {
		return actor.Auditor
	}
	return actor.Officer
}

// Actor is the officer as it acts, without session and duty of the call. That of
// a disabled account is nobody.
func (o Officer) Actor() actor.Actor {
	if o.State != Active {
		return actor.Actor{}
	}
	return actor.Actor{
		Role: o.Role(), Officer: o.ID, Office: o.Office, Department: o.Department, Area: o.Area, Duties: slices.Clone(o.Duties),
		Language: o.Preference.Language, Calendar: o.Preference.Calendar,
	}
}

// LogValue keeps login and name out of logs.
func (o Officer) LogValue() slog.Value { return slog.StringValue(string(o.ID)) }

// String is the ID.
func (o Officer) String() string { return string(o.ID) }

// GoString is the ID.
func (o Officer) GoString() string { return string(o.ID) }

// apart are the duties that no officer holds together: who accepts a matter does
// not approve it (審管分離, case 13), and who approves money does not pay it.
var apart = [][2]actor.Duty{{actor.Accept, actor.Approve}, {actor.Approve, actor.Pay}}

// checkDuties returns duties in their usual order, each once, or [ErrDuties].
func checkDuties(duties []actor.Duty) ([]actor.Duty, error) {
	var sorted []actor.Duty
	for _, d := range actor.Duties() {
		if slices.Contains(duties, d) {
			sorted = append(sorted, d)
		}
	}
	unknown := slices.ContainsFunc(duties, func(d actor.Duty) bool { return !slices.Contains(sorted, d) })
	if len(sorted) == 0 || unknown || len(sorted) > 1 && slices.Contains(sorted, actor.Audit) {
		return nil, ErrDuties.On("duties")
	}
	for _, pair := range apart {
		if slices.Contains(sorted, pair[0]) && slices.Contains(sorted, pair[1]) {
			return nil, ErrDuties.On("duties")
		}
	}
	return sorted, nil
}

var (
	loginForm = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,62}$`)
	areaForm  = regexp.MustCompile(`^[1-9][0-9]{5}$`)
)

// Within reports whether a region lies in another or is the same, by their codes
// (GB/T 2260: two digits each for province, city and county, 00 for the whole).
// Nothing lies in a region without a code.
func Within(area, whole string) bool {
	if !areaForm.MatchString(whole) {
		return false
	}
	prefix := whole
	for strings.HasSuffix(prefix, "00") {
		prefix = strings.TrimSuffix(prefix, "00")
	}
	return strings.HasPrefix(area, prefix)
}
