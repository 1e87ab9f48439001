package tax

import (
	"context"

	"github.com/minzhengtong/minzhengtong/domains/actor"
)

// put keeps obligations that are not there yet, and revives those that had fallen
// away; all others stay as they are. It tells the listener, and returns how many
// it changed. It is called in a transaction, in which nobody else writes the same.
func (s *Service) put(ctx context.Context, a *almanac, wanted []Obligation) (int, error) {
	known, err := s.known(ctx,
		distinct(wanted, func(o Obligation) actor.DocumentID { return o.Document }),
		distinct(wanted, func(o Obligation) Period { return o.Period }))
	if err != nil {
		return 0, err
	}
	now := s.time()
	var fresh, revived []Obligation
	taken := make(map[key]bool, len(wanted))
	for _, o := range wanted {
		before, there := known[o.key()]
		switch {
		case taken[o.key()]:
		case !there:
			o.ID, o.State, o.Changed, o.version = ID(s.newID()), Open, now, 1
			fresh = append(fresh, o)
		case before.State == Void:
			revived = append(revived, before)
		}
		taken[o.key()] = true
	}
	if err := s.insert(ctx, fresh); err != nil {
		return 0, err
	}
	if err := s.tell(ctx, Planned, fresh); err != nil {
		return 0, err
	}
	return len(fresh) + len(revived), s.revive(ctx, a, revived)
}

// revive opens obligations again, on the day that holds now.
func (s *Service) revive(ctx context.Context, a *almanac, list []Obligation) error {
	return s.turn(ctx, Revived, list, func(o Obligation) Obligation {
		o = a.dated(o)
		o.State, o.DoneBy, o.DoneAt = Open, "", noTime
		return o
	})
}

// void lets obligations fall away.
func (s *Service) void(ctx context.Context, list []Obligation) error {
	return s.turn(ctx, Settled, list, func(o Obligation) Obligation {
		o.State = Void
		return o
	})
}

// turn writes each obligation as it comes to be, and tells the listener.
func (s *Service) turn(ctx context.Context, change Change, list []Obligation, to func(Obligation) Obligation) error {
	after := make([]Obligation, len(list))
	for i, o := range list {
		var err error
		if after[i], err = s.save(ctx, to(o)); err != nil {
			return err
		}
	}
	return s.tell(ctx, change, after)
}

// almanac answers for the calendar in use.
func (s *Service) almanac(ctx context.Context) (*almanac, error) {
	c, err := s.Calendar(ctx)
	return newAlmanac(c), err
}
