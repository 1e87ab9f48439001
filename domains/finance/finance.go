// Package finance decides on applications for the finance credit certificate (金融信用證):
// a local certificate by which lenders see that an office reviewed somebody's public-credit
// report. It is not the credit record (徵信報告) that licensed bureaus provide, and promises
// nobody a loan.
//
// # Words
//
// A subject is the file of a person, or a firm. An application (申請) names the version of
// the subject's credit report that it rests on, and what the certificate is for. One officer
// of the department that decides reviews it and says what was found; another one approves
// or refuses it. The certificate is a credential of package credential, which keeps its
// editions, shows it and verifies it. A matter is the first application of a certificate:
// later ones make its next editions, until it is revoked.
//
// # What never happens
//
//   - An officer sees the report without an authorisation that holds at that moment, or
//     decides without the right to enter the file.
//   - Whoever reviewed an application decides it.
//   - Two applications of one subject are open at a time.
//   - An approval makes two certificates, or none: it is stored before anything is issued,
//     and a process that dies between the two leaves a row that [Service.Finish] takes up.
//   - What is said lies anywhere but under the data key of the document.
package finance

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/credit"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/subject"
	"github.com/minzhengtong/minzhengtong/domains/vault"
)

// Certificate is the type of the certificate.
const Certificate credential.TypeCode = "finance_credit"

// Owner is the department that decides and issues.
const Owner = "finance"

// DecideDays is within how many working days an application is decided, the day of applying
// not counted. The figure is illustrative: no source among the project's facts confirms it.
const DecideDays = 10

// The faults.
var (
	// ErrNotFound: there is no such application, or not one that the caller may see.
	ErrNotFound = fault.New(fault.NotFound, "FINANCE_APPLICATION_NOT_FOUND")
	// ErrDecided: it was decided or taken back already, and is decided once.
	ErrDecided = fault.New(fault.Precondition, "FINANCE_APPLICATION_DECIDED")
	// ErrTaken: another officer reviews it.
	ErrTaken = fault.New(fault.Precondition, "FINANCE_APPLICATION_TAKEN")
	// ErrUnreviewed: nobody has said yet what the review found.
	ErrUnreviewed = fault.New(fault.Precondition, "FINANCE_APPLICATION_UNREVIEWED")
	// ErrSuperseded: the report has a later version than the one that was applied on.
	ErrSuperseded = fault.New(fault.Precondition, "FINANCE_REPORT_SUPERSEDED")
	// ErrNotIssued: the application made no certificate, or not the edition that counts.
	ErrNotIssued = fault.New(fault.Precondition, "FINANCE_NOT_ISSUED")
	// ErrMonths: the months end before they begin, or are too many.
	ErrMonths = fault.New(fault.Invalid, "FINANCE_MONTHS_WRONG")
	// ErrStale: somebody did the same at the same moment.
	ErrStale = fault.New(fault.Conflict, "STALE")
)

// ID names an application: a UUIDv7 text.
type ID string

// State is what became of an application. Its text is stored and never renamed.
type State string

// The states. Applied and InReview are open; nothing follows the others.
const (
	Applied   State = "applied"
	InReview  State = "review"
	Approved  State = "approved"
	Refused   State = "refused"
	Withdrawn State = "withdrawn" // by the applicant, or because the subject was forgotten
)

// Application is what somebody asks a certificate for. Times are in UTC, and zero for what
// has not happened.
type Application struct {
	ID       ID
	Document actor.DocumentID // under which it stands
	Report   credit.ReportID
	State    State
	// Purpose, Finding and Answer are empty before they are said and once they were
	// forgotten.
	Purpose, Finding, Answer string
	Created                  time.Time
	// Due is by when it is decided: the end of a day in Asia/Shanghai.
	Due      time.Time
	Reviewed time.Time // when an officer took it
	Decided  time.Time // also when it was taken back
	// Number and Edition are those of the certificate that it made.
	Number  credential.Number
	Edition int
	Issued  time.Time
	Revoked time.Time

	applicant             actor.DocumentID // is told
	reviewedBy, decidedBy string
	matter                ID
	said                  statement
}

// LogValue keeps what is said out of logs.
func (a Application) LogValue() slog.Value { return slog.StringValue(string(a.ID)) }

// Open reports whether an application waits for a decision.
func (a Application) Open() bool { return a.State == Applied || a.State == InReview }

// Late reports whether an application waits longer than it should.
func (a Application) Late(now time.Time) bool { return a.Open() && !now.Before(a.Due) }

// decideBy is by when an application that was made at a moment is decided.
func decideBy(c calendar.Calendar, made time.Time) time.Time {
	day, _ := c.AddWorkdays(calendar.On(made), DecideDays) // a year without its notice is counted by the rule
	return calendar.Begins(day.AddDays(1)).UTC()
}

// Files is who is who. Package dossier does it.
type Files = subject.Files

// Credits is the credit reports. Package credit does it.
type Credits interface {
	Report(ctx context.Context, by actor.Actor, id credit.ReportID) (credit.Report, []credit.Report, error)
	ReportOfFirm(ctx context.Context, by actor.Actor, firm actor.DossierID, id credit.ReportID) (credit.Report, []credit.Report, error)
	// AuthorisedFor demands that a department may read a report.
	AuthorisedFor(ctx context.Context, department string, file ...actor.DocumentID) error
	// Read enters the file of a number and shows its report on the authorisation.
	Read(ctx context.Context, by actor.Actor, number document.Number) (credit.Report, error)
}

// Credentials issues certificates and ends them. Package credential does it.
type Credentials interface {
	Issue(ctx context.Context, by actor.Actor, d credential.Draft) (credential.Credential, error)
	Amend(ctx context.Context, by actor.Actor, number credential.Number, a credential.Amendment) (credential.Credential, error)
	Move(ctx context.Context, by actor.Actor, number credential.Number, to credential.State, note string) (credential.Credential, error)
}

// Gate says who may touch a file, and who may check what others did. Package guard does it.
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
	DB          *entdb.DB
	Vault       *vault.Vault
	Files       Files
	Credits     Credits
	Credentials Credentials
	Guard       Gate
	Notices     Notices
	Audit       Audit
	// Now is the clock, in any zone.
	Now func() time.Time
	// NewID makes UUIDv7 texts.
	NewID func() string
}

// Service keeps applications. It is safe for concurrent use and holds no state of its own.
type Service struct {
	Deps
}

// New returns a service over d.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Vault == nil || d.Files == nil || d.Credits == nil || d.Credentials == nil || d.Guard == nil ||
		d.Notices == nil || d.Audit == nil || d.Now == nil || d.NewID == nil {
		return nil, errors.New("finance: every dependency is required")
	}
	return &Service{d}, nil
}

// door lets in those who apply.
func (s *Service) door() subject.Door { return subject.Door{Files: s.Files, Gate: s.Guard} }

// time is now, as rows keep it.
func (s *Service) time() time.Time { return s.Now().UTC().Truncate(time.Microsecond) }
