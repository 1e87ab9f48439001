package access_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/actor"
)

var issued = time.Date(2026, time.November, 23, 1, 0, 0, 0, time.UTC)

// key is a signing key made of a name.
func key(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte(name))
	return ed25519.NewKeyFromSeed(seed[:])
}

func at(moment time.Time) func() time.Time { return func() time.Time { return moment } }

// forge is a token as somebody may make it, beginning with one of ours.
type forge struct {
	header, claims map[string]any
	method         jwt.SigningMethod
	key            any
}

// ours takes a good token apart, so that a test changes one thing.
func ours(t *testing.T) *forge {
	t.Helper()
	good, _, err := access.NewTokens(key("house"), at(issued)).Issue(
		actor.Actor{Role: actor.Person, Dossier: "file", Document: "document"}, "token", access.TokenLife)
	must(t, "issue a token", err)
	f := &forge{method: jwt.SigningMethodEdDSA, key: key("house")}
	for i, into := range []*map[string]any{&f.header, &f.claims} {
		raw, err := base64.RawURLEncoding.DecodeString(strings.Split(good, ".")[i])
		must(t, "decode a token", err)
		must(t, "read a token", json.Unmarshal(raw, into))
	}
	return f
}

// sign puts the token together. The header's alg stays what the test made it.
func (f *forge) sign(t *testing.T) string {
	t.Helper()
	token := jwt.NewWithClaims(f.method, jwt.MapClaims(f.claims))
	token.Header = f.header
	signed, err := token.SignedString(f.key)
	must(t, "sign a token", err)
	return signed
}

// TestForgedTokens changes one thing at a time in a good token.
func TestForgedTokens(t *testing.T) {
	t.Parallel()
	public, err := x509.MarshalPKIXPublicKey(key("house").Public())
	must(t, "write a public key", err)
	hmac := func(secret []byte) func(*forge) {
		return func(f *forge) { f.header["alg"], f.method, f.key = "HS256", jwt.SigningMethodHS256, secret }
	}
	tests := map[string]func(*forge){
		"wrong key": func(f *forge) { f.key = key("another house") },
		"alg none": func(f *forge) {
			f.header["alg"], f.method, f.key = "none", jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType
		},
		"alg None": func(f *forge) {
			f.header["alg"], f.method, f.key = "None", jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType
		},
		"public key as secret":   hmac(key("house").Public().(ed25519.PublicKey)),
		"public DER as secret":   hmac(public),
		"no alg":                 func(f *forge) { delete(f.header, "alg") },
		"typ JWT":                func(f *forge) { f.header["typ"] = "JWT" },
		"no typ":                 func(f *forge) { delete(f.header, "typ") },
		"another kid":            func(f *forge) { f.header["kid"] = "../../token-key.pem" },
		"no kid":                 func(f *forge) { delete(f.header, "kid") },
		"kid of another type":    func(f *forge) { f.header["kid"] = []string{f.header["kid"].(string)} },
		"another issuer":         func(f *forge) { f.claims["iss"] = "somebody" },
		"no issuer":              func(f *forge) { delete(f.claims, "iss") },
		"another audience":       func(f *forge) { f.claims["aud"] = "somebody" },
		"no audience":            func(f *forge) { delete(f.claims, "aud") },
		"expired":                func(f *forge) { f.claims["exp"] = issued.Unix() },
		"no expiry":              func(f *forge) { delete(f.claims, "exp") },
		"negative expiry":        func(f *forge) { f.claims["exp"] = -1 },
		"not yet valid":          func(f *forge) { f.claims["nbf"] = issued.Add(time.Minute).Unix() },
		"issued tomorrow":        func(f *forge) { f.claims["iat"] = issued.Add(24 * time.Hour).Unix() },
		"no subject":             func(f *forge) { delete(f.claims, "sub") },
		"no document":            func(f *forge) { delete(f.claims, "doc") },
		"no role":                func(f *forge) { delete(f.claims, "role") },
		"a role that nobody has": func(f *forge) { f.claims["role"] = "root" },
	}
	house := access.NewTokens(key("house"), at(issued))
	good := ours(t).sign(t)
	if _, _, err := house.Check(good); err != nil {
		t.Fatalf("the token that every case begins with is refused: %v", err)
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := ours(t)
			change(f)
			refused(t, house, f.sign(t))
		})
	}
}

// TestBrokenTokens are texts that no signer makes.
func TestBrokenTokens(t *testing.T) {
	t.Parallel()
	house := access.NewTokens(key("house"), at(issued))
	good := ours(t).sign(t)
	parts := strings.Split(good, ".")
	for name, token := range map[string]string{
		"empty": "", "dots": "..", "two parts": parts[0] + "." + parts[1], "four parts": good + "." + parts[2],
		"trailing byte": good + "A", "trailing dot": good + ".", "trailing newline": good + "\n", "inner newline": good[:len(good)-4] + "\r\n" + good[len(good)-4:], "padding": good + "==",
		"leading space": " " + good, "zero width": good + "\u200b", "cut": good[:len(good)-1], "no signature": parts[0] + "." + parts[1] + ".",
		"parts swapped": parts[1] + "." + parts[0] + "." + parts[2], "1 MiB": strings.Repeat("A", 1<<20),
		"1 MiB header":            strings.Repeat("A", 1<<20) + "." + parts[1] + "." + parts[2],
		"a dot for each byte":     strings.Repeat(".", 1<<20),
		"payload of another":      parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"role":"system"}`)) + "." + parts[2],
		"spare bits of base64":    good[:len(good)-1] + string(next(good[len(good)-1])),
		"standard base64 letters": strings.NewReplacer("-", "+", "_", "/").Replace(good) + "+",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, house, token)
		})
	}
}

// next is the base64 letter after one whose spare bits are zero.
func next(letter byte) byte { return letter + 1 }

// refused fails unless the token says nothing about anybody.
func refused(t *testing.T, tokens *access.Tokens, token string) {
	t.Helper()
	who, until, err := tokens.Check(token)
	if !errors.Is(err, access.ErrToken) || who.Role != "" || who.Dossier != "" || !until.IsZero() {
		t.Errorf("%v, %q until %v, want %v and nobody", err, who.Role, until, access.ErrToken)
	}
}

func TestTokenLife(t *testing.T) {
	t.Parallel()
	moment := issued
	house := access.NewTokens(key("house"), func() time.Time { return moment })
	token, expires, err := house.Issue(actor.Actor{Role: actor.Person, Dossier: "file", Document: "document"}, "token", access.TokenLife)
	must(t, "issue a token", err)
	moment = expires.Add(-time.Second)
	if _, until, err := house.Check(token); err != nil || !until.Equal(expires) {
		t.Errorf("in its last second: %v, good until %v, want %v", err, until, expires)
	}
	moment = expires
	refused(t, house, token)
	moment = issued.Add(-time.Second)
	refused(t, house, token)
}

// TestTokensCarryTheActor: what was put in comes out, for every role; a duty
// that we do not know is left out.
func TestTokensCarryTheActor(t *testing.T) {
	t.Parallel()
	house := access.NewTokens(key("house"), at(issued))
	for _, a := range []actor.Actor{
		{Role: actor.Person, Dossier: "file", Document: "document"},
		{Role: actor.Officer, Officer: "officer", Office: "350128", Duties: []actor.Duty{actor.Accept, actor.Review}},
		{Role: actor.Auditor, Officer: "auditor"},
		{Role: actor.System, Officer: "system"},
	} {
		token, _, err := house.Issue(a, "token", time.Hour)
		must(t, "issue a token", err)
		got, _, err := house.Check(token)
		if err != nil || got.Role != a.Role || got.Dossier != a.Dossier || got.Document != a.Document ||
			got.Officer != a.Officer || got.Office != a.Office || len(got.Duties) != len(a.Duties) {
			t.Errorf("%s: %+v (%v), want %+v", a.Role, got, err, a)
		}
	}
	strange := actor.Actor{Role: actor.Officer, Officer: "officer", Duties: []actor.Duty{"everything", actor.Pay}}
	token, _, err := house.Issue(strange, "token", time.Hour)
	must(t, "issue a token", err)
	if got, _, err := house.Check(token); err != nil || len(got.Duties) != 1 || got.Duties[0] != actor.Pay {
		t.Errorf("duties are %v (%v), want the known one", got.Duties, err)
	}
}
