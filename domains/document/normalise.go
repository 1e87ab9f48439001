package document

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// Faults of what was typed, before any kind is looked at.
var (
	// ErrEmpty: nothing was typed, or only spaces.
	ErrEmpty = fault.New(fault.Invalid, "DOCUMENT_EMPTY")
	// ErrAlphabet: a character that no number of this kind can hold.
	ErrAlphabet = fault.New(fault.Invalid, "DOCUMENT_ALPHABET")
	// ErrLength: too short or too long for the kind.
	ErrLength = fault.New(fault.Invalid, "DOCUMENT_LENGTH")
)

// maxRaw bounds, in bytes, what is looked at: the longest number in full-width
// characters (18 × 3 bytes) with an ideographic space around each still fits.
const maxRaw = 128

// normalise folds the width of characters, drops spaces and raises letters to
// upper case; what is left holds only A–Z, 0–9 and round brackets.
//
// Of NFKC only the width part is applied, and only ASCII letters are raised:
// the rest of NFKC and of Unicode's case tables would turn a circled or raised
// digit, or a long s, into a character that nobody typed.
func normalise(raw string) (string, error) {
	if len(raw) > maxRaw {
		return "", ErrLength
	}
	if !utf8.ValidString(raw) {
		return "", ErrAlphabet
	}
	kept := make([]byte, 0, maxRaw)
	for _, r := range raw {
		if unicode.IsSpace(r) {
			continue
		}
		c, ok := foldRune(r)
		if !ok {
			return "", ErrAlphabet
		}
		kept = append(kept, c)
	}
	if len(kept) == 0 {
		return "", ErrEmpty
	}
	return string(kept), nil
}

// foldRune returns the upper-case ASCII character that r stands for, and
// whether a document number can hold it.
func foldRune(r rune) (byte, bool) {
	if folded := width.LookupRune(r).Folded(); folded != 0 {
		r = folded
	}
	switch {
	case 'a' <= r && r <= 'z':
		return byte(r - 'a' + 'A'), true
	case 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '(', r == ')':
		return byte(r), true
	}
	return 0, false
}

// allDigits reports whether s holds only 0–9. An empty string does.
func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return true
}

// decimal is the value of a short string of digits.
func decimal(digits string) int {
	value := 0
	for i := range len(digits) {
		value = value*10 + int(digits[i]-'0')
	}
	return value
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool { return 'A' <= c && c <= 'Z' }
