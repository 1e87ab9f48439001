package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
)

// errCanonical: bytes that are no entry in its one form.
var errCanonical = errors.New("audit: not an entry in canonical form")

// layout writes microseconds without trailing zeros.
const layout = time.RFC3339Nano

// body is an entry as it is hashed: JSON of these fields in this order, without
// spaces. It holds IDs and words of ours, and nothing of a person in clear. The
// order, the names and what is left out when empty never change; a new field
// goes to the end and is left out when empty.
type body struct {
	ID         string             `json:"id"`
	Time       string             `json:"time"`
	Role       actor.Role         `json:"role,omitempty"`
	Actor      string             `json:"actor,omitempty"`
	Delegate   actor.DocumentID   `json:"delegate,omitempty"`
	Delegation actor.DelegationID `json:"delegation,omitempty"`
	Session    actor.SessionID    `json:"session,omitempty"`
	Office     string             `json:"office,omitempty"`
	Department string             `json:"department,omitempty"`
	Duty       actor.Duty         `json:"duty,omitempty"`
	Action     string             `json:"action"`
	Subjects   []actor.DocumentID `json:"subjects,omitempty"`
	Why        []byte             `json:"why,omitempty"`       // sealed
	WhyOwner   actor.DocumentID   `json:"why_owner,omitempty"` // whose data key; the keyring's where empty
	Basis      Basis              `json:"basis,omitempty"`
	Outcome    string             `json:"outcome"`
	Request    string             `json:"request,omitempty"`
}

// encode is the body of an entry. Subjects are sorted and unique, times in UTC
// and cut to microseconds; text that is not UTF-8 is made so.
func encode(e Entry) ([]byte, error) {
	raw, err := json.Marshal(body{
		ID: e.ID, Time: e.Time.UTC().Truncate(time.Microsecond).Format(layout),
		Role: e.Role, Actor: e.Actor, Delegate: e.Delegate, Delegation: e.Delegation, Session: e.Session,
		Office: e.Office, Department: e.Department, Duty: e.Duty, Action: e.Action,
		Subjects: slices.Compact(slices.Sorted(slices.Values(e.Subjects))),
		Why:      e.sealed, WhyOwner: e.sealedFor, Basis: e.Basis, Outcome: e.Outcome, Request: e.Request,
	})
	if err != nil {
		return nil, fmt.Errorf("encode audit entry: %w", err)
	}
	return raw, nil
}

// decode reads a body, and refuses bytes that encode would not have written.
func decode(raw []byte) (Entry, error) {
	var b body
	in := json.NewDecoder(bytes.NewReader(raw))
	in.DisallowUnknownFields()
	if err := in.Decode(&b); err != nil {
		return Entry{}, errCanonical
	}
	at, err := time.Parse(layout, b.Time)
	if err != nil {
		return Entry{}, errCanonical
	}
	e := Entry{
		ID: b.ID, Time: at, Role: b.Role, Actor: b.Actor, Delegate: b.Delegate, Delegation: b.Delegation,
		Session: b.Session, Office: b.Office, Department: b.Department, Duty: b.Duty, Action: b.Action,
		Subjects: b.Subjects, Basis: b.Basis, Outcome: b.Outcome, Request: b.Request,
		sealed: b.Why, sealedFor: b.WhyOwner, Position: Unnumbered,
	}
	again, err := encode(e)
	if err != nil || !bytes.Equal(again, raw) {
		return Entry{}, errCanonical
	}
	e.Time = e.Time.UTC()
	return e, nil
}

// tidy makes every text of an entry one that both databases and JSON keep as it
// is, no longer than its column.
func tidy(e Entry) Entry {
	e.Actor, e.Office, e.Department = clean(e.Actor, longestID), clean(e.Office, longestID), clean(e.Department, longestID)
	e.Delegate, e.Session = clean(e.Delegate, longestID), clean(e.Session, longestID)
	e.Delegation, e.Duty, e.Role = clean(e.Delegation, longestID), clean(e.Duty, longestID), clean(e.Role, longestID)
	e.Action, e.Outcome, e.Request = clean(e.Action, longestText), clean(e.Outcome, longestOutcome), clean(e.Request, longestText)
	return e
}

// The columns' lengths, in characters.
const (
	longestID      = 36
	longestOutcome = 64
	longestText    = 128
)

// clean is text without what JSON would rewrite or a database refuse.
func clean[T ~string](text T, longest int) T {
	s := strings.ReplaceAll(strings.ToValidUTF8(string(text), "\uFFFD"), "\x00", "\uFFFD")
	if r := []rune(s); len(r) > longest {
		s = string(r[:longest])
	}
	return T(s)
}
