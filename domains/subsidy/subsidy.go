// Package subsidy brings people the money that is due to them without their asking
// (免申即享): from a rule in the law to money in an account, once.
//
// Words. A [Programme] is a policy of the rules that is paid in periods. A decision is
// what it comes to for one file in one period, with the statement it rests on. A claim is
// what a decision adds to what is owed, or takes off it. A batch is claims of many, made
// into payouts, one for each payee, by one officer and approved by another one. An
// objection is what somebody has against a decision, and is answered by a deadline.
//
// Invariants:
//   - nothing is read about anybody who has not authorised it, or has taken it back; whom
//     to invite to authorise it the tax bureau names by itself, without a figure;
//   - the claims of a file for a period sum up to what it is entitled to, so that deciding
//     again changes nothing but what changed;
//   - a receipt counts once under a policy, whichever document shows it;
//   - what nobody knows is neither a yes nor a no: it takes nothing back either;
//   - no decision, claim or payout is changed by a correction or an objection: another one
//     follows.
package subsidy

import (
	"context"
	"crypto/ed25519"
	"errors"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/ledger"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/rules"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/domains/work"
)

// Files is who is who. Package dossier does it.
type Files interface {
	// DocumentsOf returns the documents in the file of one document that were not
	// forgotten.
	DocumentsOf(ctx context.Context, id actor.DocumentID) ([]dossier.Document, error)
	// FilesOf is DocumentsOf for several documents; those that are not there are left
	// out.
	FilesOf(ctx context.Context, asked ...actor.DocumentID) (map[actor.DocumentID][]dossier.Document, error)
	// LocateAll returns the documents with some numbers, by canonical number.
	LocateAll(ctx context.Context, numbers []document.Number) (map[string]actor.DocumentID, error)
	// Find returns the file of any document that was ever in it, for an officer.
	Find(ctx context.Context, by actor.Actor, number document.Number) (dossier.Dossier, error)
	// Require demands a power for the file of a document.
	Require(ctx context.Context, id actor.DocumentID, p dossier.Power) error
}

// Consents is what people allow. Package consent does it.
type Consents interface {
	// Holding lists consents that hold now.
	Holding(ctx context.Context, purpose consent.PurposeCode, after consent.ID, limit int) ([]consent.Consent, error)
	// UseAll decides reads and writes them down, all or none.
	UseAll(ctx context.Context, by actor.Actor, claims ...consent.Claim) ([]consent.Use, error)
	// Held returns a consent that holds now.
	Held(ctx context.Context, id consent.ID) (consent.Consent, error)
	// Given says of some documents which ones a consent that holds now was given under.
	Given(ctx context.Context, purpose consent.PurposeCode, documents []actor.DocumentID) (map[actor.DocumentID]bool, error)
}

// Authorities know the facts. Package upstream asks them.
type Authorities interface {
	upstream.TaxBureau
	upstream.TaiwanAffairs
	MainlandDays(ctx context.Context, qs []upstream.YearQuestion) ([]upstream.StayAnswer, error)
}

// Notices tells people. Package notice does it.
type Notices interface {
	TellMany(ctx context.Context, messages []notice.Message) (int, error)
	// Told says which of some keys were told.
	Told(ctx context.Context, keys ...string) (map[string]bool, error)
}

// Gate says who may touch a file, and who may check what others did. Package guard does it.
type Gate interface {
	// Enter lets an actor into the file of these documents, or says why not.
	Enter(ctx context.Context, by actor.Actor, basis audit.Basis, file ...guard.Held) error
	// Checker lets an actor approve what the makers prepared, unless it is one of them.
	Checker(by actor.Actor, makers ...string) error
}

// Audit records what a run does to documents. Package audit does it.
type Audit interface {
	Change(ctx context.Context, action string, by actor.Actor, documents ...actor.DocumentID) error
}

// The faults.
var (
	// ErrProgramme: there is no such programme.
	ErrProgramme = fault.New(fault.NotFound, "SUBSIDY_PROGRAMME_UNKNOWN")
	// ErrPeriod: it is no year of the programme, or not over yet.
	ErrPeriod = fault.New(fault.Invalid, "SUBSIDY_PERIOD_WRONG")
	// ErrAccountUnknown: the gateway knows no such account.
	ErrAccountUnknown = fault.New(fault.Invalid, "PAYEE_ACCOUNT_UNKNOWN")
	// ErrAccountOther: the account is somebody else's.
	ErrAccountOther = fault.New(fault.Precondition, "PAYEE_ACCOUNT_OTHER")
	// ErrBatch: there is no such batch.
	ErrBatch = fault.New(fault.NotFound, "PAYOUT_BATCH_NOT_FOUND")
	// ErrBatchDecided: the batch was approved or withdrawn already.
	ErrBatchDecided = fault.New(fault.Conflict, "PAYOUT_BATCH_DECIDED")
	// ErrPreviewOld: what was shown is not what is due any more.
	ErrPreviewOld = fault.New(fault.Conflict, "PAYOUT_PREVIEW_OLD")
	// ErrEvent: it is no event of the payment gateway.
	ErrEvent = fault.New(fault.Invalid, "PAYMENT_EVENT_INVALID")
	// ErrNothingDue: there is nobody to pay.
	ErrNothingDue = fault.New(fault.Precondition, "PAYOUT_NOTHING_DUE")
)

// The errors of a caller that is wrong, and of two that write at once; they are no faults.
var (
	// ErrFunding: no amount above zero, or no paper.
	ErrFunding = errors.New("subsidy: an amount above zero and the paper that grants it are required")
	errMoved   = errors.New("subsidy: somebody else wrote it at the same moment")
)

// Deps are what the service stands on. All are required but the gateway's keys.
type Deps struct {
	DB          *entdb.DB
	Vault       *vault.Vault
	Files       Files
	Consents    Consents
	Authorities Authorities
	Payments    upstream.Payments
	Ledger      *ledger.Service
	Queue       work.Queue
	Guard       Gate
	Notices     Notices
	Audit       Audit
	Policies    *rules.Book
	// GatewayKeys are by which the payment gateway's events are known. Without any, none
	// is believed.
	GatewayKeys []ed25519.PublicKey
	Now         func() time.Time
	NewID       func() string
	NewVoucher  func() (string, error)
}

// Service decides and pays. It is safe for concurrent use and holds no state.
type Service struct {
	Deps
}

// New returns a service over d.
func New(d Deps) (*Service, error) {
	missing := d.DB == nil || d.Vault == nil || d.Files == nil || d.Consents == nil || d.Authorities == nil || d.Notices == nil ||
		d.Payments == nil || d.Ledger == nil || d.Queue == nil || d.Guard == nil || d.Audit == nil || d.Policies == nil || d.Now == nil || d.NewID == nil || d.NewVoucher == nil
	if missing {
		return nil, errors.New("subsidy: every dependency is required")
	}
	return &Service{d}, nil
}

// time is now, as rows keep it.
func (s *Service) time() time.Time { return s.Now().UTC().Truncate(time.Microsecond) }
