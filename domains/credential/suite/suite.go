// Package suite is the signatures and hashes under which credentials are issued, behind
// one door: ES256 with SHA-256, which every verifier knows, and the national algorithms
// SM2 (GB/T 32918) with SM3 (GB/T 32905) for whoever must use them.
//
// The code is no certified module: a deployment that has to claim conformance with the
// rules for commercial cryptography puts one in its place.
package suite

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"

	"github.com/emmansun/gmsm/sm3"
	"github.com/golang-jwt/jwt/v5"
)

// Name names a suite in settings and rows.
type Name string

// The suites.
const (
	ES256 Name = "es256"
	SM2   Name = "sm2"
)

// Names are all suites, the usual one first.
func Names() []Name { return []Name{ES256, SM2} }

// ErrKey: the bytes are no key of the suite.
var ErrKey = errors.New("suite: not a key of this suite")

// Suite is one signature and the hash that goes with it.
type Suite struct {
	Name Name
	// Alg names the signature in a token's header. That of SM2 is registered nowhere.
	Alg string
	// HashName names the hash as `_sd_alg` does. That of SM3 is registered nowhere.
	HashName string
	// Hash makes a new hash.
	Hash func() hash.Hash

	curve  string // as a JWK names it
	method jwt.SigningMethod
	// generate draws a private key; open and public read what a Key gives away.
	generate func() (private, error)
	open     func(secret []byte) (private, error)
	public   func(point []byte) (any, error)
}

// private is a key pair: the values that the method takes, and what is stored of them.
type private struct {
	signs, verifies any
	secret, point   []byte
}

var suites = []*Suite{
	{
		Name: ES256, Alg: jwt.SigningMethodES256.Alg(), HashName: "sha-256", Hash: sha256.New, curve: "P-256",
		method: jwt.SigningMethodES256, generate: generateP256, open: openP256, public: publicP256,
	},
	{
		Name: SM2, Alg: sm2Method{}.Alg(), HashName: "sm3", Hash: sm3.New, curve: "SM2",
		method: sm2Method{}, generate: generateSM2, open: openSM2, public: publicSM2,
	},
}

// Of is the suite of a name. An unknown name is an error that lists the known ones.
func Of(name Name) (*Suite, error) {
	for _, s := range suites {
		if s.Name == name {
			return s, nil
		}
	}
	return nil, fmt.Errorf("suite: %q is none of %v", name, Names())
}

// Algs are the names of all signatures.
func Algs() []string {
	algs := make([]string, len(suites))
	for i, s := range suites {
		algs[i] = s.Alg
	}
	return algs
}

// Generate draws a new key.
func (s *Suite) Generate() (Key, error) {
	p, err := s.generate()
	if err != nil {
		return Key{}, fmt.Errorf("suite: draw a key: %w", err)
	}
	return s.key(p), nil
}

// Open reads a private key from what [Key.Secret] gave. It fails with [ErrKey].
func (s *Suite) Open(secret []byte) (Key, error) {
	p, err := s.open(secret)
	if err != nil {
		return Key{}, ErrKey
	}
	return s.key(p), nil
}

// Public reads a public key from what [Public.Point] gave. It fails with [ErrKey].
func (s *Suite) Public(point []byte) (Public, error) {
	if len(point) != pointLength || point[0] != uncompressed {
		return Public{}, ErrKey
	}
	key, err := s.public(point)
	if err != nil {
		return Public{}, ErrKey
	}
	return Public{Suite: s, ID: s.thumbprint(point), point: point, key: key}, nil
}

func (s *Suite) key(p private) Key {
	return Key{
		Public: Public{Suite: s, ID: s.thumbprint(p.point), point: p.point, key: p.verifies},
		secret: p.secret, key: p.signs,
	}
}
