// Package sdjwt writes and reads credentials as SD-JWT VC: a signed token (JWT) that holds
// hashes in place of what its holder need not show, and beside it the disclosures of what
// is shown. The formats are RFC 9901 (SD-JWT) and the IETF's drafts SD-JWT VC and Token
// Status List.
//
// Words. An open claim stands in the token and is always shown. A hidden one stands there
// as the hash of its disclosure: salt, name and value. To present is to leave disclosures
// out. Decoys are hashes of nothing, so that their number says nothing.
//
// What never happens: a text that differs in one byte from what was issued, but for
// disclosures that were left out, is read; a disclosure is read that the token does not
// name, or one twice; a claim that says who issued what, and until when, is hidden.
// A credential is bound to its number and its holder's name, and not to a device: whoever
// has the text can show it, so whoever shares it shares it for a time (package credential).
package sdjwt

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/minzhengtong/minzhengtong/domains/credential/suite"
)

// Type is what the header of a credential says that it is.
const Type = "dc+sd-jwt"

// MediaType is that of a presentation.
const MediaType = "application/dc+sd-jwt"

// Longest is how many bytes of a presentation are looked at.
const Longest = 128 << 10

// saltLength is that of a salt: 128 bits, as RFC 9901 asks.
const saltLength = 16

// The errors of reading. Their texts hold nothing of what was read.
var (
	// ErrForm: it is no presentation.
	ErrForm = errors.New("sdjwt: not a presentation of a credential")
	// ErrKeyUnknown: the reader does not know the key that it names.
	ErrKeyUnknown = errors.New("sdjwt: issued under a key that is not known here")
	// ErrChanged: the signature does not fit, or a disclosure does not.
	ErrChanged = errors.New("sdjwt: not as it was issued")
)

// reserved are claims that have their meaning from the formats. None is hidden, and none
// is a field.
var reserved = []string{"iss", "vct", "iat", "nbf", "exp", "status", "sub", "cnf", "jti", "_sd", "_sd_alg", "..."}

// Reserved reports whether a name is taken by the formats.
func Reserved(name string) bool { return slices.Contains(reserved, name) }

// Status says where it stands whether the credential still holds.
type Status struct {
	// URI names the list, and Index the place in it.
	URI   string
	Index int
}

// Credential is what an issuer states.
type Credential struct {
	// Issuer is the base address of the house that signs, Kind the type (vct).
	Issuer, Kind string
	Issued       time.Time
	NotBefore    time.Time
	// Expires is zero where it does not expire.
	Expires time.Time
	Status  Status
	// Open is always shown, Hidden is disclosed one by one. Values are what
	// encoding/json makes of texts, whole numbers, lists and objects.
	Open   map[string]any
	Hidden []Disclosure
	// Decoys are hashed and stand among the hashes. They are drawn once and kept, as
	// salts are, so that the same credential is written the same.
	Decoys [][]byte
}

// Disclosure is one hidden claim.
type Disclosure struct {
	Salt  []byte
	Name  string
	Value any
}

// NewSalt draws a salt, or what a decoy is made of.
func NewSalt() []byte {
	salt := make([]byte, saltLength)
	_, _ = rand.Read(salt) // it never fails, and never fills less
	return salt
}

// text is the disclosure as it travels.
func (d Disclosure) text() (string, error) {
	raw, err := json.Marshal([]any{encode(d.Salt), d.Name, d.Value})
	if err != nil {
		return "", fmt.Errorf("sdjwt: write %s: %w", d.Name, err)
	}
	return encode(raw), nil
}

// Sign writes a credential with all its disclosures. Only the signature differs between
// two writings of the same credential.
func Sign(c Credential, key suite.Key) (string, error) {
	claims, disclosures, err := c.claims(key.Suite)
	if err != nil {
		return "", err
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("sdjwt: write: %w", err)
	}
	signed, err := sign(Type, key, payload)
	if err != nil {
		return "", err
	}
	return strings.Join(append([]string{signed}, disclosures...), "~") + "~", nil
}

// SignJWT writes claims as a plain token of a type.
func SignJWT(kind string, claims any, key suite.Key) (string, error) {
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("sdjwt: write: %w", err)
	}
	return sign(kind, key, payload)
}

func sign(kind string, key suite.Key, payload []byte) (string, error) {
	header, err := json.Marshal(map[string]string{"alg": key.Suite.Alg, "kid": key.ID, "typ": kind})
	if err != nil {
		return "", fmt.Errorf("sdjwt: write: %w", err)
	}
	text := encode(header) + "." + encode(payload)
	signature, err := key.Sign(text)
	if err != nil {
		return "", err
	}
	return text + "." + encode(signature), nil
}

// Claims are what any token about the credential says, without a word of what it hides.
func (c Credential) Claims() (map[string]any, error) {
	claims := map[string]any{
		"iss": c.Issuer, "vct": c.Kind, "iat": c.Issued.Unix(), "nbf": c.NotBefore.Unix(),
		"status": map[string]any{"status_list": map[string]any{"uri": c.Status.URI, "idx": c.Status.Index}},
	}
	if !c.Expires.IsZero() {
		claims["exp"] = c.Expires.Unix()
	}
	for name, value := range c.Open {
		if Reserved(name) {
			return nil, fmt.Errorf("sdjwt: %q is no name for a field", name)
		}
		claims[name] = value
	}
	return claims, nil
}

// claims are what the token says, and the disclosures in the order of Hidden.
func (c Credential) claims(s *suite.Suite) (map[string]any, []string, error) {
	claims, err := c.Claims()
	if err != nil {
		return nil, nil, err
	}
	claims["_sd_alg"] = s.HashName
	var digests, texts []string
	for _, d := range c.Hidden {
		if _, open := c.Open[d.Name]; open || Reserved(d.Name) {
			return nil, nil, fmt.Errorf("sdjwt: %q cannot be hidden", d.Name)
		}
		text, err := d.text()
		if err != nil {
			return nil, nil, err
		}
		texts, digests = append(texts, text), append(digests, digest(s, text))
	}
	for _, decoy := range c.Decoys {
		digests = append(digests, digest(s, encode(decoy)))
	}
	slices.Sort(digests) // so that their order says nothing
	if len(digests) > 0 {
		claims["_sd"] = digests
	}
	return claims, texts, nil
}

// digest is what stands in the token for a disclosure.
func digest(s *suite.Suite, text string) string {
	h := s.Hash()
	h.Write([]byte(text)) // hashes do not fail
	return encode(h.Sum(nil))
}

// Present leaves out of a presentation all disclosures but those of some names. The text
// must be one that [Sign] wrote; a name that it has not is passed over. It fails with
// [ErrForm].
func Present(text string, names ...string) (string, error) {
	token, disclosures, err := split(text)
	if err != nil {
		return "", err
	}
	kept := []string{token}
	for _, one := range disclosures {
		d, err := readDisclosure(one)
		if err != nil {
			return "", err
		}
		if slices.Contains(names, d.Name) {
			kept = append(kept, one)
		}
	}
	return strings.Join(kept, "~") + "~", nil
}

// Shown is what a presentation says to whoever checked it.
type Shown struct {
	Credential
	// Key is under which it was issued.
	Key suite.Public
	// Claims are the open ones and those that were disclosed. Numbers are json.Number.
	Claims map[string]any
	// Withheld is how many hashes stand for what was not shown, decoys included.
	Withheld int
}

// Check reads a presentation under the keys that its reader trusts. Times and status are
// not looked at: whoever calls says what they come to. It fails with [ErrForm],
// [ErrKeyUnknown] or [ErrChanged].
func Check(text string, keys func(id string) (suite.Public, bool)) (Shown, error) {
	token, disclosures, err := split(text)
	if err != nil {
		return Shown{}, err
	}
	claims, key, err := CheckJWT(Type, token, keys)
	if err != nil {
		return Shown{}, err
	}
	shown := Shown{Key: key}
	if err := shown.read(claims); err != nil {
		return Shown{}, err
	}
	digests, err := digestsOf(claims, key.Suite)
	if err != nil {
		return Shown{}, err
	}
	if err := shown.disclose(digests, disclosures); err != nil {
		return Shown{}, err
	}
	return shown, nil
}

// disclose adds what was disclosed to what is open.
func (s *Shown) disclose(digests map[string]bool, disclosures []string) error {
	s.Claims = maps.Clone(s.Open)
	for _, one := range disclosures {
		d, err := readDisclosure(one)
		if err != nil {
			return err
		}
		sum := digest(s.Key.Suite, one)
		_, there := s.Claims[d.Name]
		if !digests[sum] || there || Reserved(d.Name) {
			return ErrChanged // not the token's, or shown twice
		}
		delete(digests, sum)
		s.Claims[d.Name] = d.Value
		s.Hidden = append(s.Hidden, d)
	}
	s.Withheld = len(digests)
	return nil
}

// parser checks signatures; what the claims come to is for others.
var parser = jwt.NewParser(jwt.WithValidMethods(suite.Algs()), jwt.WithoutClaimsValidation(), jwt.WithStrictDecoding(), jwt.WithJSONNumber())

// CheckJWT reads a token of a type under the keys that its reader trusts. Times are not
// looked at. It fails as [Check] does.
func CheckJWT(kind, token string, keys func(id string) (suite.Public, bool)) (map[string]any, suite.Public, error) {
	var key suite.Public
	claims := jwt.MapClaims{}
	if len(token) > Longest || strings.ContainsAny(token, "\r\n") {
		return nil, key, ErrForm
	}
	_, err := parser.ParseWithClaims(token, claims, func(t *jwt.Token) (any, error) {
		id, _ := t.Header["kid"].(string)
		var known bool
		if key, known = keys(id); !known {
			return nil, ErrKeyUnknown
		}
		// A header says nothing but these three things, so that nothing in it can ask
		// for anything. The algorithm is the key's, whatever the header would like.
		if len(t.Header) != 3 || t.Header["typ"] != kind || t.Method.Alg() != key.Suite.Alg {
			return nil, ErrChanged
		}
		return key.Value(), nil
	})
	switch {
	case err == nil:
		return claims, key, nil
	case errors.Is(err, ErrKeyUnknown):
		return nil, key, ErrKeyUnknown
	case errors.Is(err, jwt.ErrTokenMalformed) && key.ID == "":
		return nil, key, ErrForm
	}
	return nil, key, ErrChanged
}

// split parts a presentation. A key binding at its end is refused: no credential of this
// house has one.
func split(text string) (token string, disclosures []string, err error) {
	if len(text) > Longest || !strings.HasSuffix(text, "~") {
		return "", nil, ErrForm
	}
	parts := strings.Split(strings.TrimSuffix(text, "~"), "~")
	return parts[0], parts[1:], nil
}

// readDisclosure reads one that travels: exactly a salt, a name and a value.
func readDisclosure(text string) (Disclosure, error) {
	raw, err := decode(text)
	if err != nil {
		return Disclosure{}, ErrChanged
	}
	var parts []any
	if err := unmarshal(raw, &parts); err != nil || len(parts) != 3 {
		return Disclosure{}, ErrChanged
	}
	salt, isText := parts[0].(string)
	name, isName := parts[1].(string)
	if !isText || !isName {
		return Disclosure{}, ErrChanged
	}
	d := Disclosure{Name: name, Value: parts[2]}
	if d.Salt, err = decode(salt); err != nil {
		return Disclosure{}, ErrChanged
	}
	return d, nil
}

// unmarshal reads JSON with whole numbers as they are written, and nothing behind it.
func unmarshal(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		return err
	}
	if d.More() {
		return ErrForm
	}
	return nil
}

func encode(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// decode takes one text for each value: spare bits must be zero, and there is no line.
func decode(text string) ([]byte, error) {
	if strings.ContainsAny(text, "\r\n") {
		return nil, ErrForm
	}
	return base64.RawURLEncoding.Strict().DecodeString(text)
}
