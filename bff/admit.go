package bff

import (
	"context"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/minzhengtong/minzhengtong/bff/call"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/limit"
	"github.com/minzhengtong/minzhengtong/i18n"
	"github.com/minzhengtong/minzhengtong/i18n/form"
)

var (
	errSignInRequired = fault.New(fault.SignIn, "SIGN_IN_REQUIRED")
	errNotAllowed     = call.ErrNotAllowed
	errNoDelegation   = consent.ErrDelegation
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
		ctx, err := s.identified(r, rule)
		r = r.WithContext(ctx)
		w.Header().Set(headerContentLanguage, string(call.Language(ctx).Base()))
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// identified puts the holder of the token into the context, or fails with
// SIGN_IN_REQUIRED, NOT_ALLOWED, what the authenticator says, or what bounds the
// caller. An RPC of the public looks at no token, so that a stale one does not
// keep anybody out. Whoever is signed in is answered, also when turned away, as
// the own setting says, and stands in the log when turned away.
func (s *server) identified(r *http.Request, rule rule) (context.Context, error) {
	from := s.caller(r)
	ctx := limit.With(r.Context(), from)
	if err := s.trust.Limits.Take(ctx, limit.CallAddress, from.Address); err != nil || rule.public() {
		return ctx, err
	}
	token, ok := bearer(r.Header.Get("Authorization"))
	if !ok {
		return ctx, errSignInRequired
	}
	caller, err := s.auth.Authenticate(ctx, token)
	if err != nil {
		return ctx, err
	}
	ctx = call.For(ctx, s.reader(caller, r))
	if err := s.bounded(ctx, caller, from); err != nil {
		return ctx, err
	}
	caller.Duty = rule.duty
	ctx = actor.With(ctx, caller)
	if !rule.admits(caller) {
		return ctx, s.turnedAway(ctx, r.URL.Path, errNotAllowed)
	}
	id := actor.DelegationID(r.Header.Get(headerDelegation))
	if id == "" {
		return ctx, nil
	}
	acting, err := s.delegated(ctx, caller, id, rule)
	if err != nil {
		return ctx, s.turnedAway(ctx, r.URL.Path, err)
	}
	return actor.With(ctx, acting), nil
}

// The headers that say what a caller likes to read, and what an answer is in.
const (
	headerAcceptLanguage  = "Accept-Language"
	headerContentLanguage = "Content-Language"
)

// reader is how somebody who is signed in reads: as set, else as the request asks.
func (s *server) reader(caller actor.Actor, r *http.Request) i18n.Reader {
	return i18n.Reader{
		Language: s.words.Negotiate(caller.Language, r.Header.Get(headerAcceptLanguage)),
		Calendar: form.Calendar(caller.Calendar),
	}
}

// callRules are the rules for callers who are signed in.
var callRules = map[actor.Role]limit.Name{
	actor.Person: limit.CallPerson, actor.Officer: limit.CallOfficer, actor.Auditor: limit.CallOfficer, actor.System: limit.CallSystem,
}

// bounded counts a call for its caller and for the device.
func (s *server) bounded(ctx context.Context, caller actor.Actor, from limit.Caller) error {
	err := s.trust.Limits.Take(ctx, callRules[caller.Role], caller.ID())
	if err == nil && from.Known {
		err = s.trust.Limits.Take(ctx, limit.CallDevice, from.Device)
	}
	return err
}

// headerDelegation names the charge by which the caller acts for somebody else.
const headerDelegation = "Minzhengtong-Delegation"

// delegated is a delegate in the place of the person who charged the delegate.
func (s *server) delegated(ctx context.Context, caller actor.Actor, id actor.DelegationID, rule rule) (actor.Actor, error) {
	if caller.Role != actor.Person || uuid.Validate(string(id)) != nil {
		return caller, errNoDelegation
	}
	charge, err := s.trust.Delegations.Resolve(ctx, caller.Document, id, rule.matter)
	if err != nil {
		return caller, err
	}
	caller.Delegate, caller.Delegation = caller.Document, id
	caller.Document, caller.Dossier, caller.Licences = charge.Principal, "", charge.Licences
	return caller, nil
}

// bearer takes the token out of an Authorization header (RFC 6750 section 2.1;
// the scheme's case does not matter, RFC 9110 section 11.1).
func bearer(header string) (token string, ok bool) {
	scheme, token, _ := strings.Cut(header, " ")
	token = strings.TrimSpace(token)
	return token, strings.EqualFold(scheme, "Bearer") && token != ""
}
