package alarm

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
)

// What one person may have.
const (
	mostSettings = 50
	mostWaiting  = 5000
)

// Settings returns what the actor set, the widest first. It fails with
// [guard.ErrNotFound] for whoever is no person.
func (s *Service) Settings(ctx context.Context, by actor.Actor) ([]Setting, error) {
	file, err := s.own(ctx, by)
	if err != nil {
		return nil, err
	}
	kept, err := s.kept(ctx, file)
	if err != nil {
		return nil, err
	}
	list := make([]Setting, 0, len(kept))
	for _, k := range kept {
		list = append(list, k.Setting)
	}
	slices.SortFunc(list, func(a, b Setting) int {
		return cmp.Or(cmp.Compare(a.width(), b.width()), cmp.Compare(a.Firm, b.Firm), cmp.Compare(a.Kind, b.Kind))
	})
	return list, nil
}

// width orders scopes, the widest first.
func (s Setting) width() int {
	n := 0
	if s.Kind != "" {
		n++
	}
	if s.Firm != "" {
		n += 2
	}
	return n
}

// Set replaces the actor's setting for a kind and a firm, and plans the alarms
// anew. Repeating it changes nothing. A kind or a firm of which the actor has
// nothing is kept and does nothing. It fails with [ErrLead], [ErrTime], [ErrCron],
// [ErrTooMany], [ErrStale] and [guard.ErrNotFound].
func (s *Service) Set(ctx context.Context, by actor.Actor, set Setting) (Setting, error) {
	set, err := set.check()
	if err != nil {
		return Setting{}, err
	}
	if s.tooOften(set) {
		return Setting{}, ErrTooMany
	}
	err = s.change(ctx, by, func(ctx context.Context, kept []keptSetting) (bool, error) {
		i := slices.IndexFunc(kept, func(k keptSetting) bool { return k.scope() == set.scope() })
		switch {
		case i >= 0 && kept[i].same(set):
			return false, nil
		case i >= 0:
			return true, s.saveSetting(ctx, kept[i], set)
		case len(kept) >= mostSettings:
			return false, ErrTooMany
		}
		return true, s.insertSetting(ctx, by.Document, set)
	})
	if err != nil {
		return Setting{}, fmt.Errorf("set alarms: %w", err)
	}
	return set, nil
}

// tooOften reports whether an own timetable would ring for one obligation more
// often than is planned. It looks at each month of a year.
func (s *Service) tooOften(set Setting) bool {
	schedule, err := readCron(set.Cron)
	if err != nil {
		return false
	}
	now := s.now().In(shanghai)
	var last [mostOfCron]time.Time // when it rang the last times
	for n, t := 0, schedule.Next(now); !t.IsZero() && t.Before(now.AddDate(1, 0, 0)); t = schedule.Next(t) {
		if n >= len(last) && t.Sub(last[n%len(last)]) < (cronDays+1)*24*time.Hour {
			return true
		}
		last[n%len(last)] = t
		n++
	}
	return false
}

// Unset takes the actor's setting for a kind and a firm back: the next wider one
// holds. Repeating it changes nothing. It fails with [ErrTooMany] where the wider
// one would ring too often, and with [guard.ErrNotFound].
func (s *Service) Unset(ctx context.Context, by actor.Actor, set Setting) error {
	err := s.change(ctx, by, func(ctx context.Context, kept []keptSetting) (bool, error) {
		i := slices.IndexFunc(kept, func(k keptSetting) bool { return k.scope() == set.scope() })
		if i < 0 {
			return false, nil
		}
		return true, s.removeSetting(ctx, kept[i])
	})
	if err != nil {
		return fmt.Errorf("unset alarms: %w", err)
	}
	return nil
}

// change does something with the actor's settings and, if it changed them, plans
// anew.
func (s *Service) change(ctx context.Context, by actor.Actor, do func(ctx context.Context, kept []keptSetting) (bool, error)) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		file, err := s.own(ctx, by)
		if err != nil {
			return err
		}
		kept, err := s.kept(ctx, file)
		if err != nil {
			return err
		}
		changed, err := do(ctx, kept)
		if err != nil || !changed {
			return err
		}
		if err := s.replanFor(ctx, by); err != nil {
			return err
		}
		n, err := s.waiting(ctx, file)
		if err == nil && n > mostWaiting {
			err = ErrTooMany
		}
		return err
	})
}
