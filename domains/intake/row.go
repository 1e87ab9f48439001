package intake

import (
	"errors"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"

	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// row is one record with its columns. Reading a field that is not as it should
// be notes a fault and returns a zero value, so that all faults of a row are
// found at once.
type row struct {
	fields []string
	at     map[string]int
	decode func(string) string
	faults []*fault.Fault
}

// fail notes why a column cannot be taken. Only the first fault of a column
// counts.
func (r *row) fail(column string, err error) {
	var f *fault.Fault
	if !errors.As(err, &f) {
		f = ErrRow
	}
	for _, before := range r.faults {
		if before.Field() == column {
			return
		}
	}
	r.faults = append(r.faults, f.On(column))
}

// raw is a field as the file has it, decoded.
func (r *row) raw(column string) string { return r.decode(r.fields[r.at[column]]) }

// text is a field without spaces around it, in NFC. It refuses characters that
// cannot be seen, and more bytes than limit. Every other character is kept,
// those outside the BMP and private ones included.
func (r *row) text(column string, limit int) string {
	text := strings.TrimSpace(r.raw(column))
	if plain(text) {
		return r.within(column, text, limit)
	}
	if strings.ContainsFunc(text, unseen) || !utf8.ValidString(text) {
		r.fail(column, ErrCharacter)
		return ""
	}
	return r.within(column, norm.NFC.String(text), limit)
}

// within refuses what is longer than the limit.
func (r *row) within(column, text string, limit int) string {
	if len(text) > limit {
		r.fail(column, ErrFieldTooLong.With("Bytes", strconv.Itoa(limit)))
		return ""
	}
	return text
}

// has reports whether the file has the column.
func (r *row) has(column string) bool {
	_, there := r.at[column]
	return there
}

// textIfAny is a text, or "" where the file has no such column.
func (r *row) textIfAny(column string, limit int) string {
	if !r.has(column) {
		return ""
	}
	return r.text(column, limit)
}

// needed is a text that may not be empty.
func (r *row) needed(column string, limit int) string {
	text := r.text(column, limit)
	if text == "" {
		r.fail(column, ErrFieldMissing)
	}
	return text
}

// maxCode is the most bytes of a field that holds no words; a full-width
// character has three.
const maxCode = 128

// code is a field that holds digits or a keyword, with full-width characters
// as plain ones.
func (r *row) code(column string) string {
	text := r.text(column, maxCode)
	if plain(text) {
		return text
	}
	return strings.TrimSpace(width.Fold.String(text))
}

// plain reports whether the text is visible ASCII, as most fields are.
func plain(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

// unseen tells characters that no document prints: controls, line separators,
// format characters (zero width, direction) and the mark of a lost character.
// Variation selectors are none of them: they choose the form of a rare one.
func unseen(c rune) bool {
	return c == utf8.RuneError || unicode.In(c, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}
