// Package document reads the numbers of identity documents and says what each
// number itself proves. It is pure: no clock, no database, no network.
//
// Words. A [Kind] is a sort of document; a [Number] is one that was read and
// found well formed; its canonical form is the key under which a file is
// found; its [Form] tells how a Taiwan pass was written; a [Status] is what an
// authority last said about the document.
//
// Well formed is not genuine. A check character finds slips of the hand, not
// forgeries, and an 8-digit pass number has no check character at all. Only the
// authority's verification interface proves that a document exists.
//
// Invariants:
//   - a Number shows itself masked wherever it is printed, logged or encoded;
//     only [Number.Canonical] gives the whole number away;
//   - no fault of this package holds what was typed, or any part of it;
//   - input is bounded before it is looked at, so no input is slow.
package document

import (
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// ErrUnknownKind says that no kind has that name, or that none fits the number.
var ErrUnknownKind = fault.New(fault.Invalid, "DOCUMENT_KIND_UNKNOWN")

// Kind is a sort of document. Its text is stored and sent, and never renamed.
type Kind string

// The kinds a file is found by. The national ID of Taiwan is none of them: it
// is optional on the mainland side and never a key (see
// [CheckTaiwanNationalID]).
const (
	// TaiwanPass is the mainland travel permit for Taiwan residents
	// (臺灣居民來往大陸通行證), for entry, exit and identification.
	TaiwanPass Kind = "taiwan_pass"
	// TaiwanPermit is the residence permit for Taiwan residents
	// (臺灣居民居住證, 國辦發〔2018〕81號, in force 2018-09-01). It identifies the
	// holder inside the mainland and is no exit-entry document.
	TaiwanPermit Kind = "taiwan_permit"
	// HKMOPermit is the residence permit for Hong Kong or Macao residents
	// (港澳居民居住證, the same 國辦發〔2018〕81號).
	HKMOPermit Kind = "hkmo_permit"
	// ResidentID is the mainland resident identity card, second generation.
	ResidentID Kind = "resident_id"
	// ForeignPermanent is the foreigner's permanent residence ID card in the
	// edition issued from 2023-12-01.
	ForeignPermanent Kind = "foreign_permanent"
	// CreditCode is the unified social credit code of a firm or another
	// organisation (統一社會信用代碼, GB 32100-2015).
	CreditCode Kind = "credit_code"
)

// Kinds lists every kind, in the order in which screens offer them. The slice
// belongs to the caller.
func Kinds() []Kind {
	return []Kind{TaiwanPass, TaiwanPermit, HKMOPermit, ResidentID, ForeignPermanent, CreditCode}
}

// ParseKind reads a stored or sent kind, letter for letter. It fails with
// [ErrUnknownKind].
func ParseKind(text string) (Kind, error) {
	if k := Kind(text); k.known() {
		return k, nil
	}
	return "", ErrUnknownKind
}

// OfFirm reports whether the kind identifies an organisation, not a person.
func (k Kind) OfFirm() bool { return k == CreditCode }

func (k Kind) known() bool {
	return slices.Contains(Kinds(), k)
}
