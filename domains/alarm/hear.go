package alarm

import (
	"context"
	"fmt"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/tax"
)

// Hear is the [tax.Listener]: it makes alarms follow obligations, in the caller's
// transaction. Hearing the same again changes nothing.
//
// New obligations are planned. A moved one is planned anew, and the people are
// told why, also those who want no alarms. What is done or void is silent. What is
// open again rings as far as it lies ahead. An obligation that comes so late, or
// is open again so late, that nothing would ring before its date is over, rings at
// once, in slot late.
func (s *Service) Hear(ctx context.Context, change tax.Change, obligations []tax.Obligation) error {
	if len(obligations) == 0 {
		return nil
	}
	if change == tax.Settled {
		return s.silence(ctx, obligations)
	}
	p, err := s.planFor(ctx, obligations)
	if err != nil {
		return fmt.Errorf("plan alarms: %w", err)
	}
	switch change {
	case tax.Planned:
		p.late = true
		err = s.add(ctx, p)
	case tax.Revived:
		p.late = true
		err = s.replace(ctx, p, silenced)
	case tax.Moved:
		if err = s.replace(ctx, p, pending, silenced, rung); err == nil {
			err = s.tellMoved(ctx, p)
		}
	default:
		return fmt.Errorf("alarm: no change is called %q", change)
	}
	if err != nil {
		return fmt.Errorf("%s obligations: %w", change, err)
	}
	return nil
}

// Regrouped is the [dossier.Listener]: it plans anew for the persons of some
// documents, in the caller's transaction, after files were joined or cut, or a
// person's role in a firm began.
func (s *Service) Regrouped(ctx context.Context, documents []actor.DocumentID) error {
	for _, id := range documents {
		if err := s.replanFor(ctx, holderOf(id)); err != nil {
			return err
		}
	}
	return nil
}

// replanFor plans anew for a person. What rang or was silenced stays as it is.
func (s *Service) replanFor(ctx context.Context, by actor.Actor) error {
	charges, err := s.charges(ctx, by)
	if err != nil {
		return err
	}
	today := calendar.On(s.now())
	obligations, err := s.obligationsUnder(ctx, charges, today.AddDays(-overdueDays), endOfTime)
	if err != nil {
		return err
	}
	if len(obligations) == 0 {
		return nil
	}
	p, err := s.planFor(ctx, obligations)
	if err != nil {
		return err
	}
	p.only(by.Document)
	if err := s.replace(ctx, p, pending); err != nil {
		return fmt.Errorf("plan alarms anew: %w", err)
	}
	return nil
}

// plan is obligations that are open, with all that is needed to plan them.
type plan struct {
	open     []tax.Obligation
	holders  map[actor.DocumentID][]holder
	settings map[actor.DocumentID]settings // by the document that is told
	calendar calendar.Calendar
	now      time.Time
	late     bool // what would ring no more rings at once
}

// planFor gathers what is needed to plan obligations.
func (s *Service) planFor(ctx context.Context, obligations []tax.Obligation) (plan, error) {
	p := plan{now: s.time()}
	var subjects []actor.DocumentID
	for _, o := range obligations {
		if o.State == tax.Open {
			p.open = append(p.open, o)
			subjects = append(subjects, o.Document)
		}
	}
	subjects = each(subjects)
	var err error
	if p.calendar, err = s.taxes.Calendar(ctx); err != nil {
		return plan{}, err
	}
	if p.holders, err = s.holdersOf(ctx, subjects); err != nil {
		return plan{}, err
	}
	p.settings, err = s.settingsOf(ctx, p.holders)
	return p, err
}

// only leaves nobody but the person of a document.
func (p plan) only(id actor.DocumentID) {
	for subject, holders := range p.holders {
		var kept []holder
		for _, h := range holders {
			if h.has(id) {
				kept = append(kept, h)
			}
		}
		p.holders[subject] = kept
	}
}

// rings is what rings of an obligation for one of its holders, from now on.
func (p plan) rings(o tax.Obligation, h holder) []Ring {
	set := p.settings[h.document].of(o.Kind, o.Document)
	all := Plan(o.Due, set, p.calendar)
	end := onDay(o.Due.AddDays(1), 0)
	var ahead []Ring
	warned := false
	for _, r := range all {
		if r.At.After(p.now) {
			ahead = append(ahead, r)
			warned = warned || r.At.Before(end)
		}
	}
	if at := set.outside(p.now.Truncate(time.Minute).Add(time.Minute)); p.late && !warned && !set.Off && at.Before(end) {
		ahead = append(ahead, Ring{"late", at.UTC()})
	}
	return ahead
}
