package text

import (
	"strings"
	"unicode/utf8"

	"github.com/minzhengtong/minzhengtong/i18n/han"
	"github.com/minzhengtong/minzhengtong/i18n/term"
	"github.com/minzhengtong/minzhengtong/i18n/term/phrase"
)

// longestTitle is how many bytes after 《 a 》 is looked for.
const longestTitle = 300

// delivery is one text on its way.
type delivery struct {
	way     *way // nil for a text that stays in its script
	stored  string
	bytes   []byte // the same as stored
	out     []byte
	marking bool
	marks   []mark
	title   int // where the title ends in which the text is
}

// pass reads the text once, from left to right.
func (d *delivery) pass(options []Option) {
	var names *phrase.Set[bool]
	for _, o := range options {
		names = o.names
	}
	s := newSpans(d.stored, names)
	for at := 0; at < len(d.stored); {
		kept := s.next()
		d.plain(at, kept.start)
		d.out = append(d.out, d.stored[kept.start:kept.end]...)
		at = kept.end
	}
}

// plain delivers a stretch without anything that must not be touched.
func (d *delivery) plain(from, to int) {
	if d.way == nil {
		d.mark(d.stored[from:to])
		return
	}
	open := from // where the stretch began that waits for its script
	for i := from; i < to; {
		r, size := utf8.DecodeRuneInString(d.stored[i:])
		if r == '《' {
			d.title = titleEnd(d.stored, i)
		}
		if !d.way.words.Starts(r) {
			i += size
			continue
		}
		length, w := d.way.words.Prefix(d.stored[i:to])
		switch {
		case length == 0:
			i += size
		case w.kind == guard || w.kind == reword && i < d.title:
			i += w.covers
		default:
			d.script(open, i)
			d.write(w)
			i += w.covers
			open = i
		}
	}
	d.script(open, to)
}

// titleEnd gives where the title ends that begins at a place, on its line.
func titleEnd(text string, at int) int {
	return at + max(0, strings.Index(line(text, at, longestTitle), "》"))
}

// script changes the script of a stretch that has no word in it.
func (d *delivery) script(from, to int) {
	if from < to {
		d.out = han.Append(d.out, d.way.script, d.bytes[from:to])
	}
}

// write puts a word, and notes it if it is a term.
func (d *delivery) write(w word) {
	start := len(d.out)
	d.out = append(d.out, w.text...)
	if d.marking && w.term != "" {
		d.marks = append(d.marks, mark{start, len(d.out), w.term})
	}
}

// mark copies a stretch and marks its terms.
func (d *delivery) mark(text string) {
	for _, r := range term.Mark(text) {
		d.write(word{text: r.Text, term: r.Term})
	}
}
