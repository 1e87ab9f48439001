// Package alarm reminds people of what is due (辦稅鬧鐘), and hands out calendars
// for their phones.
//
// # Words
//
// A setting is how somebody wants to be reminded: of everything, of a kind of
// obligation, of a firm's, or of a kind of a firm's. The narrowest holds, and what
// it leaves open comes from the next wider one. An alarm is one ring of one
// obligation for one person; its slot says which: lead-7, cron-20261103T0900,
// snooze-1, overdue-1, late. A digest is the notice of all that rings for a person
// at once. A feed is a private address at which a phone reads somebody's calendar.
//
// # Which alarms there are
//
// What rings is a pure function of obligation, setting and calendar; see [Plan].
// The rows follow every change of obligations in its transaction ([Service.Hear]),
// and every change of a setting. Nothing is planned for the past.
//
// # Ringing
//
// [Service.Ring] marks alarms and tells the digest in one transaction. Late ones,
// after a process slept, ring once, in one digest; of an obligation's several late
// ones only the last rings, the others are silenced. What rang does not ring again
// for the same date, whatever the clock does.
//
// # What never happens
//
//   - an alarm rings twice, or is lost with a process that dies
//   - somebody hears of a firm in which the person has no role any more
//   - one person's alarm that cannot be told holds up another's
//   - the database can open a feed: only the token's hash stays
//
// Hours are those of Asia/Shanghai, which Taipei shares; rows are in UTC.
package alarm

import (
	"context"
	"errors"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/tax"
)

// Faults of settings, alarms and feeds.
var (
	// ErrLead: not 0 to 60 working days, or more than ten of them.
	ErrLead = fault.New(fault.Invalid, "ALARM_LEAD")
	// ErrTime: no hour of a day, quiet hours that begin when they end or lack one
	// end, or a snooze into the past or beyond thirty days.
	ErrTime = fault.New(fault.Invalid, "ALARM_TIME")
	// ErrCron: not five fields, a day that never comes, a zone of its own, or more
	// than one ring an hour.
	ErrCron = fault.New(fault.Invalid, "ALARM_CRON")
	// ErrTooMany: more settings, or more rings, than one person may have.
	ErrTooMany = fault.New(fault.Precondition, "ALARM_TOO_MANY")
	// ErrFeedTooMany: five feeds are in use already.
	ErrFeedTooMany = fault.New(fault.Precondition, "FEED_TOO_MANY")
	// ErrFeedNotFound: not there, revoked, or somebody else's.
	ErrFeedNotFound = fault.New(fault.NotFound, "FEED_NOT_FOUND")
	// ErrStale: somebody changed it at the same moment.
	ErrStale = fault.New(fault.Conflict, "STALE")
)

// Taxes says when things are due and why. Package tax does it.
type Taxes interface {
	// Calendar is the one in force.
	Calendar(ctx context.Context) (calendar.Calendar, error)
	// Explain says what made the date of an obligation.
	Explain(ctx context.Context, o tax.Obligation) (tax.Explanation, error)
}

// Files says whose documents are whose. Package dossier does it.
type Files interface {
	// Holders returns for each of some documents those of the people to be told
	// about it.
	Holders(ctx context.Context, documents []actor.DocumentID) (map[actor.DocumentID][]actor.DocumentID, error)
	// Subjects returns the documents of the actor's file and of the actor's firms,
	// or a fault of the kind NotFound.
	Subjects(ctx context.Context, by actor.Actor) ([]dossier.Subject, error)
	// FileDocuments returns the documents in the file of one document, or a fault
	// of the kind NotFound.
	FileDocuments(ctx context.Context, id actor.DocumentID) ([]actor.DocumentID, error)
	// PreferenceOf is how the holder of a document reads.
	PreferenceOf(ctx context.Context, id actor.DocumentID) (actor.Preference, error)
}

// Notices tells people things, in the caller's transaction. Package notice does it.
type Notices interface {
	TellMany(ctx context.Context, messages []notice.Message) (int, error)
}

// Deps are what the service stands on. All are required.
type Deps struct {
	DB      *entdb.DB
	Taxes   Taxes
	Files   Files
	Notices Notices
	// Words words a message of the catalogue for a reader, and names the language
	// in which it is. Calendars need it; a domain has no sentences.
	Words func(p actor.Preference, id string, args map[string]string) (text, language string)
	// NewSecret makes a text of at least 128 random bits that may stand in a path.
	NewSecret func() string
	// Now is the clock, in any zone.
	Now   func() time.Time
	NewID func() string
}

// Service keeps settings, alarms and feeds. It is safe for concurrent use, also by
// several processes, and holds no state of its own.
type Service struct {
	db        *entdb.DB
	taxes     Taxes
	files     Files
	notices   Notices
	words     func(p actor.Preference, id string, args map[string]string) (text, language string)
	newSecret func() string
	now       func() time.Time
	newID     func() string
}

// New returns a service over d.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Taxes == nil || d.Files == nil || d.Notices == nil || d.Words == nil ||
		d.NewSecret == nil || d.Now == nil || d.NewID == nil {
		return nil, errors.New("alarm: every dependency is required")
	}
	return &Service{
		db: d.DB, taxes: d.Taxes, files: d.Files, notices: d.Notices, words: d.Words,
		newSecret: d.NewSecret, now: d.Now, newID: d.NewID,
	}, nil
}

// time is now, as rows keep it.
func (s *Service) time() time.Time { return s.now().UTC().Truncate(time.Microsecond) }

// own are the documents of the actor's own file. It fails with
// [guard.ErrNotFound]; a delegate has no part in it.
func (s *Service) own(ctx context.Context, by actor.Actor) ([]actor.DocumentID, error) {
	if err := guard.Own(ctx, by); err != nil {
		return nil, err
	}
	documents, err := s.files.FileDocuments(ctx, by.Document)
	if gone(err) {
		return nil, guard.ErrNotFound
	}
	return documents, err
}

// holderOf is a person as an actor, for what is done on the person's behalf.
func holderOf(id actor.DocumentID) actor.Actor { return actor.Actor{Role: actor.Person, Document: id} }

// charges are the documents that the actor answers for: the own ones and those of
// firms. It fails with [guard.ErrNotFound].
func (s *Service) charges(ctx context.Context, by actor.Actor) ([]actor.DocumentID, error) {
	subjects, err := s.files.Subjects(ctx, by)
	if gone(err) {
		return nil, guard.ErrNotFound
	}
	documents := make([]actor.DocumentID, len(subjects))
	for i, x := range subjects {
		documents[i] = x.Document
	}
	return documents, err
}

// gone reports whether an error says that something is not there.
func gone(err error) bool {
	f, ok := errors.AsType[*fault.Fault](err)
	return ok && f.Kind() == fault.NotFound
}
