// Package actor says on whose behalf something is done.
//
// An [Actor] is made once, where a token or a job is checked, and handed to
// every domain method that reads or changes something. It holds IDs and how
// somebody reads, so that it can stand in a log.
package actor

import (
	"context"
	"regexp"
	"slices"
)

// IDs that an actor points at. They are UUIDv7 texts and mean nothing outside.
type (
	// DossierID names one file of a person or a firm.
	DossierID string
	// DocumentID names one document.
	DocumentID string
	// OfficerID names one officer, or one system.
	OfficerID string
	// SessionID names one sign-in.
	SessionID string
	// DelegationID names a charge to act for somebody else.
	DelegationID string
	// GrantID names a leave to work in another region.
	GrantID string
)

// Role is the side from which somebody acts.
type Role string

// The roles. The zero value may do nothing.
const (
	// Person: a compatriot, about the own file.
	Person Role = "person"
	// Officer: staff of an office, with duties.
	Officer Role = "officer"
	// Auditor: reads and verifies, changes nothing.
	Auditor Role = "auditor"
	// System: another program, or a job of ours.
	System Role = "system"
)

// Duty is what an officer is charged with.
type Duty string

// The duties.
const (
	Accept     Duty = "accept"     // 受理
	Review     Duty = "review"     // 審核
	Approve    Duty = "approve"    // 審批
	Pay        Duty = "pay"        // 支付
	Audit      Duty = "audit"      // 審計
	Administer Duty = "administer" // 管理
)

// Duties are all of them, in the order of the contract.
func Duties() []Duty { return []Duty{Accept, Review, Approve, Pay, Audit, Administer} }

// Actor is whoever asks. The zero Actor is nobody.
type Actor struct {
	Role Role
	// Session is the sign-in; "" for jobs and commands.
	Session SessionID
	// Document is the one that a person signed in by; of a delegate, the
	// principal's. Which file is the person's is found through it at each call,
	// so that an unlink takes effect at once.
	Document DocumentID
	// Dossier is the file as it was at sign-in: the token's subject.
	Dossier DossierID
	// Delegate is the document of the person who really acts, and Delegation
	// the charge, where somebody acts for the holder of Document.
	Delegate   DocumentID
	Delegation DelegationID
	// Licences are the numbers of the licences to which the charge is limited;
	// none is all of them.
	Licences []string
	// Officer is set for officers, auditors and systems; what follows for
	// officers and auditors, and Department for systems too.
	Officer    OfficerID
	Office     string
	Department string
	// Area is the region of the office, GB/T 2260.
	Area   string
	Duties []Duty
	// Duty is the one of them that the present call requires; "" for a person.
	Duty Duty
	// Language and Calendar are how whoever really acts reads, as set: a BCP 47
	// tag; gregorian or republic. "" is not set.
	Language string
	Calendar string
}

// Preference is how somebody reads. Its zero value leaves all to the program
// that calls.
type Preference struct {
	// Language is a BCP 47 tag, or "".
	Language string
	// Calendar is [Gregorian], [Republic] or "".
	Calendar string
}

// The calendars.
const (
	// Gregorian: 2026.
	Gregorian = "gregorian"
	// Republic: 民國115年 is 2026.
	Republic = "republic"
)

var languageForm = regexp.MustCompile(`^[A-Za-z-]{2,16}$`)

// WellFormed reports whether the setting has the shape in which it is stored.
// Whether the house speaks the language is not asked.
func (p Preference) WellFormed() bool {
	return (p.Language == "" || languageForm.MatchString(p.Language)) &&
		(p.Calendar == "" || p.Calendar == Gregorian || p.Calendar == Republic)
}

// ID names who really acts, for logs: a document, an officer or a system. It is
// "" for nobody.
func (a Actor) ID() string {
	switch {
	case a.Delegate != "":
		return string(a.Delegate)
	case a.Role == Person:
		return string(a.Document)
	default:
		return string(a.Officer)
	}
}

// Has reports whether the actor is charged with a duty.
func (a Actor) Has(d Duty) bool { return slices.Contains(a.Duties, d) }

type key struct{}

// With returns a context that carries the actor.
func With(ctx context.Context, a Actor) context.Context { return context.WithValue(ctx, key{}, a) }

// From returns the context's actor, or nobody.
func From(ctx context.Context) Actor {
	a, _ := ctx.Value(key{}).(Actor)
	return a
}
