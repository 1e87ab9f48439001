package automaton

import (
	"encoding/binary"
	"errors"
)

// magic names the format; its last byte is the version.
const magic = "han\x01"

// ErrFormat says that the bytes are no automaton of this version.
var ErrFormat = errors.New("not a han automaton")

// Encode writes the automaton. Equal automata give equal bytes.
//
// Numbers are varints, but for cells and values, which are read in one go.
// Runes grow, so each is written as its distance from the one before.
func (a *Automaton) Encode() []byte {
	out := []byte(magic)
	out = number(out, len(a.Runes))
	last := rune(0)
	for _, r := range a.Runes {
		out = number(out, int(r-last))
		last = r
	}
	out = number(out, len(a.Aliases))
	for _, alias := range a.Aliases {
		out = number(out, int(alias.Rune))
		out = number(out, int(alias.Symbol))
	}
	out = number(out, len(a.Cells))
	for _, cell := range a.Cells {
		out = binary.LittleEndian.AppendUint32(out, uint32(cell))
	}
	for _, value := range a.Values {
		out = binary.LittleEndian.AppendUint16(out, value)
	}
	out = number(out, len(a.Texts))
	for _, text := range a.Texts {
		out = encodeSizes(out, text)
	}
	out = number(out, len(a.Written))
	out = append(out, a.Written...)
	out = number(out, len(a.Machines))
	for _, m := range a.Machines {
		out = m.encode(out)
	}
	return out
}

// encodeSizes writes a pair whose pieces follow each other and the pair before.
// The second length is 0 when both are the same piece, and one too large
// otherwise.
func encodeSizes(out []byte, text [2]Span) []byte {
	out = number(out, text[0].Size())
	if text[0] == text[1] {
		return number(out, 0)
	}
	return number(out, text[1].Size()+1)
}

func (m *Machine) encode(out []byte) []byte {
	out = number(out, m.Column)
	out = number(out, int(m.Phrases))
	out = number(out, int(m.Words))
	for _, changes := range [][]Change{m.Mapped, m.Next} {
		out = number(out, len(changes))
		for _, change := range changes {
			out = number(out, int(change.From))
			out = number(out, int(change.To))
		}
	}
	return out
}

func number(out []byte, n int) []byte { return binary.AppendUvarint(out, uint64(n)) }

// Decode reads what Encode wrote. Written stays a piece of the file.
func Decode(file []byte) (*Automaton, error) {
	if len(file) < len(magic) || string(file[:len(magic)]) != magic {
		return nil, ErrFormat
	}
	r := reader{rest: file[len(magic):]}
	a := &Automaton{}
	a.Runes = make([]rune, r.count(1))
	last := rune(0)
	for i := range a.Runes {
		last += rune(r.number())
		a.Runes[i] = last
	}
	a.Aliases = make([]Alias, r.count(2))
	for i := range a.Aliases {
		a.Aliases[i] = Alias{Rune: rune(r.number()), Symbol: uint16(r.number())}
	}
	r.cells(a)
	r.texts(a)
	a.Machines = make([]Machine, r.count(5))
	for i := range a.Machines {
		a.Machines[i] = Machine{
			Column: r.number(), Phrases: uint32(r.number()), Words: uint32(r.number()),
			Mapped: r.changes(), Next: r.changes(),
		}
	}
	if r.short {
		return nil, ErrFormat
	}
	return a, nil
}

// reader takes the file apart. Past the end it gives zeros and remembers so.
type reader struct {
	rest  []byte
	short bool
}

func (r *reader) number() int {
	var n uint64
	for i := 0; i < len(r.rest) && i < binary.MaxVarintLen64; i++ {
		n |= uint64(r.rest[i]&0x7f) << (7 * i)
		if r.rest[i] < 0x80 {
			r.rest = r.rest[i+1:]
			return int(n)
		}
	}
	r.short = true
	return 0
}

// count reads how many items follow that take at least so many bytes each.
func (r *reader) count(size int) int {
	n := r.number()
	if n < 0 || n > len(r.rest)/size {
		r.short = true
		return 0
	}
	return n
}

func (r *reader) bytes(n int) []byte {
	if n < 0 || n > len(r.rest) {
		r.short = true
		return nil
	}
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken
}

func (r *reader) cells(a *Automaton) {
	n := r.count(6)
	cells, values := r.bytes(4*n), r.bytes(2*n)
	a.Cells, a.Values = make([]Cell, n), make([]uint16, n)
	for i := range n {
		c, v := cells[4*i:4*i+4], values[2*i:2*i+2]
		a.Cells[i] = Cell(uint32(c[0]) | uint32(c[1])<<8 | uint32(c[2])<<16 | uint32(c[3])<<24)
		a.Values[i] = uint16(v[0]) | uint16(v[1])<<8
	}
}

func (r *reader) texts(a *Automaton) {
	a.Texts = make([][2]Span, r.count(2))
	at := 0
	for i := range a.Texts {
		first, second := r.number(), r.number()
		a.Texts[i] = [2]Span{NewSpan(at, first), NewSpan(at, first)}
		at += first
		if second > 0 {
			a.Texts[i][1] = NewSpan(at, second-1)
			at += second - 1
		}
	}
	a.Written = r.bytes(r.count(1))
	r.short = r.short || at != len(a.Written)
}

func (r *reader) changes() []Change {
	changes := make([]Change, r.count(2))
	for i := range changes {
		changes[i] = Change{From: uint16(r.number()), To: uint16(r.number())}
	}
	return changes
}
