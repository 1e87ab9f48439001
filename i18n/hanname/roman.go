package hanname

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// minTruncated is the fewest letters of a spelling that may have been cut off.
// The shortest name field of a travel document (ICAO 9303, size TD1) holds 30
// characters; up to six of them are fillers.
const minTruncated = 24

// CompareRoman reports whether two Latin spellings of a name agree, both as
// printed on documents. Case, accents, hyphens, spaces and other punctuation do
// not count, and a long spelling agrees with its own beginning, because
// documents cut names off.
//
// False says nothing about the person: the pass follows the passport's spelling,
// which may be Wade–Giles, Tongyong, Minnan or Hakka, and a permit's may be
// Hanyu Pinyin. Anything with letters of another script never agrees. Never pass
// a spelling that a program derived from Han characters.
func CompareRoman(a, b string) bool {
	a, b = romanLetters(a), romanLetters(b)
	if len(a) > len(b) {
		a, b = b, a
	}
	return a != "" && (a == b || len(a) >= minTruncated && strings.HasPrefix(b, a))
}

// romanLetters is the spelling in lower case and without all that does not
// count, or "" for what is no Latin spelling.
func romanLetters(name string) string {
	if unfit(name, name) != "" {
		return ""
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(width.Fold.String(name)) {
		switch {
		case unicode.Is(unicode.Latin, r):
			b.WriteRune(unicode.ToLower(r))
		case unicode.IsLetter(r) || unicode.IsNumber(r):
			return ""
		}
	}
	return b.String()
}
