package access

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	"github.com/minzhengtong/minzhengtong/gen/ent/predicate"
	row "github.com/minzhengtong/minzhengtong/gen/ent/session"
)

// mostDevices is how many devices a list shows, the newest.
const mostDevices = 100

// Device is one place where somebody is signed in.
type Device struct {
	Session   actor.SessionID
	Name      string
	Created   time.Time
	Refreshed time.Time
	// Expires is when it ends by itself.
	Expires time.Time
	// Current says that it is the device that asks.
	Current bool
	// Kind is a person's kind of document.
	Kind document.Kind
}

// LogValue keeps the name out of logs.
func (d Device) LogValue() slog.Value { return slog.StringValue(string(d.Session)) }

// Devices lists where the caller is signed in, the newest first: a person by any
// document of the file. A delegate sees the own devices and never the
// principal's.
func (s *Service) Devices(ctx context.Context, by actor.Actor) ([]Device, error) {
	own, err := s.ownSessions(ctx, by)
	if err != nil {
		return nil, err
	}
	now := s.time()
	rows, err := s.db.Client(ctx).Session.Query().Where(own, row.EndTimeIsNil(), row.ExpireTimeGT(now)).
		Order(ent.Desc(row.FieldCreateTime, row.FieldID)).Limit(mostDevices).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read sessions: %w", err)
	}
	names, err := s.deviceNames(ctx, rows)
	if err != nil {
		return nil, err
	}
	kinds := map[string]document.Kind{}
	var devices []Device
	for i, r := range rows {
		ends := idlesAt(r)
		if !now.Before(ends) {
			continue
		}
		kind, seen := kinds[r.HolderID]
		if !seen && r.Role == row.RolePerson {
			d, err := s.documentNow(ctx, r.HolderID)
			if err != nil {
				return nil, err
			}
			if d.usable() {
				kind = document.Kind(d.kind.String)
			}
			kinds[r.HolderID] = kind
		}
		if r.Role == row.RolePerson && kind == "" {
			continue // nobody acts by a lost document
		}
		devices = append(devices, Device{
			Session: actor.SessionID(r.ID), Name: names[i], Created: r.CreateTime, Refreshed: r.RefreshTime,
			Expires: ends, Current: r.ID == string(by.Session), Kind: kind,
		})
	}
	return devices, nil
}

// ownSessions matches the sessions of whoever acts.
func (s *Service) ownSessions(ctx context.Context, by actor.Actor) (predicate.Session, error) {
	h := holderOf(by)
	if h.id == "" {
		return nil, ErrSessionNotFound
	}
	if h.role != row.RolePerson {
		return row.And(row.RoleEQ(h.role), row.HolderID(h.id)), nil
	}
	documents, err := s.fileDocuments(ctx, dossier.DocumentID(h.id))
	if err != nil {
		return nil, err
	}
	return row.And(row.RoleEQ(row.RolePerson), row.HolderIDIn(documents...)), nil
}

// SignOut ends one of the caller's sessions, by default the present one. Its
// tokens stop working at once. Ending one that has ended succeeds; somebody
// else's is [ErrSessionNotFound].
func (s *Service) SignOut(ctx context.Context, by actor.Actor, id actor.SessionID) error {
	if id == "" {
		id = by.Session
	}
	return s.db.InTx(ctx, func(ctx context.Context) error {
		own, err := s.ownSessions(ctx, by)
		if err != nil {
			return err
		}
		found, err := s.db.Client(ctx).Session.Query().Where(row.ID(string(id)), own).Exist(ctx)
		if err != nil {
			return fmt.Errorf("read session: %w", err)
		}
		if !found {
			return ErrSessionNotFound
		}
		return s.end(ctx, row.EndReasonSignedOut, row.ID(string(id)))
	})
}

// SignOutEverywhere ends every session of the caller's, this one included, and
// returns how many there were. Repeating it ends those that were opened since.
func (s *Service) SignOutEverywhere(ctx context.Context, by actor.Actor) (int, error) {
	var n int
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		own, err := s.ownSessions(ctx, by)
		if err != nil {
			return err
		}
		n, err = s.endAll(ctx, row.EndReasonSignedOutEverywhere, own, row.ExpireTimeGT(s.time()))
		return err
	})
	return n, err
}

// EndAll ends every session of a document, an officer or a system, because what
// the holder may do has changed. It joins the caller's transaction.
func (s *Service) EndAll(ctx context.Context, holder string) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		return s.end(ctx, row.EndReasonHolderChanged, row.HolderID(holder))
	})
}
