package main

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/minzhengtong/minzhengtong/bff"
	"github.com/minzhengtong/minzhengtong/cmd/house"
	"github.com/minzhengtong/minzhengtong/domains/limit"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// serveCommand serves the contract and runs the jobs.
type serveCommand struct {
	Listen        string        `help:"Address of the service." default:"127.0.0.1:8080"`
	Admin         string        `help:"Address of metrics, profiles and health; keep it private. Empty: none." default:"127.0.0.1:8081"`
	SandboxListen string        `help:"Address of the sandbox authorities, when they are in this process." default:"127.0.0.1:8090"`
	TLSCert       string        `name:"tls-cert" help:"Certificate file. Empty: no TLS, for use behind a gateway that has it." type:"path" default:""`
	TLSKey        string        `name:"tls-key" help:"Key file of the certificate." type:"path" default:""`
	Origins       []string      `help:"Pages of other hosts that may call, as scheme://host."`
	Proxies       []string      `help:"Networks of gateways whose X-Forwarded-For is believed, such as 10.0.0.0/8."`
	PaymentKeys   []string      `help:"Ed25519 public keys of the payment gateway in base64, by which its events are known. Without one it is asked every minute all the same."`
	Rules         []string      `name:"limits" help:"Limits that differ from the default, as rule=BURST/PACE, such as call.person=60/500ms; see domains/limit for the rules."`
	CountOnly     bool          `help:"Count what limits would refuse, and refuse nothing." default:"false"`
	OIDCIssuer    string        `name:"oidc-issuer" help:"The organisation's OpenID provider for officers. Empty: none." placeholder:"URL"`
	OIDCClient    string        `name:"oidc-client" help:"Our client ID at the provider." default:""`
	OIDCSecret    string        `name:"oidc-secret" help:"Our client secret. Better in the environment or the file than on the command line." placeholder:"SECRET"`
	OIDCRedirect  string        `name:"oidc-redirect" help:"Where the provider sends the browser back to." placeholder:"URL"`
	Passwords     bool          `help:"Let officers sign in by password and code." default:"true" negatable:""`
	Reflection    bool          `help:"Let anybody read the contract from the server." default:"true" negatable:""`
	MessageBytes  int           `help:"Largest request." default:"4194304"`
	CallLimit     time.Duration `help:"How long a call may take." default:"30s"`
	StopLimit     time.Duration `help:"How long running calls may take to end when the server stops." default:"20s"`
	TraceURL      string        `name:"trace-url" help:"OTLP/HTTP endpoint for traces. Empty: none." placeholder:"URL"`
	channelSettings

	Import bool `help:"Import the synthetic population at first start, when the authorities are the sandbox." default:"true" negatable:""`
}

// Validate implements kong's check of a command's settings.
func (c *serveCommand) Validate() error {
	mistakes := []error{checkAddress("listen", c.Listen), checkAddress("sandbox-listen", c.SandboxListen), c.checkTLS(), c.check()}
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
	_, wrong := c.proxies()
	mistakes = append(mistakes, wrong)
	_, wrong = c.rules()
	mistakes = append(mistakes, wrong, c.checkProvider())
	_, wrong = c.gatewayKeys()
	mistakes = append(mistakes, wrong)
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
	defer g.close() //nolint:errcheck // nothing is left to do about it
	registry, shown, stopTraces, err := c.instruments(ctx)
	if err != nil {
		return err
	}
	defer stopTraces()
	authorities, demo, err := g.authorities(ports)
	if err != nil {
		return err
	}
	defer authorities.Close()
	limits := bff.Limits{MessageBytes: c.MessageBytes, Call: c.CallLimit}
	channels, err := c.channels(s.Data)
	if err != nil {
		return err
	}
	h, err := g.build(authorities, shown, func(p *house.Parts) {
		c.furnish(p, limits)
		p.Channels = channels
		if demo != nil {
			p.GatewayKeys = append(p.GatewayKeys, demo.handler.PaymentKey())
		}
	})
	if err != nil {
		return err
	}
	if demo != nil {
		demo.report(ctx, h, g.log)
	}
	if err := h.Limits.Load(ctx); err != nil {
		return fmt.Errorf("limits: %w", err)
	}
	if demo != nil && c.Import {
		if err := demo.fill(ctx, t, h); err != nil {
			return err
		}
	}
	ports.assign("service", bff.NewHTTPServer(h.Handler, g.log, limits))
	ports.assign("admin", bff.NewHTTPServer(bff.Admin(registry, h.Ready), g.log, bff.Limits{}))
	if demo != nil {
		ports.assign("sandbox", bff.NewHTTPServer(demo.handler, g.log, bff.Limits{}))
	}
	err = c.serve(ctx, t, ports, h, demo, started)
	// What the last calls left is written down before the end.
	rest, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.StopLimit)
	defer cancel()
	_, numbered := h.Audit.Number(rest, lastEntries)
	_, anchored := h.Audit.Anchor(rest)
	return errors.Join(err, h.Limits.Flush(rest), numbered, anchored)
}

// lastEntries is how many entries of the audit log get their places at the end.
const lastEntries = 1000

// furnish adds to a house what only serving needs. Validate has read it all.
func (c *serveCommand) furnish(p *house.Parts, limits bff.Limits) {
	p.Limits, p.Origins, p.Reflection, p.NoPasswords = limits, c.Origins, c.Reflection, !c.Passwords
	p.Proxies, _ = c.proxies()
	p.Rules, _ = c.rules()
	p.GatewayKeys, _ = c.gatewayKeys()
	if c.OIDCIssuer != "" {
		p.Provider = &staff.Provider{Issuer: c.OIDCIssuer, ClientID: c.OIDCClient, ClientSecret: c.OIDCSecret, RedirectURL: c.OIDCRedirect}
	}
}

// gatewayKeys reads the keys of the payment gateway.
func (c *serveCommand) gatewayKeys() ([]ed25519.PublicKey, error) {
	var keys []ed25519.PublicKey
	for _, text := range c.PaymentKeys {
		raw, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(raw) != ed25519.PublicKeySize {
			return nil, errors.New("payment-keys: want 32 bytes in base64 each")
		}
		keys = append(keys, ed25519.PublicKey(raw))
	}
	return keys, nil
}

// proxies reads the networks of gateways.
func (c *serveCommand) proxies() ([]netip.Prefix, error) {
	var networks []netip.Prefix
	for _, text := range c.Proxies {
		network, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("proxies: want a network such as 10.0.0.0/8, got %q", text)
		}
		networks = append(networks, network.Masked())
	}
	return networks, nil
}

// rules reads the limits that differ from the default.
func (c *serveCommand) rules() (map[limit.Name]limit.Override, error) {
	rules := map[limit.Name]limit.Override{}
	for _, r := range limit.Rules() {
		if c.CountOnly {
			rules[r.Name] = limit.Override{CountOnly: true}
		}
	}
	known := func(name string) bool {
		return slices.ContainsFunc(limit.Rules(), func(r limit.Rule) bool { return string(r.Name) == name })
	}
	for _, text := range c.Rules {
		name, shape, _ := strings.Cut(text, "=")
		burst, pace, _ := strings.Cut(shape, "/")
		n, wrong := strconv.Atoi(burst)
		every, err := time.ParseDuration(pace)
		if wrong != nil || err != nil || n < 1 || every <= 0 || !known(name) {
			return nil, fmt.Errorf("limits: want a known rule as rule=BURST/PACE, such as call.person=60/500ms, got %q", text)
		}
		rules[limit.Name(name)] = limit.Override{Burst: n, Every: every, CountOnly: c.CountOnly}
	}
	return rules, nil
}

// checkProvider fails unless there is an OpenID provider with all that it needs,
// or none and passwords.
func (c *serveCommand) checkProvider() error {
	given := c.OIDCClient != "" && c.OIDCSecret != "" && c.OIDCRedirect != ""
	switch {
	case c.OIDCIssuer != "" && !given:
		return errors.New("oidc-issuer: needs oidc-client, oidc-secret and oidc-redirect")
	case c.OIDCIssuer == "" && !c.Passwords:
		return errors.New("passwords: without them officers need an oidc-issuer")
	}
	return nil
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
func (g *ground) authorities(ports *servers) (*upstream.Clients, *demo, error) {
	s := g.settings
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
func (c *serveCommand) serve(ctx context.Context, t *terminal, ports *servers, h *house.House, d *demo, started time.Time) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	failed := ports.start()
	ended := make(chan error, 1) // without a value while the jobs run
	go func() {
		var clockwork sync.WaitGroup
		clockwork.Go(func() { h.Jobs.Run(ctx) })
		err := h.Queue.Run(ctx, h.Workers)
		cancel()
		clockwork.Wait()
		ended <- err
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
	return errors.Join(err, <-ended, ports.stop())
}
