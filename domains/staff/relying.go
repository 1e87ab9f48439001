package staff

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Limits of talking to the provider.
const (
	providerTimeout = 10 * time.Second // one request
	providerPause   = 5 * time.Second  // after a discovery that failed
	largestAnswer   = 1 << 20
	clockSkew       = time.Minute
)

// tokenAlgorithms are those by which a provider may sign. The provider's own list
// is not asked.
var tokenAlgorithms = []string{oidc.RS256, oidc.ES256, oidc.EdDSA}

// relying is our side of OpenID Connect: it finds the provider when it is needed
// first, and again after it was away.
type relying struct {
	config Provider
	client *http.Client
	now    func() time.Time

	// slot holds a token while nobody discovers; it guards found and failed.
	slot   chan struct{}
	found  *discovered
	failed time.Time
}

func newRelying(config Provider, now func() time.Time) *relying {
	r := &relying{config: config, now: now, slot: make(chan struct{}, 1)}
	r.client = &http.Client{
		Timeout:   providerTimeout,
		Transport: bounded{http.DefaultTransport.(*http.Transport).Clone()},
		// The provider answers where its configuration says, or not at all.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	r.slot <- struct{}{}
	return r
}

// discovered is a provider that has said where its endpoints are.
type discovered struct {
	oauth    oauth2.Config
	verifier *oidc.IDTokenVerifier
	client   *http.Client
	now      func() time.Time
}

// discover returns the provider, or [ErrProviderUnavailable]. One caller asks,
// the others wait for what it learns.
func (r *relying) discover(ctx context.Context) (*discovered, error) {
	select {
	case <-r.slot:
		defer func() { r.slot <- struct{}{} }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if r.found != nil {
		return r.found, nil
	}
	if wait := providerPause - r.now().Sub(r.failed); !r.failed.IsZero() && wait > 0 && wait <= providerPause {
		return nil, ErrProviderUnavailable.After(wait)
	}
	found, err := r.ask(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		r.failed = r.now()
		return nil, fmt.Errorf("%w: %w", ErrProviderUnavailable, err)
	}
	r.found = found
	return found, nil
}

// ask reads the provider's configuration.
func (r *relying) ask(ctx context.Context) (*discovered, error) {
	p, err := oidc.NewProvider(oidc.ClientContext(ctx, r.client), r.config.Issuer)
	if err != nil {
		return nil, fmt.Errorf("discover the provider: %w", err)
	}
	var more struct {
		Methods []string `json:"token_endpoint_auth_methods_supported"`
		JWKS    string   `json:"jwks_uri"`
	}
	if err := p.Claims(&more); err != nil {
		return nil, fmt.Errorf("read the provider's configuration: %w", err)
	}
	endpoint := p.Endpoint()
	// One way, so that a code is never sent twice. The header is the default of
	// OpenID Connect Discovery 1.0, section 3.
	endpoint.AuthStyle = oauth2.AuthStyleInHeader
	if len(more.Methods) > 0 && !slices.Contains(more.Methods, "client_secret_basic") {
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	keys := watched{oidc.NewRemoteKeySet(oidc.ClientContext(context.WithoutCancel(ctx), r.client), more.JWKS)}
	return &discovered{
		client: r.client, now: r.now,
		oauth: oauth2.Config{
			ClientID: r.config.ClientID, ClientSecret: r.config.ClientSecret, RedirectURL: r.config.RedirectURL,
			Endpoint: endpoint, Scopes: []string{oidc.ScopeOpenID},
		},
		verifier: oidc.NewVerifier(r.config.Issuer, keys, &oidc.Config{
			ClientID: r.config.ClientID, SupportedSigningAlgs: tokenAlgorithms, Now: r.now,
		}),
	}, nil
}

// url is where the browser goes.
func (d *discovered) url(state string, e errand) string {
	return d.oauth.AuthCodeURL(state, oidc.Nonce(e.Nonce), oauth2.S256ChallengeOption(e.Verifier))
}

// exchange brings a code to the provider and checks the token that it gives. It
// fails with [ErrWrong] or [ErrProviderUnavailable].
func (d *discovered) exchange(ctx context.Context, code, verifier string) (*oidc.IDToken, error) {
	health := new(health)
	ctx = oidc.ClientContext(context.WithValue(ctx, healthKey{}, health), d.client)
	answer, err := d.oauth.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		return nil, d.cause(ctx, health, err)
	}
	raw, ok := answer.Extra("id_token").(string)
	if !ok {
		return nil, ErrWrong
	}
	token, err := d.verifier.Verify(ctx, raw)
	if err != nil {
		return nil, d.cause(ctx, health, err)
	}
	if !d.meantForUs(token) {
		return nil, ErrWrong
	}
	return token, nil
}

// cause tells a provider that does not answer, or does not know us, from one
// that says no to the officer.
func (d *discovered) cause(ctx context.Context, h *health, err error) error {
	refused, answered := errors.AsType[*oauth2.RetrieveError](err)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case h.away():
		return fmt.Errorf("%w: the provider does not answer", ErrProviderUnavailable)
	case answered && (refused.Response.StatusCode == http.StatusUnauthorized ||
		refused.ErrorCode == "invalid_client" || refused.ErrorCode == "unauthorized_client"):
		return fmt.Errorf("%w: the provider refuses client ID or secret", ErrProviderUnavailable)
	}
	return ErrWrong
}

// meantForUs checks what go-oidc leaves to its caller: the authorised party
// (OpenID Connect Core 1.0, section 3.1.3.7), that there is a subject, and that
// the token was not made in the future.
func (d *discovered) meantForUs(token *oidc.IDToken) bool {
	var more struct {
		Party string `json:"azp"`
	}
	if err := token.Claims(&more); err != nil {
		return false
	}
	party := more.Party == d.oauth.ClientID || more.Party == "" && len(token.Audience) == 1
	return party && token.Subject != "" && !token.IssuedAt.After(d.now().Add(clockSkew))
}

// loopback reports whether a host is this machine.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
