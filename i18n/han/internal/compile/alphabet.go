package compile

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/minzhengtong/minzhengtong/i18n/han/internal/automaton"
)

// alphabet numbers the characters of all dictionaries in their order.
type alphabet struct {
	runes   []rune
	aliases []automaton.Alias
	number  map[rune]uint16
}

func newAlphabet(normal dictionary, all []dictionary) (*alphabet, error) {
	seen := map[rune]bool{0: true}
	for _, d := range all {
		for key, value := range d {
			for _, r := range key + value {
				seen[r] = true
			}
		}
	}
	for _, value := range normal {
		for _, r := range value {
			seen[r] = true
		}
	}
	a := &alphabet{number: map[rune]uint16{}}
	for r := range seen {
		a.runes = append(a.runes, r)
	}
	slices.Sort(a.runes)
	if len(a.runes) > automaton.MaxSymbol {
		return nil, fmt.Errorf("%d characters do not fit into a cell", len(a.runes))
	}
	for symbol, r := range a.runes {
		a.number[r] = uint16(symbol)
	}
	return a, a.alias(normal)
}

// alias lets a compatibility ideograph be read as the character it stands for.
func (a *alphabet) alias(normal dictionary) error {
	for _, key := range normal.keys() {
		from, _ := utf8.DecodeRuneInString(key)
		to, size := utf8.DecodeRuneInString(normal[key])
		if size != len(normal[key]) || utf8.RuneLen(from) != len(key) {
			return fmt.Errorf("normalising %q is not one character for one", key)
		}
		if _, used := a.number[from]; used {
			return fmt.Errorf("a dictionary uses %q, which is normalised away", key)
		}
		a.aliases = append(a.aliases, automaton.Alias{Rune: from, Symbol: a.number[to]})
	}
	return nil
}

// spell gives the symbols of a key.
func (a *alphabet) spell(key string) []uint16 {
	symbols := make([]uint16, 0, len(key)/3)
	for _, r := range key {
		symbols = append(symbols, a.number[r])
	}
	return symbols
}

// changes lists what a dictionary of single characters changes.
func (a *alphabet) changes(characters dictionary) []automaton.Change {
	var changes []automaton.Change
	for _, key := range characters.keys() {
		if from, to := a.spell(key)[0], a.spell(characters[key])[0]; from != to {
			changes = append(changes, automaton.Change{From: from, To: to})
		}
	}
	return changes
}
