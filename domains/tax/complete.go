package tax

import (
	"context"
	"errors"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
)

// Complete marks one of the caller's obligations, or of a firm's in which the caller
// holds a role, as done by hand. It files nothing. One that is done or fell away
// stays as it is. It fails with [ErrNotFound] or [ErrStale].
func (s *Service) Complete(ctx context.Context, by actor.Actor, id ID) (Listed, error) {
	listed, err := s.change(ctx, by, id, "obligation.complete", func(ctx context.Context, o Obligation) (Obligation, error) {
		if o.State != Open {
			return o, nil
		}
		o.State, o.DoneBy, o.DoneAt = Done, ByHand, s.time()
		after, err := s.save(ctx, o)
		if err != nil {
			return o, err
		}
		return after, s.tell(ctx, Settled, []Obligation{after})
	})
	if err != nil {
		return Listed{}, fmt.Errorf("complete obligation %s: %w", id, err)
	}
	return listed, nil
}

// Reopen takes back what was marked by hand. Its date is that of the calendar of
// today; if no registration makes it due any more, it falls away instead. One that
// is open or fell away stays as it is. It fails with [ErrNotFound], with [ErrFiled]
// where the authority has the return, or with [ErrStale].
func (s *Service) Reopen(ctx context.Context, by actor.Actor, id ID) (Listed, error) {
	listed, err := s.change(ctx, by, id, "obligation.reopen", func(ctx context.Context, o Obligation) (Obligation, error) {
		if o.State != Done {
			return o, nil
		}
		if o.DoneBy == ByFiling {
			return o, ErrFiled
		}
		a, err := s.almanac(ctx)
		if err != nil {
			return o, err
		}
		o.DoneBy, o.DoneAt = "", noTime
		return s.reopen(ctx, a, o)
	})
	if err != nil {
		return Listed{}, fmt.Errorf("reopen obligation %s: %w", id, err)
	}
	return listed, nil
}

// reopen opens what was done, on the day that holds now. What came of registrations
// and is made due by none now falls away.
func (s *Service) reopen(ctx context.Context, a *almanac, o Obligation) (Obligation, error) {
	o = a.dated(o)
	o.State = Open
	change := Revived
	if o.registration != "" {
		held, err := s.registrationsOf(ctx, []actor.DocumentID{o.Document})
		if err != nil {
			return o, err
		}
		if !covered(held, o) {
			o.State, change = Void, Settled
		}
	}
	o, err := s.save(ctx, o)
	if err != nil {
		return o, err
	}
	return o, s.tell(ctx, change, []Obligation{o})
}

// change does one thing to an obligation that the caller may reach, in one
// transaction with its note in the audit.
func (s *Service) change(ctx context.Context, by actor.Actor, id ID, action string, do func(context.Context, Obligation) (Obligation, error)) (Listed, error) {
	var listed Listed
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		before, subject, err := s.reach(ctx, by, id)
		if err != nil {
			return err
		}
		after, err := do(ctx, before)
		if err != nil {
			return err
		}
		if listed, err = s.listed(ctx, after, subject); err != nil || after == before {
			return err
		}
		return s.audit.Change(ctx, action, by, after.Document)
	})
	return listed, err
}

// reach reads an obligation that is the caller's, or of a firm in which the caller
// holds a role. Else it fails with [ErrNotFound].
func (s *Service) reach(ctx context.Context, by actor.Actor, id ID) (Obligation, dossier.Subject, error) {
	subjects, err := s.subjects(ctx, by)
	if err != nil {
		return Obligation{}, dossier.Subject{}, err
	}
	o, err := s.obligation(ctx, id)
	if err != nil {
		return Obligation{}, dossier.Subject{}, err
	}
	subject, ok := subjects[o.Document]
	if !ok {
		return Obligation{}, dossier.Subject{}, ErrNotFound
	}
	return o, subject, nil
}

// subjects are the documents under which something of the caller's may be due.
// Whoever has no file has no obligations.
func (s *Service) subjects(ctx context.Context, by actor.Actor) (map[actor.DocumentID]dossier.Subject, error) {
	list, err := s.files.Subjects(ctx, by)
	if errors.Is(err, dossier.ErrNotFound) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	subjects := make(map[actor.DocumentID]dossier.Subject, len(list))
	for _, x := range list {
		subjects[x.Document] = x
	}
	return subjects, nil
}
