// Package dossier keeps the one file of a person or a firm (一人一檔、一企一檔).
//
// # Words
//
// A document (證件) is known by its kind and number. A file (檔, dossier) is a
// set of documents and owns nothing else: records, data and roles belong to the
// document under which they arose, and are on the file because the document is.
// Every document is born into a file of its own, its origin. A link states, on
// a proof, that two documents are one person's. A succession states that one
// document took another one's place. Files are what links and succession join:
// the file of a document is the oldest origin among all that can be reached,
// and the other origins are signposts to it.
//
// # What never happens
//
//   - No link without a proof. The database refuses it, and no code path tries.
//   - An authority that does not answer is never a yes.
//   - Nothing moves from one document to another. Cutting a link therefore
//     restores both sides exactly.
//   - A file never holds two current documents of one kind.
//   - Somebody else's document and one that does not exist look the same.
//   - Nobody reads or changes a file whom package guard did not let in.
//   - A number, a name or a datum lies in the database in clear, or under a key
//     that outlives the document's.
package dossier

import (
	"cmp"
	"log/slog"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/vault"
)

// IDs of the things in a file: UUIDv7 texts.
type (
	// ID names a file.
	ID = actor.DossierID
	// DocumentID names a document.
	DocumentID = actor.DocumentID
	// LinkID names a link.
	LinkID string
	// ProofID names a proof.
	ProofID string
	// InquiryID names an inquiry.
	InquiryID string
	// ReviewID names a review.
	ReviewID string
)

// Faults of this package. Others stand beside the rule that raises them.
var (
	// ErrNotFound: no such file, document or firm, or not the caller's. It is the
	// guard's fault, so that the two look the same.
	ErrNotFound = guard.ErrNotFound
	// ErrNotUsable: the document is lost, revoked, replaced or expired.
	ErrNotUsable = fault.New(fault.Precondition, "DOCUMENT_NOT_USABLE")
	// ErrStale: somebody changed it at the same moment.
	ErrStale = fault.New(fault.Conflict, "STALE")
)

// Kind tells files of persons from files of firms.
type Kind string

// The kinds of file.
const (
	Person Kind = "person"
	Firm   Kind = "firm"
)

// Names are the forms of a name as one document prints them. They are kept
// apart and never converted into each other: one Simplified character can
// stand for several surnames (GB 18030 forms; see i18n/hanname).
type Names struct {
	Mainland string // Simplified, as printed
	Taiwan   string // as on the Taiwan identity card, where printed
	Roman    string // Latin letters, where printed
}

// Han are the printed forms in Han characters, those that are there.
func (n Names) Han() []string {
	var forms []string
	for _, form := range []string{n.Mainland, n.Taiwan} {
		if form != "" {
			forms = append(forms, form)
		}
	}
	return forms
}

// printed are all forms that are there.
func (n Names) printed() []string {
	if n.Roman == "" {
		return n.Han()
	}
	return append(n.Han(), n.Roman)
}

// Holder is the person as one register or document has it.
type Holder struct {
	Names Names
	// Birth is zero where unknown.
	Birth civil.Date
	Sex   document.Sex
}

// LogValue keeps a holder out of logs.
func (Holder) LogValue() slog.Value { return slog.StringValue("[holder]") }

// Validity is one printing of a document: its issue count as printed (two
// digits, or empty) and its first and last days, zero where unknown.
type Validity struct {
	IssueCount string
	From, To   civil.Date
}

// Document is one document as the file holds it.
type Document struct {
	ID       DocumentID
	Dossier  ID
	Number   document.Number
	Validity Validity
	// Status is what the document is worth on the day of the answer.
	Status document.Status
	// ReplacedBy is the document that took this one's place, or "".
	ReplacedBy DocumentID
	Holder     Holder
	// Area is where it was issued, GB/T 2260; "" where no region is known.
	Area string
	// Erased is when the document was forgotten, zero while it was not. Its
	// number and holder are unknown since.
	Erased time.Time
	// Earlier are printings under the same number, newest first.
	Earlier []Validity

	origin    ID
	recorded  document.Status
	namesPass string // canonical number of the pass that a permit carries, or ""
	version   int64
	kind      document.Kind
	keys      vault.Set // the data keys of the documents with which it was read

	preference Preference // how the holder reads
}

// Kind is the document's kind.
func (d Document) Kind() document.Kind { return cmp.Or(d.Number.Kind(), d.kind) }

// fileKind is the kind of file that the document is in.
func (d Document) fileKind() Kind {
	if d.Kind().OfFirm() {
		return Firm
	}
	return Person
}

// current reports whether nothing took the document's place.
func (d Document) current() bool { return d.recorded != document.Replaced }

// usable reports whether the document may be used for anything but finding.
func (d Document) usable() bool { return d.Status == document.Valid && !d.erased() }

// LogValue keeps all but the ID out of logs.
func (d Document) LogValue() slog.Value { return slog.StringValue(string(d.ID)) }

// Dossier is one file.
type Dossier struct {
	ID        ID
	Kind      Kind
	Documents []Document // current ones first
	Links     []Link     // those that hold first
	Inquiries []Inquiry  // open ones
	Records   []Record   // the newest, at most [FirstRecords]
	// RecordCount is how many records there are in all.
	RecordCount int
	Data        []Datum
	Roles       []Role
	// Powers are what the weakest link allows; all of them for one document.
	Powers []Power
}

// Record is something that was done under a document.
type Record struct {
	ID        string
	Document  DocumentID
	Kind      string
	Title     string
	Authority string
	Occurred  time.Time
	// AmountFen is nil where the record is not about money; fen of RMB.
	AmountFen *int64
}

// LogValue keeps all but the ID out of logs.
func (r Record) LogValue() slog.Value { return slog.StringValue(r.ID) }
