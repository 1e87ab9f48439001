// Package access signs people in and says who holds a token.
//
// # Words
//
// A challenge is a one-time code on its way to a phone. A token is a JWT signed
// with EdDSA (RFC 8037) of the type at+jwt (RFC 9068): its subject is the
// person's file, and it names the document by which the person signed in.
//
// # What never happens
//
//   - Nothing in an answer tells whether a document is known: a challenge for
//     an unknown one has the same shape and takes the same steps.
//   - A code works once, for five minutes and five tries; every failure is
//     [ErrFailed], whatever its cause.
//   - A code is stored before it is sent, and only its keyed hash stays.
//   - Checking a token asks no network and no database.
package access

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// Faults of signing in.
var (
	// ErrFailed: wrong, used or old code, or a document that cannot be used.
	ErrFailed = fault.New(fault.SignIn, "SIGN_IN_FAILED")
	// ErrTooOften: too many codes were asked for one document.
	ErrTooOften = fault.New(fault.Exhausted, "SIGN_IN_TOO_OFTEN")
	// ErrToken: the token is not one of ours, or no longer good.
	ErrToken = fault.New(fault.SignIn, "TOKEN_INVALID")
)

// Limits of one-time codes.
const (
	CodeLife     = 5 * time.Minute
	codeTries    = 5
	codeWindow   = 15 * time.Minute
	codesPerSpan = 5 // per document within codeWindow
)

// Deps are what the service stands on. All are required.
type Deps struct {
	DB       *entdb.DB
	Keys     *keyring.Keyring
	Files    *dossier.Service
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
type Service struct {
	db       *entdb.DB
	keys     *keyring.Keyring
	files    *dossier.Service
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
	if d.DB == nil || d.Keys == nil || d.Files == nil || d.Messages == nil || d.Tokens == nil || d.Word == nil ||
		d.NewCode == nil || d.Now == nil || d.NewID == nil || d.Log == nil {
		return nil, errors.New("access: every dependency is required")
	}
	return &Service{
		db: d.DB, keys: d.Keys, files: d.Files, messages: d.Messages, tokens: d.Tokens, word: d.Word,
		newCode: d.NewCode, now: d.Now, newID: d.NewID, log: d.Log, wake: make(chan struct{}, 1),
	}, nil
}

// Session is one sign-in.
type Session struct {
	Token    string
	Expires  time.Time
	Dossier  dossier.ID
	Document dossier.DocumentID
	Kind     document.Kind
}

// LogValue keeps the token out of logs.
func (s Session) LogValue() slog.Value { return slog.StringValue(string(s.Document)) }

// Authenticate returns the actor for a token, or [ErrToken].
func (s *Service) Authenticate(_ context.Context, token string) (actor.Actor, error) {
	a, _, err := s.tokens.Check(token)
	return a, err
}

// Current describes the session of a token that was accepted, without its
// token: whose it is now and until when.
func (s *Service) Current(ctx context.Context, by actor.Actor, token string) (Session, error) {
	_, expires, err := s.tokens.Check(token)
	if err != nil {
		return Session{}, err
	}
	session, err := s.session(ctx, by.Document)
	session.Expires = expires
	return session, err
}

// session describes what a sign-in by a document opens, without its token.
func (s *Service) session(ctx context.Context, id dossier.DocumentID) (Session, error) {
	file, kind, err := s.files.FileOf(ctx, id)
	if err != nil {
		return Session{}, err
	}
	return Session{Dossier: file, Document: id, Kind: kind}, nil
}

// open issues the token for a session.
func (s *Service) open(ctx context.Context, id dossier.DocumentID) (Session, error) {
	session, err := s.session(ctx, id)
	if err != nil {
		return Session{}, err
	}
	session.Token, session.Expires, err = s.tokens.Issue(
		actor.Actor{Role: actor.Person, Dossier: session.Dossier, Document: id}, s.newID(), TokenLife)
	return session, err
}

// time is the present moment as rows keep it.
func (s *Service) time() time.Time { return s.now().UTC().Truncate(time.Microsecond) }
