package finance

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/guard"
)

// scanned is how many applications of the queue one page looks at, about: those of other
// regions are passed over.
const scanned = 1000

// Cursor is where a page ends: the last application that was looked at, shown or not. The
// zero value begins.
type Cursor struct {
	Due time.Time
	ID  ID
}

// Waiting returns a page of the applications that wait for a decision, the first deadline
// first, at most limit of them, and where to go on; the cursor is zero at the end. Those of
// files that the officer may not enter are left out. A page may be short, even empty, before
// the end.
//
// It fails with guard.ErrNotFound for whoever is no officer of [Owner] with the duty to
// review.
func (s *Service) Waiting(ctx context.Context, by actor.Actor, after Cursor, limit int) (page []Application, next Cursor, err error) {
	if err := reviewer(by); err != nil {
		return nil, Cursor{}, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		page, next = nil, after
		for seen := 0; seen < scanned; {
			batch, err := s.queue(ctx, next, limit)
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
		return nil, Cursor{}, fmt.Errorf("list applications: %w", err)
	}
	return page, next, nil
}

// shown are those of a batch, at most some, whose files an officer is let in to, and where
// it stopped. Only what is shown is noted in the call's entry: nobody has looked at the
// rest.
func (s *Service) shown(ctx context.Context, by actor.Actor, batch []Application, most int) (list []Application, last Cursor, err error) {
	documents := make([]actor.DocumentID, len(batch))
	for i, a := range batch {
		documents[i] = a.Document
	}
	files, err := s.Files.FilesOf(ctx, documents...)
	if err != nil {
		return nil, Cursor{}, err
	}
	for _, a := range batch {
		if len(list) == most {
			return list, last, nil
		}
		last = Cursor{a.Due, a.ID}
		aside, keep := audit.Aside(ctx)
		err := s.enter(aside, by, files[a.Document])
		switch {
		case errors.Is(err, ErrNotFound), errors.Is(err, guard.ErrConflict):
			continue
		case err != nil:
			return nil, Cursor{}, err
		}
		keep()
		list = append(list, a)
	}
	return list, last, nil
}

// reviewer lets in officers of the department with the duty to review.
func reviewer(by actor.Actor) error {
	if by.Role != actor.Officer || by.ID() == "" || by.Department != Owner || !by.Has(actor.Review) {
		return guard.ErrNotFound
	}
	return nil
}

// enter lets an officer into a file. Who may not enter it learns nothing of the
// application: it fails with [ErrNotFound], and with guard.ErrConflict.
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

// enterOf is enter for the file of an application.
func (s *Service) enterOf(ctx context.Context, by actor.Actor, a Application) error {
	files, err := s.Files.FilesOf(ctx, a.Document)
	if err != nil {
		return err
	}
	return s.enter(ctx, by, files[a.Document])
}
