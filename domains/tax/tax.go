// Package tax works out what is due, for whom, by when, and why then (辦稅日曆).
//
// # Words
//
// A registration (稅種登記) says that somebody has to file a tax and how often. An
// obligation (義務) is one thing that is due: the return for one period, a document
// that runs out. Its kind is an entry of the catalogue, data/kinds.json, each with
// its legal source. Its subject is a document: a person's own, or a firm's credit
// code. The basis says what made its date.
//
// # Invariants
//
//   - There is one obligation for a subject, kind, period and name, however often it
//     is worked out, and by however many registrations.
//   - A date can be explained again at any time from kind, period and calendar; no
//     explanation is stored.
//   - A filing period is what was registered; it is never told from amounts.
//   - What an authority has accepted is not reopened by hand.
//   - Nothing here files a return.
//
// Dates are dates in Asia/Shanghai. Who is told, and when, is package alarm's; it
// hears of every change through [Listener], in the same transaction.
package tax

import (
	"context"
	"errors"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/work"
)

// Faults of obligations.
var (
	// ErrNotFound: there is no such obligation, or it is not the caller's.
	ErrNotFound = fault.New(fault.NotFound, "OBLIGATION_NOT_FOUND")
	// ErrFiled: the authority has the return, so it is not open again by hand.
	ErrFiled = fault.New(fault.Precondition, "OBLIGATION_FILED")
	// ErrRegistration: a registration names no kind of the catalogue, a cycle that
	// the kind has not, or days that are none.
	ErrRegistration = fault.New(fault.Invalid, "REGISTRATION_INVALID")
	// ErrStale: somebody changed it at the same moment.
	ErrStale = fault.New(fault.Conflict, "STALE")
)

type (
	// ID names an obligation. It is a UUID.
	ID string
	// RegistrationID names a registration. It is a UUID.
	RegistrationID string
)

// Cycle is the registered filing period (納稅期限).
type Cycle string

// The cycles.
const (
	Monthly   Cycle = "month"
	Quarterly Cycle = "quarter"
	Yearly    Cycle = "year"
	ByEvent   Cycle = "event" // 按次: nothing is planned ahead
)

// Registration is a tax that a subject has to file.
type Registration struct {
	// ID is given when it is taken.
	ID       RegistrationID
	Document actor.DocumentID
	Tax      Kind
	Cycle    Cycle
	// Area is the tax bureau's, GB/T 2260.
	Area string
	// From and To are its first and last day; To is zero while it goes on.
	From, To civil.Date
	// Source and Ref name it at its source. A registration that is taken again
	// changes only its last day.
	Source, Ref string

	planned civil.Date // up to which it is worked out; zero at first
	created time.Time
}

// State is where an obligation stands.
type State string

// The states.
const (
	Open State = "open"
	Done State = "done"
	Void State = "void" // fell away
)

// How an obligation was done.
const (
	ByFiling = "filing"
	ByHand   = "hand"
)

// Obligation is one thing that is due.
type Obligation struct {
	ID       ID
	Document actor.DocumentID
	Kind     Kind
	Period   Period
	// Name says which one it is where a subject has several of a kind: that of the
	// [Paper] that was raised. It is "" for taxes and for a person's own documents.
	Name string
	Area string
	// Due is the last day.
	Due   civil.Date
	Basis Basis
	// Moves counts how often Due was changed.
	Moves int64
	State State
	// DoneBy is ByFiling or ByHand once it is done.
	DoneBy string
	// DoneAt is when; zero before.
	DoneAt time.Time
	// Changed is when anything of it changed last.
	Changed time.Time

	// registration is the one that it came from first, or "".
	registration string
	// ref is the return that was accepted, or rejected, last.
	ref     string
	version int64
}

// Overdue reports whether its day has passed and it is open.
func (o Obligation) Overdue(today civil.Date) bool { return o.State == Open && o.Due.Before(today) }

// Basis says what made a date.
type Basis string

// The bases.
const (
	Local       Basis = "local"
	National    Basis = "national"
	Computed    Basis = "computed"
	Provisional Basis = "provisional" // computed without the year's holidays
	Printed     Basis = "printed"     // the document itself
)

// Change is what happened to obligations.
type Change string

// The changes.
const (
	Planned Change = "planned" // they are new
	Moved   Change = "moved"   // their date is another one
	Settled Change = "settled" // they are done or void
	Revived Change = "revived" // they are open again
)

// Listener hears of obligations that changed, in the transaction that changes
// them. It gets them as they are now, at most a few hundred at once.
type Listener func(ctx context.Context, change Change, obligations []Obligation) error

// Deps are what the service stands on. All are required.
type Deps struct {
	DB    *entdb.DB
	Files *dossier.Service
	Audit *audit.Service
	Queue work.Queue
	Now   func() time.Time
	NewID func() string
}

// Service keeps registrations and obligations. It is safe for concurrent use.
type Service struct {
	db     *entdb.DB
	files  *dossier.Service
	audit  *audit.Service
	queue  work.Queue
	now    func() time.Time
	newID  func() string
	hear   Listener
	cached cache
}

// New returns a service over d.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Files == nil || d.Audit == nil || d.Queue == nil || d.Now == nil || d.NewID == nil {
		return nil, errors.New("tax: every dependency is required")
	}
	return &Service{
		db: d.DB, files: d.Files, audit: d.Audit, queue: d.Queue, now: d.Now, newID: d.NewID,
		hear: func(context.Context, Change, []Obligation) error { return nil },
	}, nil
}

// Listen sets who hears of changes. It is called once, while a house is built and
// before anything is planned; without it nobody hears.
func (s *Service) Listen(l Listener) { s.hear = l }

// time is now, as rows keep it.
func (s *Service) time() time.Time { return s.now().UTC().Truncate(time.Microsecond) }

// Today is the business day: the date in Asia/Shanghai.
func (s *Service) Today() civil.Date { return calendar.On(s.now()) }
