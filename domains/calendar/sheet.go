package calendar

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/golang-sql/civil"
)

const (
	largestFile = 64 << 10
	longestCell = 200 // bytes
)

// sheet is a file of ours: CSV in UTF-8 under a fixed header. Rows that cannot be
// looked at are reported and left out.
type sheet struct {
	report
	rows []row
}

// row is one line, its cells by the names of the columns.
type row struct {
	line  int
	cells map[string]string
}

// readSheet reads a file. It fails with [Mistakes] if the file as a whole is no
// such sheet, and with another error if it cannot be read at all.
func readSheet(r io.Reader, columns []string) (*sheet, error) {
	data, err := io.ReadAll(io.LimitReader(r, largestFile+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read calendar file: %w", err)
	case len(data) > largestFile:
		return nil, Mistakes{{Reason: TooLarge}}
	case bytes.HasPrefix(data, []byte("\ufeff")):
		return nil, Mistakes{{Line: 1, Reason: BOM}}
	}
	file := csv.NewReader(bytes.NewReader(data))
	file.FieldsPerRecord = -1 // counted below, so that each line is named
	if head, err := file.Read(); err != nil || !slices.Equal(head, columns) {
		return nil, Mistakes{{Line: 1, Reason: WrongHead}}
	}
	return readRows(file, columns)
}

func readRows(file *csv.Reader, columns []string) (*sheet, error) {
	s := &sheet{}
	for {
		cells, err := file.Read()
		if errors.Is(err, io.EOF) {
			return s, nil
		}
		if broken, ok := errors.AsType[*csv.ParseError](err); ok {
			s.add(broken.StartLine, "", NotCSV, "")
			return nil, s.err()
		}
		line, _ := file.FieldPos(0)
		s.take(line, columns, cells)
	}
}

// take keeps a row whose cells can be read.
func (s *sheet) take(line int, columns, cells []string) {
	if len(cells) != len(columns) {
		s.add(line, "", Columns, "")
		return
	}
	good := true
	named := make(map[string]string, len(cells))
	for i, cell := range cells {
		if !readable(cell) {
			s.add(line, columns[i], BadText, "")
			good = false
		}
		named[columns[i]] = cell
	}
	if good {
		s.rows = append(s.rows, row{line, named})
	}
}

// readable refuses what nobody would see: broken UTF-8, control characters, marks
// that join or turn the writing, spaces at the ends.
func readable(cell string) bool {
	return len(cell) <= longestCell && utf8.ValidString(cell) && strings.TrimSpace(cell) == cell &&
		!strings.ContainsFunc(cell, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) })
}

// date reads a cell that holds a date in its only spelling.
func (s *sheet) date(r row, column string) (civil.Date, bool) {
	text := r.cells[column]
	date, err := civil.ParseDate(text)
	if err != nil || date.String() != text || date.Year == 0 {
		s.add(r.line, column, BadDate, text)
		return civil.Date{}, false
	}
	return date, true
}

// empty reports cells that a row of its kind has no use for.
func (s *sheet) empty(r row, columns ...string) {
	for _, column := range columns {
		if r.cells[column] != "" {
			s.add(r.line, column, NotEmpty, r.cells[column])
		}
	}
}

// writeSheet is the text of a file. What readSheet read comes out as it was, but
// for quotes that were not needed, empty lines and the ends of lines.
func writeSheet(columns []string, rows [][]string) string {
	var text strings.Builder
	file := csv.NewWriter(&text)
	_ = file.Write(columns) // a strings.Builder takes everything
	_ = file.WriteAll(rows) // and this flushes
	return text.String()
}

// dateText is a date as a cell; the zero date is an empty one.
func dateText(d civil.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}
