package access

import (
	"context"
	"errors"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	row "github.com/minzhengtong/minzhengtong/gen/ent/session"
)

// Staff is what package staff knows about accounts.
type Staff interface {
	// Get and System return an account, whatever its state, or fail with
	// [staff.ErrNotFound].
	Get(ctx context.Context, id actor.OfficerID) (staff.Officer, error)
	System(ctx context.Context, id actor.OfficerID) (staff.System, error)
	// The others check a proof and fail with [staff.ErrWrong] for one that does
	// not hold.
	Verify(ctx context.Context, login, password, code string) (staff.Officer, error)
	ChangePassword(ctx context.Context, login, password, code, next string) error
	StartProvider(ctx context.Context) (string, error)
	CompleteProvider(ctx context.Context, state, code string) (staff.Officer, error)
	VerifyAssertion(ctx context.Context, assertion string) (staff.System, error)
}

// SignInOfficer opens a session against login, password and the authenticator's
// code. It fails with [ErrFailed], whatever the cause, with [ErrTooOften], or with
// what package staff says of a password that was right and has to be changed.
func (s *Service) SignInOfficer(ctx context.Context, login, password, code, deviceName string) (Session, error) {
	var officer staff.Officer
	err := s.tried(ctx, loginSubject(login), func() (err error) {
		officer, err = s.staff.Verify(ctx, login, password, code)
		return err
	})
	if err != nil {
		return Session{}, err
	}
	return s.open(ctx, holder{row.RoleStaff, string(officer.ID)}, deviceName)
}

// ChangePassword sets another password against the present one and a code. Every
// session of the officer ends. It fails as [Service.SignInOfficer] does, or with
// what is wrong about the new password.
func (s *Service) ChangePassword(ctx context.Context, login, password, code, next string) error {
	return s.tried(ctx, loginSubject(login), func() error { return s.staff.ChangePassword(ctx, login, password, code, next) })
}

// StartProviderSignIn returns where to send the browser of an officer who signs
// in at the organisation's provider.
func (s *Service) StartProviderSignIn(ctx context.Context) (string, error) {
	return s.staff.StartProvider(ctx)
}

// CompleteProviderSignIn opens a session with what came back from the provider. It
// works once and fails with [ErrFailed], whatever the cause, or because the
// provider does not answer.
func (s *Service) CompleteProviderSignIn(ctx context.Context, state, code, deviceName string) (Session, error) {
	var officer staff.Officer
	err := s.tried(ctx, "", func() (err error) {
		officer, err = s.staff.CompleteProvider(ctx, state, code)
		return err
	})
	if err != nil {
		return Session{}, err
	}
	return s.open(ctx, holder{row.RoleStaff, string(officer.ID)}, deviceName)
}

// SignInSystem opens a session of one access token for a system's assertion,
// which works once. It fails with [ErrFailed], whatever the cause.
func (s *Service) SignInSystem(ctx context.Context, assertion string) (Session, error) {
	var system staff.System
	err := s.tried(ctx, "", func() (err error) {
		system, err = s.staff.VerifyAssertion(ctx, assertion)
		return err
	})
	if err != nil {
		return Session{}, err
	}
	return s.open(ctx, holder{row.RoleSystem, string(system.ID)}, "")
}

// loginSubject names a login among tries. However it is typed, it is the one
// that package staff reads, so that no spelling gives further tries.
func loginSubject(typed string) string {
	return "login/" + strings.ToLower(strings.TrimSpace(norm.NFKC.String(typed)))
}

// tried has a proof checked and counts the try. Without a subject, where the
// proof cannot be guessed, only the caller's failures are counted.
func (s *Service) tried(ctx context.Context, subject string, check func() error) error {
	t, err := s.mayTry(ctx, subject)
	if err != nil {
		return err
	}
	err = check()
	if errors.Is(err, staff.ErrWrong) {
		return s.failed(ctx, t, ErrFailed)
	}
	return err
}
