package notice

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/endpoint"
)

// How many endpoints a file may have, and add within a day; removed ones count
// for the day.
const (
	mostEndpoints = 10
	mostADay      = 30
)

// EndpointID names an endpoint.
type EndpointID string

// Endpoint is an address as its holder sees it.
type Endpoint struct {
	ID      EndpointID
	Channel Channel
	Masked  string
	// Active says that it was proven and works.
	Active bool
	// Dead says why it does not work any more, "" while it does.
	Dead    Cause
	Created time.Time
}

// Endpoints are the addresses of the actor's file, the oldest first.
func (s *Service) Endpoints(ctx context.Context, by actor.Actor) ([]Endpoint, error) {
	documents, err := s.own(ctx, by)
	if err != nil {
		return nil, err
	}
	rows, err := s.endpointsOf(ctx, documents)
	if err != nil {
		return nil, err
	}
	list := make([]Endpoint, len(rows))
	for i, e := range rows {
		list[i] = e.shown()
	}
	return list, nil
}

// AddEndpoint keeps an address. A push subscription holds at once; to a mail
// address or a phone goes a code, for [Service.VerifyEndpoint]. Adding what is
// there sends a new code at the most, and not within a minute of the last one.
// Adding one that is dead begins anew. It fails with [ErrAddress] and
// [ErrTooMany].
//
// Whether the code left is not told: the answer is the same for every address.
func (s *Service) AddEndpoint(ctx context.Context, by actor.Actor, a Address) (Endpoint, error) {
	a, err := a.normalise(s.loopback)
	if err != nil {
		return Endpoint{}, err
	}
	if s.suppliers[a.Channel()] == nil {
		return Endpoint{}, ErrAddress
	}
	var added endpoint
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		documents, err := s.own(ctx, by)
		if err != nil {
			return err
		}
		added, err = s.add(ctx, by.Document, documents, a)
		return err
	})
	return added.shown(), err
}

func (s *Service) add(ctx context.Context, to actor.DocumentID, documents []actor.DocumentID, a Address) (endpoint, error) {
	all, err := s.endpointsOf(ctx, documents)
	if err != nil {
		return endpoint{}, err
	}
	i := slices.IndexFunc(all, func(e endpoint) bool { return e.address.name() == a.name() })
	switch {
	case i < 0:
		if err := s.mayAdd(ctx, documents, len(all)); err != nil {
			return endpoint{}, err
		}
	case a.Push == nil:
		return all[i], s.addAgain(ctx, &all[i])
	case all[i].active() && *all[i].address.Push == *a.Push:
		return all[i], nil
	default: // the browser has new keys
		if err := s.remove(ctx, all[i].id); err != nil {
			return endpoint{}, err
		}
	}
	return s.create(ctx, to, a)
}

// addAgain begins anew with an address that is there.
func (s *Service) addAgain(ctx context.Context, e *endpoint) error {
	if e.active() || e.state == row.StateUnverified && e.codeExpires.After(s.time().Add(CodeLife-codePause)) {
		return nil
	}
	e.state, e.cause = row.StateUnverified, ""
	return s.newCode(ctx, e)
}

// mayAdd fails with [ErrTooMany].
func (s *Service) mayAdd(ctx context.Context, documents []actor.DocumentID, standing int) error {
	today, err := s.db.Client(ctx).Endpoint.Query().
		Where(row.DocumentIDIn(entdb.Texts(documents)...), row.CreateTimeGT(s.time().Add(-24*time.Hour))).Count(ctx)
	if err != nil {
		return fmt.Errorf("count endpoints: %w", err)
	}
	if standing >= mostEndpoints || today >= mostADay {
		return ErrTooMany
	}
	return nil
}

// RemoveEndpoint forgets an address at once; deliveries that wait for it are
// dropped. Repeating it changes nothing. It fails with [ErrEndpointNotFound].
func (s *Service) RemoveEndpoint(ctx context.Context, by actor.Actor, id EndpointID) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		documents, err := s.own(ctx, by)
		if err != nil {
			return err
		}
		n, err := s.db.Client(ctx).Endpoint.Query().Where(row.ID(string(id)), row.DocumentIDIn(entdb.Texts(documents)...)).Count(ctx)
		if err != nil {
			return fmt.Errorf("read endpoint: %w", err)
		}
		if n == 0 {
			return ErrEndpointNotFound
		}
		return s.remove(ctx, id)
	})
}

// Unsubscribe switches off the mail address whose token it is. What is no token
// looks the same.
func (s *Service) Unsubscribe(ctx context.Context, token string) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		err := s.db.Client(ctx).Endpoint.Update().
			Where(row.UnsubscribeHash(tokenHash(token)), row.StateIn(row.StateActive, row.StateUnverified)).
			SetState(row.StateDead).SetCause(string(Unsubscribed)).SetChangeTime(s.time()).AddVersion(1).Exec(ctx)
		if err != nil {
			return fmt.Errorf("unsubscribe: %w", err)
		}
		return nil
	})
}

// endpoint is an address with what is kept beside it.
type endpoint struct {
	id          EndpointID
	document    actor.DocumentID
	address     Address
	token       string // ends mails
	state       row.State
	cause       Cause
	failures    int64
	codeHash    []byte
	codeExpires time.Time
	codeTries   int64
	created     time.Time
	version     int64
}

func (e endpoint) active() bool { return e.state == row.StateActive }

func (e endpoint) shown() Endpoint {
	if e.id == "" {
		return Endpoint{}
	}
	return Endpoint{
		ID: e.id, Channel: e.address.Channel(), Masked: e.address.masked(),
		Active: e.active(), Dead: e.cause, Created: e.created,
	}
}

func fromEndpointRow(r *ent.Endpoint) endpoint {
	return endpoint{
		id: EndpointID(r.ID), document: actor.DocumentID(r.DocumentID), state: r.State, cause: Cause(r.Cause), failures: r.Failures,
		codeHash: r.CodeHash, codeExpires: entdb.Moment(r.CodeExpireTime), codeTries: r.CodeTries,
		created: r.CreateTime.UTC(), version: r.Version,
	}
}
