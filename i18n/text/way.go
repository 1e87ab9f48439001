package text

import (
	"embed"
	"strings"
	"unicode/utf8"

	"github.com/minzhengtong/minzhengtong/i18n/han"
	"github.com/minzhengtong/minzhengtong/i18n/term"
	"github.com/minzhengtong/minzhengtong/i18n/term/phrase"
)

//go:embed data/*.tsv
var data embed.FS

// way is how texts get from one script to the other. It never changes.
type way struct {
	script han.Direction // for all that is no word
	words  *phrase.Set[word]
}

// word is what becomes of a phrase that is found in a text.
type word struct {
	text   string
	term   term.ID // empty if it is no term, or none any more
	covers int     // bytes of the phrase that it replaces
	kind   kind
}

// kind says when a word counts.
type kind int

const (
	guard  kind = iota // nothing is found inside; its characters change with those around
	keep               // everywhere: terms, places, spellings
	reword             // not in a title
)

// newWay puts the glossary, the places and the lists of words together, the
// later before the earlier.
func newWay(script han.Direction, name string) *way {
	b := builder{script, map[string]word{}}
	b.glossary()
	for _, cells := range readTable("data/places.tsv") {
		b.place(cells[0], cells[1])
	}
	for _, cells := range readTable("data/" + name + "-spelling.tsv") {
		b.row(cells[0], cells[1], keep)
	}
	for _, cells := range readTable("data/" + name + ".tsv") {
		b.row(cells[0], cells[1], reword)
	}
	return &way{script, phrase.New(b.words)}
}

// readTable reads a table of the data: cells between tabs, # begins a comment.
// Rows of fewer than two cells are left out; a test reads every file.
func readTable(file string) [][]string {
	text, err := data.ReadFile(file)
	if err != nil {
		return nil
	}
	var rows [][]string
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(cells) > 1 && !strings.HasPrefix(line, "#") {
			rows = append(rows, cells)
		}
	}
	return rows
}

// builder collects the words of a way.
type builder struct {
	script han.Direction
	words  map[string]word
}

// pair turns a pair of spellings into the stored one and the delivered one.
func (b builder) pair(hans, hant string) (stored, delivered string) {
	if b.script == han.ToSimplified {
		return hant, hans
	}
	return hans, hant
}

// glossary adds the terms, and what must not be taken for one. Of several
// spellings on the other shore the first counts.
func (b builder) glossary() {
	for _, e := range term.All() {
		aside := func(hans, hant string) bool {
			stored, _ := b.pair(hans, hant)
			b.words[stored] = word{covers: len(stored), kind: guard}
			return true
		}
		e.Guards(aside)
		if !e.Marked() {
			e.Spellings(aside)
		}
	}
	for _, e := range term.All() {
		if e.Marked() {
			e.Spellings(func(hans, hant string) bool { return b.term(hans, hant, e.ID) })
		}
	}
}

// term adds a spelling of a term. Names in Latin letters are alike on both shores.
func (b builder) term(hans, hant string, id term.ID) bool {
	stored, delivered := b.pair(hans, hant)
	if stored[0] >= utf8.RuneSelf && b.words[stored].term == "" {
		b.words[stored] = word{delivered, id, len(stored), keep}
	}
	return true
}

// place adds a name of a place. People write 台 for 臺.
func (b builder) place(hans, hant string) {
	for _, spelling := range []string{hant, strings.ReplaceAll(hant, "臺", "台")} {
		stored, delivered := b.pair(hans, spelling)
		if _, ok := b.words[stored]; !ok {
			b.words[stored] = word{delivered, "", len(stored), keep}
		}
	}
}

// row adds a row of a list. A bar in the phrase ends what is replaced: what
// follows it must stand there, no more. The word = stands for a guard.
func (b builder) row(phrase, delivered string, kind kind) {
	replaced, after, _ := strings.Cut(phrase, "|")
	w := word{delivered, "", len(replaced), kind}
	if delivered == "=" {
		w.text, w.kind = "", guard
	}
	b.words[replaced+after] = w
}
