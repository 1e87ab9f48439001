// Package ledger keeps the books (賬簿): who owes whom what, in fen of RMB, by double
// entry. It knows no policy and no person; accounts have names that others give.
//
// Invariants:
//   - a transfer is one row with both sides, so that the sum of the books is zero at
//     any moment, whoever writes;
//   - what is booked is never changed or deleted, not by this program and not in the
//     database; a correction is another transfer;
//   - a transfer is booked once under its name, however often and by how many at once;
//   - a capped account never gives more than it has, what is reserved included;
//   - what is reserved is posted or released, once.
package ledger

import (
	"errors"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// Kind is what an account is for.
type Kind string

// The kinds.
const (
	Budget   Kind = "budget"   // where the money of the state comes from
	Policy   Kind = "policy"   // what a policy may give in a year
	Payable  Kind = "payable"  // what was approved and is owed
	Clearing Kind = "clearing" // what is on its way through a bank
	Payee    Kind = "payee"    // what somebody received
)

// Account is an account as it is opened.
type Account struct {
	// Code is its name, at most 100 bytes: policy/pingtan_iit/2026.
	Code string
	Kind Kind
	// Capped: its debits, reserved ones included, never exceed its credits.
	Capped bool
}

// TransferID is the caller's name for a transfer, at most 64 bytes, made of what it is
// for, so that doing it again finds it.
type TransferID string

// Step is what a transfer does.
type Step string

// The steps.
const (
	Move    Step = "move"    // moves at once
	Reserve Step = "reserve" // sets aside on both sides
	Post    Step = "post"    // moves what was reserved, whole
	Release Step = "release" // gives up what was reserved, whole
)

// Transfer is money from one account, which is debited, to another one, which is
// credited.
type Transfer struct {
	ID   TransferID
	Step Step
	// Debit and Credit are the codes of accounts, and Fen is above zero. Post and
	// Release take all three from their reserve and leave them empty.
	Debit, Credit string
	Fen           int64
	// Reserve is what Post and Release are about.
	Reserve TransferID
	// Reason is a word of the caller's, at most 32 bytes, and About names the row
	// that it is for.
	Reason, About string
	// Time is when it was booked; it is set here.
	Time time.Time
}

// Balance is what stood on an account.
type Balance struct {
	Debits, Credits                 int64
	ReservedDebits, ReservedCredits int64
}

// Net is what is left: credits less debits.
func (b Balance) Net() int64 { return b.Credits - b.Debits }

// Free is what may still be given: what is left, less what is set aside.
func (b Balance) Free() int64 { return b.Net() - b.ReservedDebits }

// The faults.
var (
	// ErrCap: the account named by the argument "Account" has less than that.
	ErrCap = fault.New(fault.Precondition, "LEDGER_CAP")
	// ErrDiffers: something else is booked under that name, or an account is open in
	// another form.
	ErrDiffers = fault.New(fault.Conflict, "LEDGER_DIFFERS")
	// ErrSettled: the reserve was posted or released already, by another transfer.
	ErrSettled = fault.New(fault.Conflict, "LEDGER_SETTLED")
)

// The errors of a caller that is wrong; they are bugs of ours.
var (
	ErrAccount  = errors.New("ledger: no such account")
	ErrTransfer = errors.New("ledger: that is no transfer")
	ErrReserve  = errors.New("ledger: no such reserve")
)

// Deps are what the service stands on. All are required.
type Deps struct {
	DB    *entdb.DB
	Now   func() time.Time
	NewID func() string
}

// Service keeps the books. It is safe for concurrent use and holds no state.
type Service struct {
	db    *entdb.DB
	now   func() time.Time
	newID func() string
}

// New returns a service over d.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Now == nil || d.NewID == nil {
		return nil, errors.New("ledger: every dependency is required")
	}
	return &Service{db: d.DB, now: d.Now, newID: d.NewID}, nil
}

// time is now, as rows keep it.
func (s *Service) time() time.Time { return asRow(s.now()) }
