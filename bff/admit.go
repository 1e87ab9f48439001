package bff

import (
	"context"
	"net/http"
	"strings"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/fault"
)

var (
	errSignInRequired = fault.New(fault.SignIn, "SIGN_IN_REQUIRED")
	errNotAllowed     = fault.New(fault.Denied, "NOT_ALLOWED")
)

// admit lets a call pass that the RPC's declared audience allows, with the actor
// in its context. It decides before anything of the request's body is read.
func (s *server) admit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rule, known := s.rules[r.URL.Path]
		if !known {
			s.refuse(w, r, errMethodUnknown)
			return
		}
		exchangeFrom(r.Context()).procedure = r.URL.Path
		ctx, err := s.identified(r.Context(), rule, r.Header.Get("Authorization"))
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// identified puts the holder of the token into the context, or fails with
// SIGN_IN_REQUIRED, NOT_ALLOWED or what the authenticator says. An RPC of the
// public looks at no token, so that a stale one does not keep anybody out.
func (s *server) identified(ctx context.Context, rule rule, header string) (context.Context, error) {
	if rule.public() {
		return ctx, nil
	}
	token, ok := bearer(header)
	if !ok {
		return ctx, errSignInRequired
	}
	caller, err := s.auth.Authenticate(ctx, token)
	if err != nil {
		return ctx, err
	}
	if !rule.admits(caller) {
		return ctx, errNotAllowed
	}
	return actor.With(ctx, caller), nil
}

// bearer takes the token out of an Authorization header (RFC 6750 section 2.1;
// the scheme's case does not matter, RFC 9110 section 11.1).
func bearer(header string) (token string, ok bool) {
	scheme, token, _ := strings.Cut(header, " ")
	token = strings.TrimSpace(token)
	return token, strings.EqualFold(scheme, "Bearer") && token != ""
}
