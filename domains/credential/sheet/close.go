package sheet

import (
	"fmt"

	"rsc.io/qr"
)

// close writes what stands at the end: what rare characters are, issuer, number,
// validity and the code at the foot of the last page, and the foot of all.
func (c *composer) close(rare bool) error {
	if rare {
		c.explain()
	}
	closing := c.sheet.closing()
	squares, err := squaresOf(c.sheet.Code)
	if err != nil {
		return err
	}
	width := textWidth
	if squares != nil {
		width -= codeSize + gutter
	}
	rows := c.closeHeight(closing, width)
	height := rows
	if squares != nil {
		height = max(height, codeSize+c.hintHeight())
	}
	c.room(height + 3)
	start := max(c.y+3, bottom-height)
	c.closeRows(closing, width, start+height-rows)
	if squares != nil {
		c.code(squares, start)
	}
	c.foot()
	return nil
}

// explain writes what 〓[U+20BB7] means.
func (c *composer) explain() {
	var text []string
	if c.sheet.Rare.First != "" {
		text = append(text, c.sheet.Rare.First)
	}
	if c.sheet.Rare.both() {
		text = append(text, c.sheet.Rare.Other)
	}
	c.y++
	for _, text := range text {
		for _, line := range c.face.wrap(text, textWidth, footStyle.size) {
			c.room(footStyle.leading())
			c.y = c.put(left, c.y, line, footStyle)
		}
	}
}

// labelOf is a label at the close: both scripts in one line.
func labelOf(t Text) string {
	if t.both() {
		return t.First + " " + t.Other
	}
	return t.First
}

// closeHeight is how much room the closing rows take.
func (c *composer) closeHeight(rows []Row, width float64) float64 {
	h := 0.0
	for _, r := range rows {
		h += float64(len(c.face.wrap(labelOf(r.Label), width, closeLabel.size)))*closeLabel.leading() +
			float64(len(c.face.wrap(r.Value, width, closeValue.size)))*closeValue.leading() + 1.4
	}
	return h
}

func (c *composer) closeRows(rows []Row, width, y float64) {
	for _, r := range rows {
		y = c.block(y, width, labelOf(r.Label), closeLabel)
		y = c.block(y, width, r.Value, closeValue) + 1.4
	}
}

// squaresOf are the dark squares of a code, row by row; nil for no code. It fails with
// [ErrBounds] where no code can say so much.
func squaresOf(text string) ([][]bool, error) {
	if text == "" {
		return nil, nil
	}
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return nil, fmt.Errorf("%w: code", ErrBounds)
	}
	squares := make([][]bool, code.Size)
	for y := range squares {
		squares[y] = make([]bool, code.Size)
		for x := range squares[y] {
			squares[y][x] = code.Black(x, y)
		}
	}
	return squares, nil
}

// overlap covers the seams that viewers show between neighbouring squares.
const overlap = 0.02

// code draws the squares at the right, on white with the margin of four squares that
// readers need, and the hint below. Neighbours in a row are one rectangle.
func (c *composer) code(squares [][]bool, top float64) {
	p, x0 := c.here(), right-codeSize
	unit := codeSize / float64(len(squares)+8)
	p.boxes = append(p.boxes, box{x0, top, codeSize, codeSize, white})
	for y, row := range squares {
		for x := 0; x < len(row); x++ {
			from := x
			for x < len(row) && row[x] {
				x++
			}
			if x > from {
				p.boxes = append(p.boxes, box{x0 + float64(from+4)*unit, top + float64(y+4)*unit,
					float64(x-from)*unit + overlap, unit + overlap, black})
			}
		}
	}
	y := top + codeSize
	for _, line := range c.hint() {
		y = c.put(right-codeSize+(codeSize-c.face.width(line, footStyle.size))/2, y, line, footStyle)
	}
}

// hint is the lines below the code.
func (c *composer) hint() []string {
	var lines []string
	if c.sheet.Hint.First != "" {
		lines = c.face.wrap(c.sheet.Hint.First, codeSize, footStyle.size)
	}
	if c.sheet.Hint.both() {
		lines = append(lines, c.face.wrap(c.sheet.Hint.Other, codeSize, footStyle.size)...)
	}
	return lines
}

func (c *composer) hintHeight() float64 { return float64(len(c.hint())) * footStyle.leading() }

// foot writes number and page under every page. Of how many is known only now.
func (c *composer) foot() {
	y := pageHeight - 15.5
	for i := range c.pages {
		p := &c.pages[i]
		p.boxes = append(p.boxes, box{left, y, textWidth, 0.2, hair})
		base, pages := y+4.2, fmt.Sprintf("%d / %d", i+1, len(c.pages))
		if number := c.sheet.Number.Value; number != "" {
			p.words = append(p.words, word{left, base, number, footStyle})
		}
		p.words = append(p.words, word{right - c.face.width(pages, footStyle.size), base, pages, footStyle})
	}
}
