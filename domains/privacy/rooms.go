package privacy

import (
	"context"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
)

// most is how many entries of one list an export holds.
const most = 10_000

// Looks is the log of who looked, and what people have against some looks.
type Looks interface {
	// Looks returns entries about the actor's file, the newest first, at most
	// limit of them, and whether there are more. The one of the present call
	// need not be among them.
	Looks(ctx context.Context, by actor.Actor, limit int) ([]Look, bool, error)
	// Objections returns the objections to such entries in the same way.
	Objections(ctx context.Context, by actor.Actor, limit int) ([]Objection, bool, error)
}

// Look is one entry of the log, as far as it is told: an officer's office and
// department, and not who the officer is.
type Look struct {
	ID         string    `json:"id"`
	Time       time.Time `json:"time"`
	Role       string    `json:"role"`
	Own        bool      `json:"own"` // the person's own call
	Delegate   bool      `json:"by_delegate"`
	Office     string    `json:"office"`
	Department string    `json:"department"`
	Duty       string    `json:"duty"`
	Action     string    `json:"action"`
	Why        string    `json:"why"`
	Basis      string    `json:"basis"`
	Outcome    string    `json:"outcome"`
}

// Objection is what a person has against a look.
type Objection struct {
	ID       string    `json:"id"`
	Entry    string    `json:"entry"`
	Text     string    `json:"text"`
	Created  time.Time `json:"create_time"`
	Due      time.Time `json:"due_time"`
	Answered time.Time `json:"answer_time,omitzero"`
	Answer   string    `json:"answer"`
	Finding  string    `json:"finding"`
}

// Sessions is the sign-ins of a file.
type Sessions interface {
	// Sessions returns the sign-ins under the documents, over ones too, the
	// newest first, at most limit of them.
	Sessions(ctx context.Context, documents []actor.DocumentID, limit int) ([]Session, error)
	// EndSessions ends them all, in the caller's transaction. It may be repeated.
	EndSessions(ctx context.Context, documents []actor.DocumentID) error
}

// Session is one sign-in on one device.
type Session struct {
	ID       string           `json:"id"`
	Document actor.DocumentID `json:"document"`
	Device   string           `json:"device"`
	Created  time.Time        `json:"create_time"`
	Last     time.Time        `json:"refresh_time"`
	Expires  time.Time        `json:"expire_time"`
	Ended    time.Time        `json:"end_time,omitzero"`
}

// Consents is what the person allowed, and what came of it. Package consent
// does it.
type Consents interface {
	List(ctx context.Context, by actor.Actor) ([]consent.Consent, error)
	Uses(ctx context.Context, by actor.Actor, on consent.ID, after consent.UseCursor, limit int) ([]consent.Use, bool, error)
	Delegations(ctx context.Context, by actor.Actor) ([]consent.Delegation, error)
}

// Audit notes what a job does; a call's own entry notes what a call does.
// Package audit does it.
type Audit interface {
	Change(ctx context.Context, action string, by actor.Actor, documents ...actor.DocumentID) error
}
