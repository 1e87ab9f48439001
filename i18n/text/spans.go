package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/minzhengtong/minzhengtong/i18n/term/phrase"
)

// spans finds what must not be touched, from left to right.
type spans struct {
	text       string
	names      *phrase.Set[bool]
	form, name span // the next ones that are not passed yet
}

// span is a stretch of the text. The zero value is nothing.
type span struct{ start, end int }

// newSpans makes the search for a text and the names in it, nil for none.
func newSpans(text string, names *phrase.Set[bool]) spans {
	s := spans{text: text, names: names}
	s.form, s.name = nextForm(text, 0), s.nextName(0)
	return s
}

// next gives the next span, and at last an empty one at the end of the text.
// Spans of form and names that overlap are one.
func (s *spans) next() span {
	found := s.form
	if s.name.start < s.form.start {
		found = s.name
	}
	for s.form.start < found.end || s.name.start < found.end {
		if s.form.start < found.end {
			found.end = max(found.end, s.form.end)
			s.form = nextForm(s.text, s.form.end)
			continue
		}
		found.end = max(found.end, s.name.end)
		s.name = s.nextName(s.name.end)
	}
	return found
}

// nextName gives the next name at a place or after it. Names that overlap are one.
func (s *spans) nextName(at int) span {
	found := span{len(s.text), len(s.text)}
	if s.names == nil {
		return found
	}
	for at < found.end {
		first, size := utf8.DecodeRuneInString(s.text[at:])
		if s.names.Starts(first) {
			if length, _ := s.names.Prefix(s.text[at:]); length > 0 && found.start == len(s.text) {
				found = span{at, at + length}
			} else {
				found.end = max(found.end, at+length)
			}
		}
		at += size
	}
	return found
}

// finder recognises a span at a byte of its form. It gets the text, the place
// before which nothing may be taken, and the place of the byte, and gives nothing
// if there is no span.
type finder func(text string, from, at int) span

// forms are the bytes at which a span is recognised. Characters of Chinese have
// several bytes; 号 begins with 0xE5 and 號 with 0xE8.
var forms = func() [256]finder {
	known := [256]finder{
		'<': tag, '{': braces, '%': named, '`': code, ']': target,
		':': address, '/': bareAddress, '@': mail,
		0xE5: number, 0xE8: number,
	}
	for letter := 'A'; letter <= 'Z'; letter++ {
		known[letter] = plate
	}
	return known
}()

// nextForm gives the first span that is known by its form.
func nextForm(text string, from int) span {
	for i := from; i < len(text); i++ {
		if find := forms[text[i]]; find != nil {
			if s := find(text, from, i); s.end > i {
				return s
			}
		}
	}
	return span{len(text), len(text)}
}

// back gives where the run of characters begins that ends at a place: those that
// are accepted, n at most, none before from.
func back(text string, from, at, n int, accept func(rune) bool) int {
	for ; n > 0 && at > from; n-- {
		r, size := utf8.DecodeLastRuneInString(text[from:at])
		if !accept(r) {
			break
		}
		at -= size
	}
	return at
}

// wide reports whether a character is a letter that no address needs to escape
// but people write in it all the same.
func wide(r rune) bool { return r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsNumber(r)) }

func alphanumeric(r rune) bool {
	return r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

// limited is a text cut at n bytes from a place.
func limited(text string, at, n int) string { return text[at:min(len(text), at+n)] }

// line is what a text has up to the end of the line, n bytes at most.
func line(text string, at, n int) string {
	rest := limited(text, at, n)
	if end := strings.IndexByte(rest, '\n'); end >= 0 {
		return rest[:end]
	}
	return rest
}
