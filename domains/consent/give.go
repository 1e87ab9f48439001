package consent

import (
	"context"
	"fmt"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/work"
)

// Offer is a consent that can be given: a department may be named for a
// purpose, which needs this data at most.
type Offer struct {
	Party     PartyID
	PartyName string
	Purpose   PurposeCode
	Scopes    []string
}

// Offers lists to whom and for what a consent can be given, by department and
// purpose.
func (s *Service) Offers(ctx context.Context) ([]Offer, error) {
	parties, err := s.parties(ctx)
	if err != nil {
		return nil, err
	}
	var offers []Offer
	for _, d := range parties {
		for _, p := range s.purposes {
			if p.open(d.id) {
				offers = append(offers, Offer{Party: d.id, PartyName: d.name, Purpose: p.Code, Scopes: p.Scopes})
			}
		}
	}
	return offers, nil
}

// GivenWork is the kind of work that each consent that was given asks for, by its ID:
// whoever needs consents for a purpose learns of a new one at once.
const GivenWork = "consent-given"

// Give lets a department read data of the actor's own file. Each call gives
// another consent.
//
// It fails with [ErrPurposeUnknown], [ErrTextStale], [ErrExpiresInPast],
// [ErrTooLong], [ErrPartyUnknown] or [ErrScopeUnknown], on the field at fault.
func (s *Service) Give(ctx context.Context, by actor.Actor, t Terms) (Consent, error) {
	return s.give(ctx, by, t, func(ctx context.Context) (side, error) { return s.own(ctx, by) })
}

// GiveForFirm is [Service.Give] for a firm in which the actor holds a role. It
// fails as [Files.RoleIn] does for anybody else.
func (s *Service) GiveForFirm(ctx context.Context, by actor.Actor, firm actor.DossierID, t Terms) (Consent, error) {
	return s.give(ctx, by, t, func(ctx context.Context) (side, error) { return s.firm(ctx, by, firm) })
}

func (s *Service) give(ctx context.Context, by actor.Actor, t Terms, enter func(context.Context) (side, error)) (Consent, error) {
	var given Consent
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		on, err := enter(ctx)
		if err != nil {
			return err
		}
		if given, err = s.read(ctx, t); err != nil {
			return err
		}
		given.Document, given.GivenBy, given.Delegation = on.document, actor.DocumentID(by.ID()), by.Delegation
		if err := s.insert(ctx, given); err != nil {
			return err
		}
		if err := s.queue.Enqueue(ctx, work.Job{Kind: GivenWork, ID: string(given.ID)}); err != nil {
			return fmt.Errorf("ask for what follows: %w", err)
		}
		return s.audit.Change(ctx, "consent.give", by, on.document)
	})
	if err != nil {
		return Consent{}, fmt.Errorf("give consent: %w", err)
	}
	return given, nil
}

// read makes a consent of terms, or says what is wrong with them.
func (s *Service) read(ctx context.Context, t Terms) (Consent, error) {
	p, err := s.purpose(t.Purpose)
	if err != nil {
		return Consent{}, err
	}
	now := s.time()
	text, err := t.read(p, now)
	if err != nil {
		return Consent{}, err
	}
	name, err := s.partyName(ctx, t.Party)
	if err != nil {
		return Consent{}, fault.On("party_id", err)
	}
	return Consent{
		ID: ID(s.newID()), Party: t.Party, PartyName: name, Purpose: t.Purpose, Scopes: t.Scopes,
		TextVersion: text.Version, TextLanguage: text.Language, TextHash: text.Hash,
		Created: now, Expires: t.Expires.UTC().Truncate(time.Microsecond),
	}, nil
}

// mostListed is how many consents or delegations a list shows.
const mostListed = 1000

// List returns the consents of the actor's own file, the newest first, a
// thousand at most.
func (s *Service) List(ctx context.Context, by actor.Actor) ([]Consent, error) {
	on, err := s.own(ctx, by)
	if err != nil {
		return nil, err
	}
	return s.among(ctx, on.file)
}

// ListForFirm is [Service.List] for a firm in which the actor holds a role.
func (s *Service) ListForFirm(ctx context.Context, by actor.Actor, firm actor.DossierID) ([]Consent, error) {
	on, err := s.firm(ctx, by, firm)
	if err != nil {
		return nil, err
	}
	return s.among(ctx, on.file)
}
