package staff

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	officerow "github.com/minzhengtong/minzhengtong/gen/ent/office"
	officerrow "github.com/minzhengtong/minzhengtong/gen/ent/officer"
)

// Account describes an account to be made.
type Account struct {
	// Login is lower-case letters, digits, dots and hyphens.
	Login  string
	Name   string
	Office string
	Duties []actor.Duty
	// Subject is issuer and subject at the organisation's provider, with a space
	// between; "" for an account with a password here.
	Subject string
}

// LogValue keeps login and name out of logs.
func (a Account) LogValue() slog.Value { return slog.StringValue(a.Office) }

// Credentials are shown once and not kept in clear. Both are empty for an
// account that signs in at the provider.
type Credentials struct {
	// Password is the first one: it opens nothing but its own change.
	Password string
	// URI is the authenticator's secret as an otpauth URI.
	URI string
}

// LogValue keeps all of it out of logs.
func (Credentials) LogValue() slog.Value { return slog.StringValue("credentials") }

// String says nothing.
func (Credentials) String() string { return "credentials" }

// GoString says nothing.
func (Credentials) GoString() string { return "credentials" }

// Create makes an account, by an administrator. It is not safe to repeat: the
// second call fails with [ErrTaken].
//
// It fails with [ErrNotAdministrator], [ErrLogin], [ErrTaken], [ErrOffice],
// [ErrDuties], [ErrSubject], [ErrSubjectTaken] or [ErrNoProvider].
func (s *Service) Create(ctx context.Context, by actor.Actor, a Account) (Officer, Credentials, error) {
	if err := administers(by, ""); err != nil {
		return Officer{}, Credentials{}, err
	}
	return s.create(ctx, a)
}

// Bootstrap makes the first administrator, for whoever runs the program: the
// account's duties are to administer, whatever a says. It fails with
// [ErrAdministered] when there is one, and otherwise as [Service.Create] does.
func (s *Service) Bootstrap(ctx context.Context, a Account) (Officer, Credentials, error) {
	var o Officer
	var c Credentials
	a.Duties = []actor.Duty{actor.Administer}
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		found, err := s.administrator(ctx, "")
		if err != nil {
			return err
		}
		if found {
			return ErrAdministered
		}
		o, c, err = s.create(ctx, a)
		return err
	})
	if err != nil {
		return Officer{}, Credentials{}, err
	}
	return o, c, nil
}

// create checks an account, makes its credentials and writes it.
func (s *Service) create(ctx context.Context, a Account) (Officer, Credentials, error) {
	duties, err := checkDuties(a.Duties)
	if err != nil {
		return Officer{}, Credentials{}, err
	}
	if !loginForm.MatchString(a.Login) {
		return Officer{}, Credentials{}, ErrLogin.On("login")
	}
	if err := s.checkSubject(a.Subject); err != nil {
		return Officer{}, Credentials{}, err
	}
	id := s.newID()
	var fresh secrets
	if a.Subject == "" {
		if fresh, err = s.newSecrets(ctx, id, a.Login); err != nil {
			return Officer{}, Credentials{}, err
		}
	}
	var o Officer
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		if err := s.insert(ctx, id, a, duties, fresh); err != nil {
			return err
		}
		o, err = s.Get(ctx, actor.OfficerID(id))
		return err
	})
	if err != nil {
		return Officer{}, Credentials{}, fmt.Errorf("make an account: %w", err)
	}
	return o, fresh.shown, nil
}

// insert writes the row of an account whose login and subject are free.
func (s *Service) insert(ctx context.Context, id string, a Account, duties []actor.Duty, fresh secrets) error {
	if err := s.officeExists(ctx, a.Office); err != nil {
		return err
	}
	c := s.db.Client(ctx).Officer
	if taken, err := c.Query().Where(officerrow.Login(a.Login)).Exist(ctx); err != nil || taken {
		return orElse(err, ErrTaken.On("login"))
	}
	create := c.Create().SetID(id).SetLogin(a.Login).SetName(a.Name).SetOfficeID(a.Office).
		SetDuties(fromDuties(duties)).SetState(officerrow.StateActive).SetCreateTime(s.time())
	if a.Subject != "" {
		if taken, err := c.Query().Where(officerrow.ProviderSubject(a.Subject)).Exist(ctx); err != nil || taken {
			return orElse(err, ErrSubjectTaken.On("provider_subject"))
		}
		create.SetProviderSubject(a.Subject)
	} else {
		create.SetPasswordHash(fresh.hash).SetPasswordExpired(true).SetTotpSealed(fresh.sealed)
	}
	// Nested, so that the caller's transaction outlives somebody who made it at
	// the same moment.
	err := s.db.InTx(ctx, func(ctx context.Context) error { return create.Exec(ctx) })
	if entdb.IsUniqueViolation(err) {
		return ErrTaken.On("login")
	}
	return err
}

// checkSubject checks how an account is to sign in.
func (s *Service) checkSubject(subject string) error {
	switch issuer, name, _ := strings.Cut(subject, " "); {
	case subject == "" && s.noPasswords:
		return ErrSubject.On("provider_subject")
	case subject == "":
		return nil
	case s.provider == nil:
		return ErrNoProvider.On("provider_subject")
	case issuer != s.provider.config.Issuer || name == "" || strings.ContainsAny(name, " \t\r\n"):
		return ErrSubject.On("provider_subject")
	}
	return nil
}

// secrets are new credentials: as they are stored and as they are shown.
type secrets struct {
	hash   string
	sealed []byte
	shown  Credentials
}

// newSecrets makes credentials for an account.
func (s *Service) newSecrets(ctx context.Context, id, login string) (secrets, error) {
	var fresh secrets
	fresh.shown.Password = s.secret()
	var secret string
	var err error
	if secret, fresh.shown.URI, err = newTOTP(login); err != nil {
		return secrets{}, err
	}
	if fresh.sealed, err = s.keys.Seal([]byte(secret), sealContext("officer", id, "totp")); err != nil {
		return secrets{}, fmt.Errorf("seal an authenticator's secret: %w", err)
	}
	fresh.hash, err = s.hasher.hash(ctx, fresh.shown.Password)
	return fresh, err
}

// officeExists fails with [ErrOffice] where there is no such office.
func (s *Service) officeExists(ctx context.Context, id string) error {
	found, err := s.db.Client(ctx).Office.Query().Where(officerow.ID(id)).Exist(ctx)
	if err != nil || found {
		return err
	}
	return ErrOffice.On("office_id")
}

// orElse is err, or what else is wrong.
func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}
