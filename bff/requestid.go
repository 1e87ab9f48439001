package bff

import (
	"net/http"

	"github.com/google/uuid"

	"github.com/minzhengtong/minzhengtong/bff/call"
)

// headerRequestID carries the request's name both ways.
const headerRequestID = "X-Request-Id"

// identify gives each request a name, a language and an exchange. A well-formed
// name of the client's is kept, so that one name follows a request through
// several systems; anything else is replaced by a fresh one.
func (s *server) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get(headerRequestID)
		if !wellFormed(id) {
			id = s.newID()
		}
		w.Header().Set(headerRequestID, id)
		language := s.words.Negotiate(r.Header.Get(headerAcceptLanguage))
		ctx := call.With(r.Context(), call.New(id, language, s.words))
		next.ServeHTTP(w, r.WithContext(withExchange(ctx, &exchange{})))
	})
}

// wellFormed accepts a UUID, or a trace ID of 32 hexadecimal digits: forms in
// which no person's number or name can stand.
func wellFormed(id string) bool {
	return (len(id) == 36 || len(id) == 32) && uuid.Validate(id) == nil
}
