package tax

import (
	"context"
	"fmt"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
)

// PlanDue works out, of at most limit registrations, what they make due until 400
// days from today, and tells the listener what is new. It returns how many
// registrations it looked at; with 0 nothing is left to do. A registration begins
// with the month in which it was taken, and is looked at again only when something
// new is due, so that a run costs what it finds.
//
// It may be killed, repeated, and called by several processes at once: nobody gets
// an obligation twice. Two that meet take turns.
func (s *Service) PlanDue(ctx context.Context, limit int) (int, error) {
	horizon := s.Today().AddDays(horizonDays)
	var n int
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		list, err := s.dueRegistrations(ctx, horizon, limit)
		if n = len(list); err != nil || n == 0 {
			return err
		}
		a, err := s.almanac(ctx)
		if err != nil {
			return err
		}
		var wanted []Obligation
		through := map[civil.Date][]string{}
		for _, r := range list {
			slots, end := r.plan(a, r.begin(), horizon)
			through[end] = append(through[end], string(r.ID))
			for _, x := range slots {
				wanted = append(wanted, r.obligation(x))
			}
		}
		if err := s.savePlanned(ctx, through); err != nil {
			return err
		}
		_, err = s.put(ctx, a, wanted)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("plan obligations: %w", err)
	}
	return n, nil
}

// begin is the day after which a registration goes on being worked out.
func (r Registration) begin() civil.Date {
	taken := calendar.On(r.created)
	first := civil.Date{Year: taken.Year, Month: taken.Month, Day: 1}.AddDays(-1)
	if r.planned.Before(first) {
		return first
	}
	return r.planned
}

// obligation is what a registration makes due for a slot.
func (r Registration) obligation(x slot) Obligation {
	return Obligation{
		Document: r.Document, Kind: r.Tax, Period: x.period, Area: r.Area, Due: x.due, Basis: x.basis,
		registration: string(r.ID),
	}
}
