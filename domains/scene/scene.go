// Package scene says where the residence permit counts like a resident identity
// card (居住證等同居民身份證), and by which document somebody is taken there.
//
// # Words
//
// A scene (場景) is a place where somebody shows a document: a window, a counter, a
// form. The catalogue lists them, in three classes. A scene is on while the
// residence permit counts there; officers switch it. The document that counts is
// the one that was presented, or one that is linked to it.
//
// # What never happens
//
//   - A residence permit counts in a scene that is off, or that nobody switched on.
//   - A document counts that is not in force.
//   - A linked document counts where the link does not allow what the scene needs.
//   - Somebody is asked for the second document while the first one finds it.
//   - Somebody else's document and one that does not exist look different.
package scene

import (
	"errors"
	"slices"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// Faults of scenes.
var (
	// ErrNotFound: the catalogue has no such scene.
	ErrNotFound = fault.New(fault.NotFound, "SCENE_NOT_FOUND")
	// ErrOff: the scene is off, and takes none of the other documents.
	ErrOff = fault.New(fault.Precondition, "SCENE_OFF")
	// ErrDocumentNeeded: none of the documents that the scene takes is there and in
	// force.
	ErrDocumentNeeded = fault.New(fault.Precondition, "SCENE_DOCUMENT_NEEDED")
	// ErrStale: somebody switched the scene at the same moment.
	ErrStale = fault.New(fault.Conflict, "STALE")
)

// Code names a scene.
type Code string

// Class is what kind of scene it is.
type Class string

// The classes.
const (
	Government     Class = "government"     // 政務服務
	Life           Class = "life"           // 日常生活
	Authentication Class = "authentication" // 認證註冊
)

// Classes are all of them, in the order in which they are shown.
func Classes() []Class { return []Class{Government, Life, Authentication} }

// Scene is an entry of the catalogue, and how it stands.
type Scene struct {
	Code  Code  `json:"code"`
	Class Class `json:"class"`
	// Accepts are the kinds that count while the scene is on.
	Accepts []document.Kind `json:"accepts"`
	// Power is what a link must allow where the linked document counts.
	Power  dossier.Power `json:"power"`
	Source string        `json:"source"`
	// Illustrative: nobody confirmed that the scene is on the official list.
	Illustrative bool `json:"illustrative"`
	// On is whether the residence permit counts there now.
	On bool `json:"-"`

	version int64 // 0 for one that was never switched
}

// Takes are the kinds of document that count now: while the scene is off, all but
// the residence permit.
func (s Scene) Takes() []document.Kind {
	return slices.DeleteFunc(slices.Clone(s.Accepts), func(k document.Kind) bool { return k == document.TaiwanPermit && !s.On })
}

// counts reports whether a document counts in the scene.
func (s Scene) counts(d dossier.Document) bool {
	return d.Status == document.Valid && slices.Contains(s.Takes(), d.Kind())
}

// choose returns the document that counts: the presented one, or else another one
// of the file. It fails with [ErrOff] or [ErrDocumentNeeded].
func (s Scene) choose(file []dossier.Document, presented dossier.DocumentID) (dossier.Document, error) {
	for _, fits := range []func(dossier.Document) bool{
		func(d dossier.Document) bool { return d.ID == presented && s.counts(d) },
		s.counts,
	} {
		if i := slices.IndexFunc(file, fits); i >= 0 {
			return file[i], nil
		}
	}
	if !s.On {
		return dossier.Document{}, ErrOff
	}
	return dossier.Document{}, ErrDocumentNeeded
}

// Service keeps what is on. It is safe for concurrent use and holds no state of
// its own.
type Service struct {
	db    *entdb.DB
	files *dossier.Service
	now   func() time.Time
}

// New returns a service; now is the clock, in any zone. All are required.
func New(db *entdb.DB, files *dossier.Service, now func() time.Time) (*Service, error) {
	if db == nil || files == nil || now == nil {
		return nil, errors.New("scene: every dependency is required")
	}
	return &Service{db: db, files: files, now: now}, nil
}
