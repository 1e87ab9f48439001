package staff

import (
	"context"
	"fmt"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	officerrow "github.com/minzhengtong/minzhengtong/gen/ent/officer"
)

// ChangeDuties sets duties anew, and the office unless it is "", by an
// administrator. It takes effect at the officer's next call; changing to what
// holds changes nothing.
//
// It fails with [ErrNotAdministrator], [ErrSelf], [ErrNotFound], [ErrOffice],
// [ErrDuties] or [ErrLast].
func (s *Service) ChangeDuties(ctx context.Context, by actor.Actor, id actor.OfficerID, office string, duties []actor.Duty) (Officer, error) {
	duties, err := checkDuties(duties)
	if err != nil {
		return Officer{}, err
	}
	return s.change(ctx, by, id, func(ctx context.Context, o Officer) error {
		if office == "" {
			office = o.Office
		}
		if office == o.Office && slices.Equal(duties, o.Duties) {
			return nil
		}
		if err := s.officeExists(ctx, office); err != nil {
			return err
		}
		if o.State == Active && o.Actor().Has(actor.Administer) && !has(duties, actor.Administer) {
			if err := s.administratorBeside(ctx, id); err != nil {
				return err
			}
		}
		return s.db.Client(ctx).Officer.UpdateOneID(string(id)).SetOfficeID(office).SetDuties(fromDuties(duties)).AddVersion(1).Exec(ctx)
	})
}

// SetState lets an officer in or keeps the officer out, by an administrator.
// Keeping out ends every session. Setting what holds changes nothing.
//
// It fails with [ErrNotAdministrator], [ErrSelf], [ErrNotFound] or [ErrLast].
func (s *Service) SetState(ctx context.Context, by actor.Actor, id actor.OfficerID, state State) (Officer, error) {
	return s.change(ctx, by, id, func(ctx context.Context, o Officer) error {
		if state == o.State {
			return nil
		}
		if state != Active {
			if o.Actor().Has(actor.Administer) {
				if err := s.administratorBeside(ctx, id); err != nil {
					return err
				}
			}
			if err := s.ended(ctx, string(id)); err != nil {
				return err
			}
		}
		return s.db.Client(ctx).Officer.UpdateOneID(string(id)).SetState(officerrow.State(state)).AddVersion(1).Exec(ctx)
	})
}

// ResetCredentials gives an officer a new first password and a new secret, by an
// administrator, and ends every session. Each call gives others.
//
// It fails with [ErrNotAdministrator], [ErrSelf], [ErrNotFound] or
// [ErrNoCredentials].
func (s *Service) ResetCredentials(ctx context.Context, by actor.Actor, id actor.OfficerID) (Credentials, error) {
	var fresh secrets
	_, err := s.change(ctx, by, id, func(ctx context.Context, o Officer) error {
		r, err := s.row(ctx, id)
		if err != nil {
			return err
		}
		if r.PasswordHash == "" {
			return ErrNoCredentials
		}
		if fresh, err = s.newSecrets(ctx, string(id), o.Login); err != nil {
			return err
		}
		err = r.Update().SetPasswordHash(fresh.hash).SetPasswordExpired(true).
			SetTotpSealed(fresh.sealed).SetTotpStep(0).AddVersion(1).Exec(ctx)
		if err != nil {
			return err
		}
		return s.ended(ctx, string(id))
	})
	if err != nil {
		return Credentials{}, err
	}
	return fresh.shown, nil
}

// change does something to somebody else's account, in one transaction, and
// returns the account after it.
func (s *Service) change(ctx context.Context, by actor.Actor, id actor.OfficerID, work func(context.Context, Officer) error) (Officer, error) {
	if err := administers(by, id); err != nil {
		return Officer{}, err
	}
	var after Officer
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		before, err := s.Get(ctx, id)
		if err != nil {
			return err
		}
		if err := work(ctx, before); err != nil {
			return err
		}
		after, err = s.Get(ctx, id)
		return err
	})
	if err != nil {
		return Officer{}, fmt.Errorf("change officer %s: %w", id, err)
	}
	return after, nil
}
