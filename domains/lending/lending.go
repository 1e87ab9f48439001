// Package lending brings people and firms together with banks (融資磋合): products and which of
// them fit a need, a need that is sent to chosen banks, comments and papers of both sides, the
// banks' offers, and what came of them. It lends nothing and promises nothing.
//
// # Words
//
// A product (融資產品) is something that a bank lends on; its figures and conditions are data
// (products/*.yaml), and what fits is worked out by package rules, with reasons. A bank is a
// department. A need (融資需求) is how much somebody wants, for how long and what for. A case
// (磋合) is a need that was sent to the bank of one product. A note is what one side says in
// it, or a paper that it puts in (盡調資料). An offer (授信要約) is what the bank would lend.
//
// # What never happens
//
//   - A bank sees a need, a note, a paper or a report without an authorisation of the
//     applicant for that bank which holds at that moment, or more of a report than it names.
//   - A bank sees what was sent to another one.
//   - An offer is accepted that was superseded or is over, or two of one case are.
//   - More is said to be granted than was accepted.
//   - What is said lies anywhere but under the data key of the case's document.
package lending

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/credit"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/rules"
	"github.com/minzhengtong/minzhengtong/domains/subject"
	"github.com/minzhengtong/minzhengtong/domains/vault"
)

// Purpose is what a bank is authorised for, and Scope what lets it see a case. The other
// scopes of the purpose are those of a credit report.
const (
	Purpose consent.PurposeCode = "lending"
	Scope                       = consent.LoanCase
)

// The faults.
var (
	// ErrNotFound: there is no such case, note or paper, or not one that the caller may see.
	ErrNotFound = fault.New(fault.NotFound, "LENDING_CASE_NOT_FOUND")
	// ErrClosed: the case has ended, or an offer was accepted already.
	ErrClosed = fault.New(fault.Precondition, "LENDING_CASE_CLOSED")
	// ErrFull: the case has as many notes or papers as it can have.
	ErrFull = fault.New(fault.Precondition, "LENDING_CASE_FULL")
	// ErrNote: a note says nothing, or is about no source of a credit report.
	ErrNote = fault.New(fault.Invalid, "LENDING_NOTE_WRONG")
	// ErrProduct: no product has the code.
	ErrProduct = fault.New(fault.Invalid, "LENDING_PRODUCT_UNKNOWN")
	// ErrUnfit: the need does not meet the conditions of a product.
	ErrUnfit = fault.New(fault.Precondition, "LENDING_PRODUCT_UNFIT")
	// ErrOffer: an offer could never be accepted, because its last day is over or too far.
	ErrOffer = fault.New(fault.Invalid, "LENDING_OFFER_WRONG")
	// ErrOfferGone: the offer was superseded or answered, or is over.
	ErrOfferGone = fault.New(fault.Precondition, "LENDING_OFFER_GONE")
	// ErrNotAccepted: a loan is said to be paid out that nobody accepted.
	ErrNotAccepted = fault.New(fault.Precondition, "LENDING_NOT_ACCEPTED")
	// ErrOutcome: more is said to be paid out than was accepted, or a refusal has no reason.
	ErrOutcome = fault.New(fault.Invalid, "LENDING_OUTCOME_WRONG")
	// ErrMonths: the months end before they begin, or are too many.
	ErrMonths = fault.New(fault.Invalid, "LENDING_MONTHS_WRONG")
	// ErrStale: somebody did the same at the same moment.
	ErrStale = fault.New(fault.Conflict, "STALE")
)

// What cases, offers and notes are named by: UUIDv7 texts.
type (
	// ID names a case.
	ID string
	// OfferID names an offer.
	OfferID string
	// NoteID names a note.
	NoteID string
)

// State is what became of a case. Its text is stored and never renamed.
type State string

// The states. Open and Accepted are not ended yet.
const (
	Open      State = "open"
	Accepted  State = "accepted"
	Granted   State = "granted"
	Refused   State = "refused"
	Withdrawn State = "withdrawn" // by the applicant, or because the applicant was forgotten
)

// Use is what a loan is for. Its text is stored, is the fact "use" of products, and is never
// renamed.
type Use string

// The uses.
const (
	Business    Use = "business"
	Equipment   Use = "equipment"
	Agriculture Use = "agriculture"
	Startup     Use = "startup"
	Consumption Use = "consumption"
)

// Need is how much somebody wants: Fen of CNY, for some months.
type Need struct {
	Fen    int64  `json:"fen"`
	Months int    `json:"months"`
	Use    Use    `json:"use"`
	Words  string `json:"words,omitempty"`
}

// LogValue keeps all of it out of logs.
func (Need) LogValue() slog.Value { return slog.StringValue("[need]") }

// Case is a need that was sent to one bank. Times are in UTC, and zero for what has not
// happened.
type Case struct {
	ID       ID
	Document actor.DocumentID // under which it stands
	Firm     actor.DossierID  // "" for a person
	Bank     string
	Product  ProductCode
	State    State
	// Name is who needs it. It, Need and Answer are empty once they were forgotten.
	Name   string
	Need   Need
	Answer string
	// Offers are the newest first.
	Offers []Offer
	// Granted is in fen of CNY.
	Granted                  int64
	Created, Accepted, Ended time.Time

	applicant actor.DocumentID // is told
	endedBy   string
	said      statement
}

// LogValue keeps what is said out of logs.
func (c Case) LogValue() slog.Value { return slog.StringValue(string(c.ID)) }

// over reports whether a case has ended.
func (c Case) over() bool { return c.State != Open && c.State != Accepted }

// bare is a case without all that was said and offered.
func (c Case) bare() Case {
	c.Name, c.Need, c.Answer, c.Offers, c.Granted, c.said = "", Need{}, "", nil, 0, statement{}
	return c
}

// Files is who is who. Package dossier does it.
type Files = subject.Files

// Consents says what applicants let banks see. Package consent does it.
type Consents interface {
	HeldBy(ctx context.Context, party consent.PartyID, code consent.PurposeCode, documents []actor.DocumentID) (consent.Consent, error)
	StillHeld(ctx context.Context, id consent.ID) (consent.Consent, error)
	Use(ctx context.Context, by actor.Actor, c consent.Claim) (consent.Use, error)
}

// Credits is the credit reports. Package credit does it.
type Credits interface {
	Report(ctx context.Context, by actor.Actor, id credit.ReportID) (credit.Report, []credit.Report, error)
	ReportOfFirm(ctx context.Context, by actor.Actor, firm actor.DossierID, id credit.ReportID) (credit.Report, []credit.Report, error)
	// ReadFor enters the file of a number and shows its report on an authorisation for a
	// purpose.
	ReadFor(ctx context.Context, by actor.Actor, purpose consent.PurposeCode, number document.Number) (credit.Report, error)
}

// Licences is what people and firms hold. Package credential does it.
type Licences interface {
	Mine(ctx context.Context, by actor.Actor, firm actor.DossierID) ([]credential.Licence, error)
}

// Gate says who may touch a file. Package guard does it.
type Gate interface {
	Enter(ctx context.Context, by actor.Actor, basis audit.Basis, file ...guard.Held) error
}

// Notices tells people. Package notice does it.
type Notices interface {
	TellMany(ctx context.Context, messages []notice.Message) (int, error)
}

// Audit notes what changes a file. Package audit does it.
type Audit interface {
	Change(ctx context.Context, action string, by actor.Actor, documents ...actor.DocumentID) error
}

// Deps are what the service stands on. All are required.
type Deps struct {
	DB       *entdb.DB
	Vault    *vault.Vault
	Files    Files
	Consents Consents
	Credits  Credits
	Licences Licences
	Guard    Gate
	Notices  Notices
	Audit    Audit
	Products *rules.Book
	// Banks says which department is the bank of each product.
	Banks map[ProductCode]string
	// Now is the clock, in any zone.
	Now func() time.Time
	// NewID makes UUIDv7 texts, NewVoucher numbers of reads.
	NewID      func() string
	NewVoucher func() (string, error)
}

// Service keeps cases. It is safe for concurrent use and holds no state of its own.
type Service struct {
	Deps
}

// New returns a service over d.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Vault == nil || d.Files == nil || d.Consents == nil || d.Credits == nil || d.Licences == nil || d.Guard == nil ||
		d.Notices == nil || d.Audit == nil || d.Products == nil || d.Banks == nil || d.Now == nil || d.NewID == nil || d.NewVoucher == nil {
		return nil, errors.New("lending: every dependency is required")
	}
	return &Service{d}, nil
}

// door lets in those who need a loan.
func (s *Service) door() subject.Door { return subject.Door{Files: s.Files, Gate: s.Guard} }

// time is now, as rows keep it.
func (s *Service) time() time.Time { return s.Now().UTC().Truncate(time.Microsecond) }
