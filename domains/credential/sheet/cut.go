package sheet

import "slices"

// fpdf reads a font for each document from its beginning, which for the whole one takes
// longer than all the rest. So it is handed a font of the document's own characters.

// The flags of a part of a composed glyph.
const (
	partWords   = 1 << 0 // its two arguments have two bytes each
	partScale   = 1 << 3 // 2 bytes follow
	partMore    = 1 << 5 // another part follows
	partScales  = 1 << 6 // 4 bytes follow
	partMatrix  = 1 << 7 // 8 bytes follow
	largestCut  = 8190   // segments in a table of characters, whose size is 16 bits
	tableFormat = 4
)

// cut returns a font of some characters, which must be sorted, each once, at most
// [largestCut], and ones that the font has.
func (f *face) cut(runes []rune) []byte {
	c := cutter{face: f, number: map[uint16]uint16{}}
	c.add(0)
	for _, r := range runes {
		c.add(f.glyph(r))
	}
	glyf, loca := c.outlines() // finds more glyphs, so it comes before they are counted
	n := uint16(len(c.glyphs))
	var hmtx []byte
	for _, g := range c.glyphs {
		hmtx = append(hmtx, f.metrics(g)...)
	}
	tables := map[string][]byte{
		"cmap": c.characters(runes), "glyf": glyf, "loca": loca, "hmtx": hmtx,
		"hhea": put(f.tables["hhea"], 34, n), "maxp": put(f.tables["maxp"], 4, n),
		"head": f.tables["head"], "name": f.tables["name"], "post": f.tables["post"], "OS/2": f.tables["OS/2"],
	}
	return assemble(tables)
}

// cutter numbers the glyphs that are kept, from 0, in the order in which they are met.
type cutter struct {
	face   *face
	glyphs []uint16
	number map[uint16]uint16
}

// add keeps a glyph and returns its new number.
func (c *cutter) add(glyph uint16) uint16 {
	n, ok := c.number[glyph]
	if !ok {
		n = uint16(len(c.glyphs))
		c.glyphs, c.number[glyph] = append(c.glyphs, glyph), n
	}
	return n
}

// outlines are the glyphs one after the other, and where each begins. The parts of
// composed ones are added on the way, and reached in turn.
func (c *cutter) outlines() (glyf, loca []byte) {
	for i := 0; i < len(c.glyphs); i++ {
		loca = order.AppendUint32(loca, uint32(len(glyf)))
		glyf = append(glyf, c.renumbered(c.face.outline(c.glyphs[i]))...)
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
	}
	return glyf, order.AppendUint32(loca, uint32(len(glyf)))
}

// renumbered is a glyph that names its parts by their new numbers.
func (c *cutter) renumbered(outline []byte) []byte {
	if len(outline) == 0 || int16(order.Uint16(outline)) >= 0 {
		return outline // its own contours, no parts
	}
	outline = slices.Clone(outline)
	for at, more := 10, true; more; {
		flags := order.Uint16(outline[at:])
		order.PutUint16(outline[at+2:], c.add(order.Uint16(outline[at+2:])))
		at += 4 + extra(flags)
		more = flags&partMore != 0
	}
	return outline
}

// extra is how many bytes follow the flags and the glyph of a part.
func extra(flags uint16) int {
	n := 2
	if flags&partWords != 0 {
		n = 4
	}
	switch {
	case flags&partScale != 0:
		n += 2
	case flags&partScales != 0:
		n += 4
	case flags&partMatrix != 0:
		n += 8
	}
	return n
}

// characters is the table from characters to new glyphs: a segment for each character,
// and the last one that the format demands.
func (c *cutter) characters(runes []rune) []byte {
	var codes, deltas, offsets []byte
	for _, r := range append(slices.Clone(runes), 0xFFFF) {
		code, glyph := uint16(r), uint16(0)
		if r != 0xFFFF {
			glyph = c.number[c.face.glyph(r)]
		}
		codes = order.AppendUint16(codes, code)
		deltas = order.AppendUint16(deltas, glyph-code)
		offsets = order.AppendUint16(offsets, 0)
	}
	size := len(codes)
	var out []byte
	// One table, for Windows and Unicode, 12 bytes from here; then format, length, language,
	// twice the number of segments, and three numbers that only a binary search reads.
	for _, v := range []int{0, 1, 3, 1, 0, 12, tableFormat, 16 + 4*size, 0, size, 0, 0, 0} {
		out = order.AppendUint16(out, uint16(v))
	}
	return slices.Concat(out, codes, []byte{0, 0}, codes, deltas, offsets)
}

// put is a table with another number at a place.
func put(table []byte, at int, v uint16) []byte {
	table = slices.Clone(table)
	order.PutUint16(table[at:], v)
	return table
}

// assemble puts tables into a file, in the order of their names. The sums of the tables are
// left out: whoever embeds the font computes them anew.
func assemble(tables map[string][]byte) []byte {
	head := order.AppendUint32(nil, 0x00010000)
	head = order.AppendUint16(head, uint16(len(tables)))
	head = append(head, make([]byte, 6)...)
	at := len(head) + 16*len(tableNames)
	var body []byte
	for _, name := range tableNames {
		head = append(head, name...)
		head = order.AppendUint32(head, 0)
		head = order.AppendUint32(head, uint32(at+len(body)))
		head = order.AppendUint32(head, uint32(len(tables[name])))
		body = append(body, tables[name]...)
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
	}
	return append(head, body...)
}
