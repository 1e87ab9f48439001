package tax

import (
	"context"
	"errors"
	"fmt"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
)

// The kinds that other packages raise.
const (
	LicenceRenewal         Kind = "licence_renewal"
	BenefitRecertification Kind = "benefit_recertification"
)

// errRaise: the caller is at fault, and the caller is a program of ours.
var errRaise = errors.New("tax: only a kind whose day is printed is raised, for a day")

// Raise makes something due by its last day that no registration makes so: a licence
// that runs out, a benefit to confirm again. It rings as taxes do. The document is a
// person's or a firm's. Raising it again changes nothing, also when it is done; what
// was withdrawn is revived. What runs out on one day under one document and kind
// rings once. It works in the caller's transaction if there is one, and fails with
// dossier.ErrPersonUnknown for a document that is not on file.
func (s *Service) Raise(ctx context.Context, document actor.DocumentID, kind Kind, last civil.Date) error {
	info, ok := InfoOf(kind)
	if !ok || info.Rule != OnPaper || !possible(last) {
		return errRaise
	}
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		standing, err := s.standing(ctx, []actor.DocumentID{document})
		if err != nil {
			return err
		}
		if !standing[document] {
			return dossier.ErrPersonUnknown
		}
		a, err := s.almanac(ctx)
		if err != nil {
			return err
		}
		_, err = s.put(ctx, a, []Obligation{printed(document, kind, last)})
		return err
	})
	if err != nil {
		return fmt.Errorf("raise %s: %w", kind, err)
	}
	return nil
}

// Withdraw lets fall away what was raised and is still open, because the licence was
// renewed, or the benefit ended. What is not there, or done, stays as it is.
func (s *Service) Withdraw(ctx context.Context, document actor.DocumentID, kind Kind, last civil.Date) error {
	o := printed(document, kind, last)
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		known, err := s.known(ctx, []actor.DocumentID{document}, []Period{o.Period})
		if err != nil {
			return err
		}
		if before := known[o.key()]; before.State == Open {
			return s.void(ctx, []Obligation{before})
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("withdraw %s: %w", kind, err)
	}
	return nil
}

// printed is an obligation whose day the document names.
func printed(document actor.DocumentID, kind Kind, last civil.Date) Obligation {
	return Obligation{Document: document, Kind: kind, Period: Period(last.String()), Due: last, Basis: Printed}
}
