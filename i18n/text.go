package i18n

import (
	"slices"
	"strings"

	"github.com/minzhengtong/minzhengtong/i18n/form"
)

// missingArgument stands where a message has a parameter that nobody filled.
const missingArgument = "…"

// Reader is how somebody reads.
type Reader struct {
	Language Language
	// Calendar counts the years of dates. Empty is the Gregorian one.
	Calendar form.Calendar
}

// IDs lists all messages in alphabetical order. The slice is the caller's.
func (b *Bundle) IDs() []string { return slices.Clone(b.ids) }

// Has reports whether there is a message with this ID, for readers of every
// language.
func (b *Bundle) Has(id string) bool {
	_, ok := b.catalogues[Default][id]
	return ok
}

// LanguageOf is the language in which Text words a message: the asked one, or
// for what a partial language lacks its base. It is what to send as
// Content-Language.
func (b *Bundle) LanguageOf(lang Language, id string) Language { return b.find(lang, id).language }

// Text words a message with the Gregorian calendar; see [Bundle.For].
func (b *Bundle) Text(lang Language, id string, args map[string]string) string {
	return b.For(Reader{Language: lang}, id, args)
}

// For words a message for a reader. It never fails and never panics: a language
// without a catalogue is taken for the default one, a message that is missing
// gives a sentence that promises nothing (ask [Bundle.Has] first where that
// matters), and a parameter without an argument is shown as an ellipsis.
//
// What an argument is, its name says. A …Date, …Time, …Fen, …Phone, …Number or
// …Capital in its plain form (2026-11-24, RFC 3339, a whole number of fen) is
// written as the reader writes it; package form says how. An argument that itself
// has a message is worded: Kind=taiwan_pass is shown as the message
// KIND_TAIWAN_PASS, ObligationKind=vat_small as OBLIGATION_KIND_VAT_SMALL. Anything else is shown as it comes. The text is plain, not
// escaped for HTML.
//
// A message without parameters costs two map look-ups and no allocation.
func (b *Bundle) For(r Reader, id string, args map[string]string) string {
	m := b.find(r.Language, id)
	if m.plain() {
		return m.text
	}
	return b.fill(m, r, args)
}

// find is the message for readers of a language, or what stands in for it.
func (b *Bundle) find(lang Language, id string) *message {
	c, ok := b.catalogues[lang]
	if !ok {
		c = b.catalogues[Default]
	}
	if m, ok := c[id]; ok {
		return m
	}
	return c[fallbackID]
}

// usual is how many parameters fit without another allocation.
const usual = 8

// fill words a message with parameters.
func (b *Bundle) fill(m *message, r Reader, args map[string]string) string {
	pieces, size := m.form(args), 0
	words := make([]string, 0, usual)
	style := form.Style{Language: string(m.language.Base()), Calendar: r.Calendar}
	for _, p := range pieces {
		size += len(p.text)
		if p.param != "" {
			words = append(words, b.argument(style, p.param, args))
			size += len(words[len(words)-1])
		}
	}
	var out strings.Builder
	out.Grow(size)
	for i, p := range pieces {
		out.WriteString(p.text)
		if p.param != "" {
			out.WriteString(words[i])
		}
	}
	return out.String()
}

// argument is what to show for a parameter.
func (b *Bundle) argument(style form.Style, name string, args map[string]string) string {
	value, ok := args[name]
	if !ok {
		return missingArgument
	}
	if text, ok := form.Argument(style, name, value); ok {
		return text
	}
	if text, ok := b.catalogues[Language(style.Language)].code(name, value); ok {
		return text
	}
	return value
}

// longestID bounds the IDs of messages that word an argument.
const longestID = 64

// code words an argument that has a message: Kind=taiwan_pass is KIND_TAIWAN_PASS.
func (c catalogue) code(name, value string) (text string, ok bool) {
	var id [longestID]byte
	if 2*len(name)+1+len(value) > longestID {
		return "", false
	}
	n := constant(id[:], name)
	id[n] = '_'
	n += 1 + upper(id[n+1:], value)
	m, ok := c[string(id[:n])] // the compiler makes no string for a look-up
	if !ok || !m.plain() {
		return "", false
	}
	return m.text, true
}

// constant copies a parameter's name as an ID has it, ObligationKind as
// OBLIGATION_KIND, and returns its length.
func constant(to []byte, name string) int {
	n := 0
	for i := range len(name) {
		if c := name[i]; i > 0 && 'A' <= c && c <= 'Z' {
			to[n] = '_'
			n++
		}
		n += upper(to[n:], name[i:i+1])
	}
	return n
}

// upper copies ASCII text in capitals and returns its length.
func upper(to []byte, text string) int {
	for i := range len(text) {
		c := text[i]
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		to[i] = c
	}
	return len(text)
}
