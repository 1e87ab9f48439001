package bff

import (
	"fmt"
	"net/http"
	"runtime/debug"

	"github.com/minzhengtong/minzhengtong/bff/redact"
)

// panicError is a panic on its way to the log.
type panicError struct {
	value any
	stack []byte
}

// Error prints what was thrown, without the messages in it.
func (p *panicError) Error() string {
	return fmt.Sprintf("panic: %v", redact.Value(p.value))
}

// contain keeps a panic outside the handlers, such as the portal's, from taking
// more than its own request. If the answer has begun, the connection is cut,
// because half an answer must not look like a whole one.
func (s *server) contain(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := &seenWriter{ResponseWriter: w}
		defer func() {
			value := recover()
			if value == nil {
				return
			}
			if value == http.ErrAbortHandler { //nolint:errorlint // net/http compares like this
				panic(value)
			}
			err := &panicError{value, debug.Stack()}
			if seen.status != 0 {
				s.report(r.Context(), err)
				panic(http.ErrAbortHandler)
			}
			if held := exchangeFrom(r.Context()).answer; held != nil {
				held.reset()
			}
			s.refuse(w, r, err)
		}()
		next.ServeHTTP(seen, r)
	})
}

// seenWriter remembers what status was sent: 0 before the answer has begun.
type seenWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements [http.ResponseWriter].
func (w *seenWriter) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (w *seenWriter) Write(data []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(data)
}

// Flush implements [http.Flusher], which streams need.
func (w *seenWriter) Flush() { _ = http.NewResponseController(w.ResponseWriter).Flush() }

// Unwrap lets [http.ResponseController] find the connection.
func (w *seenWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
