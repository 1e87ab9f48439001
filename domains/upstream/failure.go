package upstream

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"connectrpc.com/connect"
)

// fail makes the fault that callers see. Its cause is for our log and is worded
// here alone: what a gateway says may hold a person's data.
func (g *guard) fail(err error) error {
	f := ErrUnavailable.With("Authority", string(g.authority))
	switch wait := g.breaker.RemainingDelay(); {
	case wait > 0:
		f = f.After(wait.Truncate(time.Second) + time.Second)
	case errors.Is(err, errOpen):
		// A probe is under way.
		f = f.After(time.Second)
	}
	return fmt.Errorf("%w: %w", f, cause(err))
}

// cause words a failure without the words of others. It wraps nothing: a time
// limit of ours must not look like the caller's own.
func cause(err error) error {
	var lacking unreadable
	var network *net.OpError
	code := connect.CodeOf(err)
	switch {
	case errors.Is(err, errOpen):
		return errOpen
	case errors.As(err, &lacking):
		return lacking
	case errors.Is(err, context.DeadlineExceeded), code == connect.CodeDeadlineExceeded:
		return errors.New("no answer within the time limit")
	case connect.IsWireError(err):
		return fmt.Errorf("the gateway answered %s", code)
	case errors.As(err, &network):
		return errors.New(network.Error()) // operation, addresses, system error
	default:
		return fmt.Errorf("no readable answer: %s", code)
	}
}

// retryable reports whether the same call may fare better in a moment.
func retryable(err error) bool {
	if err == nil || errors.Is(err, errOpen) || blamesQuestion(err) {
		return false
	}
	switch connect.CodeOf(err) {
	case connect.CodeUnauthenticated, connect.CodePermissionDenied, connect.CodeUnimplemented, connect.CodeResourceExhausted:
		return false
	default:
		return true
	}
}

// refused reports whether the message gateway answered that it does not send to a
// phone.
func refused(err error) bool {
	return connect.IsWireError(err) && connect.CodeOf(err) == connect.CodeFailedPrecondition
}

// blamesQuestion reports whether the authority answered that this one question
// is wrong. One wrong question must not shut the authority for everybody.
func blamesQuestion(err error) bool {
	switch connect.CodeOf(err) {
	case connect.CodeInvalidArgument, connect.CodeAlreadyExists, connect.CodeOutOfRange, connect.CodeFailedPrecondition:
		return connect.IsWireError(err)
	default:
		return false
	}
}
