// Package stafftest plays the organisation's OpenID provider for tests.
package stafftest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/staff"
)

// Who we are at the provider.
const (
	ClientID     = "minzhengtong"
	ClientSecret = "s3cret+of the client"
	RedirectURL  = "https://app.example.cn/officers/back"
)

// Discovery is the path of the provider's configuration.
const Discovery = "/.well-known/openid-configuration"

// Provider is a small OpenID provider: discovery, keys and tokens over HTTP on
// this machine. It gives one token for each code, as the sign-in that asked for it
// says. What is exported is changed within [Provider.Set] once it runs.
type Provider struct {
	*httptest.Server
	// Subject is who signs in; "lin" at first.
	Subject string
	// Down are paths that answer 503.
	Down map[string]bool
	// Keys by algorithm, which is their ID too: RS256, ES256 and EdDSA.
	Keys map[string]crypto.Signer
	// Forge, which may be nil, changes what the next tokens say, and may return
	// the key that signs them instead of the header's.
	Forge func(header, claims map[string]any) crypto.Signer
	// Raw, which may be nil, changes the next tokens as texts.
	Raw func(token string) string

	now   func() time.Time
	mu    sync.Mutex
	codes map[string]grant
}

// grant is what a code stands for.
type grant struct{ challenge, nonce string }

// NewProvider starts a provider with new keys that ends with the test.
func NewProvider(t testing.TB, now func() time.Time) *Provider {
	t.Helper()
	p := &Provider{now: now, Down: map[string]bool{}, codes: map[string]grant{}, Keys: newKeys(t), Subject: "lin"}
	mux := http.NewServeMux()
	mux.HandleFunc(Discovery, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]any{
			"issuer": p.URL, "authorization_endpoint": p.URL + "/auth", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"},
		})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]any{"keys": p.jwks()})
	})
	mux.HandleFunc("/token", p.token)
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.Down[r.URL.Path] {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(p.Close)
	return p
}

func newKeys(t testing.TB) map[string]crypto.Signer {
	t.Helper()
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, "make a key", err)
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, "make a key", err)
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	must(t, "make a key", err)
	return map[string]crypto.Signer{"RS256": rsaKey, "ES256": ecKey, "EdDSA": edKey}
}

func must(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// Settings are our settings for this provider.
func (p *Provider) Settings() *staff.Provider {
	return &staff.Provider{Issuer: p.URL, ClientID: ClientID, ClientSecret: ClientSecret, RedirectURL: RedirectURL}
}

// Set changes the provider while it runs.
func (p *Provider) Set(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
}

// Visit is an officer at the provider: it reads the URL and comes back with state
// and code.
func (p *Provider) Visit(t testing.TB, at string) (state, code string) {
	t.Helper()
	u, err := url.Parse(at)
	must(t, "read the URL", err)
	q := u.Query()
	if !strings.HasPrefix(at, p.URL+"/auth?") || q.Get("client_id") != ClientID || q.Get("redirect_uri") != RedirectURL ||
		q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || q.Get("scope") != "openid" {
		t.Fatal("the provider is asked otherwise than it should be")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	code = fmt.Sprint("code-", len(p.codes), q.Get("state")[:4])
	p.codes[code] = grant{q.Get("code_challenge"), q.Get("nonce")}
	return q.Get("state"), code
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func b64(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// JWK is a public Ed25519 key as RFC 8037 has it.
func JWK(key crypto.Signer) map[string]any {
	return map[string]any{"kty": "OKP", "crv": "Ed25519", "x": b64(key.Public().(ed25519.PublicKey))}
}

func (p *Provider) jwks() []map[string]any {
	r := p.Keys["RS256"].Public().(*rsa.PublicKey)
	point, _ := p.Keys["ES256"].Public().(*ecdsa.PublicKey).Bytes()
	e := JWK(p.Keys["EdDSA"])
	e["kid"] = "EdDSA"
	return []map[string]any{
		{"kty": "RSA", "kid": "RS256", "n": b64(r.N.Bytes()), "e": "AQAB"},
		{"kty": "EC", "crv": "P-256", "kid": "ES256", "x": b64(point[1:33]), "y": b64(point[33:])},
		e,
	}
}

// token exchanges a code, as RFC 6749 and RFC 7636 have it.
func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	id, secret, _ := r.BasicAuth()
	if id != ClientID || secret != url.QueryEscape(ClientSecret) {
		answer(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
		return
	}
	code := r.FormValue("code")
	g, known := p.codes[code]
	delete(p.codes, code)
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if !known || b64(sum[:]) != g.challenge || r.FormValue("redirect_uri") != RedirectURL {
		answer(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant"})
		return
	}
	answer(w, http.StatusOK, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": p.idToken(g.nonce)})
}
