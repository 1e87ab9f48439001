// Package access signs people, officers and systems in, keeps their sessions, and
// says at each call who holds a token and what the holder may still do.
//
// # Words
//
// A challenge is a one-time code on its way to a phone. A session is one sign-in
// on one device. An access token is a JWT signed with EdDSA (RFC 8037) of the
// type at+jwt (RFC 9068): it names the session, and by what the holder signed in.
// A refresh token buys the next access token and works once; those of a session
// are its family. A device token says that somebody has signed in on this device.
// A token key signs access tokens; all processes share them.
//
// # What never happens
//
//   - Nothing in an answer tells whether a document is known: a challenge for
//     an unknown one has the same shape and takes the same steps.
//   - A code works once, for five minutes and five tries; every failure is
//     [ErrFailed], whatever its cause.
//   - A code is stored before it is sent, and only its keyed hash stays.
//   - A token outlives nothing that it stands on: session, document, account and
//     duties are looked at in each call.
//   - A refresh token that is used twice leaves no token of its session alive.
//   - Which key, algorithm or type checks a token is not for the token to say.
package access

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/limit"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/vault"
)

// Faults of signing in and of sessions.
var (
	// ErrFailed: the proof does not hold: wrong, used or old code, a document
	// that cannot be used, another password. One answer for all causes.
	ErrFailed = fault.New(fault.SignIn, "SIGN_IN_FAILED")
	// ErrTooOften: too many codes were asked for, or too many tries failed.
	ErrTooOften = fault.New(fault.Exhausted, "SIGN_IN_TOO_OFTEN")
	// ErrToken: the token is not one of ours, or no longer good.
	ErrToken = fault.New(fault.SignIn, "TOKEN_INVALID")
	// ErrEnded: the session cannot be refreshed: it has ended, or the refresh
	// token is none of its own. One answer for all causes.
	ErrEnded = fault.New(fault.SignIn, "SESSION_ENDED")
	// ErrSessionNotFound: no such session, or not the caller's.
	ErrSessionNotFound = fault.New(fault.NotFound, "SESSION_NOT_FOUND")
)

// Limits of one-time codes. How many may be asked for is a matter of package
// limit.
const (
	CodeLife  = 5 * time.Minute
	codeTries = 5
)

// Deps are what the service stands on. All are required.
type Deps struct {
	DB       *entdb.DB
	Keys     *keyring.Keyring
	Vault    *vault.Vault
	Files    *dossier.Service
	Staff    Staff
	Limits   *limit.Service
	Messages upstream.Messages
	Tokens   *Tokens
	// Word words a message of the catalogue in a language.
	Word func(language, id string, args map[string]string) string
	// NewCode makes six random digits.
	NewCode func() string
	Now     func() time.Time
	NewID   func() string
	Log     *slog.Logger
}

// Service signs people in. It is safe for concurrent use.
//
// Calls that open or refresh a session must not be made inside a transaction:
// tries are counted, and sessions ended, although the call fails.
type Service struct {
	db       *entdb.DB
	keys     *keyring.Keyring
	vault    *vault.Vault
	files    *dossier.Service
	staff    Staff
	limits   *limit.Service
	messages upstream.Messages
	tokens   *Tokens
	word     func(language, id string, args map[string]string) string
	newCode  func() string
	now      func() time.Time
	newID    func() string
	log      *slog.Logger
	wake     chan struct{}
}

// New returns a service over d.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Keys == nil || d.Vault == nil || d.Files == nil || d.Staff == nil || d.Limits == nil || d.Messages == nil ||
		d.Tokens == nil || d.Word == nil || d.NewCode == nil || d.Now == nil || d.NewID == nil || d.Log == nil {
		return nil, errors.New("access: every dependency is required")
	}
	return &Service{
		db: d.DB, keys: d.Keys, vault: d.Vault, files: d.Files, staff: d.Staff, limits: d.Limits, messages: d.Messages, tokens: d.Tokens,
		word: d.Word, newCode: d.NewCode, now: d.Now, newID: d.NewID, log: d.Log, wake: make(chan struct{}, 1),
	}, nil
}

// ReloadKeys and RotateKeys are the jobs of the token keys: the first belongs to
// every process, the second to one.
func (s *Service) ReloadKeys(ctx context.Context) error { return s.tokens.Reload(ctx) }

// RotateKeys makes a new token key; see [Tokens.Rotate].
func (s *Service) RotateKeys(ctx context.Context) error { return s.tokens.Rotate(ctx) }

// RotateKeysWhenDue makes a new token key once the newest is [KeyAge] old.
func (s *Service) RotateKeysWhenDue(ctx context.Context) error { return s.tokens.rotateWhenDue(ctx) }

// JWKS is the public part of the token keys; see [Tokens.JWKS].
func (s *Service) JWKS() []byte { return s.tokens.JWKS() }

// time is the present moment as rows keep it.
func (s *Service) time() time.Time { return s.now().UTC().Truncate(time.Microsecond) }
