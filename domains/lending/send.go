package lending

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/rules"
	"github.com/minzhengtong/minzhengtong/domains/subject"
)

// Send sends a need of the actor's own to the banks of some products: to all of them, or to
// none. For a product with a case that has not ended, that case is returned, as it was sent.
//
// It fails as guard.Own does, with [ErrProduct], [ErrUnfit], [ErrStale], and with
// consent.ErrNotValid for a bank that is not authorised at that moment to see the case.
func (s *Service) Send(ctx context.Context, by actor.Actor, n Need, products ...ProductCode) ([]Case, error) {
	return s.send(ctx, by, s.door().Own(by), n, products)
}

// SendForFirm is [Service.Send] for a firm in which the actor holds a role.
func (s *Service) SendForFirm(ctx context.Context, by actor.Actor, firm actor.DossierID, n Need, products ...ProductCode) ([]Case, error) {
	return s.send(ctx, by, s.door().Firm(by, firm), n, products)
}

func (s *Service) send(ctx context.Context, by actor.Actor, enter subject.Entering, n Need, products []ProductCode) (cases []Case, err error) {
	work := func(ctx context.Context) error {
		x, err := enter(ctx)
		if err != nil {
			return err
		}
		cases, err = s.sendAll(ctx, by, x, n, products)
		return err
	}
	err = s.DB.InTx(ctx, work)
	if entdb.IsUniqueViolation(err) {
		err = s.DB.InTx(ctx, work) // the same subject at the same moment
	}
	if entdb.IsUniqueViolation(err) {
		err = ErrStale
	}
	if err != nil {
		return nil, fmt.Errorf("send a need: %w", err)
	}
	return cases, nil
}

func (s *Service) sendAll(ctx context.Context, by actor.Actor, x subject.Subject, n Need, products []ProductCode) ([]Case, error) {
	facts, err := s.facts(ctx, by, x, n)
	if err != nil {
		return nil, err
	}
	name, err := s.door().Name(ctx, by, x)
	if err != nil {
		return nil, err
	}
	cases := make([]Case, len(products))
	for i, code := range products {
		if cases[i], err = s.openOf(ctx, x.IDs(), code); err == nil && cases[i].ID == "" {
			cases[i], err = s.newCase(ctx, by, x, statement{Name: name, Need: n}, code, facts)
		}
		if err != nil {
			return nil, err
		}
	}
	return cases, s.Audit.Change(ctx, "lending.send", by, x.Under)
}

// newCase writes a case for a product, of a subject without an open one.
func (s *Service) newCase(
	ctx context.Context, by actor.Actor, x subject.Subject, said statement, code ProductCode, facts rules.Facts,
) (Case, error) {
	m, err := s.matchOne(ctx, code, facts)
	switch {
	case errors.Is(err, ErrProduct):
		return Case{}, ErrProduct.On("products")
	case err != nil:
		return Case{}, err
	case m.Fit == Unfit:
		return Case{}, ErrUnfit.On("products")
	}
	if _, err := s.held(ctx, m.Bank, x.IDs()); err != nil {
		return Case{}, err
	}
	said.Version, said.Digest, said.Fit = m.Trace.Version, m.Trace.Digest, m.Fit
	c := Case{
		ID: ID(s.NewID()), Document: x.Under, Firm: x.Firm, Bank: m.Bank, Product: code, State: Open, Name: said.Name, Need: said.Need,
		Created: s.time(), applicant: by.Document, said: said,
	}
	return c, s.insert(ctx, c)
}

// held is the authorisation by which a bank sees the cases of a file at this moment, or
// consent.ErrNotValid.
func (s *Service) held(ctx context.Context, bank string, file []actor.DocumentID) (consent.Consent, error) {
	c, err := s.Consents.HeldBy(ctx, consent.PartyID(bank), Purpose, file)
	if errors.Is(err, consent.ErrNotFound) || err == nil && !slices.Contains(c.Scopes, Scope) {
		err = consent.ErrNotValid
	}
	return c, err
}
