package bff

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"

	"buf.build/go/protovalidate"
	"connectrpc.com/connect"
	"go.opentelemetry.io/otel/trace"

	"github.com/minzhengtong/minzhengtong/bff/call"
	"github.com/minzhengtong/minzhengtong/bff/redact"
	"github.com/minzhengtong/minzhengtong/domains/fault"
)

var errInternal = fault.New(fault.Internal, "INTERNAL")

// codes says how each kind of fault is sent. This file is the only place that
// knows both.
var codes = map[fault.Kind]connect.Code{
	fault.Internal:     connect.CodeInternal,
	fault.Invalid:      connect.CodeInvalidArgument,
	fault.SignIn:       connect.CodeUnauthenticated,
	fault.Denied:       connect.CodePermissionDenied,
	fault.NotFound:     connect.CodeNotFound,
	fault.Conflict:     connect.CodeAborted,
	fault.Precondition: connect.CodeFailedPrecondition,
	fault.Exhausted:    connect.CodeResourceExhausted,
	fault.Unavailable:  connect.CodeUnavailable,
}

// answer is an error as the caller will see it, before it is put into words.
type answer struct {
	code    connect.Code
	fault   *fault.Fault
	invalid *protovalidate.ValidationError // what the contract's rules found
}

// assess decides what an error is to the caller. Whatever is no fault and not the
// caller's leaving or the clock is ours, and told as INTERNAL.
func assess(err error) answer {
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		return answer{code: codeOf(f), fault: f}
	}
	if invalid, ok := errors.AsType[*protovalidate.ValidationError](err); ok {
		return answer{code: connect.CodeInvalidArgument, fault: errRequestInvalid, invalid: invalid}
	}
	switch {
	case errors.Is(err, context.Canceled):
		return answer{code: connect.CodeCanceled, fault: errTimedOut}
	case errors.Is(err, context.DeadlineExceeded):
		return answer{code: connect.CodeDeadlineExceeded, fault: errTimedOut}
	default:
		return answer{code: connect.CodeInternal, fault: errInternal}
	}
}

func codeOf(f *fault.Fault) connect.Code {
	if errors.Is(f, errMethodUnknown) {
		return connect.CodeUnimplemented
	}
	if code, ok := codes[f.Kind()]; ok {
		return code
	}
	return connect.CodeInternal
}

// worded is an error for the caller, in the caller's language. Nothing of the
// error's own text is in it. What only we can repair is logged here, once.
func (s *server) worded(ctx context.Context, err error) *connect.Error {
	a := assess(err)
	x := exchangeFrom(ctx)
	x.code, x.reason = a.code, a.fault.Reason()
	if ours(ctx, a.code) {
		s.report(ctx, err)
	}
	reader := call.Reader(ctx)
	text := s.words.For(reader, a.fault.Reason(), a.fault.Args())
	worded := connect.NewError(a.code, errors.New(text))
	for _, message := range s.details(a, reader.Language, text) {
		if detail, err := connect.NewErrorDetail(message); err == nil {
			worded.AddDetail(detail)
		}
	}
	return worded
}

// ours reports whether somebody of ours should look at an error: a bug, a
// neighbour that does not answer, or a context that ended although the caller
// still waits.
func ours(ctx context.Context, code connect.Code) bool {
	switch code {
	case connect.CodeInternal, connect.CodeUnavailable:
		return true
	case connect.CodeCanceled, connect.CodeDeadlineExceeded:
		return ctx.Err() == nil
	default:
		return false
	}
}

// settle is what a call ends with: nothing, a worded error, or a worded error for
// a panic, which is logged with its stack. A panic that asks net/http to cut the
// connection goes on.
func (s *server) settle(ctx context.Context, panicked any, err error) error {
	switch {
	case panicked == http.ErrAbortHandler: //nolint:errorlint // net/http compares like this
		panic(panicked)
	case panicked != nil:
		return s.worded(ctx, &panicError{panicked, debug.Stack()})
	case err != nil:
		return s.worded(ctx, err)
	}
	return nil
}

// refuse answers a request that reaches no handler, in its own protocol. The
// body stays unread.
func (s *server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	worded := s.worded(r.Context(), err)
	s.count(r.Context())
	if worded.Code() == connect.CodeUnauthenticated {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	// The client may be gone, and then there is nobody to tell.
	_ = s.errors.Write(w, r, worded)
}

// report logs an error whole, without personal data, and with what is needed to
// find the call.
func (s *server) report(ctx context.Context, err error) {
	x := exchangeFrom(ctx)
	attrs := []slog.Attr{
		slog.String("error", redact.Text(redact.Error(err), x.messages()...)),
		slog.String("procedure", x.procedure),
		slog.String("request_id", call.RequestID(ctx)),
	}
	if p, ok := errors.AsType[*panicError](err); ok {
		attrs = append(attrs, slog.String("stack", string(p.stack)))
	}
	if span := trace.SpanContextFromContext(ctx); span.HasTraceID() {
		attrs = append(attrs, slog.String("trace_id", span.TraceID().String()))
	}
	s.logger.LogAttrs(ctx, slog.LevelError, "call failed", attrs...)
}
