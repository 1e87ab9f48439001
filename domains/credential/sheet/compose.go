package sheet

import "fmt"

// The page is A5, upright: read on a phone as wide as its screen, and printed one on a
// sheet or two. All lengths are millimetres, from the upper left.
const (
	pageWidth, pageHeight = 148.0, 210.0
	left, right           = 14.0, pageWidth - 14.0
	top, bottom           = 15.0, pageHeight - 19.0
	textWidth             = right - left
	labelWidth            = 33.0
	gutter                = 4.0
	codeSize              = 33.0
)

// colour is red, green, blue.
type colour [3]int

var (
	ink   = colour{33, 33, 33}
	seal  = colour{150, 28, 28} // the red of titles and frames
	pale  = colour{110, 104, 98}
	hair  = colour{222, 212, 200}
	ghost = colour{243, 236, 230} // the watermark
	black = colour{0, 0, 0}
	white = colour{255, 255, 255}
)

// style is how a text looks; its size is in points.
type style struct {
	size   float64
	colour colour
	bold   bool
}

var (
	titleStyle  = style{21, seal, true}
	beside      = style{10.5, pale, false}
	issuerStyle = style{11, ink, false}
	noticeStyle = style{9, seal, true}
	labelStyle  = style{10.5, seal, false}
	labelBeside = style{7.5, pale, false}
	valueStyle  = style{12.5, ink, false}
	closeLabel  = style{8.5, seal, false}
	closeValue  = style{10, ink, false}
	footStyle   = style{7.5, pale, false}
	ghostStyle  = style{30, ghost, false}
)

// leading is the distance of two lines.
func (s style) leading() float64 { return s.size * point * 1.42 }

// page is what is drawn on one page, in this order: boxes, then words.
type page struct {
	boxes []box
	words []word
}

// word is a line of text; y is its baseline.
type word struct {
	x, y  float64
	text  string
	style style
}

// box is a filled rectangle.
type box struct {
	x, y, w, h float64
	colour     colour
}

// composer fills pages from top to bottom.
type composer struct {
	sheet Sheet
	face  *face
	pages []page
	y     float64 // where the next thing begins on the last page
}

// compose lays a checked sheet out. It fails with [ErrBounds] where it takes too many
// pages.
func compose(s Sheet) ([]page, error) {
	c := composer{sheet: s, face: typeface()}
	c.turn()
	c.head()
	rare := false
	for _, r := range s.Rows {
		rare = c.row(r) || rare
		if len(c.pages) > mostPages {
			return nil, fmt.Errorf("%w: pages", ErrBounds)
		}
	}
	if err := c.close(rare); err != nil {
		return nil, err
	}
	return c.pages, nil
}

// here is the last page.
func (c *composer) here() *page { return &c.pages[len(c.pages)-1] }

// turn begins a page with the notice, and from the second one on with the title.
func (c *composer) turn() {
	c.pages = append(c.pages, page{})
	c.y = top
	c.centred(c.sheet.Notice.First, noticeStyle)
	if c.sheet.Notice.both() {
		c.centred(c.sheet.Notice.Other, footStyle)
	}
	if len(c.pages) > 1 {
		c.y++
		c.centred(c.sheet.Title.First, beside)
		c.y += 0.8
		c.rule(seal, 0.25)
		c.y += 1.5
	}
}

// room turns the page unless a height is left on it.
func (c *composer) room(height float64) {
	if c.y+height > bottom {
		c.turn()
	}
}

// put writes a line whose upper edge is y, and returns where the next one begins.
func (c *composer) put(x, y float64, text string, s style) float64 {
	if text != "" {
		p := c.here()
		p.words = append(p.words, word{x, y + s.size*point*1.08, text, s})
	}
	return y + s.leading()
}

// block writes lines of one width at the left from y on, and returns where the next one begins.
func (c *composer) block(y, width float64, text string, s style) float64 {
	for _, line := range c.face.wrap(text, width, s.size) {
		y = c.put(left, y, line, s)
	}
	return y
}

// centred writes a text over the middle of the page; an empty one takes no room.
func (c *composer) centred(text string, s style) {
	if text == "" {
		return
	}
	for _, line := range c.face.wrap(text, textWidth, s.size) {
		c.y = c.put((pageWidth-c.face.width(line, s.size))/2, c.y, line, s)
	}
}

// rule draws a line over the width of the text.
func (c *composer) rule(col colour, height float64) {
	p := c.here()
	p.boxes = append(p.boxes, box{left, c.y, textWidth, height, col})
	c.y += height
}

// head is the issuer and the title on the first page.
func (c *composer) head() {
	c.y += 2
	c.centred(c.sheet.Issuer.Value, issuerStyle)
	c.y += 1.5
	c.centred(c.sheet.Title.First, titleStyle)
	if c.sheet.Title.both() {
		c.centred(c.sheet.Title.Other, beside)
	}
	c.y += 2.5
	c.rule(seal, 0.7)
	c.y += 0.5
	c.rule(seal, 0.2)
	c.y++
}

// row writes a label and its value beside it, over as many pages as it takes, and
// reports whether the value has rare characters.
func (c *composer) row(r Row) bool {
	value, rare := legible(r.Value)
	c.y += 2.2
	c.room(max(c.labelHeight(r.Label), valueStyle.leading()))
	on, low := len(c.pages), c.label(r.Label)
	x := left + labelWidth + gutter
	for _, line := range c.face.wrap(value, right-x, valueStyle.size) {
		c.room(valueStyle.leading())
		c.y = c.put(x, c.y, line, valueStyle)
	}
	if on == len(c.pages) {
		c.y = max(c.y, low)
	}
	c.y += 1.4
	c.rule(hair, 0.2)
	return rare
}

// label writes a label from here on without moving, and returns where it ends.
func (c *composer) label(t Text) float64 {
	y := c.block(c.y+0.5, labelWidth, t.First, labelStyle)
	if t.both() {
		y = c.block(y, labelWidth, t.Other, labelBeside)
	}
	return y
}

// labelHeight is how much room a label takes.
func (c *composer) labelHeight(t Text) float64 {
	h := 0.5 + float64(len(c.face.wrap(t.First, labelWidth, labelStyle.size)))*labelStyle.leading()
	if t.both() {
		h += float64(len(c.face.wrap(t.Other, labelWidth, labelBeside.size))) * labelBeside.leading()
	}
	return h
}
