package tax

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/work"
)

// batch is how many obligations are changed in one transaction, and told at once.
const batch = 300

// farthest is how many days after the day of the law a date lies that no local
// postponement made: 15 days off at most, as working days, with a long holiday in
// between.
const farthest = 45

// errUnknownFile: the work names a file that is not there. Files are not deleted,
// so it is a mistake in the program.
var errUnknownFile = errors.New("tax: no such calendar file")

// Replan works out anew every open obligation that a file may have moved, and tells
// the listener whose day is another one; where only the basis changed, nobody is
// told. It is the [work.Handler] of [ReplanKind]. It works in batches and may be
// killed and repeated anywhere: a date is worked out from the calendar of the
// moment, whatever it was before.
func (s *Service) Replan(ctx context.Context, id string) error {
	first, last, err := s.concerned(ctx, id)
	if errors.Is(err, errUnknownFile) {
		return work.Never(err)
	}
	if err != nil {
		return fmt.Errorf("replan: %w", err)
	}
	from := Cursor{Due: first}
	for {
		next, more, err := s.replan(ctx, from, last)
		if err != nil {
			return fmt.Errorf("replan: %w", err)
		}
		if !more {
			return nil
		}
		from = next
	}
}

// concerned are the days on which an obligation may have been due that a file moves.
func (s *Service) concerned(ctx context.Context, id string) (first, last civil.Date, err error) {
	files, err := s.filesByID(ctx, []string{id})
	if err != nil {
		return first, last, err
	}
	if len(files) == 0 {
		return first, last, errUnknownFile
	}
	if f := files[0]; f.kind == yearFile {
		year, err := strconv.Atoi(f.name)
		first = civil.Date{Year: year, Month: time.January, Day: 1}
		last = civil.Date{Year: year, Month: time.December, Day: 31}
		return first, last.AddDays(farthest), err
	}
	return s.concernedBy(ctx, files[0])
}

// concernedBy are those days for a postponement: from the day of the law to the
// last one that any postponement of that day ever named.
func (s *Service) concernedBy(ctx context.Context, f file) (first, last civil.Date, err error) {
	parts := strings.Split(f.name, "/") // as overrideName made it
	files, err := s.filesOn(ctx, parts[2])
	if err != nil {
		return first, last, err
	}
	first, err = civil.ParseDate(parts[2])
	last = first.AddDays(farthest)
	for _, f := range files {
		list, err := f.overrides()
		if err != nil {
			return first, last, err
		}
		for _, o := range list {
			if last.Before(o.Date) {
				last = o.Date
			}
		}
	}
	return first, last, err
}

// replan works out one batch anew.
func (s *Service) replan(ctx context.Context, from Cursor, last civil.Date) (next Cursor, more bool, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		c, err := s.Calendar(ctx)
		if err != nil {
			return err
		}
		list, err := s.openBetween(ctx, from, last, batch)
		if err != nil {
			return err
		}
		if more = len(list) == batch; more {
			end := list[batch-1]
			next = Cursor{end.Due, end.ID}
		}
		changed, moved := s.recompute(c, list)
		if err := s.saveDates(ctx, changed); err != nil {
			return err
		}
		return s.tell(ctx, Moved, moved)
	})
	return next, more, err
}

// recompute gives obligations their dates by a calendar. It returns those of which
// date or basis is another one, and among them those whose date is.
func (s *Service) recompute(c calendar.Calendar, list []Obligation) (changed, moved []Obligation) {
	a := newAlmanac(c)
	for _, o := range list {
		after := a.dated(o)
		if after.Due == o.Due && after.Basis == o.Basis {
			continue
		}
		after.Changed = s.time()
		changed = append(changed, after)
		if after.Due != o.Due {
			moved = append(moved, after)
		}
	}
	return changed, moved
}

// dated is an obligation with the date that the calendar gives it. What is no
// matter of the calendar stays as it is.
func (a *almanac) dated(o Obligation) Obligation {
	due, basis, ok := a.due(o.Kind, o.Period, o.Area)
	if !ok {
		return o
	}
	if due != o.Due {
		o.Moves++
	}
	o.Due, o.Basis = due, basis
	return o
}

// saveDates writes new dates, all that get the same one in one statement.
func (s *Service) saveDates(ctx context.Context, changed []Obligation) error {
	type date struct {
		due   civil.Date
		basis Basis
		moves int64
	}
	groups := map[date][]string{}
	for _, o := range changed {
		at := date{o.Due, o.Basis, o.Moves}
		groups[at] = append(groups[at], string(o.ID))
	}
	for at, ids := range groups {
		if err := s.saveDate(ctx, ids, Obligation{Due: at.due, Basis: at.basis, Moves: at.moves, Changed: s.time()}); err != nil {
			return err
		}
	}
	return nil
}

// tell tells the listener, a few hundred at a time.
func (s *Service) tell(ctx context.Context, change Change, list []Obligation) error {
	for len(list) > 0 {
		n := min(len(list), batch)
		if err := s.hear(ctx, change, list[:n:n]); err != nil {
			return fmt.Errorf("tell of obligations: %w", err)
		}
		list = list[n:]
	}
	return nil
}
