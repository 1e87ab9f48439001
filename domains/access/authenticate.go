package access

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	row "github.com/minzhengtong/minzhengtong/gen/ent/session"
)

// Authenticate returns the actor for an access token: what the token proves, and
// then what its session and its holder are worth at this moment, and how the
// holder reads. It costs one
// query, and one more for officers and systems, whose office, duties and state
// are read each time.
//
// Signing out, losing a document, a change of duties and the closing of an
// account therefore take effect at the next call. Every failure is [ErrToken];
// the cause stands in our log.
func (s *Service) Authenticate(ctx context.Context, token string) (actor.Actor, error) {
	by, err := s.check(ctx, token)
	if err == nil {
		by, err = s.standingSession(ctx, by)
	}
	if refused, ok := errors.AsType[refusal](err); ok {
		s.log.InfoContext(ctx, "token refused", slog.String("cause", string(refused)))
		return actor.Actor{}, ErrToken
	}
	if err != nil {
		return actor.Actor{}, fmt.Errorf("authenticate: %w", err)
	}
	return by, nil
}

// check is [Tokens.Check], with one look for keys that another process made.
func (s *Service) check(ctx context.Context, token string) (actor.Actor, error) {
	keys := s.tokens.keys.Load()
	by, _, err := s.tokens.Check(token)
	if !errors.Is(err, refusal(causeKey)) {
		return by, err
	}
	changed, failed := s.tokens.reloadFor(ctx, keys)
	if failed != nil {
		return actor.Actor{}, failed
	}
	if changed {
		by, _, err = s.tokens.Check(token)
	}
	return by, err
}

// standingSession checks that the session of a token has not ended and is its
// holder's, and returns the actor as it is now.
//
// Whether the session idled is not asked: an access token is issued when it is
// opened or refreshed, and lives shorter than any session may idle.
func (s *Service) standingSession(ctx context.Context, by actor.Actor) (actor.Actor, error) {
	var role, id string
	var d documentNow
	query := s.db.Rebind(`SELECT s."role", s."holder_id", ` + documentColumns + `
FROM "sessions" AS s LEFT JOIN "documents" AS d ON d."id" = s."holder_id"
WHERE s."id" = ? AND s."end_time" IS NULL AND s."expire_time" > ?`)
	err := s.db.SQL(ctx).QueryRowContext(ctx, query, string(by.Session), s.time()).Scan(append([]any{&role, &id}, d.columns()...)...)
	if errors.Is(err, sql.ErrNoRows) {
		return actor.Actor{}, refusal(causeSession)
	}
	if err != nil {
		return actor.Actor{}, fmt.Errorf("read session: %w", err)
	}
	h := holder{row.Role(role), id}
	if h != holderOf(by) {
		return actor.Actor{}, refusal(causeSession)
	}
	var now actor.Actor
	if h.role == row.RolePerson {
		now, err = d.actor(id)
	} else {
		now, err = s.employed(ctx, h)
	}
	now.Session = by.Session
	return now, err
}

// holderOf is whose session an actor's has to be. A delegate's is the
// delegate's own.
func holderOf(by actor.Actor) holder {
	switch {
	case by.Delegate != "":
		return person(by.Delegate)
	case by.Role == actor.Person:
		return person(by.Document)
	case by.Role == actor.System:
		return holder{row.RoleSystem, string(by.Officer)}
	}
	return holder{row.RoleStaff, string(by.Officer)}
}

// standing returns the actor that a holder is now, without a session, and a
// person's kind of document. One that may not act fails as [ErrToken].
func (s *Service) standing(ctx context.Context, h holder) (actor.Actor, document.Kind, error) {
	if h.role != row.RolePerson {
		by, err := s.employed(ctx, h)
		return by, "", err
	}
	d, err := s.documentNow(ctx, h.id)
	if err != nil {
		return actor.Actor{}, "", err
	}
	by, err := d.actor(h.id)
	return by, document.Kind(d.kind.String), err
}

// employed returns the actor that an officer or a system is now.
func (s *Service) employed(ctx context.Context, h holder) (actor.Actor, error) {
	var by actor.Actor
	var err error
	if h.role == row.RoleSystem {
		var system staff.System
		system, err = s.staff.System(ctx, actor.OfficerID(h.id))
		by = system.Actor()
	} else {
		var officer staff.Officer
		officer, err = s.staff.Get(ctx, actor.OfficerID(h.id))
		by = officer.Actor()
	}
	switch {
	case errors.Is(err, staff.ErrNotFound) || err == nil && by.Officer == "":
		return actor.Actor{}, refusal(causeHolder)
	case err != nil:
		return actor.Actor{}, err
	}
	return by, nil
}
