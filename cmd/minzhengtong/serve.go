package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/minzhengtong/minzhengtong/bff"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/jobs"
)

// serveCommand serves the contract and runs the jobs.
type serveCommand struct {
	Listen        string        `help:"Address of the service." default:"127.0.0.1:8080"`
	Admin         string        `help:"Address of metrics, profiles and health; keep it private. Empty: none." default:"127.0.0.1:8081"`
	SandboxListen string        `help:"Address of the sandbox authorities, when they are in this process." default:"127.0.0.1:8090"`
	TLSCert       string        `name:"tls-cert" help:"Certificate file. Empty: no TLS, for use behind a gateway that has it." type:"path" default:""`
	TLSKey        string        `name:"tls-key" help:"Key file of the certificate." type:"path" default:""`
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
	mistakes := []error{checkAddress("listen", c.Listen), checkAddress("sandbox-listen", c.SandboxListen), c.checkTLS()}
	if c.Admin != "" {
		mistakes = append(mistakes, checkAddress("admin", c.Admin))
	}
	for _, origin := range c.Origins {
		if u, err := url.Parse(origin); err != nil || !isHTTP(u) || u.Scheme+"://"+u.Host != origin {
			mistakes = append(mistakes, fmt.Errorf("origins: want scheme://host, got %q", origin))
		}
	}
	if u, err := url.Parse(c.TraceURL); c.TraceURL != "" && (err != nil || !isHTTP(u)) {
		mistakes = append(mistakes, errors.New("trace-url: want http:// or https:// and a host"))
	}
	if c.MessageBytes <= 0 {
		mistakes = append(mistakes, fmt.Errorf("message-bytes: want more than 0, got %d", c.MessageBytes))
	}
	if c.CallLimit <= 0 {
		mistakes = append(mistakes, fmt.Errorf("call-limit: want more than 0, got %s", c.CallLimit))
	}
	if c.StopLimit <= 0 {
		mistakes = append(mistakes, fmt.Errorf("stop-limit: want more than 0, got %s", c.StopLimit))
	}
	return errors.Join(mistakes...)
}

// checkTLS fails unless there is a certificate with its key, or neither.
func (c *serveCommand) checkTLS() error {
	if c.TLSCert == "" && c.TLSKey == "" {
		return nil
	}
	if c.TLSCert == "" || c.TLSKey == "" {
		return errors.New("tls-cert and tls-key: give both or none")
	}
	if _, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey); err != nil {
		return fmt.Errorf("tls-cert and tls-key: %w", err)
	}
	return nil
}

// Run serves until the context ends, then stops cleanly: no new calls, running
// ones end, jobs finish their batch, the database closes.
func (c *serveCommand) Run(ctx context.Context, s *Settings, t *terminal) error {
	started := time.Now()
	ports, err := c.open(ctx, s.sandboxed())
	if err != nil {
		return err
	}
	defer ports.close()
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
	authorities, demo, err := c.authorities(s, g, ports)
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
	ports.assign("service", bff.NewHTTPServer(h.Handler, g.log, limits))
	ports.assign("admin", bff.NewHTTPServer(bff.Admin(registry, h.Ready), g.log, bff.Limits{}))
	if demo != nil {
		ports.assign("sandbox", bff.NewHTTPServer(demo.handler, g.log, bff.Limits{}))
	}
	return c.serve(ctx, t, ports, h.Jobs, demo, started)
}

// open opens the ports first, so that an address that is taken costs no import.
func (c *serveCommand) open(ctx context.Context, sandboxed bool) (*servers, error) {
	ports := &servers{limit: c.StopLimit}
	err := ports.open(ctx, "service", "listen", c.Listen)
	if c.TLSCert != "" {
		ports.encrypt("service", c.TLSCert, c.TLSKey)
	}
	if err == nil && c.Admin != "" {
		err = ports.open(ctx, "admin", "admin", c.Admin)
	}
	if err == nil && sandboxed {
		err = ports.open(ctx, "sandbox", "sandbox-listen", c.SandboxListen)
	}
	if err != nil {
		ports.close()
		return nil, err
	}
	return ports, nil
}

// authorities connects to the gateways, or to a sandbox that it prepares.
func (c *serveCommand) authorities(s *Settings, g *ground, ports *servers) (*upstream.Clients, *demo, error) {
	config := upstream.Config{BaseURL: s.UpstreamURL, Token: s.UpstreamToken, Limit: s.UpstreamLimit, Now: time.Now}
	var d *demo
	if s.sandboxed() {
		var err error
		if d, err = openDemo(s, g.log); err != nil {
			return nil, nil, err
		}
		config.BaseURL, config.Token = ports.url("sandbox"), d.token
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

// serve answers on the ports, runs the jobs, and waits.
func (c *serveCommand) serve(ctx context.Context, t *terminal, ports *servers, timetable *jobs.Runner, d *demo, started time.Time) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	failed := ports.start()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		timetable.Run(ctx)
	}()
	t.printf("\nMinzhengtong serves at %s (ready in %s).\n\n", ports.url("service"), time.Since(started).Round(time.Millisecond))
	for _, p := range ports.all {
		t.printf("  %-8s %s\n", p.name, p.url())
	}
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
	<-ended
	return errors.Join(err, ports.stop())
}
