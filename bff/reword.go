package bff

import (
	"context"
	"errors"
	"maps"
	"net/http"

	"connectrpc.com/connect"

	"github.com/minzhengtong/minzhengtong/domains/fault"
)

var (
	errRequestInvalid = fault.New(fault.Invalid, "REQUEST_INVALID")
	errTimedOut       = fault.New(fault.Unavailable, "TIMED_OUT")
)

// reword replaces what Connect says by itself when it cannot read a call: a wrong
// method or media type, an unknown compression, a malformed or oversized message.
// Those answers come before any interceptor runs, are English, and may quote what
// was sent. So nothing that Connect writes is let through until the interceptors
// have the request in hand.
func (s *server) reword(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		held := &heldAnswer{ResponseWriter: w, before: w.Header().Clone()}
		exchangeFrom(r.Context()).answer = held
		next.ServeHTTP(held, r)
		if held.open {
			return
		}
		status, err := held.meaning(r.Context())
		held.reset()
		s.refuse(&fixedStatus{w, status}, r, err)
	})
}

// heldAnswer is a response of which nothing is sent before it is open.
type heldAnswer struct {
	http.ResponseWriter
	before http.Header // as it was before Connect
	open   bool
	status int // what Connect would have sent, 0 for none
}

// WriteHeader implements [http.ResponseWriter].
func (h *heldAnswer) WriteHeader(status int) {
	if h.open {
		h.ResponseWriter.WriteHeader(status)
		return
	}
	h.status = status
}

// Write implements [http.ResponseWriter].
func (h *heldAnswer) Write(data []byte) (int, error) {
	if h.open {
		return h.ResponseWriter.Write(data)
	}
	return len(data), nil
}

// Flush implements [http.Flusher], which streams need.
func (h *heldAnswer) Flush() {
	if h.open {
		_ = http.NewResponseController(h.ResponseWriter).Flush()
	}
}

// Unwrap lets [http.ResponseController] find the connection.
func (h *heldAnswer) Unwrap() http.ResponseWriter { return h.ResponseWriter }

// reset takes back the headers of the held answer, except those that tell a
// client what it may send instead.
func (h *heldAnswer) reset() {
	header := h.Header()
	for _, name := range []string{"Allow", "Accept-Post"} {
		if values := header[name]; len(values) > 0 {
			h.before[name] = values
		}
	}
	clear(header)
	maps.Copy(header, h.before)
}

// meaning reads from the held answer what was wrong. The status is 0 unless HTTP
// has one that the protocol's own would hide.
func (h *heldAnswer) meaning(ctx context.Context) (status int, err error) {
	grpc := h.Header().Get("Grpc-Status")
	if trailer := h.Header()[http.TrailerPrefix+"Grpc-Status"]; len(trailer) > 0 {
		grpc = trailer[0]
	}
	switch {
	case ctx.Err() != nil:
		return 0, ctx.Err()
	case h.status == http.StatusMethodNotAllowed:
		return h.status, errMethodUnknown
	case h.status == http.StatusUnsupportedMediaType:
		return h.status, errRequestInvalid
	case h.status == http.StatusTooManyRequests, grpc == "8":
		return 0, errBodyTooLarge
	case h.status == http.StatusGatewayTimeout, grpc == "4":
		return 0, context.DeadlineExceeded
	default:
		return 0, errRequestInvalid
	}
}

// received words an error of a stream's next message, which Connect hands to the
// handler instead of answering by itself.
func received(err error) error {
	var broken *connect.Error
	if !errors.As(err, &broken) {
		return err
	}
	switch broken.Code() {
	case connect.CodeResourceExhausted:
		return errBodyTooLarge
	case connect.CodeCanceled:
		return context.Canceled
	case connect.CodeDeadlineExceeded:
		return context.DeadlineExceeded
	default:
		return errRequestInvalid
	}
}

// fixedStatus sends its own status, if it has one, whatever is asked for.
type fixedStatus struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements [http.ResponseWriter].
func (f *fixedStatus) WriteHeader(status int) {
	if f.status != 0 {
		status = f.status
	}
	f.ResponseWriter.WriteHeader(status)
}
