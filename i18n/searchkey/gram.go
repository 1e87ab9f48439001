package searchkey

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxGram is the most characters of a gram.
const MaxGram = 32

// Grams gives the distinct grams of a key, word by word: of Han characters each
// one and each two that stand together, and of another word each beginning up to
// [MaxGram] characters.
//
// Beginnings, and not pieces from the middle, because people type words from the
// front; and all of them, because most words are short, and a word is then a
// gram itself however much of it was typed, which the index settles alone.
func Grams(key string) []string {
	list := grams{seen: map[string]bool{}}
	for word := range strings.FieldsSeq(key) {
		if isHan(word) {
			list.addPairs(word)
			list.addCharacters(word)
		} else {
			list.addBeginnings(word)
		}
	}
	return list.all
}

// Needed gives the distinct grams that a key must have to hold every word of the
// query, which is a key too: the pairs of Han characters, a Han character that
// stands alone, and of another word as much as a gram holds. It is empty only
// for an empty query, which asks for nothing.
func Needed(query string) []string {
	list := grams{seen: map[string]bool{}}
	for word := range strings.FieldsSeq(query) {
		switch {
		case !isHan(word):
			list.add(word[:endOf(word, MaxGram)])
		case endOf(word, 1) == len(word):
			list.add(word)
		default:
			list.addPairs(word)
		}
	}
	return list.all
}

// grams is a list without repetitions.
type grams struct {
	all  []string
	seen map[string]bool
}

func (g *grams) add(gram string) {
	if !g.seen[gram] {
		g.seen[gram] = true
		g.all = append(g.all, gram)
	}
}

func (g *grams) addCharacters(word string) {
	for i := range word {
		g.add(word[i : i+endOf(word[i:], 1)])
	}
}

func (g *grams) addPairs(word string) {
	for i := range word {
		if rest := word[i:]; endOf(rest, 1) < len(rest) {
			g.add(rest[:endOf(rest, 2)])
		}
	}
}

func (g *grams) addBeginnings(word string) {
	for n := 1; n <= MaxGram; n++ {
		end := endOf(word, n)
		g.add(word[:end])
		if end == len(word) {
			return
		}
	}
}

// endOf is where the first n characters of a word end, or the word.
func endOf(word string, n int) int {
	for i := range word {
		if n == 0 {
			return i
		}
		n--
	}
	return len(word)
}

func isHan(word string) bool {
	first, _ := utf8.DecodeRuneInString(word)
	return unicode.Is(unicode.Han, first)
}
