package han

import (
	_ "embed" // for the automaton
	"encoding/binary"
	"sync"
	"unicode/utf8"

	"github.com/minzhengtong/minzhengtong/i18n/han/internal/automaton"
)

//go:embed automaton.bin
var file []byte

// machine is one direction, ready to run. Nothing of it changes any more.
type machine struct {
	*alphabet
	*trie
	characters []character         // by symbol
	words      []word              // by symbol
	texts      [][2]automaton.Span // by value and column
	column     int
	written    []byte   // what texts are cut from
	runs       *machine // what converts the runs between phrases, or nil
}

// character is what becomes of a symbol that begins no phrase: up to four bytes
// of UTF-8. Below them, from the top: base of the phrases that it begins, whether
// it may begin a word, number of bytes.
type character struct{ utf8, more uint32 }

func (c character) size() int         { return int(c.more & 7) }
func (c character) startsWord() bool  { return c.more&8 != 0 }
func (c character) phrases() uint32   { return c.more >> 4 }
func (c *character) set(r rune)       { c.utf8, c.more = pack(r), c.more|uint32(utf8.RuneLen(r)) }
func (c *character) begins(at uint32) { c.more |= at << 4 }

// word is what a machine needs to know of a symbol between phrases.
type word struct {
	base   uint32 // of the words that it begins
	alone  uint16 // value of the word that it is by itself, 0 for none
	mapped uint16 // symbol under which words know it
	next   uint16 // symbol that it becomes
}

var loaded = sync.OnceValue(load)

// load unpacks the automaton. The file is part of the program and a test reads
// it, so it cannot be broken; were it, texts would pass unchanged.
func load() []*machine {
	a, err := automaton.Decode(file)
	if err != nil {
		return nil
	}
	letters := newAlphabet(a.Runes, a.Aliases)
	array := &trie{cells: padded(a), values: a.Values}
	array.values = append(array.values, make([]uint16, len(array.cells)-len(array.values))...)
	machines := make([]*machine, len(a.Machines))
	for i, plan := range a.Machines {
		machines[i] = newMachine(a, plan, letters, array)
	}
	machines[ToMainland].runs = machines[ToSimplified]
	return machines
}

// padded makes room after the last cell for any symbol at any base.
func padded(a *automaton.Automaton) []automaton.Cell {
	return append(a.Cells, make([]automaton.Cell, len(a.Runes))...)
}

func newMachine(a *automaton.Automaton, plan automaton.Machine, letters *alphabet, array *trie) *machine {
	m := &machine{
		alphabet: letters, trie: array,
		characters: make([]character, len(a.Runes)),
		words:      make([]word, len(a.Runes)),
		texts:      a.Texts, column: plan.Column & 1, written: a.Written,
	}
	for i := range m.words {
		m.words[i].mapped, m.words[i].next = uint16(i), uint16(i)
	}
	for _, change := range plan.Mapped {
		m.words[change.From].mapped = change.To
	}
	for _, change := range plan.Next {
		m.words[change.From].next = change.To
	}
	for symbol := 1; symbol < len(a.Runes); symbol++ {
		m.describe(uint16(symbol), a.Runes, plan)
	}
	return m
}

func (m *machine) describe(symbol uint16, runes []rune, plan automaton.Machine) {
	c, w := &m.characters[symbol], &m.words[symbol]
	c.set(runes[w.next])
	phrases, _ := m.enter(plan.Phrases, symbol)
	c.begins(phrases)
	if plan.Words == 0 {
		return
	}
	if w.base, w.alone = m.enter(plan.Words, w.mapped); w.base != 0 || w.alone != 0 {
		c.more |= 8
	}
}

// pack gives the UTF-8 of a character, the first byte lowest.
func pack(r rune) uint32 {
	var text [utf8.UTFMax]byte
	utf8.EncodeRune(text[:], r)
	return binary.LittleEndian.Uint32(text[:])
}
