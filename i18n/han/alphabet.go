package han

import (
	"unicode/utf8"

	"github.com/minzhengtong/minzhengtong/i18n/han/internal/automaton"
)

// unknown is the symbol of bytes that no dictionary knows.
const unknown = 0

// token is a piece of the text: one character of the alphabet, or a stretch of
// unknown bytes.
type token struct {
	at     uint32 // where it begins in the text
	size   uint16 // in bytes
	symbol uint16
}

// grows says that more unknown bytes may be added.
func (t *token) grows() bool { return t != nil && t.symbol == unknown && t.size < longestStretch }

// longestStretch is where the size of a token must stop growing.
const longestStretch = 1<<16 - utf8.UTFMax

// alphabet gives the symbol of a character. The first plane, in which nearly all
// text lies, is one table; what is above is rare enough for a map.
type alphabet struct {
	first [1 << 16]uint16
	above map[rune]uint16
}

func newAlphabet(runes []rune, aliases []automaton.Alias) *alphabet {
	a := &alphabet{above: map[rune]uint16{}}
	for symbol, r := range runes {
		a.set(r, uint16(symbol))
	}
	for _, alias := range aliases {
		a.set(alias.Rune, alias.Symbol)
	}
	return a
}

func (a *alphabet) set(r rune, symbol uint16) {
	if int(r) < len(a.first) {
		a.first[r] = symbol
	} else {
		a.above[r] = symbol
	}
}

// split cuts the beginning of the text into tokens until there are no more of
// the one or of the other. It gives their number and the bytes they cover.
func (a *alphabet) split(tokens []token, text []byte) (n, covered int) {
	var last *token
	i := 0
	for n < len(tokens) && i < len(text) {
		var symbol uint16
		var size int
		if lead := text[i]; lead < utf8.RuneSelf {
			symbol, size = a.first[lead], 1
		} else if i+2 < len(text) && ordinary(lead, text[i+1], text[i+2]) {
			symbol, size = a.first[uint16(lead)<<12|uint16(text[i+1]&0x3f)<<6|uint16(text[i+2]&0x3f)], 3
		} else {
			symbol, size = a.rare(text[i:])
		}
		if symbol == unknown && last.grows() {
			last.size += uint16(size)
		} else {
			last = &tokens[n]
			*last = token{at: uint32(i), size: uint16(size), symbol: symbol}
			n++
		}
		i += size
	}
	return n, i
}

// ordinary says that these are a character of three bytes. Of those after E0 and
// ED some would be written too long or surrogates, so they go the longer way.
func ordinary(lead, second, third byte) bool {
	return lead&0xf0 == 0xe0 && lead != 0xe0 && lead != 0xed && second&0xc0 == 0x80 && third&0xc0 == 0x80
}

// rare reads one character of any shape, or one byte that is none.
func (a *alphabet) rare(text []byte) (symbol uint16, size int) {
	r, size := utf8.DecodeRune(text)
	switch {
	case r == utf8.RuneError:
		return unknown, size
	case int(r) < len(a.first):
		return a.first[r], size
	default:
		return a.above[r], size
	}
}
