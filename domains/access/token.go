package access

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/minzhengtong/minzhengtong/domains/actor"
)

const (
	// TokenLife is how long an access token is good.
	TokenLife = 15 * time.Minute

	issuer    = "minzhengtong"
	tokenType = "at+jwt"
	// longestToken is several times what Issue ever makes.
	longestToken = 4 << 10
)

// Tokens issues and checks access tokens. It is immutable and safe for
// concurrent use.
type Tokens struct {
	key    ed25519.PrivateKey
	id     string
	now    func() time.Time
	parser *jwt.Parser
}

// OpenTokens reads the signing key in a folder, and creates it at first use.
func OpenTokens(dir string, now func() time.Time) (*Tokens, error) {
	path := filepath.Join(dir, "token-key.pem")
	raw, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		raw, err = createKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("token key: %w", err)
	}
	block, _ := pem.Decode(raw)
	if block == nil {
		return nil, fmt.Errorf("token key %s is not PEM; restore it, or remove it to sign everybody out", path)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, ok := parsed.(ed25519.PrivateKey)
	if err != nil || !ok {
		return nil, fmt.Errorf("token key %s is not an Ed25519 key; restore it, or remove it to sign everybody out", path)
	}
	return NewTokens(key, now), nil
}

// NewTokens returns what signs with key. Its ID is made of the public key.
func NewTokens(key ed25519.PrivateKey, now func() time.Time) *Tokens {
	sum := sha256.Sum256(key.Public().(ed25519.PublicKey))
	return &Tokens{
		key: key, id: base64.RawURLEncoding.EncodeToString(sum[:9]), now: now,
		parser: jwt.NewParser(
			jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}), jwt.WithStrictDecoding(),
			jwt.WithIssuer(issuer), jwt.WithAudience(issuer), jwt.WithExpirationRequired(), jwt.WithIssuedAt(),
			jwt.WithTimeFunc(now)),
	}
}

// createKey makes a key that only its owner can read. When two processes start
// at once, the second reads the first one's.
func createKey(path string) ([]byte, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	raw := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	temp, err := os.CreateTemp(filepath.Dir(path), ".token-key-*")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(temp.Name()) }() // a leftover name is harmless
	_, err = temp.Write(raw)
	if err = errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(temp.Name(), path); err != nil && !errors.Is(err, os.ErrExist) {
		return nil, err
	}
	return os.ReadFile(path)
}

// claims are what a token says. Names are registered ones (RFC 7519) and our
// own, which are part of the contract between our processes.
type claims struct {
	jwt.RegisteredClaims
	Role     string   `json:"role"`
	Document string   `json:"doc,omitempty"`
	Office   string   `json:"office,omitempty"`
	Duties   []string `json:"duties,omitempty"`
}

// Issue signs a token for an actor under a unique ID, good for life.
func (t *Tokens) Issue(a actor.Actor, id string, life time.Duration) (string, time.Time, error) {
	now := t.now()
	expires := now.Add(life).Truncate(time.Second)
	c := claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: issuer, Audience: jwt.ClaimStrings{issuer}, Subject: string(a.Dossier), ID: id,
			IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(expires),
		},
		Role: string(a.Role), Document: string(a.Document), Office: a.Office,
	}
	if a.Role != actor.Person {
		c.Subject = string(a.Officer)
	}
	for _, d := range a.Duties {
		c.Duties = append(c.Duties, string(d))
	}
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, c)
	token.Header["typ"] = tokenType
	token.Header["kid"] = t.id
	signed, err := token.SignedString(t.key)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("sign token: %w", err)
	}
	return signed, expires, nil
}

// Check returns whom a token is for and until when, or [ErrToken]. There is one
// way to write a token: base64 decoders pass over line breaks, Check does not.
func (t *Tokens) Check(raw string) (actor.Actor, time.Time, error) {
	if len(raw) > longestToken || strings.ContainsAny(raw, "\r\n") {
		return actor.Actor{}, time.Time{}, ErrToken
	}
	var c claims
	token, err := t.parser.ParseWithClaims(raw, &c, func(token *jwt.Token) (any, error) {
		if token.Header["typ"] != tokenType || token.Header["kid"] != t.id {
			return nil, jwt.ErrTokenUnverifiable
		}
		return t.key.Public(), nil
	})
	if err != nil || !token.Valid {
		return actor.Actor{}, time.Time{}, ErrToken
	}
	a, ok := c.actor()
	if !ok {
		return actor.Actor{}, time.Time{}, ErrToken
	}
	return a, c.ExpiresAt.Time, nil
}

// actor reads the claims; false where they do not say who.
func (c claims) actor() (actor.Actor, bool) {
	a := actor.Actor{Role: actor.Role(c.Role), Office: c.Office}
	for _, d := range c.Duties {
		if duty := actor.Duty(d); slices.Contains(actor.Duties(), duty) {
			a.Duties = append(a.Duties, duty)
		}
	}
	switch a.Role {
	case actor.Person:
		a.Dossier, a.Document = actor.DossierID(c.Subject), actor.DocumentID(c.Document)
		return a, a.Dossier != "" && a.Document != ""
	case actor.Officer, actor.Auditor, actor.System:
		a.Officer = actor.OfficerID(c.Subject)
		return a, a.Officer != ""
	default:
		return actor.Actor{}, false
	}
}
