package staff

import (
	"context"
	"errors"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/actor"
)

// Preference is how an officer reads.
type Preference = actor.Preference

// SetPreference replaces how an officer or auditor reads, for the own account.
// It takes effect at the next call; setting what holds changes nothing. Whoever
// calls it has checked that the house speaks the language.
//
// It fails with [ErrNotFound] for whoever is no officer, and with an error that
// is no fault for a setting that is not well formed.
func (s *Service) SetPreference(ctx context.Context, by actor.Actor, p Preference) error {
	if by.Role != actor.Officer && by.Role != actor.Auditor || by.Officer == "" {
		return ErrNotFound
	}
	if !p.WellFormed() {
		return errors.New("staff: the preference is not well formed")
	}
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		o, err := s.Get(ctx, by.Officer)
		if err != nil || o.Preference == p {
			return err
		}
		return s.db.Client(ctx).Officer.UpdateOneID(string(by.Officer)).
			SetLanguage(p.Language).SetCalendar(p.Calendar).AddVersion(1).Exec(ctx)
	})
	if err != nil {
		return fmt.Errorf("set how an officer reads: %w", err)
	}
	return nil
}
