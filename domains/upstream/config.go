package upstream

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// Config says where the gateways are and how long they may take. BaseURL and
// Now are required; every other field works at its zero value.
type Config struct {
	// BaseURL is where the gateways are served: http or https, perhaps with a
	// path.
	BaseURL string
	// Token is the credential for system calls, sent as a bearer token; ""
	// sends none.
	Token string
	// Now is the clock that the authorities' clocks are compared with.
	Now func() time.Time
	// Limit bounds a call, retries included; 0 means 3 s.
	Limit time.Duration
	// Retries is how often a failed call is tried again; 0 means twice,
	// a negative number never.
	Retries int
	// Breaker tells when an authority is left alone.
	Breaker Breaker
	// Transport carries the requests in place of the bounded one of [New]; nil
	// is right outside tests.
	Transport http.RoundTripper
}

// Breaker are the settings of the circuit breakers, one per authority.
type Breaker struct {
	// Failures opens the breaker when so many of the last ten tries failed: 1
	// to 10; 0 means 5.
	Failures int
	// Open is how long an authority is left alone before one call may probe it,
	// give or take a tenth; 0 means 10 s.
	Open time.Duration
}

const (
	window         = 10 // tries that a breaker looks back on
	firstBackoff   = 50 * time.Millisecond
	longestBackoff = time.Second
)

func (c Config) withDefaults() Config {
	c.Limit = cmp.Or(c.Limit, 3*time.Second)
	c.Retries = max(cmp.Or(c.Retries, 2), 0)
	c.Breaker.Failures = cmp.Or(c.Breaker.Failures, 5)
	c.Breaker.Open = cmp.Or(c.Breaker.Open, 10*time.Second)
	return c
}

// Validate names every mistake at once. It never shows the token.
func (c Config) Validate() error {
	var mistakes []error
	base, err := url.Parse(c.BaseURL)
	switch {
	case err != nil:
		// The URL's own error would print the URL, which may hold a password.
		mistakes = append(mistakes, errors.New("base URL cannot be read"))
	case base.Scheme != "http" && base.Scheme != "https" || base.Host == "":
		mistakes = append(mistakes, errors.New("base URL is not http or https with a host"))
	}
	if c.Now == nil {
		mistakes = append(mistakes, errors.New("no clock"))
	}
	if c.Limit < 0 || c.Breaker.Open < 0 {
		mistakes = append(mistakes, errors.New("a negative duration"))
	}
	if c.Breaker.Failures < 0 || c.Breaker.Failures > window {
		mistakes = append(mistakes, fmt.Errorf("breaker opens after %d failures, want 1 to %d", c.Breaker.Failures, window))
	}
	return errors.Join(mistakes...)
}
