package alarm

import (
	"slices"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/tax"
)

// Bounds of a setting.
const (
	mostLead  = 60
	mostLeads = 10
)

// Setting is how somebody is reminded. What is empty is that of the next wider
// setting, and at last that of [Defaults].
type Setting struct {
	// Kind is a kind of obligation, "" every kind.
	Kind tax.Kind
	// Firm is the document of a firm, "" everything.
	Firm actor.DocumentID
	// Off: never ring. It is the one field that a narrower setting never takes
	// over: where a wider one is off, a narrower one that is not off rings.
	Off bool
	// Leads are working days before the due date, 0 the day itself.
	Leads []int
	// At is the hour, HH:MM.
	At string
	// Cron is an own timetable in place of leads and hour, five fields, from thirty
	// days before the due date to its end.
	Cron string
	// QuietFrom and QuietTo are hours in which nothing rings, HH:MM: from the
	// first, across midnight if it is the later one, until the second, at which
	// what was held back rings.
	QuietFrom, QuietTo string
}

// Defaults holds where nothing was set.
func Defaults() Setting { return Setting{Leads: []int{7, 3, 1, 0}, At: "09:00"} }

// check is the setting as it is kept: leads in order and each once. It fails with
// [ErrLead], [ErrTime] and [ErrCron].
func (s Setting) check() (Setting, error) {
	leads := slices.Clone(s.Leads)
	slices.Sort(leads)
	leads = slices.Compact(leads)
	slices.Reverse(leads)
	if len(leads) > mostLeads || len(leads) > 0 && (leads[0] > mostLead || leads[len(leads)-1] < 0) {
		return Setting{}, ErrLead.On("leads")
	}
	s.Leads = leads
	if err := s.checkHours(); err != nil {
		return Setting{}, err
	}
	if s.Cron == "" {
		return s, nil
	}
	if _, err := readCron(s.Cron); err != nil {
		return Setting{}, err
	}
	s.Leads = nil
	return s, nil
}

func (s Setting) checkHours() error {
	for field, text := range map[string]string{"at": s.At, "quiet_from": s.QuietFrom, "quiet_to": s.QuietTo} {
		if _, ok := readHour(text); text != "" && !ok {
			return ErrTime.On(field)
		}
	}
	if s.QuietFrom == s.QuietTo && s.QuietFrom != "" || (s.QuietFrom == "") != (s.QuietTo == "") {
		return ErrTime.On("quiet_to")
	}
	return nil
}

// readHour reads HH:MM as the time since midnight.
func readHour(text string) (time.Duration, bool) {
	const form = "15:04"
	t, err := time.Parse(form, text)
	if err != nil || len(text) != len(form) {
		return 0, false
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, true
}

// scope is what a setting is for: there is one for each.
type scope struct {
	kind tax.Kind
	firm actor.DocumentID
}

func (s Setting) scope() scope { return scope{s.Kind, s.Firm} }

// settings are those of one file.
type settings map[scope]Setting

// of is what holds for a kind of obligation of a subject, whole.
func (list settings) of(kind tax.Kind, subject actor.DocumentID) Setting {
	held, found := Setting{Kind: kind, Firm: subject}, false
	for _, where := range []scope{{kind, subject}, {"", subject}, {kind, ""}, {}} {
		next, ok := list[where]
		if !ok {
			continue
		}
		if !found {
			held.Off, found = next.Off, true
		}
		held = held.or(next)
	}
	return held.or(Defaults())
}

// or fills what is empty from a wider setting. Leads and an own timetable are one
// choice, and so are the two quiet hours.
func (s Setting) or(wider Setting) Setting {
	if len(s.Leads) == 0 && s.Cron == "" {
		s.Leads, s.Cron = wider.Leads, wider.Cron
	}
	if s.At == "" {
		s.At = wider.At
	}
	if s.QuietFrom == "" {
		s.QuietFrom, s.QuietTo = wider.QuietFrom, wider.QuietTo
	}
	return s
}
