package sheet

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"codeberg.org/go-pdf/fpdf"
)

// family is the name of the font inside the file.
const family = "sheet"

// paint writes pages into a PDF.
func paint(s Sheet, pages []page) ([]byte, error) {
	p := painter{fpdf.NewCustom(&fpdf.InitType{UnitStr: "mm", Size: fpdf.SizeType{Wd: pageWidth, Ht: pageHeight}})}
	p.describe(s)
	p.AddUTF8FontFromBytes(family, "", typeface().cut(used(s, pages)))
	for _, page := range pages {
		p.AddPage()
		p.ghosts(s.Notice.First)
		p.frame()
		for _, b := range page.boxes {
			p.box(b)
		}
		for _, w := range page.words {
			p.word(w)
		}
	}
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		return nil, fmt.Errorf("draw a sheet: %w", err)
	}
	return out.Bytes(), nil
}

// used are the characters that are drawn, each once, by code point.
func used(s Sheet, pages []page) []rune {
	seen := map[rune]bool{}
	note := func(text string) {
		for _, r := range text {
			seen[r] = true
		}
	}
	note(s.Notice.First)
	for _, p := range pages {
		for _, w := range p.words {
			note(w.text)
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// painter is a PDF that is being written.
type painter struct{ *fpdf.Fpdf }

// describe sets what a viewer shows without opening the page, and what makes the file
// the same each time.
func (p painter) describe(s Sheet) {
	p.SetTitle(s.Title.First, true)
	p.SetLang(s.Lang)
	p.SetCreator("Minzhengtong", false)
	p.SetProducer("Minzhengtong", false)
	p.SetCreationDate(s.Drawn.UTC())
	p.SetModificationDate(s.Drawn.UTC())
	p.SetCatalogSort(true)
	p.SetAutoPageBreak(false, 0)
	p.SetMargins(0, 0, 0)
	p.SetDisplayMode("fullwidth", "continuous")
}

func (p painter) style(s style) {
	p.SetFont(family, "", s.size)
	p.SetTextColor(s.colour[0], s.colour[1], s.colour[2])
	if !s.bold {
		p.SetTextRenderingMode(0)
		return
	}
	// The font has one weight; a stroke around the letters makes another.
	p.SetDrawColor(s.colour[0], s.colour[1], s.colour[2])
	p.SetLineWidth(s.size * point / 45)
	p.SetTextRenderingMode(2)
}

func (p painter) word(w word) {
	p.style(w.style)
	p.Text(w.x, w.y, w.text)
}

func (p painter) box(b box) {
	p.SetFillColor(b.colour[0], b.colour[1], b.colour[2])
	p.Rect(b.x, b.y, b.w, b.h, "F")
}

// frame draws a strong line, a fine one inside it, and a square in each corner.
func (p painter) frame() {
	p.SetDrawColor(seal[0], seal[1], seal[2])
	for _, line := range []struct{ inset, width float64 }{{6, 1.1}, {8, 0.25}} {
		p.SetLineWidth(line.width)
		p.Rect(line.inset, line.inset, pageWidth-2*line.inset, pageHeight-2*line.inset, "D")
	}
	const size = 3.4
	for _, x := range []float64{8, pageWidth - 8 - size} {
		for _, y := range []float64{8, pageHeight - 8 - size} {
			p.Rect(x, y, size, size, "D")
			p.box(box{x + 0.9, y + 0.9, size - 1.8, size - 1.8, seal})
		}
	}
}

// ghosts draws the watermark: a text across the page, three times.
func (p painter) ghosts(text string) {
	if text == "" {
		return
	}
	s := ghostStyle
	s.size = min(s.size, s.size*150/typeface().width(text, s.size))
	p.style(s)
	wide := typeface().width(text, s.size)
	for _, y := range []float64{70, 125, 180} {
		p.TransformBegin()
		p.TransformRotate(32, pageWidth/2, y)
		p.Text((pageWidth-wide)/2, y, text)
		p.TransformEnd()
	}
}
