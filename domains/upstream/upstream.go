// Package upstream asks the authorities: exit-entry, which issues passes; the
// police, who issue permits; the national check of whether two documents are
// one person's; and the gateway that sends short messages.
//
// Words. An [Authority] is one of these four. A [Verdict] is what it says of
// what was asked. The interfaces are the ports that a domain declares itself to
// need; [Clients] is all of them over Connect, against the gateways' contract
// minzhengtong.upstream.v1. No type of that contract leaves this package.
//
// Invariants:
//   - an authority that does not answer is never a yes: whatever is not a
//     complete, timely and readable answer is [ErrUnavailable];
//   - no call outlasts its context or the configured limit, retries included;
//   - one authority's trouble stays its own: connections, retries and circuit
//     breaker are per authority;
//   - no error, log line or printed value of this package holds a number, a
//     name, a phone or a text, and nothing that a gateway worded.
package upstream

import (
	"context"
	"errors"

	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// ErrUnavailable: an authority gave no answer that can be relied on. The
// argument "Authority" names it; while its circuit breaker is open the fault
// says after what time a call makes sense.
//
// It says nothing about whether the call had an effect. A message may have been
// sent, a link may have been checked: repeat with the same idempotency key.
var ErrUnavailable = fault.New(fault.Unavailable, "AUTHORITY_UNAVAILABLE")

// ErrRefused: the message gateway said that it does not send to this phone, such as
// one that exists no more. Nothing was sent, and repeating is in vain.
var ErrRefused = errors.New("the message gateway does not send to this phone")

// Authority names one of the authorities, in faults and in logs.
type Authority string

// The authorities.
const (
	ExitEntryOffice Authority = "exit_entry"
	PoliceOffice    Authority = "police"
	NationalCheck   Authority = "link_check"
	MessageGateway  Authority = "message"
)

// Authorities lists every authority. The slice belongs to the caller.
func Authorities() []Authority {
	return []Authority{ExitEntryOffice, PoliceOffice, NationalCheck, MessageGateway}
}

// ExitEntry is the exit-entry administration.
type ExitEntry interface {
	// CheckPass says whether a pass is as described. It changes nothing and may
	// be repeated. It fails with [ErrUnavailable], or with the context's error
	// when the context ends first.
	CheckPass(ctx context.Context, q PassQuestion) (PassAnswer, error)
}

// Police is the public-security authority that issues residence permits.
type Police interface {
	// CheckPermits answers each question in its order. It changes nothing and
	// may be repeated; no questions get no answers without a call. It fails as a
	// whole, with [ErrUnavailable] or the context's error.
	CheckPermits(ctx context.Context, qs []PermitQuestion) ([]PermitAnswer, error)
}

// LinkCheck is the national check.
type LinkCheck interface {
	// CheckLink says whether a pass and a permit are one person's. Only the
	// holder may start it. Repeating it with the same key answers as the first
	// time, with that time. It fails with [ErrUnavailable] or the context's
	// error.
	CheckLink(ctx context.Context, q LinkQuestion) (LinkAnswer, error)
}

// Messages is the short message gateway.
type Messages interface {
	// Send has a text delivered at most once per key and returns the gateway's
	// name for the message. It fails with [ErrRefused]; after any other error the
	// message may or may not have been sent: repeat with the same key. Those are
	// [ErrUnavailable] and the context's error.
	Send(ctx context.Context, m Message) (string, error)
}
