// Package campaign tells many people one thing (群發通知): one officer drafts,
// another one approves, and everybody to whom it applies finds a notice in the
// inbox.
//
// # Words
//
// A campaign is a text and the population that it is for: people with a document
// that is in force and to which all of the population applies. One person is one
// file, however many of its documents match. Its pace is how many people are told
// in a minute. Its position is the last document that was looked at; documents are
// looked at in the order of their IDs. Told is who got a notice, passed which
// documents were looked at without one.
//
// # States
//
// Drafted, then approved for a time, then running, then done. What is approved or
// running can be paused and resumed. Whatever is not done can be stopped, for good.
//
// # What never happens
//
//   - A person is told twice, also with two documents, after files were merged,
//     when a process was killed, and when two of them work.
//   - Somebody is lost who was in the population before it began and still is when
//     looked at.
//   - An author approves the own draft, and text or population change.
//   - Another department sees, approves or steers a campaign: it is not found.
//   - More than a batch of people is in memory.
//
// Who is told is not a decision about a person, so calls note the duty in their
// audit entry and no document.
package campaign

import (
	"context"
	"errors"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/notice"
)

// Faults of campaigns. A draft that its author wants to approve fails as
// guard.Checker does.
var (
	// ErrNotFound: there is no such campaign, or it is not the caller's to see.
	ErrNotFound = fault.New(fault.NotFound, "CAMPAIGN_NOT_FOUND")
	// ErrText: a part of a draft is too short, too long or out of bounds, has
	// characters that do not print, or is in no language of ours. The field says
	// which part.
	ErrText = fault.New(fault.Invalid, "CAMPAIGN_TEXT")
	// ErrPopulation: no such kind of document, area or day, or the last day comes
	// before the first. The field says which part.
	ErrPopulation = fault.New(fault.Invalid, "CAMPAIGN_POPULATION")
	// ErrState: where the campaign stands, this cannot be done with it.
	ErrState = fault.New(fault.Precondition, "CAMPAIGN_STATE")
	// ErrStale: somebody changed it at the same moment.
	ErrStale = fault.New(fault.Conflict, "STALE")
)

// ID names a campaign. It is a UUID.
type ID string

// State is where a campaign stands. Its text is stored and never renamed.
type State string

// The states.
const (
	Drafted  State = "draft"    // waits for approval
	Approved State = "approved" // its time has not come
	Running  State = "running"  // tells people
	Paused   State = "paused"   // held
	Done     State = "done"     // everybody was told
	Stopped  State = "stopped"  // ended before that
)

// Campaign is a message to many.
type Campaign struct {
	ID    ID
	State State
	// Title and Body are in Language, a BCP 47 tag. The body's lines are divided
	// by line feeds.
	Title, Body, Language string
	Population            Population
	// Pace is how many people are told in a minute; 0 is as fast as it goes.
	Pace int64
	// Department is the author's, and the one that looks after it.
	Department string
	Author     actor.OfficerID
	// Approver is empty before.
	Approver actor.OfficerID
	// Expected is how many people the draft counted.
	Expected int64
	// Told is how many people were told, Passed how many documents were looked
	// at without telling somebody.
	Told, Passed int64
	Created      time.Time
	// Started and Ended are zero before; Started is the planned time while the
	// campaign is approved.
	Started, Ended time.Time

	position string
	approved time.Time
	next     time.Time // when the next batch may go
	version  int64
}

// Deps are what the service stands on. All are required.
type Deps struct {
	DB *entdb.DB
	// Tell puts messages into inboxes in the caller's transaction, each key
	// once, and says how many: notice.Service.TellMany.
	Tell func(ctx context.Context, messages []notice.Message) (int, error)
	// Checker lets an actor approve what the makers prepared: guard.Guard's.
	Checker func(by actor.Actor, makers ...string) error
	// Now is the clock, in any zone.
	Now   func() time.Time
	NewID func() string
	// Zone is Asia/Shanghai: the dates of documents are dates there.
	Zone *time.Location
}

// Service keeps campaigns and carries them out. It is safe for concurrent use,
// also by several processes, and holds no state of its own.
type Service struct {
	db      *entdb.DB
	tell    func(ctx context.Context, messages []notice.Message) (int, error)
	checker func(by actor.Actor, makers ...string) error
	now     func() time.Time
	newID   func() string
	zone    *time.Location
}

// New returns a service over d.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Tell == nil || d.Checker == nil || d.Now == nil || d.NewID == nil || d.Zone == nil {
		return nil, errors.New("campaign: every dependency is required")
	}
	return &Service{db: d.DB, tell: d.Tell, checker: d.Checker, now: d.Now, newID: d.NewID, zone: d.Zone}, nil
}

// time is now, as rows keep it.
func (s *Service) time() time.Time { return s.now().UTC().Truncate(time.Microsecond) }
