package credential

import (
	"context"
	"errors"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/guard"
)

// DeskIssue issues a licence by the hand of an officer of the department that the type
// names, to the holder of a document. The matter is the officer's own reference: the same
// one again returns the first licence. It must not be called in a transaction.
//
// It fails as [Service.Issue] does, with [ErrIssuer] for an officer of another department,
// and as guard.Guard.Enter does for a file that the officer may not touch.
func (s *Service) DeskIssue(ctx context.Context, by actor.Actor, holder document.Number, d Draft) (Credential, error) {
	t, err := s.Type(d.Type)
	if err != nil {
		return Credential{}, err
	}
	if !t.Desk || (t.Holder == Firms) != holder.Kind().OfFirm() && t.Holder != Anybody {
		return Credential{}, ErrType.On("type")
	}
	if by.Department != t.Issuer {
		return Credential{}, ErrIssuer
	}
	id, _, err := s.Files.Locate(ctx, holder)
	if err != nil {
		return Credential{}, err
	}
	if err := s.enter(ctx, by, id); err != nil {
		return Credential{}, err
	}
	d.Document, d.Matter.Kind = id, "desk"
	c, err := s.Issue(ctx, by, d)
	if err == nil && c.Document != id {
		return Credential{}, ErrMoved.On("matter") // the reference is another holder's
	}
	return c, err
}

// DeskAmend is [Service.Amend] by the hand of an officer of the issuer.
func (s *Service) DeskAmend(ctx context.Context, by actor.Actor, number Number, a Amendment) (Credential, error) {
	if err := s.mayKeep(ctx, by, number); err != nil {
		return Credential{}, err
	}
	return s.Amend(ctx, by, number, a)
}

// DeskMove is [Service.Move] by the hand of an officer of the issuer.
func (s *Service) DeskMove(ctx context.Context, by actor.Actor, number Number, to State, note string) (Credential, error) {
	if err := s.mayKeep(ctx, by, number); err != nil {
		return Credential{}, err
	}
	return s.Move(ctx, by, number, to, note)
}

// DeskStory returns all editions of a licence to an officer of its issuer, as
// [Service.Story] does to its holder.
func (s *Service) DeskStory(ctx context.Context, by actor.Actor, number Number) ([]History, error) {
	if err := s.mayRead(ctx, by, number); err != nil {
		return nil, err
	}
	return s.story(ctx, number, func(Credential) bool { return true })
}

// mayKeep lets an officer of the issuer change a licence that is kept by hand.
func (s *Service) mayKeep(ctx context.Context, by actor.Actor, number Number) error {
	c, err := s.latest(ctx, number)
	if err != nil {
		return err
	}
	if !c.Type.Desk {
		return ErrType
	}
	return s.mayRead(ctx, by, number)
}

// mayRead lets an officer of the issuer into the file of a licence.
func (s *Service) mayRead(ctx context.Context, by actor.Actor, number Number) error {
	c, err := s.latest(ctx, number)
	if err != nil {
		return err
	}
	if by.Department != c.Type.Issuer {
		return ErrNotFound // whose it is is no business of theirs
	}
	err = s.enter(ctx, by, c.Document)
	if errors.Is(err, guard.ErrNotFound) {
		return ErrNotFound // in the words of one that is not there
	}
	return err
}

// enter lets an officer into the file of a document.
func (s *Service) enter(ctx context.Context, by actor.Actor, id actor.DocumentID) error {
	file, err := s.Files.DocumentsOf(ctx, id)
	if err != nil {
		return err
	}
	return s.Guard.Enter(ctx, by, audit.None, held(file)...)
}
