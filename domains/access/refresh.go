package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	tokenrow "github.com/minzhengtong/minzhengtong/gen/ent/refreshtoken"
	row "github.com/minzhengtong/minzhengtong/gen/ent/session"
)

// refreshPrefix lets a scanner of leaked secrets tell a refresh token.
const refreshPrefix = "mztr_"

// secret is a refresh token and the hash that is kept of it. It is random, so
// nobody can try out what has a hash.
type secret struct {
	text string
	hash []byte
}

func newRefresh() secret {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // it never fails
	return readRefresh(refreshPrefix + encode(raw))
}

func readRefresh(text string) secret {
	sum := sha256.Sum256([]byte(text))
	return secret{text, sum[:]}
}

// wellFormed reports whether a text can be a refresh token of ours at all.
func (s secret) wellFormed() bool {
	rest, ok := strings.CutPrefix(s.text, refreshPrefix)
	raw, err := decode(rest)
	return ok && err == nil && len(raw) == 32
}

// Causes for which a session is not refreshed, for our log.
const (
	causeUnknown = "unknown refresh token"
	causeReused  = "refresh token used twice"
	causeOver    = "session over"
)

// Refresh exchanges a refresh token for new tokens of its session.
//
// A refresh token works once. A second use ends the session with all its tokens,
// because two have it and one of them stole it; so an answer that was lost on
// its way means signing in again. Of several uses at once one succeeds, and its
// session is ended by the next. Every failure is [ErrEnded].
//
// It must not be called inside a transaction: what it decides about a failure
// has to stay when it fails.
func (s *Service) Refresh(ctx context.Context, refresh string) (Session, error) {
	used, next := readRefresh(refresh), newRefresh()
	if !used.wellFormed() {
		return Session{}, s.notRefreshed(ctx, "", causeUnknown)
	}
	var f family
	var cause string
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		var err error
		f, cause, err = s.rotate(ctx, used, next)
		return err
	})
	if err != nil {
		return Session{}, fmt.Errorf("refresh session: %w", err)
	}
	if cause != "" {
		return Session{}, s.notRefreshed(ctx, f.id, cause)
	}
	return s.tokensFor(f, next)
}

// notRefreshed logs why, and tells the caller the one answer for all causes.
func (s *Service) notRefreshed(ctx context.Context, id actor.SessionID, cause string) error {
	s.log.InfoContext(ctx, "session not refreshed", slog.String("session", string(id)), slog.String("cause", cause))
	return ErrEnded
}

// rotate uses up one refresh token and adds the next, or says why not.
func (s *Service) rotate(ctx context.Context, used, next secret) (family, string, error) {
	c, now := s.db.Client(ctx), s.time()
	token, err := c.RefreshToken.Query().Where(tokenrow.Hash(used.hash)).Only(ctx)
	if ent.IsNotFound(err) {
		return family{}, causeUnknown, nil
	}
	if err != nil {
		return family{}, "", fmt.Errorf("read refresh token: %w", err)
	}
	r, err := c.Session.Get(ctx, token.SessionID)
	if err != nil {
		return family{}, "", fmt.Errorf("read session: %w", err)
	}
	f := familyOf(r, now)
	switch {
	case r.EndTime != nil || !now.Before(r.ExpireTime):
		return f, causeOver, nil
	case token.UseTime != nil:
		return f, causeReused, s.end(ctx, row.EndReasonRefreshReused, row.ID(r.ID))
	case !now.Before(token.ExpireTime):
		return f, causeOver, nil
	}
	if f.by, f.kind, err = s.standing(ctx, f.holder); errors.Is(err, ErrToken) {
		return f, causeHolder, s.end(ctx, row.EndReasonHolderChanged, row.ID(r.ID))
	} else if err != nil {
		return family{}, "", err
	}
	if err := token.Update().SetUseTime(now).Exec(ctx); err != nil {
		return family{}, "", fmt.Errorf("use refresh token: %w", err)
	}
	if err := r.Update().SetRefreshTime(now).AddVersion(1).Exec(ctx); err != nil {
		return family{}, "", fmt.Errorf("refresh: %w", err)
	}
	return f, "", s.addRefresh(ctx, f, next, now)
}

// addRefresh stores the hash of a session's next refresh token.
func (s *Service) addRefresh(ctx context.Context, f family, next secret, now time.Time) error {
	err := s.db.Client(ctx).RefreshToken.Create().SetID(s.newID()).SetSessionID(string(f.id)).SetHash(next.hash).
		SetCreateTime(now).SetExpireTime(f.idles).Exec(ctx)
	if err != nil {
		return fmt.Errorf("create refresh token: %w", err)
	}
	return nil
}

// familyOf is a session as its next tokens see it, refreshed at now.
func familyOf(r *ent.Session, now time.Time) family {
	idle, _ := life(r.Role)
	return family{
		id: actor.SessionID(r.ID), holder: holder{r.Role, r.HolderID}, device: r.DeviceID,
		ends: r.ExpireTime, idles: earlier(now.Add(idle), r.ExpireTime),
	}
}

// idlesAt is when a session ends unless it is refreshed before.
func idlesAt(r *ent.Session) time.Time {
	return familyOf(r, r.RefreshTime).idles
}
