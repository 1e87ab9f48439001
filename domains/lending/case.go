package lending

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/subject"
)

// mostListed is how many cases an applicant is shown.
const mostListed = 100

// Cases returns the cases of the actor's own file, the newest first, a hundred at most. It
// fails as guard.Own does.
func (s *Service) Cases(ctx context.Context, by actor.Actor) ([]Case, error) {
	return s.casesOf(ctx, s.door().Own(by))
}

// CasesOfFirm is [Service.Cases] for a firm in which the actor holds a role.
func (s *Service) CasesOfFirm(ctx context.Context, by actor.Actor, firm actor.DossierID) ([]Case, error) {
	return s.casesOf(ctx, s.door().Firm(by, firm))
}

func (s *Service) casesOf(ctx context.Context, enter subject.Entering) ([]Case, error) {
	x, err := enter(ctx)
	if err != nil {
		return nil, err
	}
	return s.newest(ctx, x.IDs(), x.Firm, mostListed)
}

// Case returns a case of the actor's own file, or of a firm in which the actor holds a role,
// with its notes, the oldest first. It fails as guard.Own does, and with [ErrNotFound].
func (s *Service) Case(ctx context.Context, by actor.Actor, id ID) (Case, []Note, error) {
	c, err := s.mine(ctx, by, id)
	if err != nil {
		return Case{}, nil, err
	}
	notes, err := s.notesOf(ctx, c)
	return c, notes, err
}

// mine is a case of the actor's own, or of a firm in which the actor holds a role.
func (s *Service) mine(ctx context.Context, by actor.Actor, id ID) (Case, error) {
	x, err := s.door().Own(by)(ctx)
	if err != nil {
		return Case{}, err
	}
	c, err := s.one(ctx, id)
	if err != nil {
		return Case{}, err
	}
	if c.Firm != "" {
		x, err = s.door().Firm(by, c.Firm)(ctx)
		if errors.Is(err, dossier.ErrNotFound) {
			err = ErrNotFound
		}
	}
	if err == nil && !slices.Contains(x.IDs(), c.Document) {
		err = ErrNotFound
	}
	return c, err
}

// Withdraw ends a case of the actor's own, or of a firm in which the actor holds a role,
// before the loan is paid out. One that was withdrawn stays as it is. It takes no
// authorisation back. It fails as guard.Own does, with [ErrNotFound] and with [ErrClosed].
func (s *Service) Withdraw(ctx context.Context, by actor.Actor, id ID) (c Case, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		if c, err = s.mine(ctx, by, id); err != nil || c.State == Withdrawn {
			return err
		}
		if c.over() {
			return ErrClosed
		}
		c.State, c.Ended, c.endedBy = Withdrawn, s.time(), string(by.Document)
		if err := s.saveEnd(ctx, c); err != nil {
			return err
		}
		return s.Audit.Change(ctx, "lending.withdraw", by, c.Document)
	})
	if err != nil {
		return Case{}, fmt.Errorf("withdraw a case: %w", err)
	}
	return c, nil
}
