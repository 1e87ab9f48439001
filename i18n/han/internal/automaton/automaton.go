// Package automaton is what the generator of package han writes and the
// converter reads: an alphabet, one trie for all dictionaries, the texts that
// matches give, and a description of each direction.
//
// A symbol is the number of a character that some dictionary knows, from 1 on;
// 0 stands for everything else. Symbols are small, so that a cell of the trie
// fits into 32 bits.
package automaton

// Automaton is the content of the generated file.
type Automaton struct {
	Runes    []rune    // character of each symbol; Runes[0] is no character
	Aliases  []Alias   // characters that are read as another one
	Cells    []Cell    // the double array
	Values   []uint16  // what ends in a cell: an index into Texts, 0 for nothing
	Texts    [][2]Span // what a value writes, in two columns
	Written  []byte    // what the spans are cut from
	Machines []Machine
}

// Alias is a compatibility ideograph and the symbol that it is read as.
type Alias struct {
	Rune   rune
	Symbol uint16
}

// Machine describes one direction.
type Machine struct {
	Column  int    // which text of a value this direction writes
	Phrases uint32 // base of the trie whose matches cut the text into segments
	Words   uint32 // base of the trie that is matched between segments, 0 for none
	Mapped  []Change
	Next    []Change
}

// Change says that one symbol becomes another. In [Machine] Mapped it is the
// reading under which words are looked up, in Next what the character becomes.
type Change struct{ From, To uint16 }

// Cell is a place of the double array: 14 bits symbol by which it is entered, 18
// bits base of its children, 0 for none. No two states share a base, so the
// symbol alone tells whose child a cell is.
type Cell uint32

// Span is a piece of [Automaton] Written: 24 bits place, 8 bits length.
type Span uint32

// Limits that a span sets.
const (
	MaxWritten = 1<<24 - 1
	MaxText    = 1<<8 - 1
)

// NewSpan packs the two; both must be within their limits.
func NewSpan(at, size int) Span { return Span(at<<8 | size) }

// Size is the length in bytes.
func (s Span) Size() int { return int(s & MaxText) }

// Of cuts the piece.
func (s Span) Of(written []byte) []byte {
	at := int(s >> 8)
	return written[at : at+s.Size()]
}

// Limits that the widths of a cell set.
const (
	MaxSymbol = 1<<14 - 1
	MaxBase   = 1<<18 - 1
)

// MaxKey is how many characters a key may have. No text may have more than
// twice as many.
const MaxKey = 16

// NewCell packs the two; both must be within their limits.
func NewCell(base uint32, symbol uint16) Cell { return Cell(base<<14 | uint32(symbol)) }

// Symbol is the one by which the cell is entered, 0 in an empty cell.
func (c Cell) Symbol() uint16 { return uint16(c & MaxSymbol) }

// Base is added to the symbol of a child to find its cell.
func (c Cell) Base() uint32 { return uint32(c >> 14) }
