package suite_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/credential/suite"
)

func must(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// TestKeysTravel: a key that was stored, and a public key that was published, are the same
// keys, and a signature of one is not one of another.
func TestKeysTravel(t *testing.T) {
	t.Parallel()
	for _, name := range suite.Names() {
		t.Run(string(name), func(t *testing.T) {
			t.Parallel()
			s, err := suite.Of(name)
			must(t, "find the suite", err)
			key, err := s.Generate()
			must(t, "draw a key", err)
			stored, err := s.Open(key.Secret())
			must(t, "open", err)
			set, err := json.Marshal(map[string]any{"keys": []any{key.JWK(), map[string]string{"kty": "OKP", "crv": "Ed25519"}}})
			must(t, "publish", err)
			keys, err := suite.ReadSet(set)
			must(t, "read the set", err)
			signature, err := stored.Sign("閩政通")
			must(t, "sign", err)
			if public := keys[key.ID]; len(keys) != 1 || !public.Verify("閩政通", signature) || public.Verify("閩政", signature) {
				t.Error("what the stored key signed does not verify by the published one, or verifies too much")
			}
			other, err := s.Generate()
			must(t, "draw another key", err)
			if other.Verify("閩政通", signature) || other.ID == key.ID {
				t.Error("another key verifies it")
			}
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
				if text := fmt.Sprintf(verb, key); text != key.ID {
					t.Errorf("printed by %s a key is %q", verb, text)
				}
			}
		})
	}
}

// TestDamagedKeys: what is no key of the suite is an error, and no panic.
func TestDamagedKeys(t *testing.T) {
	t.Parallel()
	for _, name := range suite.Names() {
		s, err := suite.Of(name)
		must(t, "find the suite", err)
		key, err := s.Generate()
		must(t, "draw a key", err)
		off := key.Point()
		off[64] ^= 1
		for _, point := range [][]byte{nil, {4}, key.Point()[:64], off, make([]byte, 65)} {
			if _, err := s.Public(point); !errors.Is(err, suite.ErrKey) {
				t.Errorf("%s: a point of %d bytes: %v", name, len(point), err)
			}
		}
		for _, secret := range [][]byte{nil, {1}, make([]byte, 32), []byte(strings.Repeat("\xff", 32))} {
			if _, err := s.Open(secret); !errors.Is(err, suite.ErrKey) {
				t.Errorf("%s: a secret of %d bytes: %v", name, len(secret), err)
			}
		}
		jwk := key.JWK()
		jwk.Kid = "another"
		set, err := json.Marshal(map[string]any{"keys": []any{jwk}})
		must(t, "write", err)
		if _, err := suite.ReadSet(set); !errors.Is(err, suite.ErrKey) {
			t.Errorf("%s: under another name: %v", name, err)
		}
	}
	if _, err := suite.Of("rsa"); err == nil {
		t.Error("rsa is a suite")
	}
}
