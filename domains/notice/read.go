package notice

import (
	"context"
	"fmt"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
)

// Cursor is the last notice of a page. The zero value is before the newest.
type Cursor struct {
	Created time.Time `json:"created"`
	ID      ID        `json:"id"`
}

// Page says which notices are wanted.
type Page struct {
	UnreadOnly bool
	After      Cursor
	Limit      int // 1 to 100
}

// Listed is a page of notices.
type Listed struct {
	// Notices are the newest first.
	Notices []Notice
	More    bool
	// Unread is how many are unread in all.
	Unread int
	// Position is that of the inbox as the page shows it: [Service.Watch] goes on
	// after it.
	Position Position
}

// List pages through the inboxes of the actor's file. It fails with
// guard.ErrNotFound.
func (s *Service) List(ctx context.Context, by actor.Actor, p Page) (Listed, error) {
	documents, err := s.own(ctx, by)
	if err != nil {
		return Listed{}, err
	}
	// Read first, it bounds the rest: what comes meanwhile is for the watcher.
	ends, err := s.ends(ctx, documents)
	if err != nil {
		return Listed{}, err
	}
	list := Listed{Position: Position{Last: ends}}
	p.Limit = min(max(p.Limit, 1), 100)
	rows, err := s.page(ctx, ends, p)
	if err != nil {
		return Listed{}, err
	}
	if list.More = len(rows) > p.Limit; list.More {
		rows = rows[:p.Limit]
	}
	if list.Notices, err = s.openAll(ctx, rows); err != nil {
		return Listed{}, err
	}
	if err := s.addDeliveries(ctx, list.Notices); err != nil {
		return Listed{}, err
	}
	list.Unread, err = s.unread(ctx, documents)
	return list, err
}

// Unread is how many notices of the actor's file are unread.
func (s *Service) Unread(ctx context.Context, by actor.Actor) (int, error) {
	documents, err := s.own(ctx, by)
	if err != nil {
		return 0, err
	}
	return s.unread(ctx, documents)
}

// MarkRead marks notices as read and returns how many are unread still. Those
// that were read before, and those of others, are passed over.
func (s *Service) MarkRead(ctx context.Context, by actor.Actor, ids []ID) (int, error) {
	unread := 0
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		documents, err := s.own(ctx, by)
		if err != nil {
			return err
		}
		if err := s.saveRead(ctx, documents, ids); err != nil {
			return fmt.Errorf("mark as read: %w", err)
		}
		unread, err = s.unread(ctx, documents)
		return err
	})
	return unread, err
}
