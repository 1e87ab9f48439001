package tax

import (
	"context"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
)

// The kinds that other packages raise.
const (
	LicenceRenewal         Kind = "licence_renewal"
	BenefitRecertification Kind = "benefit_recertification"
)

// longestName is how many bytes of a paper's name rows keep.
const longestName = 64

// errRaise: the caller is at fault, and the caller is a program of ours.
var errRaise = errors.New("tax: only a named paper of a kind whose day is printed is raised, for a day")

// Paper is what runs out on a day that it names itself: a licence, a benefit that
// has to be confirmed again.
type Paper struct {
	// Document is a person's or a firm's.
	Document actor.DocumentID
	// Kind is one whose day is printed.
	Kind Kind
	// Name is what its source calls this one, at most 64 bytes. It tells two papers of
	// a kind apart, stays the same when a paper is renewed, and is shown to people. It
	// is kept in clear, so it names the paper and never a person.
	Name string
	// Last is the last day.
	Last civil.Date
}

// check fails unless the paper can be raised.
func (p Paper) check() error {
	info, ok := InfoOf(p.Kind)
	if !ok || info.Rule != OnPaper || !possible(p.Last) || p.Name == "" || len(p.Name) > longestName || !utf8.ValidString(p.Name) {
		return errRaise
	}
	return nil
}

// obligation is what the paper makes due.
func (p Paper) obligation() Obligation {
	return Obligation{
		Document: p.Document, Kind: p.Kind, Period: Period(p.Last.String()), Name: p.Name, Due: p.Last, Basis: Printed,
	}
}

// Raise makes something due by its last day that no registration makes so. It rings
// as taxes do. Each paper is due once: raising it again changes nothing, also when it
// is done; with a later day it was renewed, and what was open falls away; an earlier
// day than one that was raised comes late and changes nothing. What was withdrawn is
// revived. It works in the caller's transaction if there is one, and fails with
// dossier.ErrPersonUnknown for a document that is not on file.
func (s *Service) Raise(ctx context.Context, p Paper) error {
	if err := p.check(); err != nil {
		return err
	}
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		standing, err := s.standing(ctx, []actor.DocumentID{p.Document})
		if err != nil {
			return err
		}
		if !standing[p.Document] {
			return dossier.ErrPersonUnknown
		}
		return s.raise(ctx, p)
	})
	if err != nil {
		return fmt.Errorf("raise %s: %w", p.Kind, err)
	}
	return nil
}

// raise raises a paper over what was raised of it before.
func (s *Service) raise(ctx context.Context, p Paper) error {
	list, err := s.raised(ctx, p)
	if err != nil {
		return err
	}
	var renewed []Obligation
	for _, before := range list {
		switch {
		case before.State != Void && p.Last.Before(before.Due):
			return nil
		case before.State == Open && before.Due.Before(p.Last):
			renewed = append(renewed, before)
		}
	}
	if err := s.void(ctx, renewed); err != nil {
		return err
	}
	a, err := s.almanac(ctx)
	if err != nil {
		return err
	}
	_, err = s.put(ctx, a, []Obligation{p.obligation()})
	return err
}

// Withdraw lets fall away what was raised and is still open, because the licence was
// taken back, or the benefit ended. What is not there, or done, stays as it is.
func (s *Service) Withdraw(ctx context.Context, p Paper) error {
	o := p.obligation()
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		known, err := s.known(ctx, []actor.DocumentID{o.Document}, []Period{o.Period})
		if err != nil {
			return err
		}
		if before := known[o.key()]; before.State == Open {
			return s.void(ctx, []Obligation{before})
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("withdraw %s: %w", p.Kind, err)
	}
	return nil
}
