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
	// person.
	Match Verdict = "match"
	// Mismatch: the document exists and something that was asked differs. Of a
	// link: two persons.
	Mismatch Verdict = "mismatch"
	// NotFound: the register holds no such document.
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
