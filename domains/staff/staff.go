// Package staff keeps officers' accounts, the systems of other departments, and
// what officers may do where.
//
// # Words
//
// An office (經辦處) belongs to a department (部門) and serves a region. An
// officer works in one office and has duties. The credentials are a password and
// the secret of an authenticator (TOTP, RFC 6238); where the organisation has an
// OpenID provider, an account may sign in there instead. A first password was
// set by somebody else: it opens nothing but its own change. A relation is a tie
// that an officer declared (親屬回避). A grant lets an officer work in another
// region for a time (全域通辦). A system is another department's program.
//
// # What never happens
//
//   - No answer tells an unknown login from a disabled one, a wrong password or a
//     wrong code: all are [ErrWrong], after the same work.
//   - No code, no assertion and no way back from the provider works twice.
//   - Nobody changes the own account, and somebody can always administer.
//   - Nobody both accepts and approves (審管分離), or approves and pays; who
//     audits does nothing else.
//   - No password and no secret is stored or logged in clear.
package staff

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
)

// ErrWrong: the proof of who somebody is does not hold, whatever the cause. It is
// no fault; who opens sessions words it.
var ErrWrong = errors.New("staff: the proof does not hold")

// Faults of accounts.
var (
	// ErrNotFound: no such officer, system or grant.
	ErrNotFound = fault.New(fault.NotFound, "OFFICER_NOT_FOUND")
	// ErrNotAdministrator: the actor does not administer.
	ErrNotAdministrator = fault.New(fault.Denied, "ADMINISTRATOR_ONLY")
	// ErrSelf: nobody changes the own account.
	ErrSelf = fault.New(fault.Denied, "OWN_ACCOUNT")
	// ErrLast: somebody has to be able to administer.
	ErrLast = fault.New(fault.Precondition, "LAST_ADMINISTRATOR")
	// ErrAdministered: there is an administrator, who makes further accounts.
	ErrAdministered = fault.New(fault.Precondition, "ADMINISTRATOR_EXISTS")
	// ErrLogin: the login has other characters than it may.
	ErrLogin = fault.New(fault.Invalid, "LOGIN_INVALID")
	// ErrTaken: another account has the login.
	ErrTaken = fault.New(fault.Invalid, "LOGIN_TAKEN")
	// ErrOffice: there is no such office.
	ErrOffice = fault.New(fault.Invalid, "OFFICE_UNKNOWN")
	// ErrDuties: one officer may not hold these together, or there are none.
	ErrDuties = fault.New(fault.Invalid, "DUTIES_INCOMPATIBLE")
	// ErrSubject: the subject is not one of the configured provider.
	ErrSubject = fault.New(fault.Invalid, "PROVIDER_SUBJECT_INVALID")
	// ErrSubjectTaken: another account signs in by this subject.
	ErrSubjectTaken = fault.New(fault.Invalid, "PROVIDER_SUBJECT_TAKEN")
	// ErrNoCredentials: the account has none here; its officer signs in at the
	// provider.
	ErrNoCredentials = fault.New(fault.Precondition, "CREDENTIALS_AT_PROVIDER")
)

// Provider is the organisation's OpenID provider.
type Provider struct {
	// Issuer is the provider's URL, as its tokens name it. It is https, but for
	// a provider on the same machine.
	Issuer       string
	ClientID     string
	ClientSecret string
	// RedirectURL is where the provider sends the browser back to.
	RedirectURL string
}

// LogValue keeps the secret out of logs.
func (p Provider) LogValue() slog.Value { return slog.StringValue(p.Issuer) }

// String is the issuer.
func (p Provider) String() string { return p.Issuer }

// GoString is the issuer.
func (p Provider) GoString() string { return p.Issuer }

// validate says what of the settings is wrong.
func (p Provider) validate() error {
	issuer, err := url.Parse(p.Issuer)
	switch {
	case err != nil || issuer.Host == "" || issuer.RawQuery != "" || issuer.Fragment != "":
		return errors.New("the provider's issuer must be a URL such as https://login.example.gov.cn")
	case issuer.Scheme != "https" && (issuer.Scheme != "http" || !loopback(issuer.Hostname())):
		return errors.New("the provider's issuer must begin with https://")
	case p.ClientID == "" || p.ClientSecret == "":
		return errors.New("the provider needs a client ID and a client secret")
	}
	if back, err := url.Parse(p.RedirectURL); err != nil || back.Host == "" {
		return errors.New("the provider needs a redirect URL")
	}
	return nil
}

// Deps are what the service stands on. Those without a remark are required.
type Deps struct {
	DB    *entdb.DB
	Keys  *keyring.Keyring
	Now   func() time.Time
	NewID func() string
	// Ended ends all sessions of an officer or a system. It is called in the
	// transaction that takes the right away.
	Ended func(ctx context.Context, holder string) error
	// Secret makes first passwords: at least 20 random characters.
	Secret func() string
	// Provider is nil where officers sign in here only.
	Provider *Provider
	// NoPasswords lets officers sign in at the provider only.
	NoPasswords bool
	// Cost is what a password costs to try; zero is [DefaultCost].
	Cost Cost
	// Hashing is how many passwords are tried at once, each taking Cost's
	// memory; zero is one for each processor.
	Hashing int
}

// Service keeps accounts. It is safe for concurrent use.
type Service struct {
	db          *entdb.DB
	keys        *keyring.Keyring
	now         func() time.Time
	newID       func() string
	ended       func(ctx context.Context, holder string) error
	secret      func() string
	noPasswords bool
	hasher      *hasher
	nobody      credentials
	provider    *relying // nil without a provider
}

// New returns a service over d. It asks no provider: one that is down does not
// stop the start.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Keys == nil || d.Now == nil || d.NewID == nil || d.Ended == nil || d.Secret == nil {
		return nil, errors.New("staff: every dependency is required")
	}
	s := &Service{
		db: d.DB, keys: d.Keys, now: d.Now, newID: d.NewID, ended: d.Ended, secret: d.Secret, noPasswords: d.NoPasswords,
	}
	var err error
	if s.hasher, err = newHasher(d.Cost, d.Hashing); err != nil {
		return nil, fmt.Errorf("staff: %w", err)
	}
	if s.nobody, err = s.makeNobody(); err != nil {
		return nil, fmt.Errorf("staff: %w", err)
	}
	if d.Provider == nil {
		return s, nil
	}
	if err := d.Provider.validate(); err != nil {
		return nil, fmt.Errorf("staff: %w", err)
	}
	s.provider = newRelying(*d.Provider, d.Now)
	return s, nil
}

// time is the present moment as rows keep it.
func (s *Service) time() time.Time { return s.now().UTC().Truncate(time.Microsecond) }

// administers checks that an actor may change an officer's account.
func administers(by actor.Actor, officer actor.OfficerID) error {
	switch {
	case by.Role != actor.Officer || by.Officer == "" || !by.Has(actor.Administer):
		return ErrNotAdministrator
	case by.Officer == officer:
		return ErrSelf
	}
	return nil
}
