package lending

import (
	"context"
	stdsql "database/sql"
	"fmt"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
)

// mostMonths is of how many months figures are counted at a time.
const mostMonths = 60

// Figures count what happened in a month.
type Figures struct {
	Month calendar.Month
	// Sent are cases, Offers all that were made, Accepted cases in which one was.
	Sent, Offers, Accepted, Granted, Refused, Withdrawn int
	// GrantedFen is what was paid out, in fen of CNY (授信金額).
	GrantedFen int64
}

// Figures counts what happened from one month to another in Asia/Shanghai, both included,
// each by the moment when it did. They are counted from the cases and offers themselves each
// time, whose times and amounts never change once they are there. It fails with [ErrMonths].
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
			return nil, fmt.Errorf("count cases: %w", err)
		}
		list[i], list[i].Month = f, calendar.MonthOf(calendar.On(calendar.Begins(first)))
	}
	return list, nil
}

// count counts what happened from a moment to before another one.
func (s *Service) count(ctx context.Context, from, to time.Time) (Figures, error) {
	const query = `SELECT
		(SELECT count(*) FROM lending_cases WHERE create_time >= ? AND create_time < ?),
		(SELECT count(*) FROM lending_offers WHERE create_time >= ? AND create_time < ?),
		(SELECT count(*) FROM lending_cases WHERE accept_time >= ? AND accept_time < ?),
		(SELECT count(*) FROM lending_cases WHERE state = 'granted' AND end_time >= ? AND end_time < ?),
		(SELECT coalesce(sum(granted_fen), 0) FROM lending_cases WHERE state = 'granted' AND end_time >= ? AND end_time < ?),
		(SELECT count(*) FROM lending_cases WHERE state = 'refused' AND end_time >= ? AND end_time < ?),
		(SELECT count(*) FROM lending_cases WHERE state = 'withdrawn' AND end_time >= ? AND end_time < ?)`
	var args []any
	for range 7 {
		args = append(args, from, to)
	}
	list, err := entdb.Query(ctx, s.DB, query, args, func(rows *stdsql.Rows) (f Figures, err error) {
		return f, rows.Scan(&f.Sent, &f.Offers, &f.Accepted, &f.Granted, &f.GrantedFen, &f.Refused, &f.Withdrawn)
	})
	if err != nil {
		return Figures{}, err
	}
	return list[0], nil
}
