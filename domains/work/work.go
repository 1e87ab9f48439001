// Package work is the words for work that outlives its call: a domain asks for
// it in the transaction of the state that it belongs to, and somebody does it
// later, at least once. Package jobs/queue keeps the promise; domains know only
// this.
package work

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Job is something to be done once, later.
type Job struct {
	// Kind says who does it: a worker is registered for each kind. Kebab-case.
	Kind string
	// ID is the row that it is about. One job of a kind and ID waits or runs at a
	// time: asking again while it does changes nothing.
	ID string
	// At is when to begin; the zero time is at once.
	At time.Time
}

// Queue takes work.
type Queue interface {
	// Enqueue must be called in a transaction, with the context that the work of
	// entdb.DB.InTx was given: the jobs come and go with it.
	Enqueue(ctx context.Context, jobs ...Job) error
}

// Handler does one job. It may be called more than once for the same job, also
// after it succeeded, so its effect must be guarded by the state of the row. It
// returns nil when nothing is left to do, [Later] to be called again at a time
// without having failed, [Never] to give up at once, or any other error to be
// tried again with a growing pause.
type Handler func(ctx context.Context, id string) error

// Later asks to be called again after a pause.
func Later(pause time.Duration) error { return laterError{pause} }

type laterError struct{ pause time.Duration }

func (e laterError) Error() string { return fmt.Sprintf("again in %s", e.pause) }

// Pause is how long a handler's error asks to wait.
func Pause(err error) (pause time.Duration, ok bool) {
	e, ok := errors.AsType[laterError](err)
	return e.pause, ok
}

// Never gives a job up: it goes to the list of dead letters, with the cause.
func Never(cause error) error { return neverError{cause} }

type neverError struct{ cause error }

func (e neverError) Error() string { return "given up: " + e.cause.Error() }

func (e neverError) Unwrap() error { return e.cause }

// IsNever reports whether a handler's error gives the job up.
func IsNever(err error) bool {
	_, ok := errors.AsType[neverError](err)
	return ok
}
