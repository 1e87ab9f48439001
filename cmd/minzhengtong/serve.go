package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/minzhengtong/minzhengtong/bff"
	"github.com/minzhengtong/minzhengtong/cmd/house"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// serveCommand serves the contract and runs the jobs.
type serveCommand struct {
	Listen        string        `help:"Address of the service." default:"127.0.0.1:8080"`
	Admin         string        `help:"Address of metrics, profiles and health; keep it private. Empty: none." default:"127.0.0.1:8081"`
	SandboxListen string        `help:"Address of the sandbox authorities, when they are in this process." default:"127.0.0.1:8090"`
	TLSCert       string        `name:"tls-cert" help:"Certificate file. Empty: no TLS, for use behind a gateway that has it." type:"path"`
	TLSKey        string        `name:"tls-key" help:"Key file of the certificate." type:"path"`
	Origins       []string      `help:"Pages of other hosts that may call, as scheme://host."`
	Reflection    bool          `help:"Let anybody read the contract from the server." default:"true" negatable:""`
	MessageBytes  int           `help:"Largest request." default:"4194304"`
	CallLimit     time.Duration `help:"How long a call may take." default:"30s"`
	StopLimit     time.Duration `help:"How long running calls may take to end when the server stops." default:"20s"`
	TraceURL      string        `name:"trace-url" help:"OTLP/HTTP endpoint for traces. Empty: none." placeholder:"URL"`
	Import        bool          `help:"Import the synthetic population at first start, when the authorities are the sandbox." default:"true" negatable:""`
}

// Validate implements kong's check of a command's settings.
func (c *serveCommand) Validate() error {
	mistakes := []error{checkAddress("listen", c.Listen)}
	if c.Admin != "" {
		mistakes = append(mistakes, checkAddress("admin", c.Admin))
	}
	if c.SandboxListen != "" {
		mistakes = append(mistakes, checkAddress("sandbox-listen", c.SandboxListen))
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		mistakes = append(mistakes, errors.New("tls-cert and tls-key: give both or none"))
	}
	if c.MessageBytes <= 0 {
		mistakes = append(mistakes, fmt.Errorf("message-bytes: want more than 0, got %d", c.MessageBytes))
	}
	for name, d := range map[string]time.Duration{"call-limit": c.CallLimit, "stop-limit": c.StopLimit} {
		if d <= 0 {
			mistakes = append(mistakes, fmt.Errorf("%s: want more than 0, got %s", name, d))
		}
	}
	return errors.Join(mistakes...)
}

// Run serves until the context ends, then stops cleanly: no new calls, running
// ones end, jobs finish their batch, the database closes.
func (c *serveCommand) Run(ctx context.Context, s *Settings, t *terminal) error {
	started := time.Now()
	g, err := s.open(ctx, t, s.Database == "")
	if err != nil {
		return err
	}
	defer g.db.Close() //nolint:errcheck // nothing is left to do about it
	registry, shown, stopTraces, err := c.instruments(ctx)
	if err != nil {
		return err
	}
	defer stopTraces()
	authorities, demo, err := c.authorities(s, g)
	if err != nil {
		return err
	}
	defer authorities.Close()
	limits := bff.Limits{MessageBytes: c.MessageBytes, Call: c.CallLimit}
	h, err := g.build(authorities, shown, limits, c.Origins, c.Reflection)
	if err != nil {
		return err
	}
	if demo != nil && c.Import {
		if err := demo.load(ctx, t, h); err != nil {
			return err
		}
	}
	return c.serve(ctx, t, g, h, limits, bff.Admin(registry, h.Ready), demo, started)
}

// authorities connects to the gateways, or to a sandbox that it prepares.
func (c *serveCommand) authorities(s *Settings, g *ground) (*upstream.Clients, *demo, error) {
	config := upstream.Config{BaseURL: s.UpstreamURL, Token: s.UpstreamToken, Limit: s.UpstreamLimit, Now: time.Now}
	var d *demo
	if s.sandboxed() {
		var err error
		if d, err = openDemo(s, c.SandboxListen, g.log); err != nil {
			return nil, nil, err
		}
		config.BaseURL, config.Token = d.url(), d.token
	}
	clients, err := upstream.New(config, g.log)
	return clients, d, err
}

// instruments makes the meters, which the admin port shows, and the tracer.
func (c *serveCommand) instruments(ctx context.Context) (*prometheus.Registry, instruments, func(), error) {
	meters, registry, err := bff.NewMetrics()
	if err != nil {
		return nil, instruments{}, nil, fmt.Errorf("metrics: %w", err)
	}
	shown := instruments{meters, noop.NewTracerProvider()}
	if c.TraceURL == "" {
		return registry, shown, func() {}, nil
	}
	sender, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(c.TraceURL))
	if err != nil {
		return nil, instruments{}, nil, fmt.Errorf("trace-url: %w", err)
	}
	traces := sdktrace.NewTracerProvider(sdktrace.WithBatcher(sender))
	shown.traces = traces
	return registry, shown, func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = traces.Shutdown(ctx) // what is not sent by now is lost
	}, nil
}

// serve opens the ports, runs the jobs, and waits.
func (c *serveCommand) serve(ctx context.Context, t *terminal, g *ground, h *house.House, limits bff.Limits, admin http.Handler, d *demo, started time.Time) error {
	servers := newServers(c.StopLimit)
	if err := servers.add("service", c.Listen, bff.NewHTTPServer(h.Handler, g.log, limits), c.TLSCert, c.TLSKey); err != nil {
		return err
	}
	if c.Admin != "" {
		if err := servers.add("admin", c.Admin, bff.NewHTTPServer(admin, g.log, bff.Limits{}), "", ""); err != nil {
			return err
		}
	}
	if d != nil {
		servers.adopt("sandbox", d.listener, bff.NewHTTPServer(d.handler, g.log, bff.Limits{}))
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	failed := servers.start()
	jobs := make(chan struct{})
	go func() {
		defer close(jobs)
		h.Jobs.Run(ctx)
	}()
	t.printf("\nMinzhengtong serves at %s (ready in %s).\n", servers.url("service", c.TLSCert != ""), time.Since(started).Round(time.Millisecond))
	if d != nil {
		d.introduce(t)
	}
	t.printf("Stop with Ctrl-C.\n")
	var err error
	select {
	case <-ctx.Done():
		t.printf("\nStopping.\n")
	case err = <-failed:
		cancel()
	}
	<-jobs
	return errors.Join(err, servers.stop())
}

// servers are the open ports.
type servers struct {
	limit time.Duration
	all   []port
}

type port struct {
	name      string
	listener  net.Listener
	server    *http.Server
	cert, key string
}

func newServers(limit time.Duration) *servers { return &servers{limit: limit} }

// add opens a port.
func (s *servers) add(name, address string, server *http.Server, cert, key string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("%s: %w; choose another address with --%s", name, err, map[string]string{"service": "listen", "admin": "admin"}[name])
	}
	s.all = append(s.all, port{name, listener, server, cert, key})
	return nil
}

// adopt takes over a port that is open already.
func (s *servers) adopt(name string, listener net.Listener, server *http.Server) {
	s.all = append(s.all, port{name: name, listener: listener, server: server})
}

// start serves on every port. The channel receives when one fails.
func (s *servers) start() <-chan error {
	failed := make(chan error, len(s.all))
	for _, p := range s.all {
		go func() {
			var err error
			if p.cert != "" {
				err = p.server.ServeTLS(p.listener, p.cert, p.key)
			} else {
				err = p.server.Serve(p.listener)
			}
			if !errors.Is(err, http.ErrServerClosed) {
				failed <- fmt.Errorf("%s: %w", p.name, err)
			}
		}()
	}
	return failed
}

// stop lets running calls end, within the limit. Ports close in the order in
// which they were opened, so that calls still reach the sandbox.
func (s *servers) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), s.limit)
	defer cancel()
	var failures []error
	for _, p := range s.all {
		if err := p.server.Shutdown(ctx); err != nil {
			failures = append(failures, fmt.Errorf("%s did not stop in time: %w", p.name, err), p.server.Close())
		}
	}
	return errors.Join(failures...)
}

// url is where a port is reached.
func (s *servers) url(name string, tls bool) string {
	scheme := "http"
	if tls {
		scheme = "https"
	}
	for _, p := range s.all {
		if p.name == name {
			return scheme + "://" + p.listener.Addr().String()
		}
	}
	return ""
}
