package consent

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/domains/work"
)

// Files says which documents are one file. Package sharing makes one of
// package dossier.
type Files interface {
	// FileDocuments returns the documents that are in one file with this one
	// now, itself among them, or a fault of the kind NotFound.
	FileDocuments(ctx context.Context, id actor.DocumentID) ([]actor.DocumentID, error)
	// Find returns the document with a number, or a fault of the kind NotFound.
	Find(ctx context.Context, number document.Number) (actor.DocumentID, error)
	// Number returns the number of a document, or a fault of the kind NotFound.
	Number(ctx context.Context, id actor.DocumentID) (document.Number, error)
	// RoleIn returns the firm's document to an actor who holds a role in it,
	// and a fault of the kind NotFound to anybody else.
	RoleIn(ctx context.Context, by actor.Actor, firm actor.DossierID) (actor.DocumentID, error)
}

// Audit notes a change that no call's entry notes.
type Audit interface {
	Change(ctx context.Context, action string, by actor.Actor, documents ...actor.DocumentID) error
}

// Deps are what the service stands on. All but Licence are required.
type Deps struct {
	DB    *entdb.DB
	Vault *vault.Vault
	Audit Audit
	Files Files
	Queue work.Queue
	// Licence fails with a fault of the kind NotFound unless a licence with this
	// number stands under one of some documents. Where it is nil there are no
	// licences, and no delegation can name one.
	Licence func(ctx context.Context, documents []actor.DocumentID, number string) error
	// Now is the clock, in any zone.
	Now func() time.Time
	// NewID makes UUIDv7 texts.
	NewID func() string
}

// Service keeps consents, their uses, and delegations. It is safe for
// concurrent use and holds no state of its own.
type Service struct {
	db       *entdb.DB
	vault    *vault.Vault
	audit    Audit
	files    Files
	queue    work.Queue
	licence  func(ctx context.Context, documents []actor.DocumentID, number string) error
	now      func() time.Time
	newID    func() string
	purposes []purpose
}

// New returns a service over d.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Vault == nil || d.Audit == nil || d.Files == nil || d.Queue == nil || d.Now == nil || d.NewID == nil {
		return nil, errors.New("consent: every dependency is required")
	}
	return &Service{
		db: d.DB, vault: d.Vault, audit: d.Audit, files: d.Files, queue: d.Queue, licence: d.Licence, now: d.Now, newID: d.NewID, purposes: shipped(),
	}, nil
}

// time is the present moment as rows keep it.
func (s *Service) time() time.Time { return s.now().UTC().Truncate(time.Microsecond) }

// side is on whose behalf consents are given: a document, and all that are in
// one file with it.
type side struct {
	document actor.DocumentID
	file     []actor.DocumentID
}

// own is the actor's own side, or the principal's where a delegate acts. It
// fails with [ErrNotFound].
func (s *Service) own(ctx context.Context, by actor.Actor) (side, error) {
	if by.Role != actor.Person || by.Document == "" || (by.Delegate == "") != (by.Delegation == "") {
		return side{}, ErrNotFound
	}
	return s.enter(ctx, by.Document, audit.Usual(by))
}

// firm is the side of a firm in which the actor holds a role. It fails with
// what [Files.RoleIn] fails with.
func (s *Service) firm(ctx context.Context, by actor.Actor, firm actor.DossierID) (side, error) {
	if by.Role != actor.Person || by.Delegation != "" {
		return side{}, ErrNotFound
	}
	id, err := s.files.RoleIn(ctx, by, firm)
	if err != nil {
		return side{}, err
	}
	return s.enter(ctx, id, audit.FirmRole)
}

// enter notes whose data the call touches and reads which documents are theirs.
func (s *Service) enter(ctx context.Context, id actor.DocumentID, basis audit.Basis) (side, error) {
	audit.On(ctx, basis)
	audit.Concerns(ctx, id)
	file, err := s.files.FileDocuments(ctx, id)
	if absent(err) {
		return side{}, ErrNotFound
	}
	if err != nil {
		return side{}, fmt.Errorf("documents of a file: %w", err)
	}
	return side{document: id, file: file}, nil
}

// absent reports whether [Files] did not find what it was asked for.
func absent(err error) bool {
	f, ok := errors.AsType[*fault.Fault](err)
	return ok && f.Kind() == fault.NotFound
}
