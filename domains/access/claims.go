package access

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
)

// Causes for which a token is refused. They stand in our log, never in an answer.
const (
	causeForm      = "not a token of ours"
	causeHeader    = "header that we do not write"
	causeKey       = "unknown key"
	causeRetired   = "retired key"
	causeSignature = "signature"
	causeClaims    = "claims that we do not write"
	causeIssuer    = "issuer or audience"
	causeExpired   = "expired"
	causeEarly     = "not valid yet"
	causeLife      = "life that we do not give"
	causeSession   = "session ended, or not its holder's"
	causeHolder    = "holder that may not act any more"
)

// refusal is ErrToken with its cause.
type refusal string

// Error is for our log.
func (r refusal) Error() string { return ErrToken.Error() + ": " + string(r) }

// Unwrap makes it [ErrToken] to everybody else.
func (r refusal) Unwrap() error { return ErrToken }

// claims are what a token says. Names are registered ones (RFC 7519) and our
// own, which are part of the contract between our processes. Dates are whole
// seconds: fractions and texts are refused.
type claims struct {
	Issuer    string   `json:"iss"`
	Audience  []string `json:"aud"`
	Subject   string   `json:"sub"`
	ID        string   `json:"jti"`
	IssuedAt  int64    `json:"iat"`
	NotBefore int64    `json:"nbf"`
	Expires   int64    `json:"exp"`
	Session   string   `json:"sid,omitempty"`
	Role      string   `json:"role"`
	Document  string   `json:"doc,omitempty"`
}

// fault is why the claims are not good at a moment, in seconds, or "".
func (c claims) fault(now int64) string {
	const slack, life = int64(leeway / time.Second), int64(TokenLife / time.Second)
	switch {
	case c.Issuer != issuer || len(c.Audience) != 1 || c.Audience[0] != issuer:
		return causeIssuer
	case c.IssuedAt <= 0 || c.NotBefore <= 0 || c.Expires <= 0 || c.ID == "":
		return causeClaims
	case now >= c.Expires:
		return causeExpired
	case c.IssuedAt > now+slack || c.NotBefore > now+slack:
		return causeEarly
	case c.Expires-c.IssuedAt > life:
		return causeLife
	}
	return ""
}

// actor reads the claims; false where they do not say who.
func (c claims) actor() (actor.Actor, bool) {
	a := actor.Actor{Role: actor.Role(c.Role), Session: actor.SessionID(c.Session)}
	switch a.Role {
	case actor.Person:
		a.Dossier, a.Document = actor.DossierID(c.Subject), actor.DocumentID(c.Document)
		return a, a.Dossier != "" && a.Document != ""
	case actor.Officer, actor.System:
		a.Officer = actor.OfficerID(c.Subject)
		return a, a.Officer != "" && c.Document == ""
	default: // an auditor is an officer whose duties say so, at each call
		return actor.Actor{}, false
	}
}

// UnmarshalJSON refuses a name that stands twice, since readers differ in which
// of the two they take, and one with capitals, which Go's decoder would take for
// the name without. A claim that a later version of this program adds is passed
// over.
func (c *claims) UnmarshalJSON(raw []byte) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return errors.New("claims are no object")
	}
	seen := map[string]bool{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		text := fmt.Sprint(name)
		if seen[text] || strings.ToLower(text) != text {
			return errors.New("a claim stands twice, or in capitals")
		}
		seen[text] = true
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return err
		}
	}
	type plain claims // without this method
	return json.Unmarshal(raw, (*plain)(c))
}
