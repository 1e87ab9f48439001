package han

import (
	"encoding/binary"
	"slices"
	"unicode/utf8"

	"github.com/minzhengtong/minzhengtong/i18n/han/internal/automaton"
)

const (
	// window is how many tokens are looked at together.
	window = 512

	// lookahead is how many tokens a match may depend on: a word may be as long
	// as the longest key, and so may a phrase that begins in its last character.
	lookahead = 2 * automaton.MaxKey

	// short is how many bytes a text may have to need a small window only, which
	// is cleared faster than it would be used.
	short = 128
)

// append converts the text window by window. A window that is not the last one
// leaves its end to the next, so that no match is cut.
func (m *machine) append(dst, text []byte) []byte {
	if m.runs != nil {
		return m.appendRuns(dst, text)
	}
	if len(text) <= short {
		var tokens [short]token
		n, _ := m.split(tokens[:], text)
		dst, _ = m.pass(dst, text, tokens[:n], n)
		return dst
	}
	var tokens [window]token
	for len(text) > 0 {
		n, covered := m.split(tokens[:], text)
		stop := n
		if covered < len(text) {
			stop = n - lookahead
		}
		var done int
		dst, done = m.pass(dst, text, tokens[:n], stop)
		if done < n {
			covered = int(tokens[done].at)
		}
		text = text[covered:]
	}
	return dst
}

// pass converts tokens up to stop, or a little further when a match reaches
// over it, and gives the number of those that are done.
func (m *machine) pass(dst, text []byte, tokens []token, stop int) ([]byte, int) {
	i := 0
	for i < stop {
		t := tokens[i]
		if t.symbol == unknown {
			dst = append(dst, text[t.at:t.at+uint32(t.size)]...)
			i++
			continue
		}
		c := m.characters[t.symbol]
		if base := c.phrases(); base != 0 {
			if n, value := m.longest(base, tokens[i+1:]); n != 0 {
				dst = append(dst, m.text(value)...)
				i += 1 + n
				continue
			}
		}
		if c.startsWord() {
			if n, value := m.word(tokens[i:]); n != 0 {
				dst = append(dst, m.text(value)...)
				i += n
				continue
			}
		}
		dst = c.append(dst)
		i++
	}
	return dst, i
}

// append writes four bytes at once and keeps as many as the character has.
func (c character) append(dst []byte) []byte {
	n := len(dst)
	if cap(dst)-n < utf8.UTFMax {
		dst = slices.Grow(dst, utf8.UTFMax)
	}
	dst = dst[:n+utf8.UTFMax]
	binary.LittleEndian.PutUint32(dst[n:], c.utf8)
	return dst[:n+c.size()]
}

// text is what the match of a value writes.
func (m *machine) text(value uint16) []byte {
	return m.texts[value][m.column].Of(m.written)
}

// word finds the longest word at the first token, which begins no phrase. A word
// ends where a phrase begins: they belong to different segments.
func (m *machine) word(tokens []token) (n int, value uint16) {
	n, value = m.longestWord(tokens)
	for end := 1; end < n; end++ {
		if m.beginsPhrase(tokens[end:]) {
			n, value = m.longestWord(tokens[:end])
		}
	}
	return n, value
}

// longestWord is longest for words, which know symbols under other ones.
func (m *machine) longestWord(tokens []token) (n int, value uint16) {
	first := m.words[tokens[0].symbol]
	if first.alone != 0 {
		n, value = 1, first.alone
	}
	base := first.base
	for i := 1; i < len(tokens) && base != 0; i++ {
		next, v := m.enter(base, m.words[tokens[i].symbol].mapped)
		if v != 0 {
			n, value = i+1, v
		}
		base = next
	}
	return n, value
}

func (m *machine) beginsPhrase(tokens []token) bool {
	base := m.characters[tokens[0].symbol].phrases()
	if base == 0 {
		return false
	}
	n, _ := m.longest(base, tokens[1:])
	return n != 0
}
