package dispute

import (
	"context"
	"errors"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/notice"
)

// scanned is how many disputes of the queue one page looks at, about: those of other
// regions are passed over.
const scanned = 1000

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
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		page, next = nil, after
		for seen := 0; seen < scanned; {
			batch, err := s.queue(ctx, owner, next, limit)
			if err != nil {
				return err
			}
			shown, last, err := s.shown(ctx, by, batch, limit-len(page))
			if err != nil {
				return err
			}
			page, next, seen = append(page, shown...), last, seen+len(batch)
			if len(page) == limit {
				return nil
			}
			if len(batch) < limit {
				next = Cursor{}
				return nil
			}
		}
		return nil
	})
	if err != nil {
		return nil, Cursor{}, fmt.Errorf("list open disputes: %w", err)
	}
	return page, next, nil
}

// shown are those of a batch, at most some, whose files an officer is let in to, and where
// it stopped. Only what is shown is noted in the call's entry: nobody has looked at the
// rest.
func (s *Service) shown(ctx context.Context, by actor.Actor, batch []Dispute, most int) (list []Dispute, last Cursor, err error) {
	files, err := s.filesOf(ctx, batch)
	if err != nil {
		return nil, Cursor{}, err
	}
	for _, d := range batch {
		if len(list) == most {
			return list, last, nil
		}
		last = Cursor{d.Due, d.ID}
		aside, keep := audit.Aside(ctx)
		err := s.enter(aside, by, files[d.Document])
		switch {
		case errors.Is(err, ErrNotFound), errors.Is(err, guard.ErrConflict):
			continue
		case err != nil:
			return nil, Cursor{}, err
		}
		keep()
		list = append(list, d)
	}
	return list, last, nil
}

func (s *Service) filesOf(ctx context.Context, batch []Dispute) (map[actor.DocumentID][]dossier.Document, error) {
	documents := make([]actor.DocumentID, len(batch))
	for i, d := range batch {
		documents[i] = d.Document
	}
	return s.Files.FilesOf(ctx, documents...)
}

// reviewer lets in officers of a department with the duty to review.
func reviewer(by actor.Actor) (Department, error) {
	if by.Role != actor.Officer || by.ID() == "" || by.Department == "" || !by.Has(actor.Review) {
		return "", guard.ErrNotFound
	}
	return Department(by.Department), nil
}

// enter lets an officer into a file. Who may not enter it learns nothing of the dispute:
// it fails with [ErrNotFound], and with guard.ErrConflict.
func (s *Service) enter(ctx context.Context, by actor.Actor, file []dossier.Document) error {
	held := make([]guard.Held, len(file))
	for i, d := range file {
		held[i] = d.Held()
	}
	err := s.Guard.Enter(ctx, by, audit.None, held...)
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
	files, err := s.filesOf(ctx, []Dispute{d})
	if err != nil {
		return Dispute{}, err
	}
	if err := s.enter(ctx, by, files[d.Document]); err != nil {
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
