package audit

import (
	"log/slog"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
)

// Unnumbered is the position of an entry that has no place in the log yet.
const Unnumbered int64 = -1

// OK is the outcome of what succeeded; any other is the reason of a fault.
const OK = "ok"

// Entry is one line of the log.
type Entry struct {
	ID   string
	Time time.Time // UTC, cut to microseconds
	Role actor.Role
	// Actor is on whose behalf it was done: a person's document, an officer or
	// a system. Delegate is who really acted where somebody acted for the
	// person, and Delegation the charge.
	Actor      string
	Delegate   actor.DocumentID
	Delegation actor.DelegationID
	Session    actor.SessionID
	Office     string
	Department string
	Duty       actor.Duty
	// Action is what was called: a procedure, or job/ and its name.
	Action string
	// Subjects are the documents whose data it is about, sorted.
	Subjects []actor.DocumentID
	// Why is what the caller gave as the reason. It is empty where none was
	// given, and where the key under which it was sealed has been destroyed.
	Why     string
	Basis   Basis
	Outcome string // OK or a fault's reason
	Request string // the request's ID
	// Position is the place in the log, from 0, or Unnumbered.
	Position int64

	raw       []byte // the body, where the entry was read
	sealed    []byte
	sealedFor actor.DocumentID
}

// LogValue implements slog.LogValuer: only the ID is for logs.
func (e Entry) LogValue() slog.Value { return slog.StringValue(e.ID) }

// entryBy is an entry of somebody's act, on the usual basis.
func entryBy(by actor.Actor, action string) Entry {
	e := Entry{
		Role: by.Role, Actor: string(by.Officer), Delegate: by.Delegate, Delegation: by.Delegation, Session: by.Session,
		Office: by.Office, Department: by.Department, Duty: by.Duty, Action: action, Basis: Usual(by), Position: Unnumbered,
	}
	if by.Role == actor.Person {
		e.Actor = string(by.Document)
	}
	return e
}

// acted is who really acted: what the column holds.
func (e Entry) acted() string {
	if e.Delegate != "" {
		return string(e.Delegate)
	}
	return e.Actor
}
