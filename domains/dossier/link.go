package dossier

import (
	"time"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// Faults of linking.
var (
	// ErrNotConfirmed: the authorities say no, or know no such document.
	ErrNotConfirmed = fault.New(fault.Precondition, "LINK_NOT_CONFIRMED")
	// ErrContradicted: one of the two belongs to somebody else on record.
	ErrContradicted = fault.New(fault.Precondition, "LINK_CONTRADICTED")
	// ErrSameDocument: a document cannot be linked to itself.
	ErrSameDocument = fault.New(fault.Invalid, "LINK_SAME_DOCUMENT")
	// ErrLinkKinds: these two kinds of document are not linked this way.
	ErrLinkKinds = fault.New(fault.Invalid, "LINK_KINDS")
	// ErrLinkNotFound: no such link in the caller's file.
	ErrLinkNotFound = fault.New(fault.NotFound, "LINK_NOT_FOUND")
)

// Link states, on a proof, that two documents are one person's.
type Link struct {
	ID            LinkID
	First, Second DocumentID
	Level         Level
	Proof         ProofID
	Made          time.Time
	// Cut is zero while the link holds.
	Cut time.Time

	firstKind, secondKind document.Kind
}

// Holds reports whether the link has not been cut.
func (l Link) Holds() bool { return l.Cut.IsZero() }

// joins reports whether the link is between these two.
func (l Link) joins(a, b DocumentID) bool {
	return l.First == a && l.Second == b || l.First == b && l.Second == a
}

// between reports whether the link is between documents of these two kinds.
func (l Link) between(a, b document.Kind) bool {
	return l.firstKind == a && l.secondKind == b || l.firstKind == b && l.secondKind == a
}

// otherKind is the kind of the document to which the link joins id, or "".
func (l Link) otherKind(id DocumentID) document.Kind {
	switch id {
	case l.First:
		return l.secondKind
	case l.Second:
		return l.firstKind
	default:
		return ""
	}
}

// proof is what an authority or officers stated.
type proof struct {
	kind          string
	trace         string
	checked       time.Time
	first, second string // officers
	note          string
}

// said is the one text of a proof, and the field under which it is sealed.
func (p proof) said() (text, field string) {
	if field = proofField(p.kind); field == "note" {
		return p.note, field
	}
	return p.trace, field
}

// proofField says what the text of a proof of some kind is: the note of an officer
// at the window, of any other kind the authority's name for its answer, or the
// paper's number.
func proofField(kind string) string {
	if kind == proofKinds[BothAtWindow] {
		return "note"
	}
	return "trace"
}

// proofKinds says what kind of statement each level of link stands on.
var proofKinds = map[Level]string{
	PermitNamesPass:  "permit_check",
	NationalCheck:    "national_check",
	BothAtWindow:     "window",
	PaperTwoOfficers: "paper",
}

// InquiryKind tells what was asked.
type InquiryKind string

// The kinds of inquiry.
const (
	LinkInquiry    InquiryKind = "link"
	RenewalInquiry InquiryKind = "renewal"
)

// InquiryState says how far an inquiry has come.
type InquiryState string

// The states. Only Pending changes: to any of the others.
const (
	Pending  InquiryState = "pending"
	Done     InquiryState = "done"
	Refused  InquiryState = "refused"
	InReview InquiryState = "in_review"
)

// Inquiry is a question that authorities must answer before a file changes. It
// is stored before anybody is asked.
type Inquiry struct {
	ID       InquiryID
	Kind     InquiryKind
	State    InquiryState
	Document DocumentID // the document it is asked about
	Findings []Finding  // for officers; the holder is not told
	Asked    time.Time
	NextTry  time.Time
	Link     LinkID     // once done
	Result   DocumentID // the document that holds after a renewal

	byHolder     bool
	targetKind   document.Kind
	targetSealed []byte
	tries        int
	version      int64
}

// ReviewKind says why a pair is in the officers' queue.
type ReviewKind string

// The kinds of review.
const (
	Proposal      ReviewKind = "proposal"
	Contradiction ReviewKind = "contradiction"
)

// ReviewState says whether a review is done.
type ReviewState string

// The states. Only Open changes: to one of the others.
const (
	Open   ReviewState = "open"
	Linked ReviewState = "linked"
	Apart  ReviewState = "kept_apart"
)

// Review is a pair of documents that an officer has to look at.
type Review struct {
	ID       ReviewID
	Kind     ReviewKind
	State    ReviewState
	Findings []Finding
	Sides    []Document
	Opened   time.Time
	Closed   time.Time // zero while open

	first, second DocumentID
	files         []Document // all documents of the files of both sides
	version       int64
}
