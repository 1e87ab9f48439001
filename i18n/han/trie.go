package han

import "github.com/minzhengtong/minzhengtong/i18n/han/internal/automaton"

// trie is the double array of all dictionaries. A state is the base of its
// children; 0 has none.
type trie struct {
	cells  []automaton.Cell // long enough for every base and symbol
	values []uint16
}

// enter gives the base that follows a symbol, and the value of the key that ends
// with it, 0 for none.
func (t *trie) enter(base uint32, symbol uint16) (next uint32, value uint16) {
	at := base + uint32(symbol)
	if cell := t.cells[at]; cell.Symbol() == symbol {
		return cell.Base(), t.values[at]
	}
	return 0, 0
}

// longest follows the tokens and gives the value of the longest key and how many
// of them it takes. An unknown token meets an empty cell or a foreign one, and
// both end the search.
func (t *trie) longest(base uint32, tokens []token) (n int, value uint16) {
	for i := range tokens {
		symbol := tokens[i].symbol
		at := base + uint32(symbol)
		cell := t.cells[at]
		if cell.Symbol() != symbol {
			break
		}
		if v := t.values[at]; v != 0 {
			n, value = i+1, v
		}
		if base = cell.Base(); base == 0 {
			break
		}
	}
	return n, value
}
