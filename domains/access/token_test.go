package access_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"slices"
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

// TestForgedTokens changes one thing at a time in a good token, and signs it as
// whoever forges it can: often with our very key, which is more than anybody has.
func TestForgedTokens(t *testing.T) {
	t.Parallel()
	house := access.NewTokens(key("house"), at(issued))
	good := ours(t).sign(t)
	if _, _, err := house.Check(good); err != nil {
		t.Fatalf("the token that every case begins with is refused: %v", err)
	}
	for name, change := range forgeries(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := ours(t)
			change(f)
			refused(t, house, f.sign(t))
		})
	}
}

// forgeries are changes after which a token is good for nothing.
func forgeries(t *testing.T) map[string]func(*forge) {
	t.Helper()
	tests := map[string]func(*forge){
		"wrong key":              func(f *forge) { f.key = key("another house") },
		"a role that nobody has": claim("role", "root"),
		"an auditor by token":    claim("role", "auditor"),
		"no role":                claim("role", nil),
		"no subject":             claim("sub", nil),
		"subject of a number":    claim("sub", 7),
		"no document":            claim("doc", nil),
		"no token ID":            claim("jti", nil),
	}
	for _, more := range []map[string]func(*forge){algorithms(t), headers(t), times(), names()} {
		for name, change := range more {
			tests[name] = change
		}
	}
	return tests
}

// claim sets a claim, or removes it with nil.
func claim(name string, value any) func(*forge) {
	return func(f *forge) { set(f.claims, name, value) }
}

// head sets a member of the header, or removes it with nil.
func head(name string, value any) func(*forge) {
	return func(f *forge) { set(f.header, name, value) }
}

func set(m map[string]any, name string, value any) {
	if value == nil {
		delete(m, name)
		return
	}
	m[name] = value
}

// algorithms ask for another algorithm, or none.
func algorithms(t *testing.T) map[string]func(*forge) {
	t.Helper()
	public, err := x509.MarshalPKIXPublicKey(key("house").Public())
	must(t, "write a public key", err)
	hmac := func(alg string, method jwt.SigningMethod, secret []byte) func(*forge) {
		return func(f *forge) { f.header["alg"], f.method, f.key = alg, method, secret }
	}
	raw := key("house").Public().(ed25519.PublicKey)
	tests := map[string]func(*forge){
		"public key as HS256 secret":  hmac("HS256", jwt.SigningMethodHS256, raw),
		"public key as HS512 secret":  hmac("HS512", jwt.SigningMethodHS512, raw),
		"public DER as secret":        hmac("HS256", jwt.SigningMethodHS256, public),
		"public PEM as secret":        hmac("HS256", jwt.SigningMethodHS256, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})),
		"public key in text":          hmac("HS256", jwt.SigningMethodHS256, []byte(base64.RawURLEncoding.EncodeToString(raw))),
		"empty secret":                hmac("HS256", jwt.SigningMethodHS256, []byte{}),
		"HS256 that says it is EdDSA": hmac("EdDSA", jwt.SigningMethodHS256, raw),
		"ES256":                       head("alg", "ES256"),
		"RS256":                       head("alg", "RS256"),
		"Ed25519":                     head("alg", "Ed25519"),
		"eddsa in small letters":      head("alg", "eddsa"),
		"no alg":                      head("alg", nil),
		"alg of another type":         head("alg", []string{"EdDSA"}),
	}
	for _, none := range []string{"none", "None", "NONE", "nOnE", "", " none"} {
		tests["alg "+none] = func(f *forge) {
			f.header["alg"], f.method, f.key = none, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType
		}
	}
	return tests
}

// headers carry a key, say where to find one, or ask for what we do not do.
func headers(t *testing.T) map[string]func(*forge) {
	t.Helper()
	own := map[string]string{"kty": "OKP", "crv": "Ed25519", "x": base64.RawURLEncoding.EncodeToString(key("thief").Public().(ed25519.PublicKey))}
	trap := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a token had us fetch something") }))
	t.Cleanup(trap.Close)
	thief := func(name string, value any) func(*forge) {
		return func(f *forge) { f.header[name], f.key = value, key("thief") }
	}
	tests := map[string]func(*forge){
		"typ JWT":             head("typ", "JWT"),
		"typ in capitals":     head("typ", "AT+JWT"),
		"typ with its tree":   head("typ", "application/at+jwt"),
		"typ of a refresh":    head("typ", "rt+jwt"),
		"no typ":              head("typ", nil),
		"no kid":              head("kid", nil),
		"kid of another type": func(f *forge) { f.header["kid"] = []any{f.header["kid"]} },
		"key of another environment": func(f *forge) {
			f.key = key("staging")
			f.header["kid"] = kidOf(key("staging"))
		},
		"jku":           thief("jku", trap.URL+"/jwks.json"),
		"x5u":           thief("x5u", trap.URL+"/cert.pem"),
		"x5c":           thief("x5c", []string{"MIIB"}),
		"embedded jwk":  thief("jwk", own),
		"jku, our key":  head("jku", trap.URL),
		"jwk, our key":  head("jwk", own),
		"crit unknown":  head("crit", []string{"exp"}),
		"crit empty":    head("crit", []string{}),
		"b64 false":     func(f *forge) { f.header["b64"], f.header["crit"] = false, []string{"b64"} },
		"zip":           head("zip", "DEF"),
		"cty":           head("cty", "JWT"),
		"unknown names": head("x-anything", 1),
	}
	for name, kid := range map[string]string{
		"path": "../../../../dev/null", "windows path": `..\..\key`, "SQL": "' OR '1'='1' --", "URL": trap.URL + "/key",
		"shell": "$(id)", "null byte": "house\x00", "empty": "", "very long": strings.Repeat("k", 2<<10), "unknown": kidOf(key("nobody")),
		"quotes": `"},"alg":"none","x":{"y":"`,
	} {
		tests["kid "+name] = head("kid", kid)
	}
	return tests
}

// times are dates that we do not write.
func times() map[string]func(*forge) {
	tests := map[string]func(*forge){
		"expired":               claim("exp", issued.Unix()),
		"expired a year ago":    claim("exp", issued.AddDate(-1, 0, 0).Unix()),
		"not yet valid":         claim("nbf", issued.Add(6*time.Second).Unix()),
		"issued tomorrow":       claim("iat", issued.Add(24*time.Hour).Unix()),
		"issued long ago":       claim("iat", 1),
		"life of an hour":       claim("exp", issued.Add(time.Hour).Unix()),
		"life of a second more": claim("exp", issued.Add(access.TokenLife+time.Second).Unix()),
	}
	for _, name := range []string{"exp", "nbf", "iat"} {
		for kind, value := range map[string]any{
			"none": nil, "null": json.RawMessage("null"), "negative": -1, "zero": 0, "float": json.RawMessage("1795396500.5"),
			"exponent": json.RawMessage("1.7953965e9"), "text": "1795396500", "date": "2026-11-23T01:10:00Z", "huge": json.RawMessage("9223372036854775807"),
			"too huge": json.RawMessage("99999999999999999999999"), "list": []int64{issued.Unix()}, "true": true,
		} {
			tests[name+" "+kind] = claim(name, value)
		}
	}
	return tests
}

// names are issuers and audiences that are not ours.
func names() map[string]func(*forge) {
	tests := map[string]func(*forge){}
	for _, name := range []string{"iss", "aud"} {
		for kind, value := range map[string]any{
			"none": nil, "another": "somebody", "empty": "", "list of others": []string{"somebody"}, "ours among others": []string{"minzhengtong", "somebody"},
			"with a space": " minzhengtong", "in capitals": "MINZHENGTONG", "number": 1, "object": map[string]any{"minzhengtong": true},
		} {
			tests[name+" "+kind] = claim(name, value)
		}
	}
	return tests
}

// kidOf is the ID of a key.
func kidOf(k ed25519.PrivateKey) string {
	sum := sha256.Sum256([]byte(`{"crv":"Ed25519","kty":"OKP","x":"` + base64.RawURLEncoding.EncodeToString(k.Public().(ed25519.PublicKey)) + `"}`))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// TestBrokenTokens are texts that no signer of ours makes.
func TestBrokenTokens(t *testing.T) {
	t.Parallel()
	house := access.NewTokens(key("house"), at(issued))
	for name, token := range brokenTokens(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, house, token)
		})
	}
}

func brokenTokens(t *testing.T) map[string]string {
	t.Helper()
	good := ours(t).sign(t)
	parts := strings.Split(good, ".")
	claims := text(t, parts[1])
	saying := func(payload string) string { return signed(text(t, parts[0]), payload) }
	tests := map[string]string{
		"empty": "", "dots": "..", "two parts": parts[0] + "." + parts[1], "four parts": good + "." + parts[2], "five parts": good + "." + good,
		"trailing byte": good + "A", "trailing dot": good + ".", "trailing newline": good + "\n", "trailing null": good + "\x00",
		"inner newline": good[:len(good)-4] + "\r\n" + good[len(good)-4:], "newline in the header": good[:4] + "\n" + good[4:],
		"padding": good + "==", "padded parts": parts[0] + "==." + parts[1] + "." + parts[2],
		"leading space": " " + good, "zero width": good + "\u200b", "zero width inside": good[:9] + "\u200b" + good[9:], "byte order mark": "\ufeff" + good,
		"full-width dots": strings.ReplaceAll(good, ".", "．"), "right-to-left mark": "\u202e" + good,
		"cut": good[:len(good)-1], "half": good[:len(good)/2], "no signature": parts[0] + "." + parts[1] + ".", "no payload": parts[0] + ".." + parts[2],
		"parts swapped": parts[1] + "." + parts[0] + "." + parts[2], "payload twice": parts[0] + "." + parts[1] + parts[1] + "." + parts[2],
		"1 MiB": strings.Repeat("A", 1<<20), "1 MiB payload": parts[0] + "." + strings.Repeat("A", 1<<20) + "." + parts[2],
		"1 MiB header": strings.Repeat("A", 1<<20) + "." + parts[1] + "." + parts[2], "a dot for each byte": strings.Repeat(".", 1<<20),
		"payload of another":         parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"role":"system"}`)) + "." + parts[2],
		"spare bits of base64":       good[:len(good)-1] + string(next(good[len(good)-1])),
		"standard base64 letters":    strings.NewReplacer("-", "+", "_", "/").Replace(good) + "+",
		"bytes that are no text":     "\xff\xfe." + parts[1] + "." + parts[2],
		"JSON serialisation":         `{"payload":"` + parts[1] + `","protected":"` + parts[0] + `","signature":"` + parts[2] + `"}`,
		"two signatures":             `{"payload":"` + parts[1] + `","signatures":[{"protected":"` + parts[0] + `","signature":"` + parts[2] + `"},{"protected":"` + parts[0] + `","signature":"AAAA"}]}`,
		"header in another order":    signed(`{"typ":"at+jwt","alg":"EdDSA","kid":"`+kidOf(key("house"))+`"}`, claims),
		"header with a space":        signed(strings.Replace(text(t, parts[0]), ":", ": ", 1), claims),
		"header with alg twice":      signed(strings.Replace(text(t, parts[0]), "{", `{"alg":"none",`, 1), claims),
		"header with kid twice":      signed(strings.Replace(text(t, parts[0]), "}", `,"kid":"x"}`, 1), claims),
		"header that is no object":   signed(`["EdDSA"]`, claims),
		"claims with exp twice":      saying(strings.Replace(claims, "{", `{"exp":9999999999,`, 1)),
		"claims with sub twice":      saying(strings.Replace(claims, "}", `,"sub":"another"}`, 1)),
		"claims in capitals":         saying(strings.Replace(claims, `"sub"`, `"SUB"`, 1)),
		"claims in capitals besides": saying(strings.Replace(claims, "}", `,"Role":"system"}`, 1)),
		"claims in escapes, twice":   saying(strings.Replace(claims, "}", `,"s\u0075b":"another"}`, 1)),
		"claims and more":            saying(claims + "{}"),
		"claims that are a list":     saying("[" + claims + "]"),
		"claims that are null":       saying("null"),
		"claims that are nothing":    saying(""),
		"claims a thousand deep":     saying(strings.Repeat(`{"a":`, 500) + "1" + strings.Repeat("}", 500)),
	}
	for name, signature := range oddSignatures(t, parts[0]+"."+parts[1], parts[2]) {
		tests["signature "+name] = parts[0] + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString(signature)
	}
	return tests
}

// text decodes a part of a token.
func text(t testing.TB, part string) string {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(part)
	must(t, "decode a token", err)
	return string(raw)
}

// signed is a token of any texts, signed with our very key.
func signed(header, payload string) string {
	body := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString([]byte(payload))
	return body + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(key("house"), []byte(body)))
}

// oddSignatures are values that careless verifiers take: RFC 8032 section 5.1.7
// and the small-order points of "Taming the many EdDSAs" (2020).
func oddSignatures(t *testing.T, body, good string) map[string][]byte {
	t.Helper()
	signature := []byte(text(t, good))
	order, ok := new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	if !ok {
		t.Fatal("the group's order does not read")
	}
	plus := func(n int64) []byte { // S + n·L verifies where S is not compared with L
		s := append([]byte(nil), signature[32:]...)
		slices.Reverse(s)
		sum := new(big.Int).Add(new(big.Int).SetBytes(s), new(big.Int).Mul(order, big.NewInt(n)))
		out := sum.FillBytes(make([]byte, 32))
		slices.Reverse(out)
		return append(append([]byte(nil), signature[:32]...), out...)
	}
	tests := map[string][]byte{
		"zero": make([]byte, 64), "ones": bytes.Repeat([]byte{0xff}, 64), "empty": {}, "one byte": {1}, "63 bytes": signature[:63],
		"65 bytes": append(append([]byte(nil), signature...), 0), "S plus L": plus(1), "S plus 2L": plus(2),
		"halves swapped":  append(append([]byte(nil), signature[32:]...), signature[:32]...),
		"of another text": ed25519.Sign(key("house"), []byte(body+".")),
	}
	for i, point := range []string{
		"0100000000000000000000000000000000000000000000000000000000000000", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"0000000000000000000000000000000000000000000000000000000000000000", "0000000000000000000000000000000000000000000000000000000000000080",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
	} {
		raw, err := hex.DecodeString(point)
		must(t, "read a point", err)
		tests[fmt.Sprintf("small order %d", i)] = append(raw, make([]byte, 32)...)
		tests[fmt.Sprintf("small order %d with our S", i)] = append(raw, signature[32:]...)
	}
	return tests
}

// next is the base64 letter after one whose spare bits are zero.
func next(letter byte) byte { return letter + 1 }

// refused fails unless the token says nothing about anybody.
func refused(t *testing.T, tokens *access.Tokens, token string) {
	t.Helper()
	who, until, err := tokens.Check(token)
	if !isToken(err) || who.Role != "" || who.Dossier != "" || !until.IsZero() {
		t.Errorf("%v, %q until %v, want %v and nobody", err, who.Role, until, access.ErrToken)
	}
}

func TestTokenLife(t *testing.T) {
	t.Parallel()
	moment := issued
	house := access.NewTokens(key("house"), func() time.Time { return moment })
	token, expires, err := house.Issue(actor.Actor{Role: actor.Person, Dossier: "file", Document: "document"}, "token", 24*time.Hour)
	must(t, "issue a token", err)
	if !expires.Equal(issued.Add(access.TokenLife)) {
		t.Errorf("asked for a day it is good until %v, want %v", expires, access.TokenLife)
	}
	moment = expires.Add(-time.Nanosecond)
	if _, until, err := house.Check(token); err != nil || !until.Equal(expires) {
		t.Errorf("at its last moment: %v, good until %v, want %v", err, until, expires)
	}
	moment = expires
	refused(t, house, token)
	moment = issued.Add(-5 * time.Second)
	if _, _, err := house.Check(token); err != nil {
		t.Errorf("where the clock is five seconds behind: %v", err)
	}
	moment = issued.Add(-6 * time.Second)
	refused(t, house, token)
}

// TestTokensCarryTheActor: what was put in comes out, for every role; duties and
// office are never in a token.
func TestTokensCarryTheActor(t *testing.T) {
	t.Parallel()
	house := access.NewTokens(key("house"), at(issued))
	for _, a := range []actor.Actor{
		{Role: actor.Person, Session: "session", Dossier: "file", Document: "document"},
		{Role: actor.Officer, Session: "session", Officer: "officer", Office: "350128", Duties: []actor.Duty{actor.Accept, actor.Review}},
		{Role: actor.System, Session: "session", Officer: "system"},
	} {
		token, _, err := house.Issue(a, "token", time.Hour)
		must(t, "issue a token", err)
		got, _, err := house.Check(token)
		if err != nil || got.Role != a.Role || got.Session != a.Session || got.Dossier != a.Dossier || got.Document != a.Document ||
			got.Officer != a.Officer || got.Office != "" || len(got.Duties) != 0 {
			t.Errorf("%s: %+v (%v), want %+v without duties and office", a.Role, got, err, a)
		}
		if strings.Contains(text(t, strings.Split(token, ".")[1]), "350128") {
			t.Errorf("%s: the office stands in the token", a.Role)
		}
	}
}

// TestALaterVersionMayAddClaims: during a deploy an old process meets tokens of a
// new one.
func TestALaterVersionMayAddClaims(t *testing.T) {
	t.Parallel()
	f := ours(t)
	f.claims["later"] = map[string]any{"exp": "never"}
	if _, _, err := access.NewTokens(key("house"), at(issued)).Check(f.sign(t)); err != nil {
		t.Errorf("a token with one claim more: %v", err)
	}
}

// TestJWKS: somebody else's library verifies our tokens with what we publish.
func TestJWKS(t *testing.T) {
	t.Parallel()
	house := access.NewTokens(key("house"), at(issued))
	var set struct{ Keys []map[string]string }
	must(t, "read the key set", json.Unmarshal(house.JWKS(), &set))
	if len(set.Keys) != 1 {
		t.Fatalf("%d keys are published, want 1", len(set.Keys))
	}
	k := set.Keys[0]
	raw, err := base64.RawURLEncoding.DecodeString(k["x"])
	must(t, "decode a key", err)
	if k["kty"] != "OKP" || k["crv"] != "Ed25519" || k["alg"] != "EdDSA" || k["use"] != "sig" || k["d"] != "" || len(k) != 6 {
		t.Errorf("the key is published as %v", k)
	}
	token, err := jwt.Parse(ours(t).sign(t), func(token *jwt.Token) (any, error) {
		if token.Header["kid"] != k["kid"] {
			t.Errorf("the token names key %v, the set %v", token.Header["kid"], k["kid"])
		}
		return ed25519.PublicKey(raw), nil
	}, jwt.WithTimeFunc(at(issued)), jwt.WithValidMethods([]string{"EdDSA"}), jwt.WithIssuer("minzhengtong"), jwt.WithAudience("minzhengtong"))
	if err != nil || !token.Valid {
		t.Errorf("another library refuses our token: %v", err)
	}
}

// isToken reports whether an error is the one answer for a bad token.
func isToken(err error) bool { return errors.Is(err, access.ErrToken) }
