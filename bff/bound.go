package bff

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/fault"
)

var errBodyTooLarge = fault.New(fault.Exhausted, "BODY_TOO_LARGE")

// envelopeBytes is what gRPC puts in front of a message.
const envelopeBytes = 5

// longAgo is a deadline that has passed on every clock.
var longAgo = time.Unix(1, 0)

// bound keeps a call that is no stream within its time and size. What is larger
// than the limit is refused unread, or read up to the limit when its size is not
// declared; what grows while it is decompressed is stopped by Connect's own
// limit.
func (s *server) bound(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.rules[r.URL.Path].stream {
			next.ServeHTTP(w, r)
			return
		}
		limit := int64(s.limits.MessageBytes) + envelopeBytes
		if r.ContentLength > limit {
			s.refuse(w, r, errBodyTooLarge)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), s.limits.Call)
		defer cancel()
		x := exchangeFrom(ctx)
		x.read = endReading(ctx, w)
		defer x.read()
		r = r.WithContext(ctx)
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		next.ServeHTTP(w, r)
	})
}

// endReading makes a read of the request's body fail once the time is over:
// the context alone does not reach a handler that waits for a slow client. The
// returned function calls it off, once the request has been read; later it would
// look as if the client had left. It may be called twice.
func endReading(ctx context.Context, w http.ResponseWriter) (callOff func()) {
	done := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(done)
		if ctx.Err() == context.DeadlineExceeded {
			_ = http.NewResponseController(w).SetReadDeadline(longAgo)
		}
	})
	return sync.OnceFunc(func() {
		if !stop() {
			<-done
		}
	})
}
