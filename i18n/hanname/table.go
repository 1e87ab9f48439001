package hanname

import (
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/minzhengtong/minzhengtong/i18n/han/dictionary"
)

// table gives, for a Traditional character, its Simplified candidates with
// spaces between them, the ordinary one first.
var table = sync.OnceValue(func() map[rune]string { return readTable(dictionary.TSCharacters) })

// readTable reads lines of a character, a tab and its candidates. The strings are
// slices of the text, so that reading it copies nothing.
func readTable(text string) map[rune]string {
	m := make(map[rune]string, strings.Count(text, "\n"))
	for line := range strings.Lines(text) {
		from, to, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "\t")
		if ok && !strings.HasPrefix(line, "#") {
			r, _ := utf8.DecodeRuneInString(from)
			m[r] = to
		}
	}
	return m
}

// first is the ordinary simplification of a character, or the character.
func first(r rune) rune {
	if to, ok := table()[r]; ok {
		r, _ = utf8.DecodeRuneInString(to)
	}
	return r
}
