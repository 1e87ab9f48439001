package compile

import (
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/minzhengtong/minzhengtong/i18n/han/internal/automaton"
)

// builder puts tries into one double array.
type builder struct {
	symbols *alphabet
	texts   [][2]automaton.Span // by value; 0 is none
	written []byte              // what they are cut from
	nodes   []*node             // in the order of their making
	cells   []automaton.Cell
	values  []uint16
	tooLong bool // some key or text passes a limit
}

// node is a state of a trie before it has a place.
type node struct {
	children []child // by symbol
	value    uint16
	base     uint32
}

type child struct {
	symbol uint16
	*node
}

// add makes a trie of the dictionary; text says what a match writes in each
// column.
func (b *builder) add(d dictionary, text func(key, value string) [2]string) *node {
	root := b.node()
	for _, key := range d.keys() {
		at, symbols := root, b.symbols.spell(key)
		b.tooLong = b.tooLong || len(symbols) > automaton.MaxKey
		for _, symbol := range symbols {
			at = b.step(at, symbol)
		}
		at.value = uint16(len(b.texts))
		b.write(text(key, d[key]))
	}
	return root
}

func (b *builder) write(text [2]string) {
	first := b.piece(text[0])
	second := first
	if text[0] != text[1] {
		second = b.piece(text[1])
	}
	b.texts = append(b.texts, [2]automaton.Span{first, second})
}

func (b *builder) piece(text string) automaton.Span {
	b.tooLong = b.tooLong || utf8.RuneCountInString(text) > 2*automaton.MaxKey
	b.tooLong = b.tooLong || len(text) > automaton.MaxText || len(b.written) > automaton.MaxWritten
	span := automaton.NewSpan(len(b.written), len(text))
	b.written = append(b.written, text...)
	return span
}

func (b *builder) node() *node {
	n := &node{}
	b.nodes = append(b.nodes, n)
	return n
}

// step goes to a child and makes it if need be. Keys come in the order of their
// runes and so do symbols: a child that is there is the last one.
func (b *builder) step(at *node, symbol uint16) *node {
	if n := len(at.children); n > 0 && at.children[n-1].symbol == symbol {
		return at.children[n-1].node
	}
	next := b.node()
	at.children = append(at.children, child{symbol, next})
	return next
}

// place finds a base for every node with children, the largest families first,
// and fills the cells.
func (b *builder) place() error {
	if b.tooLong || len(b.texts) > 1<<16 {
		return fmt.Errorf("%d texts of %d bytes do not fit, or one is too long", len(b.texts), len(b.written))
	}
	families := slices.Clone(b.nodes)
	slices.SortStableFunc(families, func(x, y *node) int { return cmp.Compare(len(y.children), len(x.children)) })
	space := newSpace()
	for _, n := range families {
		if len(n.children) == 0 {
			break
		}
		base, ok := space.fit(n.children)
		if !ok {
			return fmt.Errorf("%d nodes do not fit into the double array", len(b.nodes))
		}
		n.base = base
	}
	b.cells = make([]automaton.Cell, space.end)
	b.values = make([]uint16, space.end)
	for _, n := range b.nodes {
		for _, c := range n.children {
			at := n.base + uint32(c.symbol)
			b.cells[at] = automaton.NewCell(c.base, c.symbol)
			b.values[at] = c.value
		}
	}
	return nil
}
