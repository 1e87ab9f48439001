package access

import (
	"context"
	"encoding/base64"
	"errors"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/limit"
	row "github.com/minzhengtong/minzhengtong/gen/ent/session"
)

// How often somebody may ask and guess. There are two lanes for everything that
// somebody else could use up: one for a device on which the person of this very
// file, or this very login, has signed in before, and one for all others. So a
// stranger who asks for codes of my document, or guesses at them, keeps me out on
// no device of mine.

// tooOften words a limit's refusal for somebody who signs in. It keeps the time
// to wait.
func tooOften(err error) error {
	if f, ok := errors.AsType[*fault.Fault](err); ok && errors.Is(err, limit.ErrTooOften) {
		return ErrTooOften.After(f.RetryAfter())
	}
	return err
}

// mayAsk counts one code that is asked for, for a document and, where it goes
// somewhere, a phone. It fails with [ErrTooOften] for too many of one document,
// known to us or not, or from the address of a device that nobody knows.
//
// Too many to one phone only returns false: telling so would tell that the
// document is known. It counts something in any case, so that what is written
// does not tell either.
func (s *Service) mayAsk(ctx context.Context, number document.Number, id dossier.DocumentID, phone string) (bool, error) {
	known, err := s.knowsDevice(ctx, id)
	if err != nil {
		return false, err
	}
	subject := string(number.Kind()) + "/" + number.Canonical()
	rule, lane := limit.CodeDocumentKnown, "known/"
	if !known {
		rule, lane = limit.CodeDocumentStranger, "stranger/"
		if err := s.countAddress(ctx, limit.CodeAddressStranger); err != nil {
			return false, err
		}
	}
	if err := s.limits.Take(ctx, rule, subject); err != nil {
		return false, tooOften(err)
	}
	if phone == "" {
		phone = "none/" + subject
	}
	err = s.limits.Take(ctx, limit.CodePhone, lane+phone)
	if errors.Is(err, limit.ErrTooOften) {
		return false, nil
	}
	return err == nil, err
}

// mayRegister counts one registration that is begun. Everybody is a stranger
// here, and the phone is the caller's own word, so each limit may be told.
func (s *Service) mayRegister(ctx context.Context, number document.Number, phone string) error {
	if err := s.countAddress(ctx, limit.RegisterAddressStranger); err != nil {
		return err
	}
	if err := s.limits.Take(ctx, limit.CodeDocumentStranger, string(number.Kind())+"/"+number.Canonical()); err != nil {
		return tooOften(err)
	}
	return tooOften(s.limits.Take(ctx, limit.CodePhone, "registration/"+phone))
}

// countAddress takes a token of the caller's address, unless the device is known.
func (s *Service) countAddress(ctx context.Context, rule limit.Name) error {
	caller := limit.From(ctx)
	if caller.Known {
		return nil
	}
	return tooOften(s.limits.Take(ctx, rule, caller.Address))
}

// knowsDevice reports whether the person of a document has signed in on the
// caller's device, by any document of the file. That somebody else has is not
// enough: anybody can have a device known by signing in as oneself.
func (s *Service) knowsDevice(ctx context.Context, id dossier.DocumentID) (bool, error) {
	caller := limit.From(ctx)
	if id == "" || !caller.Known {
		return false, nil
	}
	documents, err := s.fileDocuments(ctx, id)
	if err != nil {
		return false, err
	}
	return s.db.Client(ctx).Session.Query().Where(row.RoleEQ(row.RolePerson), row.HolderIDIn(documents...), row.DeviceID(caller.Device)).Exist(ctx)
}

// tries is under which rule a caller's failures are counted: the device's, or
// that of the address.
type tries struct {
	rule   limit.Name
	caller string
}

// mayTry counts one try at a subject, a document or a login, and checks that the
// caller has not failed too often at others. It fails with [ErrTooOften].
//
// Tries at one subject are counted whether they fail or not: only so many that
// run at once pass no more often than they may.
func (s *Service) mayTry(ctx context.Context, subject string) (tries, error) {
	caller := limit.From(ctx)
	t := tries{rule: limit.SignInFailAddress, caller: caller.Address}
	if caller.Known {
		t = tries{rule: limit.SignInFailDevice, caller: caller.Device}
	}
	if err := s.limits.Check(ctx, t.rule, t.caller); err != nil || subject == "" {
		return t, tooOften(err)
	}
	if caller.Known {
		subject += "@" + caller.Device
	}
	return t, tooOften(s.limits.Take(ctx, limit.SignInFailLogin, subject))
}

// failed counts a try that failed, and returns its error. That it could not be
// counted comes first.
func (s *Service) failed(ctx context.Context, t tries, err error) error {
	if counted := s.limits.Spend(ctx, t.rule, t.caller); counted != nil {
		return counted
	}
	return err
}

// challengeSubject names what a challenge is about among tries. One that is not
// there is a subject of its own.
func (s *Service) challengeSubject(ctx context.Context, id string) (string, error) {
	hash, err := s.subjectOf(ctx, id)
	if err != nil {
		return "", err
	}
	if hash == nil {
		return "challenge/" + id, nil
	}
	return "document/" + base64.RawURLEncoding.EncodeToString(hash), nil
}
