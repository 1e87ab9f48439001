package sessionrpc_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
)

// TestJWKS: who knows nothing but the server's address verifies the tokens of
// real sign-ins, before and after another key signs.
func TestJWKS(t *testing.T) {
	each(t, func(t *testing.T, s *bfftest.Server, p synthetic.Person) {
		verify := func(what, token string, keys int) (kid string) {
			t.Helper()
			set := keySet(t, s)
			if len(set) != keys {
				t.Errorf("%s: %d keys are published, want %d", what, len(set), keys)
			}
			read, err := jwt.Parse(token, func(token *jwt.Token) (any, error) {
				kid, _ = token.Header["kid"].(string)
				if set[kid] == nil {
					return nil, fmt.Errorf("no key %q is published", kid)
				}
				return set[kid], nil
			}, jwt.WithTimeFunc(s.Now), jwt.WithValidMethods([]string{"EdDSA"}), jwt.WithIssuer("minzhengtong"),
				jwt.WithAudience("minzhengtong"), jwt.WithExpirationRequired())
			if err != nil || !read.Valid {
				t.Errorf("%s: another library refuses it: %v", what, err)
			}
			return kid
		}
		before := s.SignIn(t.Context(), t, p.Passes[0].Number, p.Phone)
		first := verify("a person's token", before, 1)
		verify("an officer's token", s.Officer(t, "one", actor.Accept), 1)
		if err := s.Tokens.Rotate(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.Advance(access.KeyLead)
		after := s.SignIn(t.Context(), t, p.Passes[0].Number, p.Phone)
		if second := verify("a token after the rotation", after, 2); second == first {
			t.Error("the new key does not sign")
		}
		verify("the token from before", before, 2)
	})
}

// keySet fetches the published keys, by ID.
func keySet(t *testing.T, s *bfftest.Server) map[string]ed25519.PublicKey {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/.well-known/jwks.json", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var set struct {
		Keys []struct{ Kty, Crv, Kid, X, D string }
	}
	if err := json.NewDecoder(res.Body).Decode(&set); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("status %d: %v", res.StatusCode, err)
	}
	keys := map[string]ed25519.PublicKey{}
	for _, k := range set.Keys {
		x, err := base64.RawURLEncoding.DecodeString(k.X)
		if err != nil || k.Kty != "OKP" || k.Crv != "Ed25519" || k.D != "" || len(x) != ed25519.PublicKeySize {
			t.Fatalf("key %s is no public Ed25519 key: %v", k.Kid, err)
		}
		keys[k.Kid] = x
	}
	return keys
}
