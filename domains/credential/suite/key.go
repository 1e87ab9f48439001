package suite

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
)

// A point is written as SEC 1 does, uncompressed: 0x04, then both coordinates.
const (
	uncompressed = 4
	coordinate   = 32
	pointLength  = 1 + 2*coordinate
)

// Public verifies what its private half signed.
type Public struct {
	Suite *Suite
	// ID is the thumbprint of the key (RFC 7638), the kid of what it signs.
	ID    string
	point []byte
	key   any
}

// Point is the key as 65 bytes, for [Suite.Public].
func (p Public) Point() []byte { return bytes.Clone(p.point) }

// Value is the key as golang-jwt's method of the suite takes it.
func (p Public) Value() any { return p.key }

// Verify reports whether a signature over a text is the key's.
func (p Public) Verify(text string, signature []byte) bool {
	return p.Suite.method.Verify(text, signature, p.key) == nil
}

// Key signs.
type Key struct {
	Public
	secret []byte
	key    any
}

// Secret is the private half, for [Suite.Open]. Whoever stores it seals it.
func (k Key) Secret() []byte { return bytes.Clone(k.secret) }

// Sign returns the signature over a text. Signing the same again gives other bytes.
func (k Key) Sign(text string) ([]byte, error) {
	signature, err := k.Suite.method.Sign(text, k.key)
	if err != nil {
		return nil, fmt.Errorf("suite: sign under %s: %w", k.ID, err)
	}
	return signature, nil
}

// LogValue keeps the private half out of logs.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.ID) }

// Format keeps it out of everything else that is printed.
func (k Key) Format(f fmt.State, _ rune) { _, _ = fmt.Fprint(f, k.ID) }

// JWK is a public key as RFC 7517 writes it.
type JWK struct {
	Kty string `json:"kty"`
	Crv string `json:"crv"`
	X   string `json:"x"`
	Y   string `json:"y"`
	Kid string `json:"kid,omitempty"`
	Alg string `json:"alg,omitempty"`
	Use string `json:"use,omitempty"`
}

// JWK is the key for others to verify by.
func (p Public) JWK() JWK {
	x, y := p.Suite.coordinates(p.point)
	return JWK{Kty: "EC", Crv: p.Suite.curve, X: x, Y: y, Kid: p.ID, Alg: p.Suite.Alg, Use: "sig"}
}

// Set is public keys by their IDs.
type Set map[string]Public

// ReadSet reads the keys of a JWK set (RFC 7517). Keys of other kinds are passed over. A
// key of a kind of ours that is damaged, or whose kid is not its thumbprint, is an error.
func ReadSet(raw []byte) (Set, error) {
	var set struct {
		Keys []JWK `json:"keys"`
	}
	if err := json.Unmarshal(raw, &set); err != nil {
		return nil, fmt.Errorf("suite: not a JWK set: %w", err)
	}
	keys := Set{}
	for _, k := range set.Keys {
		for _, s := range suites {
			if k.Kty != "EC" || k.Crv != s.curve {
				continue
			}
			public, err := s.fromJWK(k)
			if err != nil {
				return nil, fmt.Errorf("suite: key %q: %w", k.Kid, err)
			}
			keys[public.ID] = public
		}
	}
	return keys, nil
}

func (s *Suite) fromJWK(k JWK) (Public, error) {
	point := []byte{uncompressed}
	for _, part := range []string{k.X, k.Y} {
		raw, err := base64.RawURLEncoding.Strict().DecodeString(part)
		if err != nil || len(raw) != coordinate {
			return Public{}, ErrKey
		}
		point = append(point, raw...)
	}
	public, err := s.Public(point)
	if err == nil && k.Kid != "" && k.Kid != public.ID {
		err = fmt.Errorf("%w: its kid is not its thumbprint", ErrKey)
	}
	return public, err
}

// thumbprint names a key (RFC 7638): the hash of its members in lexical order. It is
// SHA-256 in every suite, because it is a name and no secret hangs on it.
func (s *Suite) thumbprint(point []byte) string {
	x, y := s.coordinates(point)
	sum := sha256.Sum256([]byte(`{"crv":"` + s.curve + `","kty":"EC","x":"` + x + `","y":"` + y + `"}`))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func (s *Suite) coordinates(point []byte) (x, y string) {
	return base64.RawURLEncoding.EncodeToString(point[1 : 1+coordinate]), base64.RawURLEncoding.EncodeToString(point[1+coordinate:])
}
