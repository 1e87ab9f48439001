package finance

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/subject"
)

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
	waiting := subject.Queue[Application, Cursor]{
		Desk: s.desk(), On: func(a Application) actor.DocumentID { return a.Document },
		At: func(a Application) Cursor { return Cursor{a.Due, a.ID} }, Read: s.queue,
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		page, next, err = waiting.Page(ctx, by, after, limit)
		return err
	})
	if err != nil {
		return nil, Cursor{}, fmt.Errorf("list applications: %w", err)
	}
	return page, next, nil
}

// reviewer lets in officers of the department with the duty to review.
func reviewer(by actor.Actor) error {
	if by.Role != actor.Officer || by.ID() == "" || by.Department != Owner || !by.Has(actor.Review) {
		return guard.ErrNotFound
	}
	return nil
}

func (s *Service) desk() subject.Desk { return subject.Desk{Files: s.Files, Gate: s.Guard} }

// enter lets an officer into the file of an application. Who may not enter it learns nothing
// of the application: it fails with [ErrNotFound], and with guard.ErrConflict.
func (s *Service) enter(ctx context.Context, by actor.Actor, a Application) error {
	_, err := s.desk().Enter(ctx, by, audit.None, a.Document)
	if errors.Is(err, guard.ErrNotFound) {
		return ErrNotFound
	}
	return err
}
