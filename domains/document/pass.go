package document

import (
	"strings"

	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// Faults of numbers that have a shape of their own.
var (
	// ErrForm: the shape is wrong, such as a bracket that is not closed.
	ErrForm = fault.New(fault.Invalid, "DOCUMENT_FORM")
	// ErrNotAccepted: a letter and 8 to 10 digits, the shape of a home-return
	// permit, an exit permit or a Taiwan national ID. It may well be right, but
	// no file is found by it.
	ErrNotAccepted = fault.New(fault.Invalid, "DOCUMENT_NOT_ACCEPTED")
)

// Form is how the number of a Taiwan pass was written. Store it beside the
// number: the canonical form does not tell it.
type Form string

// The forms of a Taiwan pass. Kinds other than [TaiwanPass] have none.
const (
	// Card8 is the number of today: 8 digits, the holder's for life.
	Card8 Form = "CARD8"
	// Legacy10 adds a two-digit issue count, as printed in Fujian, Jiangsu and
	// Shanghai from June 2006 to September 2008.
	Legacy10 Form = "LEGACY10"
	// Legacy11 adds the issuer code, as in the booklets of 1992 to 2008.
	Legacy11 Form = "LEGACY11"
	// SingleEntry is a pass for one entry, valid three months. Its structure is
	// not published: low trust, never linked without a person looking.
	SingleEntry Form = "SINGLE"
)

const (
	minSingle = 10
	maxSingle = 12
)

// parsePass reads a normalised pass number.
//
// Source: exit-entry administration's announcement in force since 2008-09-25:
// one person, one 8-digit number for life; before that the issue count and the
// issuer code followed the number. There is no check digit. The last booklets
// expired by September 2020. A bare number of 11 digits is a mobile telephone:
// an issuer code that is a digit needs its brackets.
func parsePass(s string) (Number, error) {
	if n, ok := readPass(s); ok {
		return n, nil
	}
	switch {
	case strings.ContainsAny(s, "()"):
		return Number{}, ErrForm
	case isLetter(s[0]) && len(s) >= 9 && len(s) <= 11 && allDigits(s[1:]):
		return Number{}, ErrNotAccepted
	case len(s) != passLength && len(s) != legacyLength:
		return Number{}, ErrLength
	default:
		return Number{}, ErrDigits
	}
}

// readPass recognises CARD8, LEGACY10 and LEGACY11, in this order.
func readPass(s string) (Number, bool) {
	if len(s) == passLength && allDigits(s) {
		return newNumber(TaiwanPass, Card8, s), true
	}
	if len(s) < legacyLength || !allDigits(s[:legacyLength]) {
		return Number{}, false
	}
	number, rest := s[:legacyLength], s[legacyLength:]
	if rest == "" {
		return newNumber(TaiwanPass, Legacy10, number), true
	}
	code, ok := issuerCode(rest)
	if !ok {
		return Number{}, false
	}
	return newNumber(TaiwanPass, Legacy11, number+code), true
}

// issuerCode reads a letter or a digit in brackets, or a bare letter, which is
// what systems that drop brackets leave over.
func issuerCode(rest string) (string, bool) {
	switch {
	case len(rest) == 1 && isLetter(rest[0]):
		return rest, true
	case len(rest) == 3 && rest[0] == '(' && rest[2] == ')' && (isLetter(rest[1]) || isDigit(rest[1])):
		return rest[1:2], true
	}
	return "", false
}

// ParseSingleEntry reads the number of a pass for one entry: 10 to 12 letters
// or digits, which is all that is known about it (no published structure, low
// confidence). Call it only when the person says that the pass is such a one.
// Its canonical form is the whole number, and [Parse] does not read it back.
//
// It fails with [ErrEmpty], [ErrAlphabet] or [ErrLength].
func ParseSingleEntry(raw string) (Number, error) {
	s, err := normalise(raw)
	switch {
	case err != nil:
		return Number{}, err
	case strings.ContainsAny(s, "()"):
		return Number{}, ErrAlphabet
	case len(s) < minSingle || len(s) > maxSingle:
		return Number{}, ErrLength
	}
	return newNumber(TaiwanPass, SingleEntry, s), nil
}
