// Package privacy gives people what the Personal Information Protection Law
// (PIPL, in force 2021-11-01) owes them: a copy of everything held about them, a
// correction, to be forgotten, and how long each kind of data is kept.
//
// # Words
//
// A kind is a kind of data, one line of data/retention.json. An export is
// everything that is held about a file. A correction is a person's wish to have
// an item corrected that a register or an officer entered; an officer decides
// it. A preview says, kind by kind, what an erasure forgets and what it keeps. An
// erasure blanks the rows of all documents of a file and then shreds their data
// keys, so that no backup of the main database brings anything back.
//
// # What never happens
//
//   - Somebody gets, corrects or erases anything of a file that is not the own;
//     whoever acts for somebody else may do none of it.
//   - An erasure stops half way: its row says that it was begun, and
//     [Service.Finish] carries on. No key is destroyed before that row is there.
//   - An erasure is undone, or refused: nothing that we read of the law holds
//     up what is kept here, so nothing does.
//   - A number of days is passed off as the law's: what no rule states is marked
//     as an example.
//   - An export names an officer, or shows another person's number in full.
package privacy

import (
	"log/slog"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// IDs of this package: UUIDv7 texts.
type (
	// CorrectionID names a correction.
	CorrectionID string
	// ErasureID names an erasure: the receipt.
	ErasureID string
	// Kind names a kind of data.
	Kind string
)

// Faults of this package. Whatever is somebody else's is guard.ErrNotFound;
// items and values fail with the faults of package dossier.
var (
	// ErrNotConfirmed: the phrase is not the preview's.
	ErrNotConfirmed = fault.New(fault.Precondition, "ERASURE_NOT_CONFIRMED")
	// ErrDecided: the correction was decided otherwise already.
	ErrDecided = fault.New(fault.Precondition, "CORRECTION_DECIDED")
	// ErrStale: somebody changed it at the same moment.
	ErrStale = fault.New(fault.Conflict, "STALE")
)

// State says how far a correction has come.
type State string

// The states. Only Open changes: to one of the others.
const (
	Open     State = "open"
	Accepted State = "accepted"
	Refused  State = "refused"
)

// Correction is one wish to have something corrected.
type Correction struct {
	ID       CorrectionID
	Document actor.DocumentID
	// Item is one of dossier's: a field of the holder, or the code of a datum.
	Item string
	// Before was held when it was asked for, Value is what it should be.
	Before, Value string
	Reason        string
	State         State
	Created       time.Time
	// Decided is zero while it is open.
	Decided time.Time
	// Answer is what the officer told the person.
	Answer string

	version int64
}

// LogValue keeps all but the ID out of logs.
func (c Correction) LogValue() slog.Value { return slog.StringValue(string(c.ID)) }

// Rule says how long one kind of data is kept.
type Rule struct {
	Kind Kind `json:"kind"`
	// KeepDays is counted from when a thing is over; 0 is for as long as the
	// file stands.
	KeepDays int `json:"keep_days"`
	// Source is where the time comes from.
	Source string `json:"source"`
	// Illustrative: no rule states the time; it is an example until the owner
	// confirms it.
	Illustrative bool `json:"illustrative"`
	// Erasure says what an erasure does with this kind.
	Erasure Effect `json:"erasure"`
}

// Effect is what an erasure does with a kind of data.
type Effect string

// The effects.
const (
	Forgotten Effect = "forgotten"
	Kept      Effect = "kept"
)

// Line explains what an erasure does with one kind of data.
type Line struct {
	Rule
	// Count is how many there are.
	Count int
}

// Preview is what an erasure would do, and the phrase that confirms it.
type Preview struct {
	Lines  []Line
	Phrase string
}

// Erased is what an erasure did.
type Erased struct {
	ID    ErasureID
	Lines []Line
}
