package staff_test

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	"github.com/minzhengtong/minzhengtong/domains/staff/stafftest"
)

// eachProvider runs f in a world with a provider, at which one officer signs in.
func eachProvider(t *testing.T, f func(t *testing.T, w *world, p *stafftest.Provider, o staff.Officer)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		var w *world
		p := stafftest.NewProvider(t, func() time.Time { return w.now() })
		w = newWorld(t, db, func(d *staff.Deps) {
			d.Provider = p.Settings()
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
func (w *world) start(p *stafftest.Provider) (state, code string) {
	w.t.Helper()
	at, err := w.StartProvider(w.t.Context())
	must(w.t, "start", err)
	return p.Visit(w.t, at)
}

func TestProviderSignsIn(t *testing.T) {
	eachProvider(t, func(t *testing.T, w *world, p *stafftest.Provider, o staff.Officer) {
		for _, alg := range []string{"EdDSA", "ES256", "RS256"} {
			p.Set(func() {
				p.Forge = func(h, _ map[string]any) crypto.Signer { h["alg"], h["kid"] = alg, alg; return nil }
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
	eachProvider(t, func(t *testing.T, w *world, p *stafftest.Provider, _ staff.Officer) {
		_, stolen, err := ed25519.GenerateKey(rand.Reader) // of another provider
		must(t, "make a key", err)
		claim := func(name string, value any) func(h, c map[string]any) crypto.Signer {
			return func(_, c map[string]any) crypto.Signer { c[name] = value; return nil }
		}
		hour := w.now().Add(time.Hour).Unix()
		forgeries := map[string]func(h, c map[string]any) crypto.Signer{
			"another's key":      func(_, _ map[string]any) crypto.Signer { return stolen },
			"another's key, kid": func(h, _ map[string]any) crypto.Signer { h["kid"] = "other"; return stolen },
			"key in the token": func(h, _ map[string]any) crypto.Signer {
				h["jwk"] = stafftest.JWK(stolen)
				return stolen
			},
			"alg none":            func(h, _ map[string]any) crypto.Signer { h["alg"] = "none"; return nil },
			"alg None":            func(h, _ map[string]any) crypto.Signer { h["alg"] = "None"; return nil },
			"alg HS256":           func(h, _ map[string]any) crypto.Signer { h["alg"] = "HS256"; return nil },
			"alg RS512":           func(h, _ map[string]any) crypto.Signer { h["alg"], h["kid"] = "RS512", "RS256"; return p.Keys["RS256"] },
			"critical extension":  func(h, _ map[string]any) crypto.Signer { h["crit"], h["x"] = []string{"x"}, 1; return nil },
			"expired":             claim("exp", w.now().Add(-time.Second).Unix()),
			"no expiry":           claim("exp", nil),
			"from the future":     claim("iat", hour),
			"not yet":             claim("nbf", hour),
			"another issuer":      claim("iss", "https://other.example.cn"),
			"another audience":    claim("aud", "other"),
			"no audience":         claim("aud", nil),
			"several audiences":   claim("aud", []string{stafftest.ClientID, "other"}),
			"for another party":   claim("azp", "other"),
			"another nonce":       claim("nonce", "other"),
			"no nonce":            claim("nonce", nil),
			"no subject":          claim("sub", ""),
			"an unknown subject":  claim("sub", "nobody"),
			"a subject with more": claim("sub", "lin x"),
		}
		for name, forge := range forgeries {
			p.Set(func() { p.Forge = forge })
			state, code := w.start(p)
			_, err := w.CompleteProvider(t.Context(), state, code)
			fails(t, name, err, staff.ErrWrong)
		}
		p.Set(func() { p.Forge = nil })
		for name, raw := range map[string]func(string) string{
			"cut":        func(s string) string { return s[:len(s)-3] },
			"none":       func(string) string { return "" },
			"two parts":  func(s string) string { return s[:strings.LastIndexByte(s, '.')] },
			"no text":    func(string) string { return "\x00\xff" },
			"very large": func(s string) string { return s + strings.Repeat("A", 1<<20) },
		} {
			p.Set(func() { p.Raw = raw })
			state, code := w.start(p)
			_, err := w.CompleteProvider(t.Context(), state, code)
			fails(t, name, err, staff.ErrWrong)
		}
	})
}

func TestProviderStatesAndCodes(t *testing.T) {
	eachProvider(t, func(t *testing.T, w *world, p *stafftest.Provider, o staff.Officer) {
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
	eachProvider(t, func(t *testing.T, w *world, p *stafftest.Provider, _ staff.Officer) {
		away := func(path string, down bool) { p.Set(func() { p.Down[path] = down }) }
		away(stafftest.Discovery, true)
		_, err := w.StartProvider(t.Context())
		fails(t, "start while it is down", err, staff.ErrProviderUnavailable)
		away(stafftest.Discovery, false)
		_, err = w.StartProvider(t.Context())
		fails(t, "a moment later", err, staff.ErrProviderUnavailable)
		w.advance(6 * time.Second)
		for _, path := range []string{"/token", "/keys"} {
			state, code := w.start(p)
			away(path, true)
			_, err = w.CompleteProvider(t.Context(), state, code)
			fails(t, path+" is down", err, staff.ErrProviderUnavailable)
			if err != nil && (strings.Contains(err.Error(), code) || strings.Contains(err.Error(), stafftest.ClientSecret)) {
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
	eachProvider(t, func(t *testing.T, w *world, p *stafftest.Provider, _ staff.Officer) {
		d := w.deps
		changed := *d.Provider
		changed.ClientSecret = "old"
		d.Provider = &changed
		s, err := staff.New(d)
		must(t, "another service", err)
		at, err := s.StartProvider(t.Context())
		must(t, "start", err)
		state, code := p.Visit(t, at)
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
	good := staff.Provider{Issuer: "https://login.example.cn", ClientID: "a", ClientSecret: "very secret", RedirectURL: stafftest.RedirectURL}
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
	eachProvider(t, func(t *testing.T, w *world, p *stafftest.Provider, _ staff.Officer) {
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
