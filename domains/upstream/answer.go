package upstream

import (
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
)

// Verdict is an authority's answer. Its text is stored and never renamed.
type Verdict string

// The verdicts. There is none for "cannot say": that is [ErrUnavailable].
const (
	// Match: everything that was asked agrees with the register. Of a link: one
	// person. Of an account: the holder's.
	Match Verdict = "match"
	// Mismatch: the document exists and something that was asked differs. Of a
	// link: two persons. Of an account: somebody else's.
	Mismatch Verdict = "mismatch"
	// NotFound: the register holds no such document, or no such account.
	NotFound Verdict = "not_found"
)

// Holder is the person as a register has it. A name that is not printed is "".
type Holder struct {
	NameMainland string
	NameTaiwan   string
	NameRoman    string
	Birth        civil.Date
	Sex          document.Sex
}

// Issue is one printing of a document. Dates are of Asia/Shanghai.
type Issue struct {
	IssueCount string // two digits, or ""
	ValidFrom  civil.Date
	ValidTo    civil.Date // the last day
	// Status is what the authority says: never [document.Expired], which
	// follows from ValidTo (see [document.StatusOn]).
	Status document.Status
	// ReplacesNumber is the number before, where a renewal changed it.
	ReplacesNumber string
}

// PassAnswer is what exit-entry says. Holder and Issue are zero unless the
// verdict is [Match].
type PassAnswer struct {
	Verdict   Verdict
	Holder    Holder
	Issue     Issue
	CheckTime time.Time // UTC, by the authority's clock
	TraceID   string    // the authority's name for the answer; never empty
}

// PermitAnswer is what the police say of one permit. Holder, Issue and
// ExitEntryNumber are zero unless the verdict is [Match].
type PermitAnswer struct {
	Verdict Verdict
	Holder  Holder
	Issue   Issue
	// ExitEntryNumber is the exit-entry document with which the permit was
	// applied for, as the permit carries it (國辦發〔2018〕81號, Art. 3), or ""
	// where it carries none.
	ExitEntryNumber string
	CheckTime       time.Time
	TraceID         string
}

// LinkAnswer is what the national check says. It holds no personal data.
type LinkAnswer struct {
	Verdict   Verdict
	CheckTime time.Time
	TraceID   string
}

// TaxPayments is what the tax bureau says of one document in one year. The
// verdict is [Match], perhaps with no payment at all, or [NotFound].
type TaxPayments struct {
	Verdict  Verdict
	Payments []TaxPayment
}

// TaxPayment is one receipt of individual income tax, in fen of CNY.
type TaxPayment struct {
	Receipt string // the number of the receipt; unique within the answer
	// Category is the kind of income: wages, labour, author, royalties,
	// property_lease, property_transfer, other_income, business, contracting,
	// interest or accidental.
	Category    string
	Area        string    // where it was declared and paid: six digits, GB/T 2260
	Paid        time.Time // UTC
	PaidFen     int64     // not negative
	RefundedFen int64     // not negative, and not more than was paid
}

// PayersPage is one page of documents under which tax was paid.
type PayersPage struct {
	Payers []Payer
	Next   string // the cursor of the next page, or "" after the last
}

// Payer is a document under which tax was paid.
type Payer struct {
	Kind   document.Kind // [document.TaiwanPass] or [document.TaiwanPermit]
	Number string
}

// StayAnswer is what exit-entry says of one person's stay in one year. Days is 0
// unless it is known.
type StayAnswer struct {
	Known bool // false: exit-entry has no records of such a holder
	Days  int  // in the mainland, 0 to 366
}

// Engagement is what the Taiwan-affairs department says of one person's work in
// one year. Everything else is zero unless it is known.
type Engagement struct {
	Known bool // false: the department has no records of such a holder
	// Areas is where the person was employed, was engaged or performed contracts:
	// six digits each, GB/T 2260, none twice. It is empty where that is known to
	// be nowhere.
	Areas []string
	// SimilarBenefit: the person has a similar benefit of the province or a place.
	SimilarBenefit bool
}

// AccountAnswer is what the payment gateway says of an account. Token and Tail
// are "" unless the verdict is [Match].
type AccountAnswer struct {
	Verdict Verdict
	Token   string // the gateway's name for the account, at most 128 bytes
	Tail    string // the last four characters of the number, for display
}

// PaymentState is what became of an order. Its text is stored and never renamed.
type PaymentState string

// The states of an order. From pending it goes to paid, refused or returned;
// from paid to returned. Refused and returned are final.
const (
	PaymentPending  PaymentState = "pending"
	PaymentPaid     PaymentState = "paid"
	PaymentRefused  PaymentState = "refused"  // no money left
	PaymentReturned PaymentState = "returned" // the money left and came back
)

// PaymentAnswer is what the gateway says of one order.
type PaymentAnswer struct {
	Key       string // the order's
	Reference string // the gateway's name for the payment; never empty
	Fen       int64  // of CNY, more than 0
	State     PaymentState
	// Reason is a stable code for refused and returned, such as ACCOUNT_CLOSED:
	// capitals, digits and underscores. It is "" otherwise.
	Reason string
	Time   time.Time // UTC, when the order came into this state
}

// StatementPage is one page of what was settled on a day: every line is paid or
// returned, and its time is of that day.
type StatementPage struct {
	Lines []PaymentAnswer
	Next  string // the cursor of the next page, or "" after the last
}

// PaymentEvent is a signed callback of the gateway: what became of an order at
// the moment of the event. Events may arrive late, twice, in any order or not at
// all.
type PaymentEvent struct {
	ID      string // a UUID; the same for every delivery of one event
	Payment PaymentAnswer
}
