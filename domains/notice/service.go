package notice

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/limit"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/domains/work"
)

// Files says which documents are one file, and how its holder reads. Package
// dossier does it.
type Files interface {
	// FileDocuments returns the documents in the file of one document, or a
	// fault of the kind NotFound.
	FileDocuments(ctx context.Context, id actor.DocumentID) ([]actor.DocumentID, error)
	// PreferenceOf is how the holder of a document reads.
	PreferenceOf(ctx context.Context, id actor.DocumentID) (actor.Preference, error)
}

// Limits says who asks too often. Package limit does it.
type Limits interface {
	Take(ctx context.Context, rule limit.Name, key string) error
}

// Deps are what the service stands on. All are required but those of which the
// comment says otherwise.
type Deps struct {
	DB     *entdb.DB
	Keys   *keyring.Keyring
	Vault  *vault.Vault
	Files  Files
	Limits Limits
	Queue  work.Queue
	Words  Words
	// Suppliers send. A channel without one is never tried, and takes no
	// endpoints.
	Suppliers map[Channel]Supplier
	// Unsubscribe is the address at which a token ends mails, or "" of no use.
	Unsubscribe func(token string) string
	// Attach gives the iCalendar file that goes with the mail of a notice, nil
	// for none. It may be nil.
	Attach func(ctx context.Context, n Notice) ([]byte, error)
	// Loopback lets push subscriptions point at this machine and without TLS,
	// for tests.
	Loopback bool
	// SendLimit bounds one call of a supplier; 0 means 10 s.
	SendLimit time.Duration
	// NewSecret makes an unguessable text of at least 32 characters that may
	// stand in a URL.
	NewSecret func() string
	Now       func() time.Time
	NewID     func() string
	Log       *slog.Logger
}

// Service keeps inboxes and delivers. It is safe for concurrent use, also by
// several processes.
type Service struct {
	db          *entdb.DB
	keys        *keyring.Keyring
	vault       *vault.Vault
	files       Files
	limits      Limits
	queue       work.Queue
	words       Words
	suppliers   map[Channel]Supplier
	unsubscribe func(token string) string
	attach      func(ctx context.Context, n Notice) ([]byte, error)
	loopback    bool
	sendLimit   time.Duration
	newSecret   func() string
	now         func() time.Time
	newID       func() string
	log         *slog.Logger
	breakers    *breakers
	hub         *hub
	// at is called at the named moments of a delivery; an error ends it there,
	// as if the process had died. It is nil but in tests.
	at func(moment string) error
}

// New returns a service over d.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Keys == nil || d.Vault == nil || d.Files == nil || d.Limits == nil || d.Queue == nil ||
		d.Words.Message == nil || d.Words.Convert == nil || d.Unsubscribe == nil || d.NewSecret == nil ||
		d.Now == nil || d.NewID == nil || d.Log == nil {
		return nil, errors.New("notice: every dependency is required")
	}
	if d.SendLimit <= 0 {
		d.SendLimit = 10 * time.Second
	}
	return &Service{
		db: d.DB, keys: d.Keys, vault: d.Vault, files: d.Files, limits: d.Limits, queue: d.Queue, words: d.Words,
		suppliers: d.Suppliers, unsubscribe: d.Unsubscribe, attach: d.Attach, loopback: d.Loopback, sendLimit: d.SendLimit,
		newSecret: d.NewSecret, now: d.Now, newID: d.NewID, log: d.Log, breakers: newBreakers(d.Log), hub: newHub(),
	}, nil
}

// time is the present moment as rows keep it.
func (s *Service) time() time.Time { return s.now().UTC().Truncate(time.Microsecond) }

// own are the documents of the actor's own file. It fails with
// [guard.ErrNotFound]; a delegate has no part in it.
func (s *Service) own(ctx context.Context, by actor.Actor) ([]actor.DocumentID, error) {
	if err := guard.Own(ctx, by); err != nil {
		return nil, err
	}
	return s.file(ctx, by.Document)
}

// file are the documents in the file of one. It fails with [guard.ErrNotFound].
func (s *Service) file(ctx context.Context, id actor.DocumentID) ([]actor.DocumentID, error) {
	documents, err := s.files.FileDocuments(ctx, id)
	if f, ok := errors.AsType[*fault.Fault](err); ok && f.Kind() == fault.NotFound {
		return nil, guard.ErrNotFound
	}
	return documents, err
}

// inTx reports whether the context is that of a transaction's work: only
// outside of one is a hook run at once.
func (s *Service) inTx(ctx context.Context) bool {
	outside := false
	s.db.AfterCommit(ctx, func() { outside = true })
	return !outside
}
