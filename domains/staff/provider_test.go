package staff_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
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

	"github.com/golang-jwt/jwt/v5"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/staff"
)

const (
	clientID     = "minzhengtong"
	clientSecret = "s3cret+of the client"
	redirectURL  = "https://app.example.cn/officers/back"
)

// provider is a small OpenID provider: discovery, keys and tokens over HTTP. It
// gives one token for each code, as the sign-in that asked for it says.
type provider struct {
	*httptest.Server
	now func() time.Time

	mu      sync.Mutex
	down    map[string]bool // paths that answer 503
	codes   map[string]grant
	asked   int // for tokens
	keys    map[string]crypto.Signer
	stolen  ed25519.PrivateKey // of another provider
	subject string
	// forge changes what the next token says or how it is signed.
	forge func(header, claims map[string]any) crypto.Signer
	raw   func(token string) string
}

// grant is what a code stands for.
type grant struct{ challenge, nonce string }

func newProvider(t testing.TB, now func() time.Time) *provider {
	t.Helper()
	p := &provider{now: now, down: map[string]bool{}, codes: map[string]grant{}, keys: map[string]crypto.Signer{}, subject: "lin"}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, "make a key", err)
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, "make a key", err)
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	must(t, "make a key", err)
	_, p.stolen, err = ed25519.GenerateKey(rand.Reader)
	must(t, "make a key", err)
	p.keys["RS256"], p.keys["ES256"], p.keys["EdDSA"] = rsaKey, ecKey, edKey
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
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
		if p.down[r.URL.Path] {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(p.Close)
	return p
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func b64(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

func (p *provider) jwks() []map[string]any {
	r := p.keys["RS256"].Public().(*rsa.PublicKey)
	e := p.keys["ES256"].Public().(*ecdsa.PublicKey)
	point, _ := e.Bytes()
	return []map[string]any{
		{"kty": "RSA", "kid": "RS256", "n": b64(r.N.Bytes()), "e": "AQAB"},
		{"kty": "EC", "crv": "P-256", "kid": "ES256", "x": b64(point[1:33]), "y": b64(point[33:])},
		{"kty": "OKP", "crv": "Ed25519", "kid": "EdDSA", "x": b64(p.keys["EdDSA"].Public().(ed25519.PublicKey))},
	}
}

// token exchanges a code, as RFC 6749 and RFC 7636 have it.
func (p *provider) token(w http.ResponseWriter, r *http.Request) {
	p.asked++
	id, secret, _ := r.BasicAuth()
	if id != clientID || secret != url.QueryEscape(clientSecret) {
		answer(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
		return
	}
	code := r.FormValue("code")
	g, known := p.codes[code]
	delete(p.codes, code)
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if !known || b64(sum[:]) != g.challenge || r.FormValue("redirect_uri") != redirectURL {
		answer(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant"})
		return
	}
	answer(w, http.StatusOK, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": p.idToken(g.nonce)})
}

// idToken makes a token, forged or not.
func (p *provider) idToken(nonce string) string {
	now := p.now()
	header := map[string]any{"alg": "EdDSA", "kid": "EdDSA"}
	claims := map[string]any{
		"iss": p.URL, "aud": clientID, "sub": p.subject, "nonce": nonce, "iat": now.Unix(), "exp": now.Add(time.Minute).Unix(),
	}
	var signer crypto.Signer
	if p.forge != nil {
		signer = p.forge(header, claims)
	}
	alg, _ := header["alg"].(string)
	if signer == nil {
		signer = p.keys[alg]
	}
	h, _ := json.Marshal(header)
	c, _ := json.Marshal(claims)
	text := b64(h) + "." + b64(c)
	var signature []byte
	switch method := jwt.GetSigningMethod(alg); {
	case alg == "HS256": // with the public key for a secret
		mac := hmac.New(sha256.New, p.keys["EdDSA"].Public().(ed25519.PublicKey))
		mac.Write([]byte(text))
		signature = mac.Sum(nil)
	case method != nil && alg != "none":
		signature, _ = method.Sign(text, signer)
	}
	token := text + "." + b64(signature)
	if p.raw != nil {
		token = p.raw(token)
	}
	return token
}

// visit is an officer at the provider: it reads the URL and comes back with state
// and code.
func (p *provider) visit(t testing.TB, at string) (state, code string) {
	t.Helper()
	u, err := url.Parse(at)
	must(t, "read the URL", err)
	q := u.Query()
	if !strings.HasPrefix(at, p.URL+"/auth?") || q.Get("client_id") != clientID || q.Get("redirect_uri") != redirectURL ||
		q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || q.Get("scope") != "openid" {
		t.Fatal("the provider is asked otherwise than it should be")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	code = fmt.Sprint("code-", len(p.codes), q.Get("state")[:4])
	p.codes[code] = grant{q.Get("code_challenge"), q.Get("nonce")}
	return q.Get("state"), code
}

// set changes the provider while it runs.
func (p *provider) set(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
}

// eachProvider runs f in a world with a provider, at which one officer signs in.
func eachProvider(t *testing.T, f func(t *testing.T, w *world, p *provider, o staff.Officer)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		var w *world
		p := newProvider(t, func() time.Time { return w.now() })
		w = newWorld(t, db, func(d *staff.Deps) {
			d.Provider = &staff.Provider{Issuer: p.URL, ClientID: clientID, ClientSecret: clientSecret, RedirectURL: redirectURL}
		})
		w.bootstrap()
		o, c, err := w.Create(t.Context(), w.admin, staff.Account{
			Login: "lin", Name: "Lin", Office: "pt-hall", Duties: []actor.Duty{actor.Accept}, Subject: p.URL + " lin",
		})
		must(t, "create", err)
		if c != (staff.Credentials{}) {
			t.Error("an account at the provider has a password here")
		}
		f(t, w, p, o)
	})
}

// start goes to the provider and comes back.
func (w *world) start(p *provider) (state, code string) {
	w.t.Helper()
	at, err := w.StartProvider(w.t.Context())
	must(w.t, "start", err)
	return p.visit(w.t, at)
}

func TestProviderSignsIn(t *testing.T) {
	eachProvider(t, func(t *testing.T, w *world, p *provider, o staff.Officer) {
		for _, alg := range []string{"EdDSA", "ES256", "RS256"} {
			p.set(func() {
				p.forge = func(h, _ map[string]any) crypto.Signer { h["alg"], h["kid"] = alg, alg; return nil }
			})
			state, code := w.start(p)
			got, err := w.CompleteProvider(t.Context(), state, code)
			must(t, "complete with "+alg, err)
			if got.ID != o.ID {
				t.Error("somebody else signed in")
			}
			_, err = w.CompleteProvider(t.Context(), state, code)
			fails(t, "the same again", err, staff.ErrWrong)
		}
	})
}

func TestProviderTokensCannotBeForged(t *testing.T) {
	eachProvider(t, func(t *testing.T, w *world, p *provider, _ staff.Officer) {
		claim := func(name string, value any) func(h, c map[string]any) crypto.Signer {
			return func(_, c map[string]any) crypto.Signer { c[name] = value; return nil }
		}
		hour := w.now().Add(time.Hour).Unix()
		forgeries := map[string]func(h, c map[string]any) crypto.Signer{
			"another's key":      func(_, _ map[string]any) crypto.Signer { return p.stolen },
			"another's key, kid": func(h, _ map[string]any) crypto.Signer { h["kid"] = "other"; return p.stolen },
			"key in the token": func(h, _ map[string]any) crypto.Signer {
				h["jwk"] = map[string]any{"kty": "OKP", "crv": "Ed25519", "x": b64(p.stolen.Public().(ed25519.PublicKey))}
				return p.stolen
			},
			"alg none":            func(h, _ map[string]any) crypto.Signer { h["alg"] = "none"; return nil },
			"alg None":            func(h, _ map[string]any) crypto.Signer { h["alg"] = "None"; return nil },
			"alg HS256":           func(h, _ map[string]any) crypto.Signer { h["alg"] = "HS256"; return nil },
			"alg RS512":           func(h, _ map[string]any) crypto.Signer { h["alg"], h["kid"] = "RS512", "RS256"; return p.keys["RS256"] },
			"critical extension":  func(h, _ map[string]any) crypto.Signer { h["crit"], h["x"] = []string{"x"}, 1; return nil },
			"expired":             claim("exp", w.now().Add(-time.Second).Unix()),
			"no expiry":           claim("exp", nil),
			"from the future":     claim("iat", hour),
			"not yet":             claim("nbf", hour),
			"another issuer":      claim("iss", "https://other.example.cn"),
			"another audience":    claim("aud", "other"),
			"no audience":         claim("aud", nil),
			"several audiences":   claim("aud", []string{clientID, "other"}),
			"for another party":   claim("azp", "other"),
			"another nonce":       claim("nonce", "other"),
			"no nonce":            claim("nonce", nil),
			"no subject":          claim("sub", ""),
			"an unknown subject":  claim("sub", "nobody"),
			"a subject with more": claim("sub", "lin x"),
		}
		for name, forge := range forgeries {
			p.set(func() { p.forge = forge })
			state, code := w.start(p)
			_, err := w.CompleteProvider(t.Context(), state, code)
			fails(t, name, err, staff.ErrWrong)
		}
		p.set(func() { p.forge = nil })
		for name, raw := range map[string]func(string) string{
			"cut":        func(s string) string { return s[:len(s)-3] },
			"none":       func(string) string { return "" },
			"two parts":  func(s string) string { return s[:strings.LastIndexByte(s, '.')] },
			"no text":    func(string) string { return "\x00\xff" },
			"very large": func(s string) string { return s + strings.Repeat("A", 1<<20) },
		} {
			p.set(func() { p.raw = raw })
			state, code := w.start(p)
			_, err := w.CompleteProvider(t.Context(), state, code)
			fails(t, name, err, staff.ErrWrong)
		}
	})
}

func TestProviderStatesAndCodes(t *testing.T) {
	eachProvider(t, func(t *testing.T, w *world, p *provider, o staff.Officer) {
		complete := func(state, code string) error {
			_, err := w.CompleteProvider(t.Context(), state, code)
			return err
		}
		state, code := w.start(p)
		fails(t, "a guessed state", complete("guessed", code), staff.ErrWrong)
		fails(t, "a huge state", complete(strings.Repeat("a", 1<<20), code), staff.ErrWrong)
		fails(t, "a wrong code", complete(state, "wrong"), staff.ErrWrong)
		fails(t, "the state after a failure", complete(state, code), staff.ErrWrong)
		// Two browsers: each one's code belongs to its own state, by PKCE and nonce.
		state, code = w.start(p)
		other, otherCode := w.start(p)
		fails(t, "swapped", complete(state, otherCode), staff.ErrWrong)
		fails(t, "swapped back", complete(other, code), staff.ErrWrong)
		// Late.
		state, code = w.start(p)
		w.advance(staff.ProviderLife)
		fails(t, "after ten minutes", complete(state, code), staff.ErrWrong)
		// At once.
		state, code = w.start(p)
		if n := atOnce(t, 20, staff.ErrWrong, func(int) error { return complete(state, code) }); n != 1 {
			t.Errorf("one state opened %d sessions", n)
		}
		// A disabled officer.
		_, err := w.SetState(t.Context(), w.admin, o.ID, staff.Disabled)
		must(t, "disable", err)
		fails(t, "disabled", complete(w.start(p)), staff.ErrWrong)
	})
}

func TestProviderGoesAway(t *testing.T) {
	eachProvider(t, func(t *testing.T, w *world, p *provider, _ staff.Officer) {
		away := func(path string, down bool) { p.set(func() { p.down[path] = down }) }
		const discovery = "/.well-known/openid-configuration"
		away(discovery, true)
		_, err := w.StartProvider(t.Context())
		fails(t, "start while it is down", err, staff.ErrProviderUnavailable)
		away(discovery, false)
		_, err = w.StartProvider(t.Context())
		fails(t, "a moment later", err, staff.ErrProviderUnavailable)
		w.advance(6 * time.Second)
		for _, path := range []string{"/token", "/keys"} {
			state, code := w.start(p)
			away(path, true)
			_, err = w.CompleteProvider(t.Context(), state, code)
			fails(t, path+" is down", err, staff.ErrProviderUnavailable)
			if err != nil && (strings.Contains(err.Error(), code) || strings.Contains(err.Error(), clientSecret)) {
				t.Error("the error holds a secret")
			}
			away(path, false)
		}
		state, code := w.start(p)
		_, err = w.CompleteProvider(t.Context(), state, code)
		must(t, "sign in when it is back", err)
	})
}

func TestProviderThatRefusesUs(t *testing.T) {
	eachProvider(t, func(t *testing.T, w *world, p *provider, _ staff.Officer) {
		d := w.deps
		changed := *d.Provider
		changed.ClientSecret = "old"
		d.Provider = &changed
		s, err := staff.New(d)
		must(t, "another service", err)
		at, err := s.StartProvider(t.Context())
		must(t, "start", err)
		state, code := p.visit(t, at)
		_, err = s.CompleteProvider(t.Context(), state, code)
		fails(t, "with a secret of yesterday", err, staff.ErrProviderUnavailable)
	})
}

func TestProviderSettings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, entdbtest.New(t), nil)
	_, err := w.StartProvider(t.Context())
	fails(t, "start without one", err, staff.ErrNoProvider)
	_, err = w.CompleteProvider(t.Context(), "a", "b")
	fails(t, "complete without one", err, staff.ErrNoProvider)
	good := staff.Provider{Issuer: "https://login.example.cn", ClientID: "a", ClientSecret: "very secret", RedirectURL: redirectURL}
	for name, change := range map[string]func(*staff.Provider){
		"plain http": func(p *staff.Provider) { p.Issuer = "http://login.example.cn" },
		"no issuer":  func(p *staff.Provider) { p.Issuer = "" },
		"no secret":  func(p *staff.Provider) { p.ClientSecret = "" },
		"no way":     func(p *staff.Provider) { p.RedirectURL = "" },
	} {
		p := good
		change(&p)
		d := w.deps
		d.Provider = &p
		if _, err := staff.New(d); err == nil || strings.Contains(err.Error(), "very secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if strings.Contains(fmt.Sprintf("%v %+v %#v", good, good, good), "very secret") {
		t.Error("the settings show the secret")
	}
	d := w.deps
	d.Provider = &good
	if _, err := staff.New(d); err != nil {
		t.Errorf("a provider that nobody has asked yet: %v", err)
	}
}

func TestSubjects(t *testing.T) {
	eachProvider(t, func(t *testing.T, w *world, p *provider, _ staff.Officer) {
		try := func(subject string) error {
			_, _, err := w.Create(t.Context(), w.admin, staff.Account{
				Login: "x1", Name: "N", Office: "pt-hall", Duties: []actor.Duty{actor.Pay}, Subject: subject,
			})
			return err
		}
		fails(t, "taken", try(p.URL+" lin"), staff.ErrSubjectTaken)
		fails(t, "another issuer", try("https://other.example.cn lin"), staff.ErrSubject)
		fails(t, "no subject", try(p.URL), staff.ErrSubject)
		fails(t, "two words", try(p.URL+" lin mei"), staff.ErrSubject)
		o, err := w.ByLogin(t.Context(), "lin")
		must(t, "by login", err)
		_, err = w.ResetCredentials(t.Context(), w.admin, o.ID)
		fails(t, "reset", err, staff.ErrNoCredentials)
		_, err = w.Verify(t.Context(), "lin", "", "")
		fails(t, "by password", err, staff.ErrWrong)
	})
}
