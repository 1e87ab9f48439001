// Package fault is the one kind of error that crosses rooms.
//
// A [Fault] says what the caller can do about it ([Kind]) and why it arose
// (its reason). The reason is part of the contract: it is sent to clients, it
// is the ID of the message that words it in every language, and it is never
// renamed or reused. Whatever is no fault is a bug of ours and is never shown.
//
// Faults are declared beside the rule that raises them:
//
//	var ErrCheckDigit = fault.New(fault.Invalid, "DOCUMENT_CHECK_DIGIT_WRONG")
//
// and told apart with errors.Is, which compares reasons. Arguments reach
// screens and logs, so they never hold personal data.
package fault

import (
	"errors"
	"maps"
	"strings"
	"time"
)

// Kind says what a caller can do about a fault.
type Kind int

// The kinds. Each maps to one Connect code in the bff.
const (
	// Internal is our bug. It is the zero value so that a forgotten kind never
	// looks like the caller's mistake.
	Internal Kind = iota
	// Invalid: the input is wrong; correct it and call again.
	Invalid
	// SignIn: no valid sign-in; sign in and call again.
	SignIn
	// Denied: signed in, but not for this.
	Denied
	// NotFound: not there, or not the caller's; the two look the same.
	NotFound
	// Conflict: somebody changed it at the same moment; read and try again.
	Conflict
	// Precondition: the state of things forbids it; something else comes first.
	Precondition
	// Exhausted: too many tries; wait.
	Exhausted
	// Unavailable: a neighbour does not answer; the same call may succeed later.
	Unavailable
)

// String names the kind for logs.
func (k Kind) String() string {
	names := [...]string{"internal", "invalid", "sign_in", "denied", "not_found", "conflict", "precondition", "exhausted", "unavailable"}
	if k < 0 || int(k) >= len(names) {
		return "unknown"
	}
	return names[k]
}

// Fault is an error with a stable reason. It is immutable: the With methods
// return copies, so a declared fault can be shared by goroutines.
type Fault struct {
	kind       Kind
	reason     string
	field      string
	args       map[string]string
	retryAfter time.Duration
}

// New declares a fault. The reason is UPPER_SNAKE_CASE and unique in the
// program; a test of i18n checks that every language words it.
func New(kind Kind, reason string) *Fault {
	return &Fault{kind: kind, reason: reason}
}

// Error is the kind and the reason, for logs. It never holds arguments.
func (f *Fault) Error() string { return f.kind.String() + ": " + f.reason }

// Is reports whether target is a fault with the same reason, so that a copy
// with arguments still matches the one that was declared.
func (f *Fault) Is(target error) bool {
	t, ok := target.(*Fault)
	return ok && t.reason == f.reason
}

// Kind says what the caller can do.
func (f *Fault) Kind() Kind { return f.kind }

// Reason is the stable name of the cause.
func (f *Fault) Reason() string { return f.reason }

// Field is the path of the input at fault in the contract's names, or "".
func (f *Fault) Field() string { return f.field }

// Args fill the placeholders of the worded message. The map is a copy.
func (f *Fault) Args() map[string]string { return maps.Clone(f.args) }

// RetryAfter is how long to wait before the same call can succeed, or 0.
func (f *Fault) RetryAfter() time.Duration { return f.retryAfter }

// With returns a copy that carries one more argument. Never pass personal data.
func (f *Fault) With(key, value string) *Fault {
	c := *f
	c.args = maps.Clone(f.args)
	if c.args == nil {
		c.args = map[string]string{}
	}
	c.args[key] = value
	return &c
}

// On returns a copy that names the input field at fault. A path that is set
// already becomes the end of the new one, so that each layer adds its own part.
func (f *Fault) On(field string) *Fault {
	c := *f
	if c.field != "" {
		field = strings.Join([]string{field, c.field}, ".")
	}
	c.field = field
	return &c
}

// On names the input field at fault in an error that is a fault, and returns any
// other error unchanged.
func On(field string, err error) error {
	if f, ok := errors.AsType[*Fault](err); ok {
		return f.On(field)
	}
	return err
}

// After returns a copy that says when the same call can succeed.
func (f *Fault) After(wait time.Duration) *Fault {
	c := *f
	c.retryAfter = wait
	return &c
}
