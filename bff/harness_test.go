package bff_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/minzhengtong/minzhengtong/bff"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1/dossierv1connect"
	homev1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/home/v1"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/home/v1/homev1connect"
	sessionv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1/sessionv1connect"
	"github.com/minzhengtong/minzhengtong/i18n"
)

// Tokens that the stub knows, one for each kind of caller.
const (
	personToken  = "person-token"
	officerToken = "officer-token" // may accept, not review
	reviewToken  = "review-token"
	auditorToken = "auditor-token"
	systemToken  = "system-token"
	brokenToken  = "broken-token" // asking for it breaks the authenticator
)

var callers = map[string]actor.Actor{
	personToken:  {Role: actor.Person, Dossier: "d-1"},
	officerToken: {Role: actor.Officer, Duties: []actor.Duty{actor.Accept}},
	reviewToken:  {Role: actor.Officer, Duties: []actor.Duty{actor.Review}},
	auditorToken: {Role: actor.Auditor},
	systemToken:  {Role: actor.System},
}

var errTokenInvalid = fault.New(fault.SignIn, "TOKEN_INVALID")

type authenticator struct{}

func (authenticator) Authenticate(_ context.Context, token string) (actor.Actor, error) {
	if token == brokenToken {
		return actor.Actor{}, errors.New("key store is gone")
	}
	if a, ok := callers[token]; ok {
		return a, nil
	}
	return actor.Actor{}, errTokenInvalid
}

// home answers GetHome by a function.
type home func(context.Context) (*homev1.GetHomeResponse, error)

func (h home) GetHome(ctx context.Context, _ *homev1.GetHomeRequest) (*homev1.GetHomeResponse, error) {
	return h(ctx)
}

// session answers StartSignIn by a function.
type session struct {
	sessionv1connect.UnimplementedSessionServiceHandler
	start func(context.Context, *sessionv1.StartSignInRequest) (*sessionv1.StartSignInResponse, error)
}

func (s session) StartSignIn(ctx context.Context, req *sessionv1.StartSignInRequest) (*sessionv1.StartSignInResponse, error) {
	return s.start(ctx, req)
}

// fixture is a running server with everything that it tells the world.
type fixture struct {
	url      string
	server   *http.Server
	logs     *logBuffer
	spans    *tracetest.InMemoryExporter
	registry *prometheus.Registry
	trusting *trusting
}

// stubs are the handlers of a test's server; nil ones succeed.
type stubs struct {
	home  home
	start func(context.Context, *sessionv1.StartSignInRequest) (*sessionv1.StartSignInResponse, error)
	more  []bff.Service
}

func (s stubs) services() []bff.Service {
	if s.home == nil {
		s.home = func(context.Context) (*homev1.GetHomeResponse, error) {
			return &homev1.GetHomeResponse{DossierId: "d-1"}, nil
		}
	}
	if s.start == nil {
		s.start = func(context.Context, *sessionv1.StartSignInRequest) (*sessionv1.StartSignInResponse, error) {
			return &sessionv1.StartSignInResponse{ChallengeId: "c-1"}, nil
		}
	}
	return append([]bff.Service{
		{Name: homev1connect.HomeServiceName, Handler: func(o ...connect.HandlerOption) (string, http.Handler) {
			return homev1connect.NewHomeServiceHandler(s.home, o...)
		}},
		{Name: sessionv1connect.SessionServiceName, Handler: func(o ...connect.HandlerOption) (string, http.Handler) {
			return sessionv1connect.NewSessionServiceHandler(session{start: s.start}, o...)
		}},
		{Name: dossierv1connect.DossierServiceName, Handler: func(o ...connect.HandlerOption) (string, http.Handler) {
			return dossierv1connect.NewDossierServiceHandler(dossierv1connect.UnimplementedDossierServiceHandler{}, o...)
		}},
		{Name: dossierv1connect.DeskServiceName, Handler: func(o ...connect.HandlerOption) (string, http.Handler) {
			return dossierv1connect.NewDeskServiceHandler(dossierv1connect.UnimplementedDeskServiceHandler{}, o...)
		}},
	}, s.more...)
}

// words loads the catalogues once.
var words = sync.OnceValues(i18n.Load)

// deps are complete dependencies, which a test may change before it starts.
func deps(t *testing.T, s stubs) (bff.Deps, *fixture) {
	t.Helper()
	bundle, err := words()
	if err != nil {
		t.Fatal(err)
	}
	meters, registry, err := bff.NewMetrics()
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{logs: &logBuffer{}, spans: tracetest.NewInMemoryExporter(), registry: registry, trusting: &trusting{}}
	return bff.Deps{
		Services:      s.services(),
		Authenticator: authenticator{},
		Trust:         f.trusting.trust(),
		Words:         bundle,
		Logger:        slog.New(slog.NewJSONHandler(f.logs, nil)),
		Meters:        meters,
		Traces:        trace.NewTracerProvider(trace.WithSyncer(f.spans)),
		Ready:         func(context.Context) error { return nil },
		Now:           time.Now,
		NewID:         func() string { return uuid.Must(uuid.NewV7()).String() },
	}, f
}

// start serves the stubs on a loopback port until the test ends.
func start(t *testing.T, s stubs, change ...func(*bff.Deps)) *fixture {
	t.Helper()
	d, f := deps(t, s)
	for _, c := range change {
		c(&d)
	}
	handler, err := bff.New(d)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f.url = "http://" + listener.Addr().String()
	f.server = bff.NewHTTPServer(handler, d.Logger, d.Limits)
	done := make(chan error, 1)
	go func() { done <- f.server.Serve(listener) }()
	t.Cleanup(func() {
		_ = f.server.Close()
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("Serve: %v", err)
		}
	})
	return f
}

// logBuffer collects a log that several goroutines write.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
