package access

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	"github.com/minzhengtong/minzhengtong/gen/ent/predicate"
	tokenrow "github.com/minzhengtong/minzhengtong/gen/ent/refreshtoken"
	row "github.com/minzhengtong/minzhengtong/gen/ent/session"
)

// Kept is what is kept of one sign-in, for whoever wants to know what is held.
type Kept struct {
	Session   actor.SessionID
	Document  actor.DocumentID
	Device    string // what the device called itself
	Created   time.Time
	Refreshed time.Time
	// Expires is when it ends at the latest, Ended when it did before, or zero.
	Expires time.Time
	Ended   time.Time
}

// LogValue keeps the device's name out of logs.
func (k Kept) LogValue() slog.Value { return slog.StringValue(string(k.Session)) }

// KeptSessions returns at most limit sign-ins by some documents, those that are
// over included, the newest first, whoever asks.
func (s *Service) KeptSessions(ctx context.Context, documents []actor.DocumentID, limit int) ([]Kept, error) {
	rows, err := s.db.Client(ctx).Session.Query().Where(row.RoleEQ(row.RolePerson), row.HolderIDIn(entdb.Texts(documents)...)).
		Order(ent.Desc(row.FieldCreateTime, row.FieldID)).Limit(limit).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read sessions: %w", err)
	}
	names, err := s.deviceNames(ctx, rows)
	if err != nil {
		return nil, err
	}
	kept := make([]Kept, len(rows))
	for i, r := range rows {
		kept[i] = Kept{
			Session: actor.SessionID(r.ID), Document: actor.DocumentID(r.HolderID), Device: names[i],
			Created: r.CreateTime, Refreshed: r.RefreshTime, Expires: r.ExpireTime,
		}
		if r.EndTime != nil {
			kept[i].Ended = *r.EndTime
		}
	}
	return kept, nil
}

// EndSessions ends every session of some documents and keeps nothing of them,
// because their holder is forgotten. It joins the caller's transaction and may be
// repeated.
func (s *Service) EndSessions(ctx context.Context, documents []actor.DocumentID) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		_, err := s.remove(ctx, row.RoleEQ(row.RolePerson), row.HolderIDIn(entdb.Texts(documents)...))
		return err
	})
}

// remove deletes sessions with their refresh tokens.
func (s *Service) remove(ctx context.Context, which ...predicate.Session) (int, error) {
	c := s.db.Client(ctx)
	if _, err := c.RefreshToken.Delete().Where(tokenrow.HasSessionWith(which...)).Exec(ctx); err != nil {
		return 0, fmt.Errorf("forget refresh tokens: %w", err)
	}
	n, err := c.Session.Delete().Where(which...).Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("forget sessions: %w", err)
	}
	return n, nil
}

// ForgetSessions deletes at most limit sessions that were over 30 days ago, with
// their refresh tokens, and returns how many. The oldest go first.
func (s *Service) ForgetSessions(ctx context.Context, limit int) (int, error) {
	before := s.time().Add(-keptAfterEnd)
	over := row.Or(row.ExpireTimeLTE(before), row.EndTimeLTE(before))
	ids, err := s.db.Client(ctx).Session.Query().Where(over).Order(ent.Asc(row.FieldExpireTime)).Limit(limit).IDs(ctx)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	var n int
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		n, err = s.remove(ctx, row.IDIn(ids...), over)
		return err
	})
	return n, err
}
