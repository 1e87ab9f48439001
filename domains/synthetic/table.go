package synthetic

import (
	"embed"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/minzhengtong/minzhengtong/domains/document"
)

//go:embed data/*.tsv
var dataFiles embed.FS

// glyph is a surname, a character or a part of a name in its several spellings.
type glyph struct {
	traditional, simplified, roman, otherRoman string
	homophone                                  string // in Simplified, or ""
}

// nameTables are the data files, sorted for drawing.
type nameTables struct {
	surnames []glyph
	weights  []int // running totals of the surnames' weights

	first, last, variants, homophones, indigenous map[document.Sex][]glyph
	rare                                          []glyph
}

// tables reads the data files once. They are embedded and covered by a test,
// so that one which cannot be read is a bug and panics.
var tables = sync.OnceValue(func() *nameTables {
	t := &nameTables{
		first:      map[document.Sex][]glyph{},
		last:       map[document.Sex][]glyph{},
		variants:   map[document.Sex][]glyph{},
		homophones: map[document.Sex][]glyph{},
		indigenous: map[document.Sex][]glyph{},
	}
	t.readSurnames()
	t.readGiven()
	for _, row := range readTable("variants.tsv", 5) {
		add(t.variants, row[4], glyph{row[0], row[1], row[2], row[3], ""})
	}
	for _, row := range readTable("rare.tsv", 2) {
		t.rare = append(t.rare, glyph{row[0], row[0], row[1], row[1], ""})
	}
	for _, row := range readTable("indigenous.tsv", 4) {
		add(t.indigenous, row[3], glyph{row[0], row[1], row[2], row[2], ""})
	}
	return t
})

func (t *nameTables) readSurnames() {
	total := 0
	for _, row := range readTable("surnames.tsv", 5) {
		weight, err := strconv.Atoi(row[4])
		if err != nil {
			panic("synthetic: surnames.tsv: " + err.Error())
		}
		total += weight
		t.surnames = append(t.surnames, glyph{row[0], row[1], row[2], row[3], ""})
		t.weights = append(t.weights, total)
	}
}

func (t *nameTables) readGiven() {
	for _, row := range readTable("given.tsv", 7) {
		g := glyph{row[0], row[1], row[2], row[3], strings.Trim(row[6], "-")}
		if row[5] != "2" {
			add(t.first, row[4], g)
		}
		if row[5] == "1" {
			continue
		}
		add(t.last, row[4], g)
		if g.homophone != "" {
			add(t.homophones, row[4], g)
		}
	}
}

// surname draws one by its weight.
func (t *nameTables) surname(d *draw) glyph {
	at := d.below(t.weights[len(t.weights)-1])
	for i, end := range t.weights {
		if at < end {
			return t.surnames[i]
		}
	}
	panic("synthetic: running totals do not rise")
}

// add files a glyph under the sexes that a data file's mark stands for.
func add(to map[document.Sex][]glyph, mark string, g glyph) {
	if mark != "f" {
		to[document.Male] = append(to[document.Male], g)
	}
	if mark != "m" {
		to[document.Female] = append(to[document.Female], g)
	}
}

func pick(d *draw, from []glyph) glyph { return from[d.below(len(from))] }

// readTable splits a data file at tabs and drops its comment lines.
func readTable(name string, columns int) [][]string {
	text, err := dataFiles.ReadFile("data/" + name)
	if err != nil {
		panic("synthetic: " + err.Error())
	}
	var rows [][]string
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		row := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(row) != columns {
			panic(fmt.Sprintf("synthetic: %s: a row of %d columns, want %d", name, len(row), columns))
		}
		rows = append(rows, row)
	}
	return rows
}
