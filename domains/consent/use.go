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
	if c.Voucher == "" || c.Party == "" || (c.Consent == "") == (c.Law == "") || !slices.Contains(c.File, c.Document) {
		return Use{}, errClaim
	}
	var use Use
	err := s.db.InTx(ctx, func(ctx context.Context) (err error) {
		use = Use{
			ID: s.newID(), Voucher: c.Voucher, Document: c.Document, Party: c.Party, Office: by.Office,
			Purpose: c.Purpose, Scopes: c.Scopes, Consent: c.Consent, Law: c.Law,
		}
		if use.Decided, err = s.decide(ctx, c); err != nil {
			return err
		}
		if use.PartyName, err = s.partyName(ctx, c.Party); err != nil {
			return err
		}
		if err := s.insertUse(ctx, use, by); err != nil {
			return err
		}
		return s.audit.Change(ctx, "consent.use", by, c.File...)
	})
	if err != nil {
		return Use{}, fmt.Errorf("decide a read: %w", err)
	}
	return use, nil
}

// decide returns when the read was decided, or [ErrNotValid].
func (s *Service) decide(ctx context.Context, c Claim) (time.Time, error) {
	if c.Law != "" {
		return s.time(), nil
	}
	held, err := s.count(ctx, c)
	if err != nil {
		return time.Time{}, err
	}
	// The clocks of two processes may differ; the uses of one consent are in
	// the order in which they were decided all the same.
	at := later(s.time(), held.Used)
	if !held.allows(c.Scopes, at) {
		return time.Time{}, ErrNotValid
	}
	return at, s.saveUsed(ctx, c.Consent, at)
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
