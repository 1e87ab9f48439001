package document

import (
	"errors"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// ErrOtherKind says that the number is none of the kind that was named, but a
// well formed one of the kind in the argument "Kind".
var ErrOtherKind = fault.New(fault.Invalid, "DOCUMENT_OTHER_KIND")

// Parse reads a number of a kind that is known, as it was typed or scanned.
//
// Full-width characters, spaces and lower-case letters are accepted. Today is
// the date in Asia/Shanghai; a birth date after it is refused. A pass in a form
// from before September 2008 is read too: see [Number.Historic] before taking
// it for a current document.
//
// It fails, in the order of the checks, with [ErrUnknownKind], [ErrLength],
// [ErrAlphabet], [ErrEmpty], [ErrLegacy], [ErrNotAccepted], [ErrForm],
// [ErrDigits], [ErrArea], [ErrBirthDate] or [ErrCheckCharacter], and with
// [ErrOtherKind] in place of any of these once another kind fits.
func Parse(kind Kind, raw string, today civil.Date) (Number, error) {
	if !kind.known() {
		return Number{}, ErrUnknownKind
	}
	s, err := normalise(raw)
	if err != nil {
		return Number{}, err
	}
	n, err := parseAs(kind, s, today)
	if err == nil {
		return n, nil
	}
	if other, ok := resembles(kind, s, today); ok {
		return Number{}, ErrOtherKind.With("Kind", string(other))
	}
	return Number{}, err
}

// Guess reads a number whose kind nobody named.
//
// The order is: pass of today, pass with issue count, pass with issuer code,
// then the kinds of 18 characters by area code or first digit, then the credit
// code. A credit code made of digits alone can look like a personal number. It
// is then taken for a credit code only if the place of the birth date holds no
// real date and both its check characters agree, so that a slip in a personal
// number does not turn into a firm.
//
// A single-entry pass is never guessed; use [ParseSingleEntry]. Guess fails
// with [ErrUnknownKind] when no kind fits, with the fault of the kind when the
// kind is clear and the number wrong, and with [ErrEmpty], [ErrAlphabet] or
// [ErrLength] when there is nothing to guess from.
func Guess(raw string, today civil.Date) (Number, error) {
	s, err := normalise(raw)
	if err != nil {
		return Number{}, err
	}
	return guess(s, today)
}

func parseAs(kind Kind, s string, today civil.Date) (Number, error) {
	if kind == TaiwanPass {
		return parsePass(s)
	}
	if kind.OfFirm() {
		return parseCreditCode(s)
	}
	return parsePerson(kind, s, today)
}

func guess(s string, today civil.Date) (Number, error) {
	if n, err := parsePass(s); err == nil {
		return n, nil
	}
	switch {
	case len(s) != longLength:
		return Number{}, ErrUnknownKind
	case personShaped(s):
		return guessDigits(s, today)
	default:
		return parseCreditCode(s)
	}
}

// guessDigits tells personal numbers from credit codes that have no letter in
// their first 17 characters.
func guessDigits(s string, today civil.Date) (Number, error) {
	kind := kindOfArea(s[:areaLength])
	person, personErr := parsePerson(kind, s, today)
	if personErr == nil || errors.Is(personErr, ErrCheckCharacter) {
		return person, personErr
	}
	code, codeErr := parseCreditCode(s)
	switch {
	case codeErr == nil && len(code.Warnings()) == 0:
		return code, nil
	case kind == "" || (kind == ForeignPermanent && codeErr == nil):
		return Number{}, ErrUnknownKind
	case kind == ForeignPermanent:
		// A leading 9 without a birth date is a firm far more often than a
		// foreigner: nearly every firm's code starts so.
		return Number{}, codeErr
	default:
		return Number{}, personErr
	}
}

// resembles names the kind that a number refused as kind is a well formed
// number of. Historic passes are left out: ten digits are more often a number
// cut short. So is a pass in the place of a credit code: eight digits are there
// rather the company number of a Taiwan firm.
func resembles(kind Kind, s string, today civil.Date) (Kind, bool) {
	n, err := guess(s, today)
	if err != nil || n.Historic() || (kind.OfFirm() && n.Kind() == TaiwanPass) {
		return "", false
	}
	return n.Kind(), true
}
