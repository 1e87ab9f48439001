package bff

import (
	"fmt"
	"net/http"

	"connectrpc.com/connect"
	"connectrpc.com/grpchealth"
	"connectrpc.com/grpcreflect"

	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/limit"
)

var (
	errMethodUnknown = fault.New(fault.NotFound, "METHOD_UNKNOWN")
	errNotFound      = fault.New(fault.NotFound, "NOT_FOUND")
)

// routes mounts the services behind admission and limits. Health and reflection
// are no part of the contract and stand outside of both.
func (s *server) routes(deps Deps) (http.Handler, error) {
	interceptors, err := s.interceptors(deps)
	if err != nil {
		return nil, err
	}
	options := []connect.HandlerOption{interceptors, connect.WithReadMaxBytes(s.limits.MessageBytes)}
	mux := http.NewServeMux()
	for _, service := range deps.Services {
		path, handler := service.Handler(options...)
		if path != "/"+service.Name+"/" {
			return nil, fmt.Errorf("service %s came with a handler for %s", service.Name, path)
		}
		mux.Handle(path, s.admit(s.bound(s.reword(handler))))
	}
	services := names(deps.Services)
	small := connect.WithReadMaxBytes(s.limits.HeaderBytes)
	mux.Handle(grpchealth.NewHandler(newHealth(services, deps.Ready), small))
	if deps.Reflection {
		reflector := grpcreflect.NewStaticReflector(services...)
		mux.Handle(grpcreflect.NewHandlerV1(reflector, small))
		mux.Handle(grpcreflect.NewHandlerV1Alpha(reflector, small))
	}
	mux.HandleFunc("GET /.well-known/jwks.json", s.keys)
	for pattern, page := range deps.Pages {
		mux.Handle(pattern, s.measured(s.bound(page)))
	}
	mux.Handle("/", s.otherwise(deps.Portal))
	return mux, nil
}

// measured counts a request by its address, as calls of the public are, and says to what
// follows from where it came.
func (s *server) measured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from := s.caller(r)
		ctx := limit.With(r.Context(), from)
		if err := s.trust.Limits.Take(ctx, limit.CallAddress, from.Address); err != nil {
			s.refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// otherwise answers what no service answers: a call with METHOD_UNKNOWN in the
// caller's protocol, anything else from the portal, if there is one.
func (s *server) otherwise(portal http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case isCall(r):
			s.refuse(w, r, errMethodUnknown)
		case portal != nil:
			portal.ServeHTTP(w, r)
		default:
			s.refuse(w, r, errNotFound)
		}
	})
}

// keys publishes what verifies our tokens. It may be kept for a while: a new key
// is published some minutes before it signs.
func (s *server) keys(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/jwk-set+json")
	w.Header().Set("Cache-Control", "public, max-age=60")
	_, _ = w.Write(s.trust.JWKS()) // the client may be gone
}
