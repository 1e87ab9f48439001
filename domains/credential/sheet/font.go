package sheet

import (
	_ "embed"
	"encoding/binary"
	"fmt"
	"sort"
	"sync"
)

// fontFile is a TrueType font that data/cut.py made; data/README.md says of what.
//
//go:embed data/font.ttf
var fontFile []byte

// typeface is the embedded font. The file is part of the program and read by a test, so a
// mistake in it is a bug.
var typeface = sync.OnceValue(func() *face {
	f, err := newFace(fontFile)
	if err != nil {
		panic("sheet: data/font.ttf: " + err.Error())
	}
	return f
})

// face reads a TrueType font where its bytes stand. Nothing is copied or worked out
// beforehand: one document needs some hundred of twenty thousand characters. It is safe
// for concurrent use.
type face struct {
	tables map[string][]byte
	cmap   []byte // the subtable of format 4: from characters to glyphs
	em     float64
}

// The tables that a face must have. fpdf wants them all.
var tableNames = []string{"OS/2", "cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "name", "post"}

var order = binary.BigEndian

// newFace reads the directory of a font with long offsets, a width for each glyph, and one
// table of characters, in format 4.
func newFace(file []byte) (*face, error) {
	f := &face{tables: map[string][]byte{}}
	for i := range int(order.Uint16(file[4:])) {
		entry := file[12+16*i:]
		from, size := order.Uint32(entry[8:]), order.Uint32(entry[12:])
		f.tables[string(entry[:4])] = file[from : from+size]
	}
	for _, name := range tableNames {
		if len(f.tables[name]) == 0 {
			return nil, fmt.Errorf("there is no table %q", name)
		}
	}
	f.em = float64(order.Uint16(f.tables["head"][18:]))
	f.cmap = f.tables["cmap"][order.Uint32(f.tables["cmap"][8:]):]
	glyphs := order.Uint16(f.tables["maxp"][4:])
	if order.Uint16(f.cmap) != 4 || order.Uint16(f.tables["head"][50:]) != 1 || order.Uint16(f.tables["hhea"][34:]) != glyphs {
		return nil, fmt.Errorf("it is not as data/cut.py makes it")
	}
	return f, nil
}

// glyph is the glyph of a character; 0, which is a box, if there is none.
func (f *face) glyph(r rune) uint16 {
	if r < 0 || r > 0xFFFE {
		return 0
	}
	// Format 4: segments in four arrays, the ends, the starts, the deltas and the offsets,
	// with two bytes between the first two.
	c, twice := uint16(r), int(order.Uint16(f.cmap[6:]))
	ends, starts := f.cmap[14:], f.cmap[16+twice:]
	deltas, offsets := starts[twice:], starts[2*twice:]
	i := 2 * sort.Search(twice/2, func(i int) bool { return order.Uint16(ends[2*i:]) >= c })
	if i == twice || order.Uint16(starts[i:]) > c {
		return 0
	}
	offset, delta := int(order.Uint16(offsets[i:])), order.Uint16(deltas[i:])
	if offset == 0 {
		return c + delta
	}
	g := order.Uint16(offsets[i+offset+2*int(c-order.Uint16(starts[i:])):])
	if g == 0 {
		return 0
	}
	return g + delta
}

// has reports whether the font draws a character.
func (f *face) has(r rune) bool { return f.glyph(r) != 0 }

// outline is what a glyph looks like; empty for one that draws nothing.
func (f *face) outline(glyph uint16) []byte {
	loca := f.tables["loca"][4*int(glyph):]
	return f.tables["glyf"][order.Uint32(loca):order.Uint32(loca[4:])]
}

// metrics are the width and the left bearing of a glyph, two bytes each.
func (f *face) metrics(glyph uint16) []byte {
	return f.tables["hmtx"][4*int(glyph) : 4*int(glyph)+4]
}

// advance is how far one character in a size of points reaches, in millimetres.
func (f *face) advance(r rune, size float64) float64 {
	return float64(order.Uint16(f.metrics(f.glyph(r)))) / f.em * size * point
}

// width is how far a text does.
func (f *face) width(text string, size float64) float64 {
	sum := 0.0
	for _, r := range text {
		sum += f.advance(r, size)
	}
	return sum
}

// point is a point of a printer in millimetres.
const point = 25.4 / 72
