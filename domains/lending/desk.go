package lending

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/credit"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/subject"
)

// View is a case as far as it was granted to a bank.
type View struct {
	Case  Case
	Notes []Note
	// Report is the applicant's latest credit report as far as the authorisation names it;
	// nil where there is none, or none was granted.
	Report *credit.Report
	// Voucher is the number of the read (調用憑證).
	Voucher string
}

// Open shows an officer of a bank a case that was sent to it, with its notes and as much of
// the latest credit report as the authorisation names. Each call is another read of the case,
// and of the report where there is one.
//
// It must not be called in a transaction. It fails as [Service.MakeOffer] does, also for a
// case that has ended.
func (s *Service) Open(ctx context.Context, by actor.Actor, id ID) (v View, err error) {
	var on consent.Consent
	var file []dossier.Document
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		if v.Case, err = s.theirs(ctx, by, id); err != nil {
			return err
		}
		if on, file, v.Voucher, err = s.look(ctx, by, v.Case); err != nil {
			return err
		}
		v.Notes, err = s.notesOf(ctx, v.Case)
		return err
	})
	if err == nil && slices.ContainsFunc(on.Scopes, func(scope string) bool { return scope != Scope }) {
		v.Report, err = s.report(ctx, by, file)
	}
	if err != nil {
		return View{}, fmt.Errorf("open a case: %w", err)
	}
	return v, nil
}

// report is the latest report that an officer may read on the authorisation, or nil.
func (s *Service) report(ctx context.Context, by actor.Actor, file []dossier.Document) (*credit.Report, error) {
	r, err := s.Credits.ReadFor(ctx, by, Purpose, file[0].Number)
	switch {
	case errors.Is(err, credit.ErrReport):
		return nil, nil //nolint:nilnil // there is none, which is no fault
	case errors.Is(err, guard.ErrNotFound), errors.Is(err, dossier.ErrNotFound):
		return nil, ErrNotFound
	case err != nil:
		return nil, err
	}
	return &r, nil
}

// ReadPaper is [Service.Paper] for an officer of the bank. It is a read, and fails, as
// [Service.Open].
func (s *Service) ReadPaper(ctx context.Context, by actor.Actor, id ID, note NoteID) (p Paper, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		c, err := s.theirs(ctx, by, id)
		if err != nil {
			return err
		}
		_, _, voucher, err := s.look(ctx, by, c)
		if err != nil {
			return err
		}
		p, err = s.paperOf(ctx, c, note)
		p.Voucher = voucher
		return err
	})
	if err != nil {
		return Paper{}, fmt.Errorf("read a paper: %w", err)
	}
	return p, nil
}

// theirs is a case that was sent to the officer's bank.
func (s *Service) theirs(ctx context.Context, by actor.Actor, id ID) (Case, error) {
	if err := banker(by); err != nil {
		return Case{}, err
	}
	c, err := s.one(ctx, id)
	if err == nil && c.Bank != by.Department {
		err = ErrNotFound
	}
	return c, err
}

// look lets an officer in to a case on the authorisation and writes the read down, in the
// caller's transaction: a withdrawal came before, and is seen, or comes after.
func (s *Service) look(ctx context.Context, by actor.Actor, c Case) (on consent.Consent, file []dossier.Document, voucher string, err error) {
	on, file, err = s.letIn(ctx, by, c)
	if err != nil {
		return on, nil, "", err
	}
	if voucher, err = s.NewVoucher(); err != nil {
		return on, nil, "", err
	}
	_, err = s.Consents.Use(ctx, by, consent.Claim{
		Voucher: voucher, Document: c.Document, File: idsOf(file), Party: consent.PartyID(c.Bank), Purpose: Purpose, Scopes: []string{Scope}, Consent: on.ID,
	})
	return on, file, voucher, err
}

// authorised is a case that an officer may work on at this moment, in the caller's
// transaction: the authorisation does not end before that does.
func (s *Service) authorised(ctx context.Context, by actor.Actor, id ID) (Case, error) {
	c, err := s.theirs(ctx, by, id)
	if err != nil {
		return Case{}, err
	}
	on, _, err := s.letIn(ctx, by, c)
	if err != nil {
		return Case{}, err
	}
	if _, err := s.Consents.StillHeld(ctx, on.ID); errors.Is(err, consent.ErrNotFound) {
		return Case{}, consent.ErrNotValid
	} else if err != nil {
		return Case{}, err
	}
	return c, nil
}

// letIn finds the authorisation and enters the file on it. Whoever may not enter the file
// hears that, and nothing of what its holder allowed.
func (s *Service) letIn(ctx context.Context, by actor.Actor, c Case) (consent.Consent, []dossier.Document, error) {
	files, err := s.Files.FilesOf(ctx, c.Document)
	if err != nil {
		return consent.Consent{}, nil, err
	}
	on, none := s.held(ctx, c.Bank, idsOf(files[c.Document]))
	if none != nil && !errors.Is(none, consent.ErrNotValid) {
		return consent.Consent{}, nil, none
	}
	basis := audit.None
	if none == nil {
		basis = audit.Consented(on.ID)
	}
	file, err := s.enter(ctx, by, c, basis)
	if err == nil {
		err = none
	}
	return on, file, err
}

func (s *Service) desk() subject.Desk { return subject.Desk{Files: s.Files, Gate: s.Guard} }

// enter lets an officer into the file of a case. It fails with [ErrNotFound] for whoever may
// not, and with guard.ErrConflict.
func (s *Service) enter(ctx context.Context, by actor.Actor, c Case, basis audit.Basis) ([]dossier.Document, error) {
	file, err := s.desk().Enter(ctx, by, basis, c.Document)
	if errors.Is(err, guard.ErrNotFound) {
		err = ErrNotFound
	}
	return file, err
}

// banker lets in officers with the duty to review.
func banker(by actor.Actor) error {
	if by.Role != actor.Officer || by.ID() == "" || by.Department == "" || !by.Has(actor.Review) {
		return guard.ErrNotFound
	}
	return nil
}

func idsOf(file []dossier.Document) []actor.DocumentID {
	list := make([]actor.DocumentID, len(file))
	for i, d := range file {
		list[i] = d.ID
	}
	return list
}

// Cursor is where a page ends: the last case that was looked at, shown or not. The zero
// value begins.
type Cursor struct {
	Created time.Time
	ID      ID
}

// Sent returns a page of the cases that were sent to the officer's bank, the newest first, at
// most limit of them, and where to go on; the cursor is zero at the end. They say what became
// of each, and nothing of what was said. Those of files that the officer may not enter are
// left out. A page may be short, even empty, before the end.
//
// It fails with guard.ErrNotFound for whoever is no officer with the duty to review.
func (s *Service) Sent(ctx context.Context, by actor.Actor, after Cursor, limit int) (page []Case, next Cursor, err error) {
	if err := banker(by); err != nil {
		return nil, Cursor{}, err
	}
	sent := subject.Queue[Case, Cursor]{
		Desk: s.desk(), On: func(c Case) actor.DocumentID { return c.Document }, At: func(c Case) Cursor { return Cursor{c.Created, c.ID} },
		Read: func(ctx context.Context, after Cursor, limit int) ([]Case, error) {
			return s.sent(ctx, by.Department, after, limit)
		},
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		page, next, err = sent.Page(ctx, by, after, limit)
		return err
	})
	if err != nil {
		return nil, Cursor{}, fmt.Errorf("list cases: %w", err)
	}
	return page, next, nil
}
