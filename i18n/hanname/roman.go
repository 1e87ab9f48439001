package hanname

import (
	"slices"
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
	x, y := readRoman(a).letters(), readRoman(b).letters()
	return x != "" && x == y || cutOff(x, y)
}

// cutOff reports whether one spelling is a long beginning of the other.
func cutOff(x, y string) bool {
	if len(x) > len(y) {
		x, y = y, x
	}
	return len(x) >= minTruncated && len(x) < len(y) && strings.HasPrefix(y, x)
}

// roman is a Latin spelling: groups of words joined by hyphens, each word in
// lower case and without all that does not count.
type roman struct {
	groups [][]string
	comma  int // how many groups the comma or double filler follows, 0 for none
}

// readRoman takes a spelling apart. It gives nothing for what is no Latin spelling.
func readRoman(name string) roman {
	if unfit(name, name) != "" {
		return roman{}
	}
	name = norm.NFKD.String(width.Fold.String(name))
	if strings.ContainsFunc(name, foreign) {
		return roman{}
	}
	surname, given, _ := strings.Cut(strings.Replace(name, "<<", ",", 1), ",")
	groups := splitGroups(surname)
	r := roman{append(groups, splitGroups(given)...), len(groups)}
	if r.comma == len(r.groups) {
		r.comma = 0
	}
	return r
}

// foreign reports whether a character cannot stand in a Latin spelling. The
// breathing marks of Wade–Giles count as letters in Unicode.
func foreign(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsNumber(r)) && !unicode.Is(unicode.Latin, r) && !strings.ContainsRune("ʻʼʽ", r)
}

func splitGroups(text string) [][]string {
	var groups [][]string
	for field := range strings.FieldsFuncSeq(text, separates) {
		var words []string
		for word := range strings.FieldsFuncSeq(field, hyphen) {
			if word = onlyLetters(word); word != "" {
				words = append(words, word)
			}
		}
		if words != nil {
			groups = append(groups, words)
		}
	}
	return groups
}

func separates(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("<,./", r) }

func hyphen(r rune) bool { return unicode.Is(unicode.Pd, r) }

func onlyLetters(word string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Latin, r) {
			return unicode.ToLower(r)
		}
		return -1
	}, word)
}

func (r roman) letters() string { return strings.Join(flatten(r.groups), "") }

func flatten(groups [][]string) []string { return slices.Concat(groups...) }
