package credit

import (
	"context"
	"errors"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/rules"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/vault"
)

// Files is who is who. Package dossier does it.
type Files interface {
	// Subjects returns the documents of the actor's file that may be read together.
	Subjects(ctx context.Context, by actor.Actor) ([]dossier.Subject, error)
	// DocumentsOf returns the documents in the file of one document that were not
	// forgotten.
	DocumentsOf(ctx context.Context, id actor.DocumentID) ([]dossier.Document, error)
	// RoleIn returns a firm's document to an actor who holds a role in it.
	RoleIn(ctx context.Context, by actor.Actor, firm actor.DossierID) (dossier.Document, []string, error)
	// FileByNumber returns the documents in the file that a number finds, whoever asks.
	FileByNumber(ctx context.Context, number document.Number) ([]dossier.Document, error)
	// Require demands a power for the file of a document.
	Require(ctx context.Context, id actor.DocumentID, p dossier.Power) error
}

// Consents is what people allow. Package consent does it.
type Consents interface {
	// Held returns a consent that holds now, whosever.
	Held(ctx context.Context, id consent.ID) (consent.Consent, error)
	// StillHeld is Held, and keeps a withdrawal out until the transaction ends.
	StillHeld(ctx context.Context, id consent.ID) (consent.Consent, error)
	// HeldBy returns the newest consent of some documents to a party that holds now.
	HeldBy(ctx context.Context, party consent.PartyID, purpose consent.PurposeCode, documents []actor.DocumentID) (consent.Consent, error)
	// Use decides a read and writes it down.
	Use(ctx context.Context, by actor.Actor, c consent.Claim) (consent.Use, error)
}

// Gate says who may touch a file. Package guard does it.
type Gate interface {
	Enter(ctx context.Context, by actor.Actor, basis audit.Basis, file ...guard.Held) error
}

// Deps are what the service stands on. All are required.
type Deps struct {
	DB       *entdb.DB
	Vault    *vault.Vault
	Files    Files
	Consents Consents
	Guard    Gate
	// Sources are asked all at once; each bounds its own calls.
	Sources  upstream.CreditSources
	Policies *rules.Book
	// Now is the clock, in any zone.
	Now func() time.Time
	// NewID makes UUIDv7 texts, NewVoucher the numbers of reads.
	NewID      func() string
	NewVoucher func() (string, error)
}

// Service makes and shows reports. It is safe for concurrent use and holds no state.
type Service struct {
	Deps
	catalogue Catalogue
}

// New returns a service over d, with the catalogue that the program brings along.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Vault == nil || d.Files == nil || d.Consents == nil || d.Guard == nil || d.Sources == nil || d.Policies == nil ||
		d.Now == nil || d.NewID == nil || d.NewVoucher == nil {
		return nil, errors.New("credit: every dependency is required")
	}
	return &Service{Deps: d, catalogue: Shipped()}, nil
}

// time is now, as rows keep it.
func (s *Service) time() time.Time { return s.Now().UTC().Truncate(time.Microsecond) }

// today is the day in Asia/Shanghai.
func (s *Service) today() civil.Date { return calendar.On(s.Now()) }
