// Package table writes tables that a spreadsheet shows and does not compute.
package table

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// Media is what [Write] writes.
const Media = "text/csv; charset=utf-8"

// Cell is what stands in one place.
type Cell struct{ written string }

// Number is a cell that is a number.
func Number(n int64) Cell { return Cell{strconv.FormatInt(n, 10)} }

// Text is a cell that holds words, whoever wrote them. A spreadsheet takes a cell for a
// formula by its first character, also behind spaces, and in the wide forms that an input
// method of Chinese makes; such a cell begins with an apostrophe, which spreadsheets show as
// the mark of a text.
func Text(words string) Cell {
	begin := strings.TrimLeftFunc(words, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\ufeff' })
	led := strings.HasPrefix(words, "\t") || strings.HasPrefix(words, "\r") || strings.HasPrefix(words, "\n")
	if led || begin != "" && strings.ContainsAny(firstOf(begin), "=+-@|%＝＋－＠｜％") {
		words = "'" + words
	}
	return Cell{words}
}

func firstOf(text string) string {
	for _, r := range text {
		return string(r)
	}
	return ""
}

// Write writes rows as CSV (RFC 4180) in UTF-8 with its mark, without which spreadsheets take
// Chinese for something else.
func Write(rows ...[]Cell) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString("\ufeff")
	w := csv.NewWriter(&out)
	w.UseCRLF = true
	for _, row := range rows {
		written := make([]string, len(row))
		for i, c := range row {
			written[i] = c.written
		}
		if err := w.Write(written); err != nil {
			return nil, fmt.Errorf("write a table: %w", err)
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return nil, fmt.Errorf("write a table: %w", err)
	}
	return out.Bytes(), nil
}
