package consent

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
)

// Claim is a read across departments that asks to be decided.
type Claim struct {
	// Voucher is the number that the use will have; no two have the same.
	Voucher string
	// Document is the one under which the data are asked for, File all that are
	// in one file with it, itself included.
	Document actor.DocumentID
	File     []actor.DocumentID
	Party    PartyID
	Purpose  PurposeCode
	Scopes   []string
	// Consent is what the read rests on, or Law: the code of a legal basis that
	// the caller has checked.
	Consent ID
	Law     string
}

// errClaim: the caller is at fault, and the caller is a program of ours.
var errClaim = errors.New("consent: a claim names a document of its file, a party, and one of consent and law")

// Use decides a read and writes it down, in one transaction, or in the caller's:
// then the read counts once that is committed. On a consent it fails with
// [ErrNotValid] unless the consent holds now, for this party, purpose and data,
// and belongs to the file.
//
// The consent's row is written before the clock is read. A withdrawal that
// committed first is therefore always seen, and one that comes later has no
// earlier time.
func (s *Service) Use(ctx context.Context, by actor.Actor, c Claim) (Use, error) {
	uses, err := s.UseAll(ctx, by, c)
	if err != nil {
		return Use{}, err
	}
	return uses[0], nil
}

// UseAll is [Service.Use] for many reads in few statements: all of them, or none. No two
// rest on one consent. The log gets one entry, about all of their files.
func (s *Service) UseAll(ctx context.Context, by actor.Actor, claims ...Claim) ([]Use, error) {
	for _, c := range claims {
		if c.Voucher == "" || c.Party == "" || (c.Consent == "") == (c.Law == "") || !slices.Contains(c.File, c.Document) {
			return nil, errClaim
		}
	}
	var uses []Use
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		decided, err := s.decide(ctx, claims)
		if err != nil {
			return err
		}
		if uses, err = s.usesOf(ctx, by, claims, decided); err != nil {
			return err
		}
		if err := s.insertUses(ctx, uses, by); err != nil {
			return err
		}
		var concerned []actor.DocumentID
		for _, c := range claims {
			concerned = append(concerned, c.File...)
		}
		return s.audit.Change(ctx, "consent.use", by, concerned...)
	})
	if err != nil {
		return nil, fmt.Errorf("decide a read: %w", err)
	}
	return uses, nil
}

// usesOf are claims as uses.
func (s *Service) usesOf(ctx context.Context, by actor.Actor, claims []Claim, decided []time.Time) ([]Use, error) {
	names := map[PartyID]string{}
	uses := make([]Use, len(claims))
	for i, c := range claims {
		if _, known := names[c.Party]; !known {
			name, err := s.partyName(ctx, c.Party)
			if err != nil {
				return nil, err
			}
			names[c.Party] = name
		}
		uses[i] = Use{
			ID: s.newID(), Voucher: c.Voucher, Document: c.Document, Party: c.Party, PartyName: names[c.Party], Office: by.Office,
			Purpose: c.Purpose, Scopes: c.Scopes, Consent: c.Consent, Law: c.Law, Decided: decided[i],
		}
	}
	return uses, nil
}

// decide returns when each of the reads was decided, or [ErrNotValid].
func (s *Service) decide(ctx context.Context, claims []Claim) ([]time.Time, error) {
	held, err := s.count(ctx, claims)
	if err != nil {
		return nil, err
	}
	// The clocks of two processes may differ; the uses of one consent are in
	// the order in which they were decided all the same.
	now := s.time()
	decided := make([]time.Time, len(claims))
	used := map[time.Time][]ID{}
	for i, c := range claims {
		if decided[i] = now; c.Law != "" {
			continue
		}
		given, ok := held[c.Consent]
		at := later(now, given.Used)
		if !ok || !given.fits(c) || !given.allows(c.Scopes, at) {
			return nil, ErrNotValid
		}
		decided[i] = at
		used[at] = append(used[at], c.Consent)
	}
	return decided, s.saveUsed(ctx, used)
}

// fits reports whether a consent was given for what a claim asks, but for the data.
func (c Consent) fits(asked Claim) bool {
	return c.Party == asked.Party && c.Purpose == asked.Purpose && slices.Contains(asked.File, c.Document)
}

// UseCursor is where a page of uses ends: the last use shown.
type UseCursor struct {
	Decided time.Time
	ID      string
}

// Uses returns reads across departments of the data of the actor's own file
// after the cursor, the newest first, at most limit of them, and whether there
// are more: those asked for under a document of the file, and those that rest on
// a consent of the file. With a consent only those that rest on it; it fails
// with [ErrNotFound] where that is not of the file.
func (s *Service) Uses(ctx context.Context, by actor.Actor, on ID, after UseCursor, limit int) ([]Use, bool, error) {
	mine, err := s.own(ctx, by)
	if err != nil {
		return nil, false, err
	}
	if on == "" {
		return s.usesAmong(ctx, mine.file, after, limit)
	}
	if _, err := s.find(ctx, on, mine.file); err != nil {
		return nil, false, err
	}
	return s.usesOn(ctx, on, after, limit)
}
