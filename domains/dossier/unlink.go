package dossier

import (
	"context"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/actor"
)

// Unlink takes a link apart: each document goes back to the file that its other
// links and successions leave it in, with the records, data and roles that
// arose under it. Cutting a link that is cut already returns it unchanged. The
// pair is not joined again by itself, only by the holder or an officer.
//
// A person cuts links of the own file only; it fails with [ErrLinkNotFound]
// for any other.
func (s *Service) Unlink(ctx context.Context, by actor.Actor, id LinkID, reason string) (Link, error) {
	var after Link
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		link, version, err := s.linkByID(ctx, id)
		if err != nil {
			return err
		}
		first, err := s.byID(ctx, link.First)
		if err != nil {
			return err
		}
		if by.Role != actor.Officer {
			if err := s.holds(ctx, by, link); err != nil {
				return err
			}
		}
		after = link
		if !link.Holds() {
			return nil
		}
		after.Cut = s.time()
		if err := s.cutLink(ctx, after, version, cutBy(by), reason); err != nil {
			return err
		}
		return s.resettle(ctx, first.Dossier)
	})
	if err != nil {
		return Link{}, fmt.Errorf("unlink %s: %w", id, err)
	}
	return after, nil
}

// holds fails unless one side of the link is in the actor's file. After a cut
// each side still sees the link that was.
func (s *Service) holds(ctx context.Context, by actor.Actor, link Link) error {
	documents, err := s.fileOf(ctx, by.Document)
	if err != nil {
		return err
	}
	for _, d := range documents {
		if d.ID == link.First || d.ID == link.Second {
			return nil
		}
	}
	return ErrLinkNotFound
}

// cutBy names who cut a link: the officer, or the document of the holder.
func cutBy(by actor.Actor) string {
	if by.Role == actor.Person {
		return string(by.Document)
	}
	return string(by.Officer)
}
