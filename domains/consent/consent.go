// Package consent keeps what people allow others: a department to read some of
// their data (授權), and another person to act for them (委託).
//
// # Words
//
// A consent lets one party, a department, read data for one purpose until a
// time. Its scopes are the codes of that data: collect-once items, and
// [Records]. A purpose is data of the program: what it needs at most, and the
// text that a person agrees to, with a version and a hash. A use is one read
// across departments, on a consent or on a legal basis; its voucher (調用憑證)
// is the number that people type. A delegation charges a delegate with one
// matter of a principal until a time.
//
// A consent belongs to the document under which it was given, and so follows
// the file of that document: whoever has the document in the file sees it and
// takes it back. A firm's belongs to the firm's document.
//
// # What never happens
//
//   - A read is decided on a consent after it was taken back or is over. Both
//     sides write the consent's row before they look at the clock, so one of
//     them comes first, and its time is the earlier one.
//   - A read leaves no use. The use is written where the read is decided.
//   - Somebody else's consent or delegation looks different from one that does
//     not exist.
//   - An answer says whether a delegate's document is on file.
//   - A delegate delegates on.
package consent

import (
	"crypto/sha256"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/fault"
)

type (
	// ID names a consent: a UUIDv7 text.
	ID string
	// PartyID is a department's code.
	PartyID string
	// PurposeCode names a purpose of texts/*.json.
	PurposeCode string
)

// Records is the scope of what was done under the documents. The other scopes
// are codes of collect-once items.
const Records = "records"

// The scopes of what authorities know and the house does not keep: it is asked for
// where it is needed.
const (
	TaxPayments  = "tax_payments"  // what tax was paid under the documents
	MainlandDays = "mainland_days" // how long the holder was in the mainland
	Engagements  = "engagements"   // where the holder worked
)

// LoanCase is the scope of what somebody sends to a bank about a loan.
const LoanCase = "loan_case"

// CreditScopes are those of what sources of public-credit data hold, beside
// [TaxPayments].
var CreditScopes = []string{
	"tax_filing", "social_insurance", "licences", "penalties", "judgments", "contracts", "customs", "utilities",
}

// LicenceTypes are the types of licences that programs of departments may call: the scopes of
// a purpose of its own.
var LicenceTypes = []string{"practice_licence", "tax_payment", "finance_credit"}

// longestYears is how long a consent or a delegation lasts at most. It is a
// bound of this product, so that nothing is allowed for ever by oversight; no
// law that we read sets it.
const longestYears = 1

// Faults of consents.
var (
	// ErrNotFound: no such consent, or not of the caller's file.
	ErrNotFound = fault.New(fault.NotFound, "CONSENT_NOT_FOUND")
	// ErrPurposeUnknown: there is no such purpose.
	ErrPurposeUnknown = fault.New(fault.Invalid, "CONSENT_PURPOSE_UNKNOWN")
	// ErrTextStale: the text has changed since it was shown.
	ErrTextStale = fault.New(fault.Precondition, "CONSENT_TEXT_STALE")
	// ErrExpiresInPast: the end does not lie in the future.
	ErrExpiresInPast = fault.New(fault.Invalid, "CONSENT_EXPIRES_IN_PAST")
	// ErrTooLong: the end lies more than a year ahead.
	ErrTooLong = fault.New(fault.Invalid, "CONSENT_TOO_LONG")
	// ErrPartyUnknown: no such department, or not for this purpose.
	ErrPartyUnknown = fault.New(fault.Invalid, "PARTY_UNKNOWN")
	// ErrScopeUnknown: the purpose does not need this data.
	ErrScopeUnknown = fault.New(fault.Invalid, "CONSENT_SCOPE_UNKNOWN")
	// ErrNotValid: the consent does not cover the read: it is over, or for
	// another party, purpose, data or file, or not there. Which of these is not
	// told.
	ErrNotValid = fault.New(fault.Denied, "CONSENT_NOT_VALID")
)

// Consent is one permission to read.
type Consent struct {
	ID ID
	// Document is the one under which it was given.
	Document actor.DocumentID
	// GivenBy is the document of the person who gave it, and Delegation the
	// charge where that is not the holder.
	GivenBy      actor.DocumentID
	Delegation   actor.DelegationID
	Party        PartyID
	PartyName    string
	Purpose      PurposeCode
	Scopes       []string
	TextVersion  string
	TextLanguage string
	// TextHash is of the text as it was shown.
	TextHash [sha256.Size]byte
	Created  time.Time
	Expires  time.Time
	// Revoked is zero unless it was taken back.
	Revoked time.Time
	// Uses counts the reads, and Used is when the last was decided.
	Uses int
	Used time.Time
}

// allows reports whether a read of these scopes may be decided at a moment.
func (c Consent) allows(scopes []string, at time.Time) bool {
	return c.Revoked.IsZero() && at.Before(c.Expires) && len(scopes) > 0 &&
		!slices.ContainsFunc(scopes, func(code string) bool { return !slices.Contains(c.Scopes, code) })
}

// revoked is the consent as taken back at the moment now. A use that another
// process decided by a clock that is ahead still lies before.
func (c Consent) revoked(now time.Time) Consent {
	c.Revoked = later(now, c.Used)
	return c
}

// Terms are what a consent is given for.
type Terms struct {
	Party   PartyID
	Purpose PurposeCode
	Scopes  []string
	Expires time.Time
	// TextVersion and TextLanguage say which text was shown.
	TextVersion  string
	TextLanguage string
}

// read checks the terms against the purpose at the moment now, all but whether
// the party exists, and returns the text that was shown.
func (t Terms) read(p purpose, now time.Time) (Text, error) {
	text := p.in(t.TextLanguage)
	if t.TextVersion != text.Version {
		return Text{}, ErrTextStale.On("text_version")
	}
	if err := expiry(t.Expires, now, ErrExpiresInPast, ErrTooLong); err != nil {
		return Text{}, err
	}
	if !p.open(t.Party) {
		return Text{}, ErrPartyUnknown.On("party_id")
	}
	if len(t.Scopes) == 0 {
		return Text{}, ErrScopeUnknown.On("scopes")
	}
	for i, code := range t.Scopes {
		if !slices.Contains(p.Scopes, code) || slices.Contains(t.Scopes[:i], code) {
			return Text{}, ErrScopeUnknown.On("scopes[" + strconv.Itoa(i) + "]")
		}
	}
	return text, nil
}

// expiry checks the end of something that begins at the moment now.
func expiry(end, now time.Time, past, long *fault.Fault) error {
	switch {
	case !end.After(now):
		return past.On("expire_time")
	case end.After(now.AddDate(longestYears, 0, 0)):
		return long.On("expire_time")
	}
	return nil
}

// Use is one read of data across departments.
type Use struct {
	ID string
	// Voucher is the number that people type.
	Voucher string
	// Document is the one under which the data were asked for.
	Document  actor.DocumentID
	Decided   time.Time
	Party     PartyID
	PartyName string
	// Office is where an officer read, or "".
	Office  string
	Purpose PurposeCode
	Scopes  []string
	// Consent or Law is what the read rests on; the other is "".
	Consent ID
	Law     string
}

// LogValue keeps all but the ID out of logs.
func (c Consent) LogValue() slog.Value { return slog.StringValue(string(c.ID)) }

// LogValue keeps all but the ID out of logs.
func (u Use) LogValue() slog.Value { return slog.StringValue(u.ID) }

// later is the later of two moments.
func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
