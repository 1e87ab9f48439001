package credential

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
)

// Amendment is what makes another edition of a licence.
type Amendment struct {
	// Edition is the one that it follows: whoever has not read the latest one changes
	// nothing.
	Edition int
	// Renewal makes it a renewal: it holds anew, from From until Until. Otherwise it is an
	// annotation (變更), and holds as long as the edition before.
	Renewal     bool
	From, Until time.Time
	// Values are what it says; nil is as before.
	Values Values
	// Note is why, for the holder.
	Note string
}

// Amend issues the next edition of a licence, which takes the place of the last once it is
// signed. The same amendment again returns what came of it.
//
// It must not be called in a transaction. It fails with [ErrNotFound], [ErrMoved],
// [ErrState], [ErrField], [ErrDates] and [ErrPending].
func (s *Service) Amend(ctx context.Context, by actor.Actor, number Number, a Amendment) (Credential, error) {
	last, err := s.latest(ctx, number)
	if err != nil {
		return Credential{}, err
	}
	if last, err = s.finished(ctx, last); err != nil {
		return Credential{}, err
	}
	if last.amendedBy(a, by) {
		return last, nil
	}
	next, err := s.next(by, last, a)
	if err != nil {
		return Credential{}, err
	}
	next, keys, err := s.store(ctx, by, next, "credential.amend")
	if entdb.IsUniqueViolation(err) { // somebody amended it at the same moment, perhaps likewise
		if last, err = s.latest(ctx, number); err == nil && last.amendedBy(a, by) {
			return s.finished(ctx, last)
		}
		return Credential{}, errors.Join(ErrMoved, err)
	}
	if err != nil {
		return Credential{}, fmt.Errorf("amend a credential: %w", err)
	}
	return s.sign(ctx, keys, next)
}

// amendedBy reports whether an edition is what an amendment made.
func (c Credential) amendedBy(a Amendment, by actor.Actor) bool {
	return c.Edition == a.Edition+1 && c.maker == makerOf(by) && c.content.Cause == a.cause() &&
		(a.Values == nil || reflect.DeepEqual(a.Values, c.Values))
}

func (a Amendment) cause() cause {
	if a.Renewal {
		return cause{renewed, a.Note}
	}
	return cause{annotated, a.Note}
}

// next is the edition that an amendment makes of the last one.
func (s *Service) next(by actor.Actor, last Credential, a Amendment) (Credential, error) {
	switch {
	case last.Edition != a.Edition:
		return Credential{}, ErrMoved
	case last.State != Valid || last.Values == nil:
		return Credential{}, ErrState
	}
	d := Draft{Type: last.Type.Code, Document: last.Document, Matter: last.Matter, Values: a.Values, From: last.From, Until: last.Until}
	if a.Values == nil {
		d.Values = last.Values
	}
	if a.Renewal {
		d.From, d.Until = a.From, a.Until
	}
	next, err := s.edition(by, d)
	if err != nil {
		return Credential{}, err
	}
	next.Number, next.Edition, next.content.Cause = last.Number, last.Edition+1, a.cause()
	return next, nil
}

// moves says which state follows which, and what has happened then. Nothing follows
// [Revoked].
var moves = map[State]struct {
	from []State
	kind happening
}{
	Suspended: {[]State{Valid}, suspended},
	Valid:     {[]State{Suspended}, resumed},
	Revoked:   {[]State{Valid, Suspended}, revoked},
}

// Move suspends, resumes or revokes a licence: the state is [Suspended], [Valid] or
// [Revoked], and the note says why, for the holder. Whoever asks the house hears at once;
// status lists say it within [ListKeep]. A licence that is so already stays as it is.
//
// It fails with [ErrNotFound], [ErrState] and [ErrMoved].
func (s *Service) Move(ctx context.Context, by actor.Actor, number Number, to State, note string) (Credential, error) {
	c, err := s.latest(ctx, number)
	if err == nil {
		c, err = s.finished(ctx, c)
	}
	if err != nil || c.State == to {
		return c, err
	}
	move := moves[to]
	if !slices.Contains(move.from, c.State) {
		return Credential{}, ErrState
	}
	c.State = to
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		if err := s.saveState(ctx, c); err != nil {
			return err
		}
		keys, err := s.Vault.Make(ctx, string(c.Document))
		if err != nil {
			return err
		}
		if err := s.insertEvent(ctx, keys, c, cause{move.kind, note}, makerOf(by)); err != nil {
			return err
		}
		return s.Audit.Change(ctx, "credential."+string(move.kind), by, c.Document)
	})
	if err != nil {
		return Credential{}, fmt.Errorf("change a credential: %w", err)
	}
	c.version++
	return c, nil
}
