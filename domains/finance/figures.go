package finance

import (
	"context"
	"fmt"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
)

// mostMonths is of how many months figures are counted at a time.
const mostMonths = 60

// Figures count what happened in a month.
type Figures struct {
	Month calendar.Month
	// Applied are the applications made, Issued the editions of certificates.
	Applied, Issued, Refused, Withdrawn, Revoked int
}

// Figures counts what happened from one month to another in Asia/Shanghai, both included,
// each by the moment when it did. They are counted from the applications themselves each
// time, whose times never change. It fails with [ErrMonths].
func (s *Service) Figures(ctx context.Context, from, to calendar.Month) ([]Figures, error) {
	n := (to.Year-from.Year)*12 + int(to.Month) - int(from.Month) + 1
	if n < 1 || n > mostMonths {
		return nil, ErrMonths.On("to")
	}
	list := make([]Figures, n)
	for i := range list {
		first := civil.Date{Year: from.Year, Month: from.Month + time.Month(i), Day: 1}
		f, err := s.count(ctx, calendar.Begins(first).UTC(), calendar.Begins(civil.Date{Year: first.Year, Month: first.Month + 1, Day: 1}).UTC())
		if err != nil {
			return nil, fmt.Errorf("count applications: %w", err)
		}
		list[i], list[i].Month = f, calendar.MonthOf(calendar.On(calendar.Begins(first)))
	}
	return list, nil
}
