package dispute

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/guard"
)

// Cursor is where a page ends: the last dispute that was looked at, shown or not, by the
// time that orders its list. The zero value begins.
type Cursor struct {
	Time time.Time
	ID   ID
}

// File says what is wrong in a subject that stands on the actor's own file. Filing again
// while a dispute about it is open returns that one, with the words of then.
//
// It fails as guard.Own does, with [ErrSubject], and with [ErrStale].
func (s *Service) File(ctx context.Context, by actor.Actor, subject Subject, reason string) (d Dispute, err error) {
	work := func(ctx context.Context) error {
		d, err = s.file(ctx, by, subject, reason)
		return err
	}
	err = s.DB.InTx(ctx, work)
	if entdb.IsUniqueViolation(err) {
		err = s.DB.InTx(ctx, work) // the same person at the same moment
	}
	if entdb.IsUniqueViolation(err) {
		err = ErrStale
	}
	if err != nil {
		return Dispute{}, fmt.Errorf("file a dispute: %w", err)
	}
	return d, nil
}

func (s *Service) file(ctx context.Context, by actor.Actor, subject Subject, reason string) (Dispute, error) {
	file, err := s.own(ctx, by)
	if err != nil {
		return Dispute{}, err
	}
	kind, ok := s.Kinds[subject.Kind]
	if !ok {
		return Dispute{}, ErrSubject
	}
	standing, err := kind.Find(ctx, file, subject.ID)
	if err != nil {
		return Dispute{}, err
	}
	before, err := s.openAbout(ctx, standing.Document, subject)
	if err != nil || before.ID != "" {
		return before, err
	}
	d := Dispute{
		ID: ID(s.NewID()), Subject: subject, Document: standing.Document, Owner: standing.Owner, State: Open, Reason: reason, Filed: s.time(),
	}
	d.Due = answerBy(calendar.Official(), d.Filed)
	if err := s.insert(ctx, d); err != nil {
		return Dispute{}, err
	}
	return d, s.Audit.Change(ctx, "dispute.file", by, d.Document)
}

// Mine returns a page of the disputes of the actor's own file, the newest first, answered
// ones too, at most limit of them, and where to go on; the cursor is zero at the end. It
// fails as guard.Own does.
func (s *Service) Mine(ctx context.Context, by actor.Actor, after Cursor, limit int) (page []Dispute, next Cursor, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		file, err := s.own(ctx, by)
		if err != nil {
			return err
		}
		page, err = s.newest(ctx, ids(file), after, limit+1)
		return err
	})
	if err != nil {
		return nil, Cursor{}, fmt.Errorf("list disputes: %w", err)
	}
	if len(page) > limit {
		page = page[:limit]
		next = Cursor{page[limit-1].Filed, page[limit-1].ID}
	}
	return page, next, nil
}

// own lets a person into the own file. Whoever acts for somebody else is not let in.
func (s *Service) own(ctx context.Context, by actor.Actor) ([]dossier.Document, error) {
	if err := guard.Own(ctx, by); err != nil {
		return nil, err
	}
	file, err := s.Files.DocumentsOf(ctx, by.Document)
	if errors.Is(err, dossier.ErrNotFound) {
		err = guard.ErrNotFound
	}
	return file, err
}

// ids are the IDs of documents.
func ids(file []dossier.Document) []string {
	list := make([]string, len(file))
	for i, d := range file {
		list[i] = string(d.ID)
	}
	slices.Sort(list)
	return list
}
