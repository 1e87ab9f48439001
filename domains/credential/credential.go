// Package credential issues e-licences and e-proofs (電子證照、電子證明) that anybody can
// verify, keeps them in step with the matters that they come from, and lets their holders
// show as little of them as they choose.
//
// Words. A licence has a number and editions: annotating or renewing makes the next one,
// which takes the place of the last. A [Type] is data: what a licence says, who issues it,
// for how long. A matter is what an edition comes from. A presentation (亮證) is leave to
// see chosen fields of chosen licences: a code on the screen, which lives for a minute and
// works once, or a share for a time and a purpose. A use is one time that somebody looked.
//
// Invariants:
//   - an edition is stored before it is signed, and what is signed is what was stored: a
//     process that dies between the two leaves a row that is signed later, and no credential
//     of which nobody knows;
//   - a matter has one licence of a type, however often and by however many it is asked for;
//   - what a licence is worth is decided when somebody looks, never by its text;
//   - only what the holder chose leaves the house, and each look is written down;
//   - what is over, taken back, spent and never there look the same to whoever holds a token.
package credential

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/limit"
	"github.com/minzhengtong/minzhengtong/domains/vault"
)

// Number names a licence: what people read and type, with a check character.
type Number string

// ID names one edition of a licence.
type ID string

// State is what became of an edition. Its text is stored and never renamed.
type State string

// The states. Whether a valid one has run out the clock says.
const (
	Pending    State = "pending" // stored and not yet signed
	Valid      State = "valid"
	Suspended  State = "suspended"
	Revoked    State = "revoked"
	Superseded State = "superseded" // another edition took its place
)

// Matter is what a licence comes from: a kind of work and its ID there.
type Matter struct{ Kind, ID string }

// Credential is one edition of a licence.
type Credential struct {
	ID       ID
	Number   Number
	Edition  int
	Type     Type
	Document actor.DocumentID // under which it stands
	Matter   Matter
	State    State
	// From and Until bound when it holds; Until is zero where it has no end.
	From, Until time.Time
	Created     time.Time
	Signed      time.Time // zero while it is pending
	// Values are what it says; nil where that was not read, or was forgotten.
	Values Values
	// Token is the signed text with all disclosures, "" as for Values.
	Token string

	content content
	maker   string
	key     string
	place   place
	version int64
}

// LogValue keeps what it says out of logs.
func (c Credential) LogValue() slog.Value { return slog.StringValue(string(c.ID)) }

// Files is who is who. Package dossier does it.
type Files interface {
	// DocumentsOf returns the documents in the file of one document that were not
	// forgotten.
	DocumentsOf(ctx context.Context, id actor.DocumentID) ([]dossier.Document, error)
	// Locate returns the document with a number.
	Locate(ctx context.Context, number document.Number) (actor.DocumentID, actor.DossierID, error)
	// RoleIn returns a firm's document to an actor who holds a role in it.
	RoleIn(ctx context.Context, by actor.Actor, firm actor.DossierID) (dossier.Document, []string, error)
}

// Gate says who may touch a file. Package guard does it.
type Gate interface {
	Enter(ctx context.Context, by actor.Actor, basis audit.Basis, file ...guard.Held) error
}

// Audit records what is done to documents. Package audit does it.
type Audit interface {
	Change(ctx context.Context, action string, by actor.Actor, documents ...actor.DocumentID) error
}

// Limits holds off whoever guesses. Package limit does it.
type Limits interface {
	Check(ctx context.Context, rule limit.Name, key string) error
	Spend(ctx context.Context, rule limit.Name, key string) error
}

// The faults.
var (
	// ErrNotFound: there is no such licence, or not one that the caller may see.
	ErrNotFound = fault.New(fault.NotFound, "CREDENTIAL_NOT_FOUND")
	// ErrType: there is no such type, or not for this holder, or not for the desk.
	ErrType = fault.New(fault.Invalid, "CREDENTIAL_TYPE_UNKNOWN")
	// ErrIssuer: the officer is not of the department that issues it.
	ErrIssuer = fault.New(fault.Denied, "CREDENTIAL_OF_OTHER_ISSUER")
	// ErrState: what the licence is does not allow it: a revoked one stays revoked.
	ErrState = fault.New(fault.Precondition, "CREDENTIAL_STATE")
	// ErrMoved: there is a later edition than the one that the caller read.
	ErrMoved = fault.New(fault.Conflict, "CREDENTIAL_MOVED")
	// ErrDates: it would be over before it begins.
	ErrDates = fault.New(fault.Invalid, "CREDENTIAL_DATES_WRONG")
	// ErrPending: it is stored and not yet signed; it will be in a moment.
	ErrPending = fault.New(fault.Unavailable, "CREDENTIAL_BEING_SIGNED")
)

// Deps are what the service stands on. All are required.
type Deps struct {
	DB     *entdb.DB
	Vault  *vault.Vault
	Keys   *Keys
	Files  Files
	Guard  Gate
	Audit  Audit
	Limits Limits
	// Issuer is the house's address, as scheme://host: who signs, and where its keys,
	// its status lists and the page of its QR codes are found.
	Issuer string
	// Word words a message of the catalogues in a language, a BCP 47 tag.
	Word func(language, id string, args map[string]string) string
	// Now is the clock, in any zone.
	Now func() time.Time
	// NewID makes UUIDv7 texts, NewNumber licence numbers, NewSecret tokens of at least
	// 128 random bits that may stand in an address.
	NewID     func() string
	NewNumber func() (string, error)
	NewSecret func() string
}

// Service issues and shows. It is safe for concurrent use; what it holds are places in
// status lists that nobody else has, and lists that it signed.
type Service struct {
	Deps
	types  catalogue
	places places
	lists  lists
}

// New returns a service over d.
func New(d Deps) (*Service, error) {
	missing := d.DB == nil || d.Vault == nil || d.Keys == nil || d.Files == nil || d.Guard == nil || d.Audit == nil || d.Limits == nil ||
		d.Issuer == "" || d.Word == nil || d.Now == nil || d.NewID == nil || d.NewNumber == nil || d.NewSecret == nil
	if missing {
		return nil, errors.New("credential: every dependency is required")
	}
	return &Service{Deps: d, types: Types()}, nil
}

// Type is a type by its code, in its latest version. It fails with [ErrType].
func (s *Service) Type(code TypeCode) (Type, error) {
	t, ok := s.types.latest(code)
	if !ok {
		return Type{}, ErrType.On("type")
	}
	return t, nil
}

// time is now, as rows keep it.
func (s *Service) time() time.Time { return s.Now().UTC().Truncate(time.Microsecond) }
