// Package dispute is how people say that something on their file is wrong, and how its
// owner answers (異議核實與糾錯).
//
// Words. A subject is one thing that stands on a file: a document, a licence, a fact in a
// report. Its kind is registered with the service by the package that owns such things, as
// [Subjects]. Its owner is a department (部門). A dispute (異議) is what a person says is
// wrong in a subject; an officer of the owner answers it by a deadline.
//
// Invariants:
//   - a dispute is about something that stands on the actor's own file when it is filed;
//   - of one subject under a document one dispute is open at a time, and each is answered
//     once; what was answered stays, and another one may follow;
//   - the owner alone answers, and nobody who made what is disputed, or is tied to the
//     person;
//   - an answer changes no subject: its owner corrects it where it is kept;
//   - what is said lies under the data key of the document, and goes with it.
package dispute

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/vault"
)

// AnswerDays is within how many working days a dispute is answered, the day of filing not
// counted. The figure is illustrative: no source among the project's facts confirms it.
const AnswerDays = 15

// The faults.
var (
	// ErrSubject: nothing of the kind stands on the actor's file under the ID.
	ErrSubject = fault.New(fault.NotFound, "DISPUTE_SUBJECT_NOT_FOUND")
	// ErrNotFound: there is no such dispute, or not one that the caller may see.
	ErrNotFound = fault.New(fault.NotFound, "DISPUTE_NOT_FOUND")
	// ErrDecided: it was answered already, and is answered once.
	ErrDecided = fault.New(fault.Precondition, "DISPUTE_DECIDED")
	// ErrStale: somebody disputed the same at the same moment.
	ErrStale = fault.New(fault.Conflict, "STALE")
)

// ID names a dispute.
type ID string

// Kind is what sort of thing is disputed: small letters and underscores, 32 at most. It is
// stored and never renamed.
type Kind string

// Department is the ID of a department.
type Department string

// Subject names what is disputed; the ID has 64 characters at most.
type Subject struct {
	Kind Kind
	ID   string
}

// State is what became of a dispute. Its text is stored and never renamed.
type State string

// The states. Only an open one changes.
const (
	Open      State = "open"
	Corrected State = "corrected" // the person was right
	Dismissed State = "dismissed"
	Withdrawn State = "withdrawn" // the person was forgotten before it was answered
)

// Dispute is what somebody says is wrong in a subject.
type Dispute struct {
	ID       ID
	Subject  Subject
	Document actor.DocumentID // under which the subject stands
	Owner    Department
	State    State
	// Reason and Answer are empty once they were forgotten, Answer also before it is
	// given.
	Reason, Answer string
	Filed          time.Time
	// Due is by when it is answered: the end of a day in Asia/Shanghai.
	Due     time.Time
	Told    time.Time // when the person was told that it is late; zero before
	Decided time.Time // zero while it is open
}

// LogValue keeps what is said out of logs.
func (d Dispute) LogValue() slog.Value { return slog.StringValue(string(d.ID)) }

// Late reports whether a dispute waits for an answer longer than it should.
func (d Dispute) Late(now time.Time) bool { return d.State == Open && !now.Before(d.Due) }

// answerBy is by when a dispute that was filed at a moment is answered.
func answerBy(c calendar.Calendar, filed time.Time) time.Time {
	day, _ := c.AddWorkdays(calendar.On(filed), AnswerDays) // a year without its notice is counted by the rule
	return calendar.Begins(day.AddDays(1)).UTC()
}

// Standing says where a subject stands and who answers for it.
type Standing struct {
	Document actor.DocumentID // of the file that was asked about
	Owner    Department
}

// Subjects knows the subjects of one kind. Whoever owns the kind implements it.
type Subjects interface {
	// Find says where a subject stands in a file. It fails with [ErrSubject] for one that
	// is not in it, which looks the same as one that is not there.
	Find(ctx context.Context, file []dossier.Document, id string) (Standing, error)
	// Makers are the officers who made what a subject says, as [actor.Actor.ID] gave them;
	// none where no officer did, or the subject is gone.
	Makers(ctx context.Context, id string) ([]string, error)
}

// Files is who is who. Package dossier does it.
type Files interface {
	// DocumentsOf returns the documents in the file of one document.
	DocumentsOf(ctx context.Context, id actor.DocumentID) ([]dossier.Document, error)
	// FilesOf is DocumentsOf for several; those that are not there are left out.
	FilesOf(ctx context.Context, asked ...actor.DocumentID) (map[actor.DocumentID][]dossier.Document, error)
}

// Gate says who may touch a file, and who may check what others did. Package guard does
// it.
type Gate interface {
	Enter(ctx context.Context, by actor.Actor, basis audit.Basis, file ...guard.Held) error
	Checker(by actor.Actor, makers ...string) error
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
	DB      *entdb.DB
	Vault   *vault.Vault
	Files   Files
	Guard   Gate
	Notices Notices
	Audit   Audit
	// Kinds are what can be disputed.
	Kinds map[Kind]Subjects
	// Now is the clock, in any zone.
	Now func() time.Time
	// NewID makes UUIDv7 texts.
	NewID func() string
}

// Service keeps disputes. It is safe for concurrent use and holds no state of its own.
type Service struct {
	Deps
}

// New returns a service over d.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Vault == nil || d.Files == nil || d.Guard == nil || d.Notices == nil || d.Audit == nil ||
		d.Kinds == nil || d.Now == nil || d.NewID == nil {
		return nil, errors.New("dispute: every dependency is required")
	}
	return &Service{d}, nil
}

// time is now, as rows keep it.
func (s *Service) time() time.Time { return s.Now().UTC().Truncate(time.Microsecond) }
