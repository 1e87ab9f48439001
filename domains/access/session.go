package access

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
	"unicode"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/limit"
	row "github.com/minzhengtong/minzhengtong/gen/ent/session"
)

// How long things live. They are our choice: short for those who read other
// people's files, long for a person's own phone.
const (
	// TokenLife is how long an access token is good at most. It never outlives
	// its session.
	TokenLife = 15 * time.Minute
	// PersonIdle ends a person's session that is not refreshed for so long, and
	// PersonSession every one.
	PersonIdle    = 30 * 24 * time.Hour
	PersonSession = 90 * 24 * time.Hour
	// StaffIdle and StaffSession are the same for officers: a window that is
	// left alone, and a working day.
	StaffIdle    = 30 * time.Minute
	StaffSession = 12 * time.Hour
	// SystemSession is one access token: a system signs in again with its key.
	SystemSession = TokenLife
	// keptAfterEnd is how long an ended session is kept for whoever asks what
	// happened.
	keptAfterEnd = 30 * 24 * time.Hour
)

// life is how long a session of a role lives: without being refreshed, and in all.
func life(role row.Role) (idle, whole time.Duration) {
	switch role {
	case row.RolePerson:
		return PersonIdle, PersonSession
	case row.RoleStaff:
		return StaffIdle, StaffSession
	case row.RoleSystem:
	}
	return SystemSession, SystemSession
}

// Session is one sign-in on one device.
type Session struct {
	ID actor.SessionID
	// Token is the access token, good until Expires.
	Token   string
	Expires time.Time
	// Refresh is good for one use until RefreshExpires. Systems have none.
	Refresh        string
	RefreshExpires time.Time
	// Ends is when the session ends whatever happens.
	Ends time.Time
	// Device is the device token, which says from now on that somebody signed
	// in on this device.
	Device string
	// Dossier, Document and Kind are a person's.
	Dossier  dossier.ID
	Document dossier.DocumentID
	Kind     document.Kind
	// Holder is an officer or a system, Office and Duties an officer's.
	Holder actor.OfficerID
	Office string
	Duties []actor.Duty
}

// LogValue keeps tokens out of logs.
func (s Session) LogValue() slog.Value { return slog.StringValue(string(s.ID)) }

// String keeps them out of texts.
func (s Session) String() string { return string(s.ID) }

// holder is whose a session is: a document, an officer or a system.
type holder struct {
	role row.Role
	id   string
}

func person(id dossier.DocumentID) holder { return holder{row.RolePerson, string(id)} }

// open begins a session for a holder whose proof has been checked, and returns
// all its tokens. The device keeps its ID where it brought a device token. A
// holder who may not act fails with [ErrFailed], as a wrong proof does.
func (s *Service) open(ctx context.Context, h holder, deviceName string) (Session, error) {
	now := s.time()
	idle, whole := life(h.role)
	f := family{id: actor.SessionID(s.newID()), holder: h, device: s.device(ctx), ends: now.Add(whole), idles: now.Add(idle)}
	secret := newRefresh()
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		var err error
		if f.by, f.kind, err = s.standing(ctx, h); err != nil {
			return err
		}
		name, err := s.sealDeviceName(ctx, f, deviceName)
		if err != nil {
			return err
		}
		err = s.db.Client(ctx).Session.Create().SetID(string(f.id)).SetRole(h.role).SetHolderID(h.id).
			SetDeviceID(f.device).SetDeviceNameSealed(name).
			SetCreateTime(now).SetRefreshTime(now).SetExpireTime(f.ends).Exec(ctx)
		if err != nil || h.role == row.RoleSystem {
			return err
		}
		return s.addRefresh(ctx, f, secret, now)
	})
	if refused, ok := errors.AsType[refusal](err); ok {
		s.log.InfoContext(ctx, "session not opened", slog.String("cause", string(refused)))
		return Session{}, ErrFailed
	}
	if err != nil {
		return Session{}, fmt.Errorf("open session: %w", err)
	}
	return s.tokensFor(f, secret)
}

// device is the device that the caller has shown to be signed in on before, or a
// new one.
func (s *Service) device(ctx context.Context) string {
	if caller := limit.From(ctx); caller.Known && caller.Device != "" {
		return caller.Device
	}
	return s.newID()
}

// family is a session with what its next tokens are made of.
type family struct {
	id     actor.SessionID
	holder holder
	device string
	ends   time.Time   // whatever happens
	idles  time.Time   // unless it is refreshed before
	by     actor.Actor // the holder as it is now
	kind   document.Kind
}

// tokensFor makes the tokens of a session that was opened or refreshed.
func (s *Service) tokensFor(f family, refresh secret) (Session, error) {
	by := f.by
	by.Session = f.id
	session := described(by, f.kind)
	session.Ends = f.ends
	if f.holder.role != row.RoleSystem {
		session.Refresh, session.RefreshExpires = refresh.text, f.idles
	}
	var err error
	if session.Device, err = s.newDeviceToken(f.device); err != nil {
		return Session{}, err
	}
	if by.Role == actor.Auditor {
		by.Role = actor.Officer // an auditor is an officer whose duties say so at each call
	}
	session.Token, session.Expires, err = s.tokens.Issue(by, s.newID(), f.ends.Sub(s.time()))
	return session, err
}

// described is what an actor's session says, without times and tokens.
func described(by actor.Actor, kind document.Kind) Session {
	session := Session{ID: by.Session, Dossier: by.Dossier, Document: by.Document, Kind: kind, Holder: by.Officer}
	if by.Role != actor.System {
		session.Office, session.Duties = by.Office, by.Duties
	}
	return session
}

// Current describes the session of a token that was accepted, without its
// tokens: whose it is now and until when.
func (s *Service) Current(ctx context.Context, by actor.Actor, token string) (Session, error) {
	_, expires, err := s.tokens.Check(token)
	if err != nil {
		return Session{}, err
	}
	r, err := s.db.Client(ctx).Session.Get(ctx, string(by.Session))
	if err != nil {
		return Session{}, fmt.Errorf("read session: %w", err)
	}
	by, kind, err := s.standing(ctx, holder{r.Role, r.HolderID})
	if err != nil {
		return Session{}, err
	}
	by.Session = actor.SessionID(r.ID)
	session := described(by, kind)
	session.Expires, session.Ends = expires, r.ExpireTime
	if r.Role != row.RoleSystem {
		session.RefreshExpires = idlesAt(r)
	}
	return session, nil
}

// longestName is how many characters of a device's name are kept.
const longestName = 100

// tidy makes one printable line of a device's name, which its owner reads in a
// list, cut to what its column takes.
func tidy(name string) string {
	name = strings.Join(strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsGraphic(r) }), " ")
	letters := []rune(strings.ToValidUTF8(name, ""))
	return string(letters[:min(len(letters), longestName)])
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
