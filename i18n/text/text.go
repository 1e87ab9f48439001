// Package text delivers texts of the data, which are stored once, in the script
// and with the words of the other shore: 软件 as 軟體, 軟體 as 软件.
//
// Four things are told apart. What must not be touched (addresses of pages and of
// e-mail, placeholders, markup, code, numbers of documents, and names that the
// caller protects) stands as it was stored, byte for byte. Terms of law, titles
// in 《》 and names of places change their script and keep their words: 增值税 is
// 增值稅 and never 營業稅. Words that mislead are reworded, as data/taiwan.tsv and
// data/mainland.tsv list them. Everything else changes its script.
//
// Nothing here fails or panics. Text in another language, or in a script that is
// not known, is returned as it is. All of it may be called from many goroutines.
package text

import (
	"slices"
	"sync"

	"github.com/minzhengtong/minzhengtong/i18n/term"
	"github.com/minzhengtong/minzhengtong/i18n/term/phrase"
)

// Option changes how one text is delivered.
type Option struct{ names *phrase.Set[bool] }

// Protect keeps names as they are, wherever they occur in the text: persons,
// companies, addresses as printed. The stored text itself needs no marks. An
// Option may be used for many texts. Only the last one of a call counts.
func Protect(names ...string) Option {
	phrases := make(map[string]bool, len(names))
	for _, name := range names {
		phrases[name] = true
	}
	return Option{phrase.New(phrases)}
}

// Deliver gives a text that is stored in the language from to a reader of the
// language to, both as BCP 47 tags. In the same script, or with a tag of
// neither, it is the stored text.
func Deliver(stored, from, to string, options ...Option) string {
	w := wayFrom(from, to)
	if w == nil || stored == "" {
		return stored
	}
	d := begin(w, stored)
	defer d.end()
	d.pass(options)
	return string(d.out)
}

// Runs gives what Deliver does, cut into runs: joined, they are that text, byte
// for byte. Legal terms and false friends that kept their words are marked with
// their IDs, in a text in its own script as well; none is inside a name, an
// address or markup. Plain runs never follow each other, and no run is empty.
func Runs(stored, from, to string, options ...Option) []term.Run {
	if stored == "" {
		return nil
	}
	if scriptOf(from) == unknown {
		return []term.Run{{Text: stored}}
	}
	d := begin(wayFrom(from, to), stored)
	defer d.end()
	d.marking = true
	d.pass(options)
	return runsOf(string(d.out), d.marks)
}

// mark says where in the delivered text a term stands.
type mark struct {
	start, end int
	term       term.ID
}

// runsOf cuts a text at its marks, which are in order.
func runsOf(text string, marks []mark) []term.Run {
	runs := make([]term.Run, 0, 2*len(marks)+1)
	at := 0
	for _, m := range marks {
		if at < m.start {
			runs = append(runs, term.Run{Text: text[at:m.start]})
		}
		runs = append(runs, term.Run{Text: text[m.start:m.end], Term: m.term})
		at = m.end
	}
	if at < len(text) {
		runs = append(runs, term.Run{Text: text[at:]})
	}
	return runs
}

// keptBuffer is the largest scratch that is kept for the next text.
const keptBuffer = 64 << 10

var deliveries = sync.Pool{New: func() any { return new(delivery) }}

// begin takes a delivery from the pool; end gives it back.
func begin(w *way, stored string) *delivery {
	d, ok := deliveries.Get().(*delivery)
	if !ok {
		d = new(delivery)
	}
	d.way, d.stored = w, stored
	d.bytes = append(d.bytes[:0], stored...)
	d.out = slices.Grow(d.out[:0], len(stored)+len(stored)/8)
	return d
}

func (d *delivery) end() {
	if cap(d.out) > keptBuffer {
		return
	}
	*d = delivery{bytes: d.bytes, out: d.out, marks: d.marks[:0]}
	deliveries.Put(d)
}
