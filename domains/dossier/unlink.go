package dossier

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
)

// Unlink takes a link apart: each document goes back to the file that its other
// links and successions leave it in, with the records, data and roles that
// arose under it. Cutting a link that is cut already returns it unchanged. The
// pair is not joined again by itself, only by the holder or an officer.
//
// A person cuts links of the own file only, an officer those of files that the
// officer may touch. It fails with [ErrLinkNotFound] for any other, and with
// guard.ErrConflict for an officer with a tie.
func (s *Service) Unlink(ctx context.Context, by actor.Actor, id LinkID, reason string) (Link, error) {
	var after Link
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		link, version, err := s.linkByID(ctx, id)
		if err != nil {
			return err
		}
		first, err := s.mayCut(ctx, by, link)
		if err != nil {
			return err
		}
		after = link
		if !link.Holds() {
			return nil
		}
		after.Cut = s.time()
		if err := s.cutLink(ctx, after, version, first, by.ID(), reason); err != nil {
			return err
		}
		if err := s.resettle(ctx, first.Dossier); err != nil {
			return err
		}
		return s.noted(ctx, by, "dossier.unlink", link.First, link.Second)
	})
	if err != nil {
		return Link{}, fmt.Errorf("unlink %s: %w", id, err)
	}
	return after, nil
}

// mayCut returns the link's first document, if the actor may cut the link. After
// a cut each side still sees the link that was.
func (s *Service) mayCut(ctx context.Context, by actor.Actor, link Link) (Document, error) {
	documents, err := s.fileOf(ctx, link.First, link.Second)
	if err != nil {
		return Document{}, err
	}
	first, err := among(documents, link.First)
	if err != nil {
		return Document{}, err
	}
	if by.Role == actor.Person { // what is on the other side of a cut is not theirs any more
		mine, err := s.fileOf(ctx, by.Document)
		if err != nil {
			return Document{}, err
		}
		if !slices.ContainsFunc(mine, func(d Document) bool { return d.ID == link.First || d.ID == link.Second }) {
			return Document{}, ErrLinkNotFound
		}
		documents = mine
	}
	if err := s.admit(ctx, by, audit.None, documents); errors.Is(err, ErrNotFound) {
		return Document{}, ErrLinkNotFound
	} else if err != nil {
		return Document{}, err
	}
	return first, nil
}
