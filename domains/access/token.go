package access

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
)

const (
	issuer    = "minzhengtong"
	tokenType = "at+jwt"
	// longestToken is several times what Issue ever makes.
	longestToken = 4 << 10
	// leeway is how far the clocks of two processes of ours may be apart when
	// one issues a token and the other checks it at once. It never makes a
	// token live longer.
	leeway = 5 * time.Second
)

// Tokens issues and checks access tokens. It is safe for concurrent use, and
// its keys change only in [Tokens.Reload] and [Tokens.Rotate].
type Tokens struct {
	now  func() time.Time
	keys atomic.Pointer[keySet]

	store    *keyStore  // nil where the key is fixed
	mu       sync.Mutex // held while keys are read for a key ID that is not known
	reloaded time.Time  // when that was last done; guarded by mu
}

// NewTokens returns what signs with one key that never changes, as for tests.
// The key's ID is its thumbprint (RFC 7638, RFC 8037).
func NewTokens(key ed25519.PrivateKey, now func() time.Time) *Tokens {
	t := &Tokens{now: now}
	t.keys.Store(newKeySet([]tokenKey{{id: thumbprint(key.Public().(ed25519.PublicKey)), public: key.Public().(ed25519.PublicKey), private: key}}))
	return t
}

// Issue signs a token for an actor under a unique ID, good for life, of which
// nothing beyond [TokenLife] counts. Duties and office are not in it: they are
// read at each call.
func (t *Tokens) Issue(a actor.Actor, id string, life time.Duration) (string, time.Time, error) {
	now := t.now()
	expires := now.Add(min(life, TokenLife)).Truncate(time.Second)
	c := claims{
		Issuer: issuer, Audience: []string{issuer}, Subject: string(a.Officer), ID: id,
		IssuedAt: now.Unix(), NotBefore: now.Unix(), Expires: expires.Unix(),
		Session: string(a.Session), Role: string(a.Role), Document: string(a.Document),
	}
	if a.Role == actor.Person {
		c.Subject = string(a.Dossier)
	}
	key, ok := t.keys.Load().signer(now)
	if !ok {
		return "", time.Time{}, errors.New("sign token: no key signs at this moment; rotate the token keys")
	}
	payload, err := json.Marshal(c)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("write token: %w", err)
	}
	signed := header(key.id) + "." + encode(payload)
	return signed + "." + encode(ed25519.Sign(key.private, []byte(signed))), expires, nil
}

// Check returns whom a token is for and until when, or [ErrToken], whose text
// names the cause for our log. It asks neither database nor network, and says
// nothing about the session: that is [Service.Authenticate].
func (t *Tokens) Check(raw string) (actor.Actor, time.Time, error) {
	c, cause := t.read(raw)
	if cause != "" {
		return actor.Actor{}, time.Time{}, refusal(cause)
	}
	a, ok := c.actor()
	if !ok {
		return actor.Actor{}, time.Time{}, refusal(causeClaims)
	}
	return a, time.Unix(c.Expires, 0).UTC(), nil
}

// read checks all that can be known from the token itself. The cause is empty
// for a good one.
//
// There is one way to write a token. Its header is compared as text with that
// of each key, before anything of it is decoded: so no algorithm, type or key
// can be asked for, and nothing that a header may carry is ever looked at.
func (t *Tokens) read(raw string) (claims, string) {
	if len(raw) > longestToken || strings.ContainsAny(raw, "\r\n") || strings.Count(raw, ".") != 2 {
		return claims{}, causeForm
	}
	head, _, _ := strings.Cut(raw, ".")
	key, ok := t.keys.Load().byHeader[head]
	if !ok {
		return claims{}, otherHeader(head)
	}
	if key.retired(t.now()) {
		return claims{}, causeRetired
	}
	dot := strings.LastIndexByte(raw, '.')
	signature, err := decode(raw[dot+1:])
	if err != nil || !ed25519.Verify(key.public, []byte(raw[:dot]), signature) {
		return claims{}, causeSignature
	}
	var c claims
	payload, err := decode(raw[len(head)+1 : dot])
	if err != nil || json.Unmarshal(payload, &c) != nil {
		return claims{}, causeClaims
	}
	return c, c.fault(t.now().Unix())
}

// otherHeader tells a header of ours under a key that this process does not
// know, which another one may have made, from all others.
func otherHeader(head string) string {
	raw, err := decode(head)
	var h struct{ Alg, Kid, Typ string }
	if err != nil || json.Unmarshal(raw, &h) != nil || header(h.Kid) != head || len(h.Kid) != thumbprintLength {
		return causeHeader
	}
	return causeKey
}
