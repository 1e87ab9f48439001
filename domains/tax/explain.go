package tax

import (
	"context"
	"fmt"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
)

// Explained is an obligation with why it is due on its day.
type Explained struct {
	Listed
	Explanation
}

// Explanation says why something is due on its day.
type Explanation struct {
	Info Info
	// Steps lead from the day that the law names to the last one; there are none
	// where the document itself names it.
	Steps []calendar.Step
	// Notice is the paper that names the day; zero where there is none. What the
	// law behind it is, Info.Source says.
	Notice calendar.Notice
	// Confidence is that of the date, where the calendar made it.
	Confidence calendar.Confidence
	// Taiwan is the like tax's next date there, from the end of the period on; nil
	// where there is no like tax. It is for information.
	Taiwan *calendar.TaiwanDate
}

// Get returns an obligation of the caller's, or of a firm's in which the caller
// holds a role, with its explanation. It fails with [ErrNotFound].
func (s *Service) Get(ctx context.Context, by actor.Actor, id ID) (Explained, error) {
	o, subject, err := s.reach(ctx, by, id)
	if err != nil {
		return Explained{}, fmt.Errorf("read obligation %s: %w", id, err)
	}
	listed, err := s.listed(ctx, o, subject)
	if err != nil {
		return Explained{}, err
	}
	why, err := s.Explain(ctx, o)
	return Explained{listed, why}, err
}

// Explain says why an obligation is due on its day, by the calendar in use. Whose it
// is, the caller has settled.
func (s *Service) Explain(ctx context.Context, o Obligation) (Explanation, error) {
	info, ok := InfoOf(o.Kind)
	if !ok {
		return Explanation{}, fmt.Errorf("obligation %s is of no kind: %s", o.ID, o.Kind)
	}
	e := Explanation{Info: info}
	if info.Rule == OnPaper {
		return e, nil
	}
	in, err := s.inUse(ctx)
	if err != nil {
		return Explanation{}, err
	}
	if d, ok := info.deadline(in.calendar, o.Period, o.Area); ok {
		e.Steps, e.Notice, e.Confidence = d.Steps, d.Notice, d.Confidence
	}
	if _, last, ok := o.Period.days(); ok && info.Like != "" {
		e.Taiwan = in.taiwanAfter(info.Like, last)
	}
	return e, nil
}

// taiwanAfter is the date of a Taiwan tax whose day in law is the first not before a
// day, as it was extended, or nil.
func (in inUse) taiwanAfter(tax string, day civil.Date) *calendar.TaiwanDate {
	var best *calendar.TaiwanDate
	for year := day.Year; year <= day.Year+1; year++ {
		for _, d := range calendar.Taiwan(year, in.taiwan...) {
			switch {
			case d.Tax != tax || d.Statutory.Before(day):
			case best == nil, d.Statutory.Before(best.Statutory), d.Statutory == best.Statutory && best.Date.Before(d.Date):
				best = &d
			}
		}
	}
	return best
}
