// Package bff is the transport: one HTTP handler that serves the contract to
// Connect, gRPC and gRPC-Web clients. It settles what no handler should have to
// think about, in this order:
//
//	name and language of the request, security headers, the log's line, panics,
//	origins, how often somebody calls, the token, the RPC's audience and
//	delegations, limits of time and size, decoding, trace and metrics, wording of
//	errors, the audit log's entry, for writes the transaction and the idempotency
//	key, validation, then the service's handler.
//
// [New] is what main and tests both call. Service packages lie in
// bff/<service>rpc; they return faults and learn about their call from package
// call and from domains/actor. No error text reaches a client unless it is in the
// catalogue of i18n, and nothing is logged that the contract marks as personal.
package bff

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/netip"
	"time"

	"connectrpc.com/connect"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/minzhengtong/minzhengtong/bff/redact"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/i18n"
)

// Service is one service of the contract to be mounted.
type Service struct {
	// Name is the service's full name, such as homev1connect.HomeServiceName.
	Name string
	// Handler calls the generated constructor with the options that it is given.
	Handler func(options ...connect.HandlerOption) (path string, handler http.Handler)
}

// Authenticator tells who holds a token.
type Authenticator interface {
	// Authenticate returns the actor for a bearer token, which is not empty. A
	// token that is not good fails with a fault of kind SignIn. It is called
	// before the request is read, and never for an RPC of the public.
	Authenticate(ctx context.Context, token string) (actor.Actor, error)
}

// Deps are what a server is made of. All are required unless said otherwise.
type Deps struct {
	// Services are mounted with the audience that their contract declares.
	Services []Service
	// Authenticator checks tokens.
	Authenticator Authenticator
	// Words are the catalogues.
	Words *i18n.Bundle
	// Logger receives a line per request and every error that is no fault. What
	// it is given is redacted first.
	Logger *slog.Logger
	// Meters and Traces receive metrics and spans; both have no-op versions.
	Meters metric.MeterProvider
	Traces trace.TracerProvider
	// Ready says whether the server can do its work, for health checks. It is
	// called often and must be quick.
	Ready func(context.Context) error
	// Now is the clock for durations in the log.
	Now func() time.Time
	// NewID names a request that came without a name: a UUIDv7.
	NewID func() string
	// Trust decides and records who may do what.
	Trust Trust
	// Proxies are the networks of gateways whose X-Forwarded-For is believed. May
	// be empty.
	Proxies []netip.Prefix
	// Limits may be zero, which means the defaults.
	Limits Limits
	// Origins are the pages of other hosts that may call, as scheme://host. May
	// be empty.
	Origins []string
	// Reflection lets anybody read the contract from the server. May be false.
	Reflection bool
	// Pages are handlers for paths outside of the contract that prove by themselves
	// who may see them, such as calendar feeds, by pattern without a method:
	// "/calendar/{token}". Their paths are not logged. May be empty.
	Pages map[string]http.Handler
	// Portal serves every path that no service has. May be nil.
	Portal http.Handler
}

// validate joins everything that is missing into one error.
func (d Deps) validate() error {
	missing := map[string]bool{
		"Services":      len(d.Services) == 0,
		"Authenticator": d.Authenticator == nil,
		"Words":         d.Words == nil,
		"Logger":        d.Logger == nil,
		"Meters":        d.Meters == nil,
		"Traces":        d.Traces == nil,
		"Ready":         d.Ready == nil,
		"Now":           d.Now == nil,
		"NewID":         d.NewID == nil,
	}
	maps.Copy(missing, d.Trust.missing())
	var mistakes []error
	for name, is := range missing {
		if is {
			mistakes = append(mistakes, fmt.Errorf("%s is missing", name))
		}
	}
	for _, origin := range d.Origins {
		mistakes = append(mistakes, checkOrigin(origin))
	}
	return errors.Join(mistakes...)
}

// server is what the layers share. It never changes after New.
type server struct {
	auth    Authenticator
	trust   Trust
	proxies []netip.Prefix
	words   *i18n.Bundle
	logger  *slog.Logger
	now     func() time.Time
	newID   func() string
	limits  Limits
	rules   map[string]rule
	errors  *connect.ErrorWriter
	refused metric.Int64Counter
}

// New returns the handler for the main port.
//
// It fails when something required is missing, when a service is not in the
// linked contract, or when an RPC does not declare its audience (for officers:
// and their duty); the error names each one.
func New(deps Deps) (http.Handler, error) {
	if err := deps.validate(); err != nil {
		return nil, fmt.Errorf("bff: %w", err)
	}
	rules, err := rulesOf(protoregistry.GlobalFiles, names(deps.Services))
	if err != nil {
		return nil, fmt.Errorf("bff: %w", err)
	}
	s := &server{
		auth:  deps.Authenticator,
		trust: deps.Trust, proxies: deps.Proxies,
		words:  deps.Words,
		logger: slog.New(redact.NewHandler(deps.Logger.Handler())),
		now:    deps.Now,
		newID:  deps.NewID,
		limits: deps.Limits.withDefaults(),
		rules:  rules,
		errors: connect.NewErrorWriter(),
	}
	routes, err := s.routes(deps)
	if err != nil {
		return nil, fmt.Errorf("bff: %w", err)
	}
	return s.identify(secure(s.log(s.contain(allowOrigins(deps.Origins, routes))))), nil
}

// names lists the services' names.
func names(services []Service) []string {
	list := make([]string, len(services))
	for i, service := range services {
		list[i] = service.Name
	}
	return list
}
