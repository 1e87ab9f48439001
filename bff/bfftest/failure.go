package bfftest

import (
	"errors"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
)

// Failure is an error as a client sees it. Two equal ones tell a caller the same.
type Failure struct {
	Code   connect.Code
	Reason string
	Locale string
	// Text is the sentence to show.
	Text string
	// Fields are the paths at fault, with a reason each: document.number=REASON.
	Fields string
	// Retry is how long to wait, or 0.
	Retry time.Duration
}

// Explain reads an error that a typed client returned. It ends the test where
// there is none, or it does not come from the server.
func Explain(t testing.TB, err error) Failure {
	t.Helper()
	wire, ok := errors.AsType[*connect.Error](err)
	if !ok || !connect.IsWireError(err) {
		t.Fatalf("the server did not refuse: %v", err)
	}
	f := Failure{Code: wire.Code()}
	for _, d := range wire.Details() {
		value, err := d.Value()
		must(t, err)
		switch v := value.(type) {
		case *errdetails.ErrorInfo:
			f.Reason = v.GetReason()
		case *errdetails.LocalizedMessage:
			f.Locale, f.Text = v.GetLocale(), v.GetMessage()
		case *errdetails.RetryInfo:
			f.Retry = v.GetRetryDelay().AsDuration()
		case *errdetails.BadRequest:
			for _, field := range v.GetFieldViolations() {
				if f.Fields != "" {
					f.Fields += " "
				}
				f.Fields += field.GetField() + "=" + field.GetReason()
			}
		}
	}
	if f.Text != wire.Message() {
		t.Errorf("the error and its detail word it differently")
	}
	return f
}

// Fails checks that an error has a reason, and returns how the client sees it.
func Fails(t testing.TB, what string, err error, reason string) Failure {
	t.Helper()
	if err == nil {
		t.Errorf("%s: succeeded, want %s", what, reason)
		return Failure{}
	}
	f := Explain(t, err)
	if f.Reason != reason {
		t.Errorf("%s: %s (%v), want %s", what, f.Reason, f.Code, reason)
	}
	return f
}
