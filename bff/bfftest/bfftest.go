// Package bfftest starts the whole house on a throw-away database and a sandbox,
// and hands back typed clients. Only clock, IDs and authorities are stand-ins,
// and the authorities are the real sandbox over real HTTP.
package bfftest

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"sync/atomic"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/google/uuid"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/minzhengtong/minzhengtong/cmd/house"
	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1/dossierv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/home/v1/homev1connect"
	sessionv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1/sessionv1connect"
	"github.com/minzhengtong/minzhengtong/i18n"
)

// Start is the moment at which a server's clock begins.
var Start = time.Date(2026, time.November, 23, 1, 0, 0, 0, time.UTC)

// Server is a running house.
type Server struct {
	*house.House
	URL     string
	DB      *entdb.DB
	Keys    *keyring.Keyring
	Tokens  *access.Tokens
	Sandbox *sandbox.Sandbox

	client *http.Client
	clock  atomic.Int64
}

// Options change what a server is made of. The zero value works.
type Options struct {
	// People and firms of the sandbox; nil is an empty one.
	Population *synthetic.Population
	// Log receives what the house logs; nil discards it.
	Log slog.Handler
	// RealTime has the house use the machine's clock instead of a stopped one.
	RealTime bool
}

// New starts a server that ends with the test. Its jobs run only when a test
// calls them.
func New(t testing.TB, db *entdb.DB, o Options) *Server {
	t.Helper()
	s := &Server{DB: db, client: &http.Client{Transport: &http.Transport{}}}
	s.clock.Store(Start.UnixNano())
	now := s.Now
	if o.RealTime {
		now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.DiscardHandler
	}
	log := slog.New(o.Log)
	dir := t.TempDir()
	kek, err := keyring.LocalKEK(filepath.Join(dir, "kek"))
	must(t, err)
	s.Keys, err = keyring.Open(dir, kek)
	must(t, err)
	seed := sha256.Sum256([]byte(t.Name()))
	s.Tokens = access.NewTokens(ed25519.NewKeyFromSeed(seed[:]), now)
	const credential = "test-credential"
	s.Sandbox = sandbox.New(o.Population, now, credential, log)
	gateway := httptest.NewServer(s.Sandbox)
	t.Cleanup(gateway.Close)
	authorities, err := upstream.New(upstream.Config{
		BaseURL: gateway.URL, Token: credential, Now: now,
		// An authority that was healed is asked again at once.
		Breaker: upstream.Breaker{Failures: 10, Open: time.Millisecond},
	}, log)
	must(t, err)
	t.Cleanup(authorities.Close)
	words, err := i18n.Load()
	must(t, err)
	zone, err := time.LoadLocation("Asia/Shanghai")
	must(t, err)
	codes := new(atomic.Int64)
	s.House, err = house.Build(house.Parts{
		DB: db, Keys: s.Keys, Tokens: s.Tokens, Authorities: authorities, Words: words, Logger: log,
		Meters: metricnoop.NewMeterProvider(), Traces: tracenoop.NewTracerProvider(), Now: now,
		NewID:   func() string { return uuid.Must(uuid.NewV7()).String() },
		NewCode: func() string { return fmt.Sprintf("%06d", codes.Add(7919)%1_000_000) },
		Zone:    zone, Reflection: true,
	})
	must(t, err)
	server := httptest.NewServer(s.Handler)
	t.Cleanup(server.Close)
	t.Cleanup(s.client.CloseIdleConnections)
	s.URL = server.URL
	return s
}

// Now is the server's clock.
func (s *Server) Now() time.Time { return time.Unix(0, s.clock.Load()).UTC() }

// Advance moves the server's clock.
func (s *Server) Advance(d time.Duration) { s.clock.Add(int64(d)) }

// Clients are typed clients that call with one token and language.
type Clients struct {
	Session sessionv1connect.SessionServiceClient
	Dossier dossierv1connect.DossierServiceClient
	Desk    dossierv1connect.DeskServiceClient
	Home    homev1connect.HomeServiceClient
}

// Clients returns clients over the given protocol options that send a token and
// a language, each unless it is empty.
func (s *Server) Clients(token, language string, options ...connect.ClientOption) Clients {
	options = append(options, connect.WithInterceptors(headers{token, language}))
	return Clients{
		Session: sessionv1connect.NewSessionServiceClient(s.client, s.URL, options...),
		Dossier: dossierv1connect.NewDossierServiceClient(s.client, s.URL, options...),
		Desk:    dossierv1connect.NewDeskServiceClient(s.client, s.URL, options...),
		Home:    homev1connect.NewHomeServiceClient(s.client, s.URL, options...),
	}
}

var code = regexp.MustCompile(`[0-9]{6}`)

// SignIn signs a person in by a document, with the code that the phone received,
// and returns the token.
func (s *Server) SignIn(ctx context.Context, t testing.TB, number, phone string) string {
	t.Helper()
	c := s.Clients("", "")
	start, err := c.Session.StartSignIn(ctx, &sessionv1.StartSignInRequest{Document: &commonv1.DocumentRef{Number: number}})
	must(t, err)
	done, err := c.Session.CompleteSignIn(ctx, &sessionv1.CompleteSignInRequest{ChallengeId: start.GetChallengeId(), Code: s.Code(ctx, t, phone)})
	must(t, err)
	return done.GetSession().GetAccessToken()
}

// Code has waiting codes sent and returns the newest one that the phone received.
func (s *Server) Code(ctx context.Context, t testing.TB, phone string) string {
	t.Helper()
	_, err := s.Sessions.SendCodes(ctx, 100)
	must(t, err)
	messages := s.Sandbox.Messages(phone)
	if len(messages) == 0 {
		t.Fatal("the phone received no message")
	}
	return code.FindString(messages[0].Text)
}

// Officer returns a token for an officer with duties.
func (s *Server) Officer(t testing.TB, id string, duties ...actor.Duty) string {
	t.Helper()
	token, _, err := s.Tokens.Issue(actor.Actor{Role: actor.Officer, Officer: actor.OfficerID(id), Office: "350128", Duties: duties}, uuid.NewString(), time.Hour)
	must(t, err)
	return token
}

// headers puts token and language on every request.
type headers struct{ token, language string }

func (h headers) set(to http.Header) {
	if h.token != "" {
		to.Set("Authorization", "Bearer "+h.token)
	}
	if h.language != "" {
		to.Set("Accept-Language", h.language)
	}
}

// WrapUnary implements connect.Interceptor.
func (h headers) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		h.set(req.Header())
		return next(ctx, req)
	}
}

// WrapStreamingClient implements connect.Interceptor.
func (h headers) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return func(ctx context.Context, spec connect.Spec) connect.StreamingClientConn {
		conn := next(ctx, spec)
		h.set(conn.RequestHeader())
		return conn
	}
}

// WrapStreamingHandler implements connect.Interceptor.
func (h headers) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return next
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
