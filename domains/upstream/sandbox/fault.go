package sandbox

import (
	"bytes"
	"io"
	"net/http"
	"sync"
	"time"

	"connectrpc.com/connect"

	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// Fault is how an authority misbehaves.
type Fault string

// The faults.
const (
	// Healthy: it behaves.
	Healthy Fault = ""
	// Slow: it answers late, by the delay given.
	Slow Fault = "slow"
	// Wrong: match and not found change places, with an invented holder, days,
	// engagement, fact or payment; the message gateway confirms and delivers nothing;
	// the payment gateway pays what was ordered and says another amount, in
	// answers, events and statements.
	Wrong Fault = "wrong"
	// Duplicate: it does what was asked twice; the second payment of an order has
	// a reference, an event and a line in the statement of its own.
	Duplicate Fault = "duplicate"
	// Gone: it drops every connection.
	Gone Fault = "gone"
	// Error: it answers every call with an error.
	Error Fault = "error"
	// DoneUnsaid: it does what was asked and drops the connection before the
	// answer.
	DoneUnsaid Fault = "done_unsaid"
	// Garbage: it answers with bytes that mean nothing.
	Garbage Fault = "garbage"
)

// faults are the authorities' present faults; mu guards both maps.
type faults struct {
	mu    sync.Mutex
	kind  map[upstream.Authority]Fault
	delay map[upstream.Authority]time.Duration
}

func newFaults() *faults {
	return &faults{kind: map[upstream.Authority]Fault{}, delay: map[upstream.Authority]time.Duration{}}
}

func (f *faults) of(a upstream.Authority) (Fault, time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.kind[a], f.delay[a]
}

// SetFault makes one authority misbehave until it is called again; [Healthy]
// heals it. Delay is for [Slow] alone. Calls that are waiting keep waiting.
func (s *Sandbox) SetFault(a upstream.Authority, f Fault, delay time.Duration) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.kind[a], s.faults.delay[a] = f, delay
}

// misbehave serves a request as the authority's fault has it. [Wrong] and
// [Duplicate] change what is done and are looked at where it is done.
func (s *Sandbox) misbehave(a upstream.Authority, w http.ResponseWriter, r *http.Request, h http.Handler) {
	fault, delay := s.faults.of(a)
	switch fault {
	case Slow:
		if !wait(r, delay) {
			return
		}
		h.ServeHTTP(w, r)
	case Gone:
		panic(http.ErrAbortHandler)
	case Error:
		s.refuse(w, r, connect.CodeInternal, "sandbox fault")
	case DoneUnsaid:
		h.ServeHTTP(&unsaid{header: http.Header{}}, r)
		panic(http.ErrAbortHandler)
	case Garbage:
		w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
		// A caller who has left makes no difference to garbage.
		_, _ = io.WriteString(w, "\xff\xfe\x00 this means nothing \xff")
	default:
		h.ServeHTTP(w, r)
	}
}

// wait is false when the caller left before the delay was over. It reads the
// request first: net/http notices that a caller left only once there is nothing
// left to read.
func wait(r *http.Request, delay time.Duration) bool {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxRequestBytes))
	if err != nil {
		return false
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// unsaid is a response that nobody will get.
type unsaid struct{ header http.Header }

// Header implements http.ResponseWriter.
func (u *unsaid) Header() http.Header { return u.header }

// Write implements http.ResponseWriter.
func (u *unsaid) Write(b []byte) (int, error) { return len(b), nil }

// WriteHeader implements http.ResponseWriter.
func (u *unsaid) WriteHeader(int) {}
