// Package check says what a credential is worth that somebody holds: from its text, the
// keys of its issuer and a status list, and nothing else. It asks no network and no
// database, so a verifier anywhere comes to the same verdict.
package check

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/credential/sdjwt"
	"github.com/minzhengtong/minzhengtong/domains/credential/statuslist"
	"github.com/minzhengtong/minzhengtong/domains/credential/suite"
)

// Standing is what a credential is worth at a moment. Its text is part of the contract.
type Standing string

// The standings.
const (
	Authentic  Standing = "authentic"  // as it was issued, and it holds
	Changed    Standing = "changed"    // not as it was issued, or never issued
	Unreadable Standing = "unreadable" // no credential at all
	Untrusted  Standing = "untrusted"  // under a key that the verifier does not know or believe
	NotYet     Standing = "not_yet"    // it does not hold yet
	Expired    Standing = "expired"
	Suspended  Standing = "suspended"
	Revoked    Standing = "revoked"
	Superseded Standing = "superseded" // a later edition took its place
	// Unknown: it is as it was issued, and there is no status list that says whether it
	// still holds, or only one that is too old.
	Unknown Standing = "status_unknown"
)

// The claims of every credential of the house beside the fields of its type.
const (
	ClaimNumber  = "licence_number"
	ClaimEdition = "licence_edition"
)

// SheetType is what the header of a signature over a sheet says that it is, and
// ClaimDigest the claim that holds the sheet's SHA-256 in hex.
const (
	SheetType   = "credential-sheet+jwt"
	ClaimDigest = "sha256"
)

// leeway is how far the clocks of issuer and verifier may be apart.
const leeway = time.Minute

// Keys finds the issuer's keys.
type Keys func(id string) (suite.Public, bool)

// Of has a set of keys find.
func Of(set suite.Set) Keys {
	return func(id string) (suite.Public, bool) {
		key, ok := set[id]
		return key, ok
	}
}

// Verdict is what a verifier may say.
type Verdict struct {
	Standing Standing
	// What follows is empty where it is changed, unreadable or untrusted: of such a text
	// nothing is repeated.

	// Issuer is who signed it, Kind the type (vct).
	Issuer, Kind string
	Number       string
	Edition      int
	Key          string
	Issued       time.Time
	From, Until  time.Time // Until is zero where it has no end
	Status       sdjwt.Status
	// Fields are what was shown. Numbers are json.Number.
	Fields map[string]any
	// Withheld is how many fields may have been left out, at most.
	Withheld int
	// Listed is when the status that counted was true; zero where none was there.
	Listed time.Time
}

// Read reads a presentation, and what it comes to at a moment without its status: then a
// good one is [Unknown].
func Read(text string, keys Keys, now time.Time) Verdict {
	shown, err := sdjwt.Check(text, keys)
	if err != nil {
		return refused(err)
	}
	number, _ := shown.Open[ClaimNumber].(string)
	edition, ok := whole(shown.Open[ClaimEdition])
	if number == "" || !ok {
		return Verdict{Standing: Unreadable}
	}
	v := Verdict{
		Standing: Unknown, Issuer: shown.Issuer, Kind: shown.Kind, Number: number, Edition: edition, Key: shown.Key.ID,
		Issued: shown.Issued, From: shown.NotBefore, Until: shown.Expires, Status: shown.Status, Withheld: shown.Withheld,
		Fields: shown.Claims,
	}
	return v.fieldsAlone().timed(now)
}

// fieldsAlone is a verdict of whose fields those of the type are left.
func (v Verdict) fieldsAlone() Verdict {
	for _, name := range []string{ClaimNumber, ClaimEdition, ClaimDigest} {
		delete(v.Fields, name)
	}
	return v
}

// ReadSheet reads a sheet and the signature that lies beside it, as [Read] does.
func ReadSheet(sheet []byte, signature string, keys Keys, now time.Time) Verdict {
	claims, key, err := sdjwt.CheckJWT(SheetType, signature, keys)
	if err != nil {
		return refused(err)
	}
	sum := sha256.Sum256(sheet)
	if claims[ClaimDigest] != hex.EncodeToString(sum[:]) {
		return Verdict{Standing: Changed}
	}
	c, err := sdjwt.Read(claims)
	number, _ := claims[ClaimNumber].(string)
	edition, ok := whole(claims[ClaimEdition])
	if err != nil || number == "" || !ok {
		return Verdict{Standing: Unreadable}
	}
	v := Verdict{
		Standing: Unknown, Issuer: c.Issuer, Kind: c.Kind, Number: number, Edition: edition, Key: key.ID,
		Issued: c.Issued, From: c.NotBefore, Until: c.Expires, Status: c.Status, Fields: c.Open,
	}
	return v.fieldsAlone().timed(now)
}

// timed is a verdict with the clock looked at.
func (v Verdict) timed(now time.Time) Verdict {
	switch {
	case now.Before(v.From):
		v.Standing = NotYet
	case !v.Until.IsZero() && !now.Before(v.Until):
		v.Standing = Expired
	}
	return v
}

// Listed is a verdict with a status list looked at, as its token has it. A list of another
// name, one under no key of the issuer, one of another time and one that is changed say
// nothing: what was unknown stays so.
func Listed(v Verdict, token string, keys Keys, now time.Time) Verdict {
	if !slices.Contains([]Standing{Unknown, Expired, NotYet}, v.Standing) {
		return v
	}
	l, err := statuslist.Read(token, keys)
	if err != nil || l.URI != v.Status.URI {
		return v
	}
	status, err := l.At(v.Status.Index)
	if err != nil {
		return v
	}
	v.Listed = l.Made
	if now.Add(leeway).Before(l.Made) || !now.Before(l.Expires) {
		return v // it says when it was true, and that is not now
	}
	if status != statuslist.Valid {
		v.Standing = fallen[status]
	} else if v.Standing == Unknown {
		v.Standing = Authentic
	}
	return v
}

var fallen = map[statuslist.Status]Standing{
	statuslist.Invalid: Revoked, statuslist.Suspended: Suspended, statuslist.Superseded: Superseded,
}

// refused is what an error of reading comes to.
func refused(err error) Verdict {
	switch {
	case errors.Is(err, sdjwt.ErrKeyUnknown):
		return Verdict{Standing: Untrusted}
	case errors.Is(err, sdjwt.ErrForm):
		return Verdict{Standing: Unreadable}
	}
	return Verdict{Standing: Changed}
}

func whole(value any) (int, bool) {
	n, ok := value.(json.Number)
	if !ok {
		return 0, false
	}
	i, err := n.Int64()
	return int(i), err == nil && i > 0
}
