package dossier

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/vault"
)

// Audit notes a change in the entry of the call that makes it, or in one of its
// own. Package audit does.
type Audit interface {
	Change(ctx context.Context, action string, by actor.Actor, documents ...DocumentID) error
}

// Deps are what the service stands on. All are required.
type Deps struct {
	DB *entdb.DB
	// Keys make the hashes that find numbers.
	Keys *keyring.Keyring
	// Vault has the documents' data keys, under which they are sealed.
	Vault     *vault.Vault
	Guard     *guard.Guard
	Audit     Audit
	ExitEntry upstream.ExitEntry
	Police    upstream.Police
	LinkCheck upstream.LinkCheck
	// Now is the clock, in any zone.
	Now func() time.Time
	// NewID makes UUIDv7 texts.
	NewID func() string
	// Zone is Asia/Shanghai: the dates of documents are dates there.
	Zone *time.Location
	Log  *slog.Logger
}

// Service keeps the files. It is safe for concurrent use and holds no state of
// its own.
type Service struct {
	db        *entdb.DB
	keys      *keyring.Keyring
	vault     *vault.Vault
	guard     *guard.Guard
	audit     Audit
	exitEntry upstream.ExitEntry
	police    upstream.Police
	linkCheck upstream.LinkCheck
	now       func() time.Time
	newID     func() string
	zone      *time.Location
	log       *slog.Logger
	hear      Listener
}

// Listener hears that people are grouped anew, in the transaction that does it: files
// were joined or came apart, or somebody's role in a firm began. It gets one document
// of each file that it concerns, and may hear the same again.
type Listener func(ctx context.Context, documents []DocumentID) error

// New returns a service over d.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Keys == nil || d.Vault == nil || d.Guard == nil || d.Audit == nil || d.ExitEntry == nil || d.Police == nil || d.LinkCheck == nil ||
		d.Now == nil || d.NewID == nil || d.Zone == nil || d.Log == nil {
		return nil, errors.New("dossier: every dependency is required")
	}
	return &Service{
		db: d.DB, keys: d.Keys, vault: d.Vault, guard: d.Guard, audit: d.Audit, exitEntry: d.ExitEntry, police: d.Police, linkCheck: d.LinkCheck,
		now: d.Now, newID: d.NewID, zone: d.Zone, log: d.Log,
		hear: func(context.Context, []DocumentID) error { return nil },
	}, nil
}

// Listen sets who hears how people are grouped. It is called once, while a house is
// built and before any file changes; without it nobody hears.
func (s *Service) Listen(l Listener) { s.hear = l }

// time is the present moment as rows keep it.
func (s *Service) time() time.Time { return s.now().UTC().Truncate(time.Microsecond) }

// Today is the business day: the date in Asia/Shanghai.
func (s *Service) Today() civil.Date { return civil.DateOf(s.now().In(s.zone)) }

// Parse reads a number that a person typed. With kind "" the kind is told from
// the number. It fails with a fault of package document that names the rule.
func (s *Service) Parse(kind document.Kind, raw string) (document.Number, error) {
	if kind == "" {
		return document.Guess(raw, s.Today())
	}
	return document.Parse(kind, raw, s.Today())
}

// Locate returns the ID of the document with this number and of its file now.
// Old numbers find the file too. It fails with [ErrNotFound].
func (s *Service) Locate(ctx context.Context, number document.Number) (DocumentID, ID, error) {
	d, err := s.byNumber(ctx, number)
	if err != nil {
		return "", "", err
	}
	return d.ID, d.Dossier, nil
}

// LocateAll returns the documents with some numbers, by canonical number; what is
// not on file, or was erased, is left out. It is for many numbers at once.
func (s *Service) LocateAll(ctx context.Context, numbers []document.Number) (map[string]DocumentID, error) {
	found, err := s.byNumbers(ctx, numbers)
	if err != nil {
		return nil, err
	}
	ids := make(map[string]DocumentID, len(found))
	for number, d := range found {
		ids[number] = d.ID
	}
	return ids, nil
}

// FileOf returns the file in which a document is now, and its kind. It fails
// with [ErrNotFound].
func (s *Service) FileOf(ctx context.Context, id DocumentID) (ID, document.Kind, error) {
	d, err := s.byID(ctx, id)
	return d.Dossier, d.Kind(), err
}

// Reach finds the person's document by which somebody wants to sign in, and the
// phone on its file; where the file's links do not allow [MaySignIn], the one
// given under this document. Both are empty, without an error, where there is no such
// document, it cannot be used to sign in (lost or revoked), or there is no phone.
// A replaced or expired one still signs in: it names the person all the same.
func (s *Service) Reach(ctx context.Context, number document.Number) (DocumentID, string, error) {
	d, err := s.byNumber(ctx, number)
	if errors.Is(err, ErrNotFound) || err == nil && (d.recorded == document.Lost || d.recorded == document.Revoked || d.Kind().OfFirm()) {
		return "", "", nil
	}
	if err != nil {
		return "", "", err
	}
	documents, err := s.fileOf(ctx, d.ID)
	if err != nil {
		return "", "", err
	}
	if documents, err = s.within(ctx, documents, d, MaySignIn); err != nil {
		return "", "", err
	}
	data, err := s.dataOf(ctx, documents)
	if err != nil {
		return "", "", err
	}
	for _, datum := range data {
		if datum.Code == MobilePhone {
			return d.ID, datum.Value, nil
		}
	}
	return "", "", nil
}
