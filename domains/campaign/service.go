package campaign

import (
	"context"
	"fmt"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
)

// Preview counts the people whom a draft would reach today, and keeps nothing. It
// fails as [Service.Draft] does.
func (s *Service) Preview(ctx context.Context, by actor.Actor, d Draft) (int64, error) {
	c, err := s.checked(ctx, by, d)
	if err != nil {
		return 0, fmt.Errorf("preview a campaign: %w", err)
	}
	return c.Expected, nil
}

// Draft keeps a campaign that does nothing yet. Each call makes another one. It
// fails with [ErrText], [ErrPopulation] and, for whoever is no officer of a
// department, [ErrNotFound].
func (s *Service) Draft(ctx context.Context, by actor.Actor, d Draft) (Campaign, error) {
	c, err := s.checked(ctx, by, d)
	if err != nil {
		return Campaign{}, fmt.Errorf("draft a campaign: %w", err)
	}
	c.ID, c.State, c.Department, c.Author, c.Created, c.version = ID(s.newID()), Drafted, by.Department, by.Officer, s.time(), 1
	if err := s.db.InTx(ctx, func(ctx context.Context) error { return s.insert(ctx, c) }); err != nil {
		return Campaign{}, fmt.Errorf("draft a campaign: %w", err)
	}
	return c, nil
}

// checked is a draft as a campaign, with its people counted.
func (s *Service) checked(ctx context.Context, by actor.Actor, d Draft) (Campaign, error) {
	if err := enter(ctx, by); err != nil {
		return Campaign{}, err
	}
	c, err := d.check()
	if err != nil {
		return Campaign{}, err
	}
	c.Expected, err = s.count(ctx, c.Population)
	return c, err
}

// Cursor is where a page of campaigns ends: the last one shown. The zero Cursor is
// the beginning.
type Cursor struct {
	Created time.Time
	ID      ID
}

// List returns the campaigns of the actor's department after the cursor, newest
// first, at most limit of them, and whether there are more. It fails with
// [ErrNotFound] for whoever is no officer of a department.
func (s *Service) List(ctx context.Context, by actor.Actor, after Cursor, limit int) ([]Campaign, bool, error) {
	if err := enter(ctx, by); err != nil {
		return nil, false, err
	}
	list, err := s.page(ctx, by.Department, after, limit+1)
	if err != nil {
		return nil, false, fmt.Errorf("list campaigns: %w", err)
	}
	more := len(list) > limit
	return list[:min(len(list), limit)], more, nil
}

// Get returns a campaign of the actor's department with its report, counted anew:
// that reads every notice of the campaign. It fails with [ErrNotFound], also for
// another department's.
func (s *Service) Get(ctx context.Context, by actor.Actor, id ID) (Campaign, Report, error) {
	c, err := s.own(ctx, by, id)
	if err != nil {
		return Campaign{}, Report{}, fmt.Errorf("get a campaign: %w", err)
	}
	r, err := s.report(ctx, c)
	if err != nil {
		return Campaign{}, Report{}, fmt.Errorf("get a campaign: %w", err)
	}
	return c, r, nil
}

// Approve lets a draft go, to begin at a time; what has passed, as the zero time,
// is now. Approving twice succeeds and changes nothing. It fails with
// [ErrNotFound], also for another department's, with guard.ErrMaker for the
// author, with [ErrState] for what was stopped and with [ErrStale].
func (s *Service) Approve(ctx context.Context, by actor.Actor, id ID, begin time.Time) (Campaign, error) {
	begin = begin.UTC().Truncate(time.Microsecond)
	c, err := s.change(ctx, by, id, func(c Campaign) (Campaign, error) {
		if err := s.checker(by, string(c.Author)); err != nil {
			return Campaign{}, err
		}
		return c.approve(by.Officer, begin, s.time())
	})
	if err != nil {
		return Campaign{}, fmt.Errorf("approve a campaign: %w", err)
	}
	return c, nil
}

// Steer pauses, resumes or stops a campaign of the actor's department, and changes
// its pace unless that is nil or the campaign stops. The batch that is being told
// is told, no other one. A draft can be stopped and nothing else. Repeating it
// changes nothing. It fails with [ErrNotFound], also for another department's,
// with [ErrState], with [ErrText] for the pace and with [ErrStale].
func (s *Service) Steer(ctx context.Context, by actor.Actor, id ID, how Steering, pace *int64) (Campaign, error) {
	c, err := s.change(ctx, by, id, func(c Campaign) (Campaign, error) { return c.steer(how, pace, s.time()) })
	if err != nil {
		return Campaign{}, fmt.Errorf("steer a campaign: %w", err)
	}
	return c, nil
}

// change does something with a campaign of the actor's department, in a
// transaction. What comes back as it went in is not written.
func (s *Service) change(ctx context.Context, by actor.Actor, id ID, do func(Campaign) (Campaign, error)) (Campaign, error) {
	var changed Campaign
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		before, err := s.own(ctx, by, id)
		if err != nil {
			return err
		}
		changed, err = do(before)
		if err != nil || changed.State == before.State && changed.Pace == before.Pace {
			return err
		}
		return s.save(ctx, changed)
	})
	return changed, err
}

// own reads a campaign of the actor's department. It fails with [ErrNotFound].
func (s *Service) own(ctx context.Context, by actor.Actor, id ID) (Campaign, error) {
	if err := enter(ctx, by); err != nil {
		return Campaign{}, err
	}
	c, err := s.campaign(ctx, id)
	if err == nil && c.Department != by.Department {
		return Campaign{}, ErrNotFound
	}
	return c, err
}

// enter lets officers of a department in, and notes what the call stands on.
func enter(ctx context.Context, by actor.Actor) error {
	audit.On(ctx, audit.Usual(by))
	if by.Role != actor.Officer || by.Officer == "" || by.Department == "" {
		return ErrNotFound
	}
	return nil
}
