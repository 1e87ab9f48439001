package sheet_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// A reader of the PDFs that this package writes, and of no others.

var stream = regexp.MustCompile(`(?s)<<[^<>]*/Length (\d+)[^<>]*>>\nstream\n`)

// opened is a file with its compressed streams unpacked, so that what compresses does not
// count. The second result are the streams alone.
func opened(t testing.TB, file []byte) (whole []byte, streams [][]byte) {
	t.Helper()
	var out bytes.Buffer
	for {
		at := stream.FindSubmatchIndex(file)
		if at == nil {
			return append(out.Bytes(), file...), streams
		}
		size, _ := strconv.Atoi(string(file[at[2]:at[3]]))
		body := file[at[1] : at[1]+size]
		if bytes.Contains(file[at[0]:at[1]], []byte("/FlateDecode")) {
			body = inflate(t, body)
		}
		out.Write(file[:at[0]]) // without the length, which depends on what compresses
		out.Write(body)
		streams = append(streams, body)
		file = file[at[1]+size:]
	}
}

func inflate(t testing.TB, data []byte) []byte {
	t.Helper()
	r, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// shown is a line of text on a page: where it begins in points from the lower left, and
// what it says.
type shown struct {
	x, y float64
	text string
}

var shows = regexp.MustCompile(`(?s)BT (-?[\d.]+) (-?[\d.]+) Td \(((?:[^\\)]|\\.)*)\) Tj ET`)

// pagesOf are the lines of each page in the order in which they are drawn. Of turned text
// the place is the one before it is turned.
func pagesOf(t testing.TB, file []byte) [][]shown {
	t.Helper()
	var pages [][]shown
	_, streams := opened(t, file)
	for _, s := range streams {
		var page []shown
		for _, m := range shows.FindAllSubmatch(s, -1) {
			x, _ := strconv.ParseFloat(string(m[1]), 64)
			y, _ := strconv.ParseFloat(string(m[2]), 64)
			page = append(page, shown{x, y, decoded(m[3])})
		}
		if page != nil {
			pages = append(pages, page)
		}
	}
	return pages
}

var escapes = strings.NewReplacer(`\\`, `\`, `\(`, `(`, `\)`, `)`, `\r`, "\r")

// decoded is a string of a PDF, whose codes are UTF-16.
func decoded(raw []byte) string {
	b := []byte(escapes.Replace(string(raw)))
	codes := make([]uint16, len(b)/2)
	for i := range codes {
		codes[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
	}
	return string(utf16.Decode(codes))
}

// said is all text of a file without spaces, page by page, for looking things up.
func said(t testing.TB, file []byte) string {
	t.Helper()
	var b strings.Builder
	for i, p := range pagesOf(t, file) {
		fmt.Fprintf(&b, "<%d>", i+1)
		for _, line := range p {
			b.WriteString(squeeze(line.text))
		}
	}
	return b.String()
}

func squeeze(text string) string { return strings.Join(strings.Fields(text), "") }
