package finance

import (
	"context"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/credential"
)

// Revoke revokes the certificate whose latest edition an application made, for good, and
// tells the applicant. One that was revoked stays as it is. A process that dies in between
// leaves a certificate that is revoked and an application that does not say so, until it is
// called again.
//
// It must not be called in a transaction. It fails with guard.ErrNotFound for whoever is no
// officer of [Owner] with the duty to review, [ErrNotFound], guard.ErrConflict,
// [ErrNotIssued], and as credential.Service.Move does.
func (s *Service) Revoke(ctx context.Context, by actor.Actor, id ID, reason string) (a Application, err error) {
	if err := reviewer(by); err != nil {
		return Application{}, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		if a, err = s.one(ctx, id); err != nil {
			return err
		}
		if err := s.enter(ctx, by, a); err != nil {
			return err
		}
		return s.latestOfItsMatter(ctx, a)
	})
	if err != nil || !a.Revoked.IsZero() {
		return a, err
	}
	if _, err := s.Credentials.Move(ctx, by, a.Number, credential.Revoked, reason); err != nil {
		return Application{}, fmt.Errorf("revoke a certificate: %w", err)
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		if a, err = s.one(ctx, id); err != nil || !a.Revoked.IsZero() {
			return err
		}
		a.Revoked = s.time()
		if err := s.saveRevoked(ctx, by, a); err != nil {
			return err
		}
		if _, err := s.Notices.TellMany(ctx, a.message(kindRevoked)); err != nil {
			return err
		}
		return s.Audit.Change(ctx, "finance.revoke", by, a.Document)
	})
	if err != nil {
		return Application{}, fmt.Errorf("revoke a certificate: %w", err)
	}
	return a, nil
}

// latestOfItsMatter fails with [ErrNotIssued] unless an application made the latest edition
// of its certificate.
func (s *Service) latestOfItsMatter(ctx context.Context, a Application) error {
	if a.Issued.IsZero() {
		return ErrNotIssued
	}
	later, err := s.laterEdition(ctx, a)
	if err == nil && later {
		err = ErrNotIssued
	}
	return err
}
