// Package searchkey turns texts and queries into keys, so that a search in
// either script finds both, and keys into the terms of an index.
//
// A [Key] is the text with Traditional characters folded to their ordinary
// Simplified ones, as package hanname folds names; never the other way, which
// would be a guess. It is words with one space between: a word is a run of Han
// characters, or a run of other letters and digits, never both. Punctuation and
// markup only divide words.
//
// The terms, called grams, are made for one question: does a key hold each word
// of a query, a word of Han characters anywhere, and another word as the
// beginning of a word? [Needed] says which grams such a key must have among its
// [Grams]. Where all words of the query are grams themselves that is also
// enough; otherwise compare the words with the key.
//
// Words differ between the shores too. A key does not know that 網際網路 is 互联网;
// [Queries] asks for both.
//
// All functions are pure and safe for goroutines. Time and result grow with the
// length of the text, which is the caller's to limit.
package searchkey

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/minzhengtong/minzhengtong/i18n/hanname"
)

// markup are tags, entities and placeholders. A tag's attributes need an equals
// sign, so that "a<b and c>d" stays text.
var markup = regexp.MustCompile(`</?[A-Za-z][A-Za-z0-9-]*(?:\s+[A-Za-z-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))*\s*/?>` +
	`|<!--[^>]*-->|&(?:[A-Za-z]{2,8}|#[0-9A-Za-z]{1,7});|\{\{[^{}]*\}\}`)

// Key gives the key of a text or a query: compatibility characters and widths
// made one (NFKC), small letters, Traditional folded to Simplified. It is empty
// for a text without letters and digits. The key of a key is the key itself.
func Key(text string) string {
	text = norm.NFKC.String(withoutMarkup(strings.ToValidUTF8(text, " ")))
	var b strings.Builder
	b.Grow(len(text))
	for word := range strings.FieldsSeq(divide(text)) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(hanname.Fold(word))
	}
	return b.String()
}

func withoutMarkup(text string) string {
	if !strings.ContainsAny(text, "<&{") { // which most texts have not, and looking is quick
		return text
	}
	return markup.ReplaceAllString(text, " ")
}

// kind is what a character does in a key.
type kind int

const (
	space  kind = iota // divides words
	hidden             // is left out
	mark               // belongs to the letter before it
	letter             // or digit
	ideograph
)

func kindOf(r rune) kind {
	switch {
	case unicode.Is(unicode.Han, r):
		return ideograph
	case unicode.IsLetter(r) || unicode.IsNumber(r):
		return letter
	case unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r) || r == '\u034F': // U+034F joins marks
		return hidden
	case unicode.IsMark(r):
		return mark
	}
	return space
}

// divide puts spaces for all that is in no word, and between words. A mark
// without a letter is left out.
func divide(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	last := space
	for _, r := range text {
		k := kindOf(r)
		switch {
		case k == hidden || k == mark && last != letter:
			continue
		case k == space:
			r = ' '
		case k == mark:
			k = letter
		case last != space && k != last:
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		last = k
	}
	return b.String()
}
