package document

import (
	"unique"

	"github.com/golang-sql/civil"
)

// Sex is what a number says about its holder's sex.
type Sex string

// The sexes a number can state. The zero value says nothing.
const (
	Male   Sex = "M"
	Female Sex = "F"
)

// Number is a document number that was read and found well formed.
//
// It is an immutable value. Two Numbers are equal (==) when kind, canonical
// form and everything written beside it agree; to ask whether two passes are
// one person's, compare [Number.Canonical]. The zero Number is no number, and
// all its accessors answer with zero values.
//
// Printing, logging and encoding a Number shows [Number.Masked] only, and there
// is no way back from that text to a Number.
type Number struct {
	kind       Kind
	form       Form
	innerWrong bool
	// whole is the normalised number without brackets. It is a handle and no
	// string: fmt does not call the methods of a Number that lies in an
	// unexported field, but prints what it is made of, and of a handle to a
	// string (not of one to a struct) that is an address with every verb.
	whole unique.Handle[string]
}

// The places of the parts of a historic pass.
const (
	passLength   = 8  // the lifelong number
	legacyLength = 10 // with the issue count; the issuer code follows
)

func newNumber(kind Kind, form Form, whole string) Number {
	return Number{kind: kind, form: form, whole: unique.Make(whole)}
}

// reveal returns what the handle holds; the handle of a zero Number holds
// nothing and must not be asked.
func (n Number) reveal() string {
	if n.whole == (unique.Handle[string]{}) {
		return ""
	}
	return n.whole.Value()
}

// Kind is the kind of document.
func (n Number) Kind() Kind { return n.kind }

// Canonical is the whole number in the form that finds the file: the first 8
// digits of a pass, the whole of a single-entry pass, else 18 characters in
// upper case. It is personal data: encrypt it at rest, and never log it.
func (n Number) Canonical() string {
	if n.Historic() {
		return n.reveal()[:passLength]
	}
	return n.reveal()
}

// Form is how a pass was written, and "" for every other kind.
func (n Number) Form() Form { return n.form }

// IssueCount is the two-digit count of issues in an old form of the pass, or
// "". It is the version of the document and never part of the person's key.
func (n Number) IssueCount() string {
	if !n.Historic() {
		return ""
	}
	return n.reveal()[passLength:legacyLength]
}

// IssuerCode is the letter or digit of the issuing office in a pass of the form
// [Legacy11], or "".
func (n Number) IssuerCode() string {
	if !n.Historic() {
		return ""
	}
	return n.reveal()[legacyLength:]
}

// Historic reports whether the number has a form that no valid document bears
// any more: the last such passes expired by September 2020. Take it to look
// somebody up and in old records, never as a current document.
func (n Number) Historic() bool { return n.form == Legacy10 || n.form == Legacy11 }

// BirthDate is the holder's birth date, and false where the number holds none
// (a pass, a credit code).
func (n Number) BirthDate() (civil.Date, bool) {
	if !n.hasBirthDate() {
		return civil.Date{}, false
	}
	return birthDate(n.Canonical()), true
}

// Sex is odd or even in the 17th digit of a resident ID or a permit (GB
// 11643-1999), and "" elsewhere. The card of a foreigner states none: that its
// sequence follows the same rule is not confirmed.
func (n Number) Sex() Sex {
	switch {
	case !n.hasBirthDate() || n.kind == ForeignPermanent:
		return ""
	case (n.Canonical()[sexOffset]-'0')%2 == 1:
		return Male
	default:
		return Female
	}
}

// Warnings names what is odd about an accepted number; each is the ID of a
// message. Today that is [WarningInnerCheck] at most. Nil means nothing odd.
func (n Number) Warnings() []string {
	if n.innerWrong {
		return []string{WarningInnerCheck}
	}
	return nil
}

func (n Number) hasBirthDate() bool {
	return n.kind != "" && n.kind != TaiwanPass && !n.kind.OfFirm()
}
