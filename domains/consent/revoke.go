package consent

import (
	"context"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/actor"
)

// receipt is how many uses the answer to taking back shows.
const receipt = 100

// Revoke takes a consent of the actor's own file back, and returns it with the
// newest reads that rest on it, a hundred at most. No read is decided on it
// afterwards. Taking back twice succeeds and changes nothing. It fails with
// [ErrNotFound].
func (s *Service) Revoke(ctx context.Context, by actor.Actor, id ID) (Consent, []Use, error) {
	return s.revoke(ctx, by, id, func(ctx context.Context) (side, error) { return s.own(ctx, by) })
}

// RevokeForFirm is [Service.Revoke] for a firm in which the actor holds a role.
func (s *Service) RevokeForFirm(ctx context.Context, by actor.Actor, firm actor.DossierID, id ID) (Consent, []Use, error) {
	return s.revoke(ctx, by, id, func(ctx context.Context) (side, error) { return s.firm(ctx, by, firm) })
}

func (s *Service) revoke(ctx context.Context, by actor.Actor, id ID, enter func(context.Context) (side, error)) (Consent, []Use, error) {
	var after Consent
	var uses []Use
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		on, err := enter(ctx)
		if err != nil {
			return err
		}
		// The row is written before the clock is read: from here on no use
		// comes between the two.
		fresh, err := s.hold(ctx, id, on.file)
		if err != nil {
			return err
		}
		if after, err = s.find(ctx, id, on.file); err != nil {
			return err
		}
		if fresh {
			after = after.revoked(s.time())
			if err := s.saveRevoked(ctx, after, by); err != nil {
				return err
			}
			if err := s.audit.Change(ctx, "consent.revoke", by, after.Document); err != nil {
				return err
			}
		}
		uses, _, err = s.usesOn(ctx, id, UseCursor{}, receipt)
		return err
	})
	if err != nil {
		return Consent{}, nil, fmt.Errorf("revoke consent %s: %w", id, err)
	}
	return after, uses, nil
}
