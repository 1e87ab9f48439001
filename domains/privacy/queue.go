package privacy

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

// scanned is how many corrections of the queue one page looks at, at most: those
// of other regions are passed over.
const scanned = 1000

// Cursor is where a page of the queue ends: the last correction that was looked
// at, shown or not.
type Cursor struct {
	Created time.Time
	ID      CorrectionID
}

// ListOpen returns open corrections after the cursor that the officer may
// decide, the oldest first, at most limit of them, and where to go on; the
// cursor is zero at the end. Those of other regions, and those about the
// officer's own family, are not among them. A page may be short, even empty,
// before the end.
func (s *Service) ListOpen(ctx context.Context, by actor.Actor, after Cursor, limit int) ([]Correction, Cursor, error) {
	if by.Role != actor.Officer {
		return nil, Cursor{}, fmt.Errorf("list open corrections: %w", guard.ErrNotFound)
	}
	var page []Correction
	for seen := 0; seen < scanned; {
		batch, err := s.openAfter(ctx, after, limit)
		if err != nil {
			return nil, Cursor{}, fmt.Errorf("list open corrections: %w", err)
		}
		for _, c := range batch {
			after = Cursor{c.Created, c.ID}
			shown, err := s.shown(ctx, by, c)
			if err != nil {
				return nil, Cursor{}, fmt.Errorf("list open corrections: %w", err)
			}
			if shown {
				page = append(page, c)
			}
			if len(page) == limit {
				return page, after, nil
			}
		}
		if len(batch) < limit {
			return page, Cursor{}, nil
		}
		seen += len(batch)
	}
	return page, after, nil
}

// shown reports whether an officer may see a correction. Only what is shown is
// noted in the call's audit entry: nobody has looked at the rest.
func (s *Service) shown(ctx context.Context, by actor.Actor, c Correction) (bool, error) {
	aside, keep := audit.Aside(ctx)
	_, err := s.enter(aside, by, c.Document)
	switch {
	case errors.Is(err, guard.ErrNotFound), errors.Is(err, guard.ErrConflict):
		return false, nil
	case err != nil:
		return false, err
	}
	keep()
	return true, nil
}

// contains reports whether a document is among some.
func contains(documents []dossier.Document, id actor.DocumentID) bool {
	for _, d := range documents {
		if d.ID == id {
			return true
		}
	}
	return false
}
