package sheet

import (
	"fmt"
	"strings"
)

// geta (下駄符號) is what printers set where a type is missing.
const geta = '〓'

// legible makes a value one that can be drawn, and reports whether it has rare
// characters. Line ends become line feeds and tabs become spaces. Every other character
// without a glyph, among them what shows nothing or turns the direction of writing, and
// bytes that are no text, is spelled: 〓[U+20BB7].
func legible(value string) (text string, rare bool) {
	value = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", " ").Replace(value)
	var b strings.Builder
	for _, r := range value {
		if r == '\n' || typeface().has(r) {
			b.WriteRune(r)
			continue
		}
		rare = true
		fmt.Fprintf(&b, "%c[%U]", geta, r)
	}
	return b.String(), rare
}
