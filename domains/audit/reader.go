package audit

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// Faults of reading.
var (
	// ErrEntryNotFound: no such entry, or it is not about the caller's file.
	ErrEntryNotFound = fault.New(fault.NotFound, "AUDIT_ENTRY_NOT_FOUND")
	// ErrNotNumbered: the entry has no place in the log yet; it gets one within
	// moments.
	ErrNotNumbered = fault.New(fault.Precondition, "ENTRY_NOT_NUMBERED")
)

// Files says which documents are one file with a document, itself among them.
// Package dossier does.
type Files interface {
	FileDocuments(ctx context.Context, id actor.DocumentID) ([]actor.DocumentID, error)
}

// ReaderDeps are what a Reader works with. All but ObjectionDays are required.
type ReaderDeps struct {
	Log   *Service
	Files Files
	// Enter lets an actor into the files of these documents, or says why not.
	Enter func(ctx context.Context, by actor.Actor, documents ...actor.DocumentID) error
	// Checker fails where one of the makers is to check the own work.
	Checker func(by actor.Actor, makers ...string) error
	// Zone is Asia/Shanghai, in which a day ends.
	Zone *time.Location
	// ObjectionDays is how many calendar days there are to answer an objection.
	// Zero stands for 15, for which no source was found: answers then say that
	// the deadline is an example.
	ObjectionDays int
}

// Reader shows the log to persons and auditors, and takes objections. It is
// apart from [Service] because it needs the file, and the file needs the log. It
// is safe for concurrent use.
type Reader struct {
	*Service
	files   Files
	enter   func(ctx context.Context, by actor.Actor, documents ...actor.DocumentID) error
	checker func(by actor.Actor, makers ...string) error
	zone    *time.Location
	days    int
	example bool // days is an example
}

// exampleDays stands in for a deadline that no source was found for.
const exampleDays = 15

// NewReader returns a Reader.
func NewReader(d ReaderDeps) (*Reader, error) {
	if d.Log == nil || d.Files == nil || d.Enter == nil || d.Checker == nil || d.Zone == nil || d.ObjectionDays < 0 {
		return nil, errors.New("audit: a dependency of the reader is missing")
	}
	r := &Reader{Service: d.Log, files: d.Files, enter: d.Enter, checker: d.Checker, zone: d.Zone, days: d.ObjectionDays}
	if r.days == 0 {
		r.days, r.example = exampleDays, true
	}
	return r, nil
}

// Shown is an entry as the person sees whose file it is about. Of others it
// tells no more than the person may know: only the own documents are among the
// subjects, and who acted is named for officers and systems only.
type Shown struct {
	Entry
	// Own says that the person acted, or somebody whom the person delegated.
	Own bool
	// Objection is the one to this entry, or "".
	Objection ObjectionID
}

// show is the entry for the holder of these documents. The reason is kept back
// where the entry is also about others' documents, of whom it may speak.
func show(e Entry, documents []actor.DocumentID) Shown {
	own := e.Role == actor.Person && slices.Contains(documents, actor.DocumentID(e.Actor))
	subjects := slices.DeleteFunc(slices.Clone(e.Subjects), func(d actor.DocumentID) bool { return !slices.Contains(documents, d) })
	if len(subjects) < len(e.Subjects) {
		e.Why = ""
	}
	e.Subjects = subjects
	e.Session, e.Request, e.Delegate = "", "", ""
	if e.Role == actor.Person {
		e.Actor = ""
	}
	return Shown{Entry: e, Own: own}
}
