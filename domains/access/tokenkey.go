package access

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"time"
)

// tokenKey is one key as a process holds it.
type tokenKey struct {
	id      string
	public  ed25519.PublicKey
	private ed25519.PrivateKey // nil where this process cannot sign with it
	created time.Time
	signs   time.Time // from when it signs
	retires time.Time // from when it neither signs nor verifies; zero while that is open
}

func (k tokenKey) retired(now time.Time) bool { return !k.retires.IsZero() && !now.Before(k.retires) }

// keySet is the keys at one moment. It never changes.
type keySet struct {
	keys     []tokenKey // the one that signs latest comes first
	byHeader map[string]tokenKey
}

func newKeySet(keys []tokenKey) *keySet {
	s := &keySet{keys: keys, byHeader: map[string]tokenKey{}}
	slices.SortFunc(s.keys, func(a, b tokenKey) int {
		if c := b.signs.Compare(a.signs); c != 0 {
			return c
		}
		return b.created.Compare(a.created)
	})
	for _, k := range keys {
		s.byHeader[header(k.id)] = k
	}
	return s
}

// signer is the newest key whose time to sign has come.
func (s *keySet) signer(now time.Time) (tokenKey, bool) {
	for _, k := range s.keys {
		if k.private != nil && !now.Before(k.signs) && !k.retired(now) {
			return k, true
		}
	}
	return tokenKey{}, false
}

// jwk is a public key as RFC 8037 writes it.
type jwk struct {
	Kty string `json:"kty"`
	Crv string `json:"crv"`
	X   string `json:"x"`
	Kid string `json:"kid,omitempty"`
	Alg string `json:"alg,omitempty"`
	Use string `json:"use,omitempty"`
}

// JWKS is the set of public keys (RFC 7517) by which others verify our tokens:
// those that sign, those that will, and those whose tokens are still out. The
// lead time of a new key is longer than [JWKSAge], for which it may be cached.
func (t *Tokens) JWKS() []byte {
	set := struct {
		Keys []jwk `json:"keys"`
	}{Keys: []jwk{}}
	for _, k := range t.keys.Load().keys {
		if !k.retired(t.now()) {
			set.Keys = append(set.Keys, jwk{Kty: "OKP", Crv: "Ed25519", X: encode(k.public), Kid: k.id, Alg: "EdDSA", Use: "sig"})
		}
	}
	raw, _ := json.Marshal(set) // texts only: it cannot fail
	return raw
}

// thumbprintLength is the length of a SHA-256 in base64url.
const thumbprintLength = 43

// thumbprint names a key (RFC 7638): the hash of its members in lexical order.
func thumbprint(public ed25519.PublicKey) string {
	sum := sha256.Sum256([]byte(`{"crv":"Ed25519","kty":"OKP","x":"` + encode(public) + `"}`))
	return encode(sum[:])
}

// header is the first part of every token under a key.
func header(kid string) string {
	return encode([]byte(`{"alg":"EdDSA","kid":"` + kid + `","typ":"` + tokenType + `"}`))
}

func encode(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// decode takes one text for each value: spare bits must be zero.
func decode(text string) ([]byte, error) { return base64.RawURLEncoding.Strict().DecodeString(text) }
