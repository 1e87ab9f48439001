package dispute

import (
	"context"
	"errors"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/subject"
)

// Waiting returns a page of the disputes that the officer's department has to answer, the
// first deadline first, at most limit of them, and where to go on; the cursor is zero at the
// end. Those of files that the officer may not enter are left out. A page may be short, even
// empty, before the end.
//
// It fails with guard.ErrNotFound for whoever is no officer of a department with the duty
// to review.
func (s *Service) Waiting(ctx context.Context, by actor.Actor, after Cursor, limit int) (page []Dispute, next Cursor, err error) {
	owner, err := reviewer(by)
	if err != nil {
		return nil, Cursor{}, err
	}
	waiting := subject.Queue[Dispute, Cursor]{
		Desk: s.desk(), On: func(d Dispute) actor.DocumentID { return d.Document }, At: func(d Dispute) Cursor { return Cursor{d.Due, d.ID} },
		Read: func(ctx context.Context, after Cursor, limit int) ([]Dispute, error) {
			return s.queue(ctx, owner, after, limit)
		},
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		page, next, err = waiting.Page(ctx, by, after, limit)
		return err
	})
	if err != nil {
		return nil, Cursor{}, fmt.Errorf("list open disputes: %w", err)
	}
	return page, next, nil
}

// reviewer lets in officers of a department with the duty to review.
func reviewer(by actor.Actor) (Department, error) {
	if by.Role != actor.Officer || by.ID() == "" || by.Department == "" || !by.Has(actor.Review) {
		return "", guard.ErrNotFound
	}
	return Department(by.Department), nil
}

func (s *Service) desk() subject.Desk { return subject.Desk{Files: s.Files, Gate: s.Guard} }

// enter lets an officer into the file of a document. Who may not enter it learns nothing of
// the dispute: it fails with [ErrNotFound], and with guard.ErrConflict.
func (s *Service) enter(ctx context.Context, by actor.Actor, document actor.DocumentID) error {
	_, err := s.desk().Enter(ctx, by, audit.None, document)
	if errors.Is(err, guard.ErrNotFound) {
		return ErrNotFound
	}
	return err
}

// The kinds of notices.
const (
	kindCorrected = "dispute_corrected"
	kindDismissed = "dispute_dismissed"
	kindLate      = "dispute_late"
)

// Decide answers a dispute, once: what it says was corrected, or it stands. It changes no
// subject. The person is told.
//
// It fails with guard.ErrNotFound for whoever is no officer of a department with the duty
// to review, [ErrNotFound], also for a dispute of another department, guard.ErrConflict,
// guard.ErrMaker for whoever made what is disputed, and [ErrDecided].
func (s *Service) Decide(ctx context.Context, by actor.Actor, id ID, corrected bool, answer string) (d Dispute, err error) {
	owner, err := reviewer(by)
	if err != nil {
		return Dispute{}, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		if d, err = s.mayAnswer(ctx, by, owner, id); err != nil {
			return err
		}
		kind := kindDismissed
		d.State, d.Decided, d.Answer = Dismissed, s.time(), answer
		if corrected {
			d.State, kind = Corrected, kindCorrected
		}
		if err := s.saveAnswer(ctx, by, d); err != nil {
			return err
		}
		if _, err := s.Notices.TellMany(ctx, []notice.Message{d.message(kind)}); err != nil {
			return err
		}
		return s.Audit.Change(ctx, "dispute.decide", by, d.Document)
	})
	if err != nil {
		return Dispute{}, fmt.Errorf("decide a dispute: %w", err)
	}
	return d, nil
}

// mayAnswer returns a dispute, open or not, that the officer may answer.
func (s *Service) mayAnswer(ctx context.Context, by actor.Actor, owner Department, id ID) (Dispute, error) {
	d, err := s.one(ctx, id)
	if err != nil {
		return Dispute{}, err
	}
	if d.Owner != owner {
		return Dispute{}, ErrNotFound
	}
	if err := s.enter(ctx, by, d.Document); err != nil {
		return Dispute{}, err
	}
	kind, ok := s.Kinds[d.Subject.Kind]
	if !ok {
		return Dispute{}, fmt.Errorf("dispute %s is about %q, which nobody registered", d.ID, d.Subject.Kind)
	}
	makers, err := kind.Makers(ctx, d.Subject.ID)
	if err != nil {
		return Dispute{}, err
	}
	return d, s.Guard.Checker(by, makers...)
}

// message tells the person of a dispute, once for each kind of notice.
func (d Dispute) message(kind string) notice.Message {
	return notice.Message{
		Document: d.Document, Key: kind + "/" + string(d.ID), Kind: kind, Topic: notice.File, About: string(d.ID),
	}
}
