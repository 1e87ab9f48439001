package privacy

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/vault"
)

// Deps are what the service stands on. All are required.
type Deps struct {
	DB        *entdb.DB
	Vault     *vault.Vault
	Files     *dossier.Service
	Guard     *guard.Guard
	Audit     Audit
	Looks     Looks
	Consents  Consents
	Sessions  Sessions
	Notices   Notices
	Alarms    Alarms
	Taxes     Taxes
	Subsidies Subsidies
	// Credentials are licences.
	Credentials Credentials
	Credits     Credits
	Disputes    Disputes
	Finance     Finance
	Lending     Lending
	// Now is the clock, in any zone.
	Now func() time.Time
	// NewID makes UUIDv7 texts.
	NewID func() string
	// Zone is Asia/Shanghai: an export shows times as they are there.
	Zone *time.Location
	Log  *slog.Logger
}

// Service answers for what is held about people. It is safe for concurrent use
// and holds no state of its own.
type Service struct {
	db        *entdb.DB
	vault     *vault.Vault
	files     *dossier.Service
	guard     *guard.Guard
	audit     Audit
	looks     Looks
	consents  Consents
	sessions  Sessions
	notices   Notices
	alarms    Alarms
	taxes     Taxes
	subsidies Subsidies
	proofs    Credentials
	credits   Credits
	disputes  Disputes
	finance   Finance
	lending   Lending
	now       func() time.Time
	newID     func() string
	zone      *time.Location
	log       *slog.Logger
}

// New returns a service over d.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Vault == nil || d.Files == nil || d.Guard == nil || d.Audit == nil || d.Looks == nil ||
		d.Consents == nil || d.Sessions == nil || d.Notices == nil || d.Alarms == nil || d.Taxes == nil || d.Subsidies == nil ||
		d.Credentials == nil || d.Credits == nil || d.Disputes == nil || d.Finance == nil || d.Lending == nil ||
		d.Now == nil || d.NewID == nil || d.Zone == nil || d.Log == nil {
		return nil, errors.New("privacy: every dependency is required")
	}
	return &Service{
		db: d.DB, vault: d.Vault, files: d.Files, guard: d.Guard, audit: d.Audit, looks: d.Looks,
		consents: d.Consents, sessions: d.Sessions, notices: d.Notices, alarms: d.Alarms, taxes: d.Taxes, subsidies: d.Subsidies,
		proofs: d.Credentials, credits: d.Credits, disputes: d.Disputes, finance: d.Finance, lending: d.Lending,
		now: d.Now, newID: d.NewID, zone: d.Zone, log: d.Log,
	}, nil
}

// time is the present moment as rows keep it.
func (s *Service) time() time.Time { return s.now().UTC().Truncate(time.Microsecond) }

// own lets a person into the own file and returns its documents. Whoever acts
// for somebody else is not let in: these rights are the person's own. It fails
// with guard.ErrNotFound.
func (s *Service) own(ctx context.Context, by actor.Actor) ([]dossier.Document, error) {
	if by.Role != actor.Person || by.Delegate != "" || by.Delegation != "" {
		return nil, guard.ErrNotFound
	}
	return s.enter(ctx, by, by.Document)
}

// enter lets the actor into the file of a document and returns its documents.
func (s *Service) enter(ctx context.Context, by actor.Actor, id actor.DocumentID) ([]dossier.Document, error) {
	documents, err := s.files.DocumentsOf(ctx, id)
	if errors.Is(err, dossier.ErrNotFound) {
		return nil, guard.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	if err := s.guard.Enter(ctx, by, audit.None, held(documents)...); err != nil {
		return nil, err
	}
	return documents, nil
}

// held is what the guard has to know about documents.
func held(documents []dossier.Document) []guard.Held {
	list := make([]guard.Held, len(documents))
	for i, d := range documents {
		list[i] = guard.Held{ID: d.ID, Number: d.Number, Area: d.Area}
	}
	return list
}

// idsOf are the IDs of documents.
func idsOf(documents []dossier.Document) []actor.DocumentID {
	ids := make([]actor.DocumentID, len(documents))
	for i, d := range documents {
		ids[i] = d.ID
	}
	return ids
}
