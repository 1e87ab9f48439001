package staff_test

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/staff"
)

// assertion is what a system would sign: change it, then sign it.
type assertion struct{ header, claims map[string]any }

func (w *world) assertion(id string) assertion {
	return assertion{
		map[string]any{"alg": "EdDSA", "typ": "JWT"},
		map[string]any{"iss": id, "sub": id, "aud": "minzhengtong", "jti": fmt.Sprint(w.deps.NewID()), "exp": w.now().Add(4 * time.Minute).Unix()},
	}
}

func b64(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

func (a assertion) text() string {
	h, _ := json.Marshal(a.header)
	c, _ := json.Marshal(a.claims)
	return b64(h) + "." + b64(c)
}

func (a assertion) sign(key ed25519.PrivateKey) string {
	return a.text() + "." + b64(ed25519.Sign(key, []byte(a.text())))
}

// system makes a system's account.
func (w *world) system(id string) ed25519.PrivateKey {
	w.t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	must(w.t, "make a key", err)
	must(w.t, "ensure a system", w.EnsureSystem(w.t.Context(), staff.System{
		ID: actor.OfficerID(id), Name: "Tax", Department: "hall", PublicKey: public,
	}))
	return private
}

func TestAssertions(t *testing.T) {
	each(t, nil, func(t *testing.T, w *world) {
		key, other := w.system("tax"), w.system("police")
		y, err := w.VerifyAssertion(t.Context(), w.assertion("tax").sign(key))
		must(t, "verify", err)
		if y.ID != "tax" || y.Department != "hall" || y.Actor().Role != actor.System {
			t.Error("another system is let in")
		}
		untyped := w.assertion("tax")
		delete(untyped.header, "typ")
		_, err = w.VerifyAssertion(t.Context(), untyped.sign(key))
		must(t, "without a type", err)

		claim := func(name string, value any) func(assertion) {
			return func(a assertion) { a.claims[name] = value }
		}
		header := func(name string, value any) func(assertion) {
			return func(a assertion) { a.header[name] = value }
		}
		for name, change := range map[string]func(assertion){
			"an access token":     header("typ", "at+jwt"),
			"a type that is none": header("typ", 1),
			"alg none":            header("alg", "none"),
			"alg of another case": header("alg", "eddsa"),
			"critical":            header("crit", []string{"b64"}),
			"another subject":     claim("sub", "police"),
			"no subject":          claim("sub", nil),
			"an unknown issuer":   func(a assertion) { a.claims["iss"], a.claims["sub"] = "none", "none" },
			"no issuer":           func(a assertion) { a.claims["iss"], a.claims["sub"] = "", "" },
			"another's name":      func(a assertion) { a.claims["iss"], a.claims["sub"] = "police", "police" },
			"another audience":    claim("aud", "other"),
			"several audiences":   claim("aud", []string{"minzhengtong", "other"}),
			"no audience":         claim("aud", nil),
			"no jti":              claim("jti", ""),
			"a long jti":          claim("jti", strings.Repeat("a", 129)),
			"no expiry":           claim("exp", nil),
			"expired":             claim("exp", w.now().Unix()),
			"good for too long":   claim("exp", w.now().Add(5*time.Minute+time.Second).Unix()),
			"an expiry in words":  claim("exp", "tomorrow"),
			"an enormous expiry":  claim("exp", 1e300),
			"a negative expiry":   claim("exp", -1),
			"not yet":             claim("nbf", w.now().Add(time.Minute).Unix()),
			"made in the future":  claim("iat", w.now().Add(time.Minute).Unix()),
		} {
			a := w.assertion("tax")
			change(a)
			_, err := w.VerifyAssertion(t.Context(), a.sign(key))
			fails(t, name, err, staff.ErrWrong)
		}
		a := w.assertion("tax")
		a.header["alg"] = "HS256"
		mac := hmac.New(sha256.New, key.Public().(ed25519.PublicKey))
		mac.Write([]byte(a.text()))
		good := w.assertion("tax").sign(key)
		for name, text := range map[string]string{
			"another's key": w.assertion("tax").sign(other), "HS256 with the public key": a.text() + "." + b64(mac.Sum(nil)),
			"no signature": w.assertion("tax").text() + ".", "cut": good[:len(good)-2], "a byte more": good + "A", "a line": good + "\n",
			"padded": good + "==", "nothing": "", "dots": "..", "1 MiB": strings.Repeat("A", 1<<20),
		} {
			_, err := w.VerifyAssertion(t.Context(), text)
			fails(t, name, err, staff.ErrWrong)
		}
		if n := atOnce(t, 30, staff.ErrWrong, func(int) error {
			_, err := w.VerifyAssertion(t.Context(), good)
			return err
		}); n != 1 {
			t.Errorf("one assertion opened %d sessions", n)
		}
	})
}

func TestSystemAccounts(t *testing.T) {
	each(t, nil, func(t *testing.T, w *world) {
		key := w.system("tax")
		verify := func(key ed25519.PrivateKey) error {
			_, err := w.VerifyAssertion(t.Context(), w.assertion("tax").sign(key))
			return err
		}
		next := w.system("tax") // a new key
		if w.ended.of("tax") != 1 {
			t.Error("the old key's sessions go on")
		}
		fails(t, "the old key", verify(key), staff.ErrWrong)
		must(t, "the new key", verify(next))
		for range 2 {
			must(t, "disable", w.SetSystemState(t.Context(), "tax", staff.Disabled))
		}
		fails(t, "disabled", verify(next), staff.ErrWrong)
		if w.ended.of("tax") != 2 {
			t.Errorf("sessions were ended %d times, want 2", w.ended.of("tax"))
		}
		y, err := w.System(t.Context(), "tax")
		must(t, "system", err)
		if y.State != staff.Disabled || y.Actor().Role != "" {
			t.Error("a disabled system still acts")
		}
		must(t, "let in", w.SetSystemState(t.Context(), "tax", staff.Active))
		must(t, "active", verify(next))
		_, err = w.System(t.Context(), "none")
		fails(t, "no system", err, staff.ErrNotFound)
		moved := staff.System{ID: "tax", Name: "Tax", Department: "police", PublicKey: next.Public().(ed25519.PublicKey)}
		fails(t, "another department", w.EnsureSystem(t.Context(), moved), staff.ErrMoved)
		moved.PublicKey = nil
		fails(t, "no key", w.EnsureSystem(t.Context(), moved), staff.ErrKey)
	})
}
