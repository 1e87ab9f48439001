// Package policy keeps policies and notices (政策、通知): drafted by one officer,
// published by another one, read by everybody.
//
// # Words
//
// A policy is a text with its title, issuer and official number (文號), stored
// once, in the language in which it was issued: that text alone is authentic. It
// is handed out as stored; whoever shows it puts it into the reader's script. Its
// author drafted it, its publisher made it public.
//
// # States
//
// Drafted, then published or withdrawn; published, then withdrawn. What is
// withdrawn stays on record and comes back as a new draft only.
//
// # What never happens
//
//   - A published text changes. There is no method that changes a text.
//   - An author publishes the own draft.
//   - Anybody but the author's department sees a draft, publishes it or withdraws
//     it: another one's is not found.
//   - A text can be read but not found by search, or the other way round: both
//     are one transaction.
//
// A policy concerns no person, so calls note the duty in their audit entry and no
// document.
package policy

import (
	"errors"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/search"
)

// Faults of policies. A draft that its author wants to publish fails as
// guard.Checker does.
var (
	// ErrNotFound: there is no such text, or it is not the caller's to see.
	ErrNotFound = fault.New(fault.NotFound, "POLICY_NOT_FOUND")
	// ErrText: a part of a draft is too short or too long, has characters that do
	// not print, or is in no language of ours. The field says which part.
	ErrText = fault.New(fault.Invalid, "POLICY_TEXT")
	// ErrDates: a day does not exist, or the last one comes before the first.
	ErrDates = fault.New(fault.Invalid, "POLICY_DATES")
	// ErrWithdrawn: what was withdrawn cannot be published.
	ErrWithdrawn = fault.New(fault.Precondition, "POLICY_WITHDRAWN")
	// ErrStale: somebody changed it at the same moment.
	ErrStale = fault.New(fault.Conflict, "STALE")
)

// ID names a policy. It is a UUID.
type ID string

// State is where a text stands.
type State string

// The states.
const (
	Drafted   State = "draft"
	Published State = "published"
	Withdrawn State = "withdrawn"
)

// Policy is a text with what is known of it.
type Policy struct {
	ID    ID
	State State
	// Title, Body and Issuer are in Language, a BCP 47 tag. The body's paragraphs
	// are divided by line feeds; lists that say so leave it out.
	Title, Body, Issuer, Language string
	// Number is the official one, as printed, and URL the official page. Either
	// may be empty.
	Number, URL string
	// From and To are the first and the last day on which it holds; zero where
	// unknown.
	From, To civil.Date
	// Department is the author's, and the one that looks after the text.
	Department string
	Author     actor.OfficerID
	Created    time.Time
	// Published is when it became public; zero before.
	Published time.Time

	version int64
}

// Deps are what the service stands on. All are required.
type Deps struct {
	DB     *entdb.DB
	Search *search.Service
	// Checker lets an actor approve what the makers prepared: guard.Guard's.
	Checker func(by actor.Actor, makers ...string) error
	// Now is the clock, in any zone.
	Now   func() time.Time
	NewID func() string
}

// Service keeps policies. It is safe for concurrent use and holds no state of its
// own.
type Service struct {
	db      *entdb.DB
	search  *search.Service
	checker func(by actor.Actor, makers ...string) error
	now     func() time.Time
	newID   func() string
}

// New returns a service over d.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Search == nil || d.Checker == nil || d.Now == nil || d.NewID == nil {
		return nil, errors.New("policy: every dependency is required")
	}
	return &Service{db: d.DB, search: d.Search, checker: d.Checker, now: d.Now, newID: d.NewID}, nil
}

// time is now, as rows keep it.
func (s *Service) time() time.Time { return s.now().UTC().Truncate(time.Microsecond) }
