package policy

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/search"
)

// kind is what search calls our texts.
const kind = search.Kind("policy")

// Draft keeps a text that nobody outside of the actor's department sees yet. Each
// call makes another one. It fails with [ErrText], [ErrDates] and, for whoever is
// no officer of a department, [ErrNotFound].
func (s *Service) Draft(ctx context.Context, by actor.Actor, d Draft) (Policy, error) {
	p, err := s.draft(ctx, by, ID(s.newID()), d)
	if err != nil {
		return Policy{}, fmt.Errorf("draft a policy: %w", err)
	}
	return p, nil
}

// draft keeps a text under an ID.
func (s *Service) draft(ctx context.Context, by actor.Actor, id ID, d Draft) (Policy, error) {
	if err := enter(ctx, by); err != nil {
		return Policy{}, err
	}
	p, err := d.check()
	if err != nil {
		return Policy{}, err
	}
	p.ID, p.State, p.Department, p.Author, p.Created, p.version = id, Drafted, by.Department, by.Officer, s.time(), 1
	return p, s.db.InTx(ctx, func(ctx context.Context) error { return s.insert(ctx, p) })
}

// Cursor is where a page of drafts ends: the last one shown. The zero Cursor is
// the beginning.
type Cursor struct {
	Created time.Time
	ID      ID
}

// ListDrafts returns the drafts of the actor's department after the cursor, oldest
// first, at most limit of them, and whether there are more. It fails with
// [ErrNotFound] for whoever is no officer of a department.
func (s *Service) ListDrafts(ctx context.Context, by actor.Actor, after Cursor, limit int) ([]Policy, bool, error) {
	if err := enter(ctx, by); err != nil {
		return nil, false, err
	}
	drafts, err := s.drafts(ctx, by.Department, after, limit+1)
	if err != nil {
		return nil, false, fmt.Errorf("list drafts: %w", err)
	}
	more := len(drafts) > limit
	return drafts[:min(len(drafts), limit)], more, nil
}

// Publish makes a draft public and findable. Publishing twice succeeds and changes
// nothing. It fails with [ErrNotFound], also for another department's, with
// guard.ErrMaker for the author, with [ErrWithdrawn] and with [ErrStale].
func (s *Service) Publish(ctx context.Context, by actor.Actor, id ID) (Policy, error) {
	p, err := s.change(ctx, by, id, func(ctx context.Context, p *Policy) error {
		if err := s.checker(by, string(p.Author)); err != nil {
			return err
		}
		switch p.State {
		case Published:
			return errDone
		case Withdrawn:
			return ErrWithdrawn
		default:
			return s.publish(ctx, by, p)
		}
	})
	if err != nil {
		return Policy{}, fmt.Errorf("publish a policy: %w", err)
	}
	return p, nil
}

// publish writes a draft that is public from now on, and its index.
func (s *Service) publish(ctx context.Context, by actor.Actor, p *Policy) error {
	p.State, p.Published = Published, s.time()
	if err := s.savePublished(ctx, *p, by); err != nil {
		return err
	}
	return s.search.Index(ctx, search.Text{
		Kind: kind, Owner: string(p.ID), Head: p.Title + "\n" + p.Number, Body: p.Body + "\n" + p.Issuer, Order: p.Published,
	})
}

// Withdraw takes a text away from the public, or a draft from its department's
// list. It stays on record. Withdrawing twice succeeds and changes nothing. The
// author may do it too. It fails with [ErrNotFound], also for another
// department's, and with [ErrStale].
func (s *Service) Withdraw(ctx context.Context, by actor.Actor, id ID) (Policy, error) {
	p, err := s.change(ctx, by, id, func(ctx context.Context, p *Policy) error {
		if p.State == Withdrawn {
			return errDone
		}
		p.State = Withdrawn
		if err := s.saveWithdrawn(ctx, *p); err != nil {
			return err
		}
		return s.search.Remove(ctx, kind, string(p.ID))
	})
	if err != nil {
		return Policy{}, fmt.Errorf("withdraw a policy: %w", err)
	}
	return p, nil
}

// errDone says that a change was made before.
var errDone = errors.New("done already")

// change does something with a text of the actor's department, in a transaction.
func (s *Service) change(ctx context.Context, by actor.Actor, id ID, do func(context.Context, *Policy) error) (Policy, error) {
	if err := enter(ctx, by); err != nil {
		return Policy{}, err
	}
	var changed Policy
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		p, err := s.policy(ctx, id)
		if err != nil {
			return err
		}
		if p.Department != by.Department {
			return ErrNotFound
		}
		if err := do(ctx, &p); err != nil && !errors.Is(err, errDone) {
			return err
		}
		changed = p
		return nil
	})
	return changed, err
}

// Get returns a published text, to anybody. It fails with [ErrNotFound].
func (s *Service) Get(ctx context.Context, id ID) (Policy, error) {
	p, err := s.policy(ctx, id)
	if err != nil {
		return Policy{}, fmt.Errorf("get a policy: %w", err)
	}
	if p.State != Published {
		return Policy{}, ErrNotFound
	}
	return p, nil
}

// Search returns the published texts that a query finds, without their bodies, as
// [search.Service.Find] orders them, and where to go on: the zero Position at the
// end. Of what is withdrawn meanwhile a page may be short.
func (s *Service) Search(ctx context.Context, query string, page search.Page) ([]Policy, search.Position, error) {
	owners, next, err := s.search.Find(ctx, kind, query, page)
	if err != nil {
		return nil, search.Position{}, fmt.Errorf("search policies: %w", err)
	}
	found, err := s.published(ctx, owners)
	if err != nil {
		return nil, search.Position{}, fmt.Errorf("search policies: %w", err)
	}
	return found, next, nil
}

// enter lets officers of a department in, and notes what the call stands on.
func enter(ctx context.Context, by actor.Actor) error {
	audit.On(ctx, audit.Usual(by))
	if by.Role != actor.Officer || by.Officer == "" || by.Department == "" {
		return ErrNotFound
	}
	return nil
}
