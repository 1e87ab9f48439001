package privacy

import (
	"context"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/guard"
)

// mostCorrections is how many corrections a person is shown.
const mostCorrections = 1000

// Wish is what a person asks to have corrected.
type Wish struct {
	Document actor.DocumentID
	Item     string
	Value    string
	Reason   string
}

// Request keeps a person's wish to have an item corrected that a register or an
// officer entered, and returns it. While one for the item is open, that one is
// returned, whatever the new wish says.
//
// It fails with guard.ErrNotFound, [ErrStale], and with the faults of
// [dossier.Service.CheckCorrection] for items and values.
func (s *Service) Request(ctx context.Context, by actor.Actor, w Wish) (Correction, error) {
	var c Correction
	work := func(ctx context.Context) error {
		documents, err := s.own(ctx, by)
		if err != nil {
			return err
		}
		if !contains(documents, w.Document) {
			return guard.ErrNotFound
		}
		open, err := s.openCorrection(ctx, w.Document, w.Item)
		if err != nil {
			return err
		}
		if open.ID != "" {
			c = open
			return nil
		}
		c = Correction{
			ID: CorrectionID(s.newID()), Document: w.Document, Item: w.Item, Reason: w.Reason, State: Open, Created: s.time(), version: 1,
		}
		if c.Before, c.Value, err = s.files.CheckCorrection(ctx, w.Document, w.Item, w.Value); err != nil {
			return err
		}
		return s.insertCorrection(ctx, c)
	}
	err := s.db.InTx(ctx, work)
	if entdb.IsUniqueViolation(err) {
		err = s.db.InTx(ctx, work) // the same person at the same moment
	}
	if entdb.IsUniqueViolation(err) {
		err = ErrStale
	}
	if err != nil {
		return Correction{}, fmt.Errorf("request correction: %w", err)
	}
	return c, nil
}

// List returns the person's corrections, the newest first, a thousand at most.
// It fails with guard.ErrNotFound.
func (s *Service) List(ctx context.Context, by actor.Actor) ([]Correction, error) {
	documents, err := s.own(ctx, by)
	if err != nil {
		return nil, fmt.Errorf("list corrections: %w", err)
	}
	return s.correctionsOf(ctx, idsOf(documents), mostCorrections)
}

// Decide accepts or refuses a correction, with what the person is told. To
// accept is to write the value; what was held before stays in the correction.
// Deciding twice in the same way returns what was decided first.
//
// An officer needs the duty and the region, and decides nothing about a file
// that the officer declared as the own or a relative's. Decide fails with
// guard.ErrNotFound, guard.ErrConflict, [ErrDecided], [ErrStale], and where the
// file has changed so that the value contradicts it now, with the faults of
// [dossier.Service.CheckCorrection].
func (s *Service) Decide(ctx context.Context, by actor.Actor, id CorrectionID, accept bool, answer string) (Correction, error) {
	state := Refused
	if accept {
		state = Accepted
	}
	var c Correction
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		if by.Role != actor.Officer {
			return guard.ErrNotFound
		}
		var err error
		if c, err = s.correction(ctx, id); err != nil {
			return err
		}
		if _, err := s.enter(ctx, by, c.Document); err != nil {
			return err
		}
		switch c.State {
		case state:
			return nil
		case Open:
		default:
			return ErrDecided
		}
		c.State, c.Decided, c.Answer = state, s.time(), answer
		if accept {
			if err := s.files.Correct(ctx, c.Document, c.Item, c.Value); err != nil {
				return err
			}
		}
		return s.saveDecided(ctx, c, by)
	})
	if err != nil {
		return Correction{}, fmt.Errorf("decide correction: %w", err)
	}
	return c, nil
}
