package intake

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"
)

// charset reads one encoding. Records are split before they are decoded: in
// GB 18030 as in UTF-8 no byte of a longer character is a quote, a comma or a
// line end, so offsets are those of the file in both.
type charset struct {
	name string
	bom  []byte
	// check turns bytes into UTF-8 and fails on the first that are not text.
	check func() transform.Transformer
	// decode turns a field into UTF-8.
	decode func(field string) string
	// hint is what to try when a file is something else.
	hint string
}

func newCharset(name string) (charset, error) {
	switch strings.ToLower(name) {
	case "", UTF8, "utf8":
		return charset{
			name: "UTF-8", bom: []byte("\uFEFF"),
			check:  func() transform.Transformer { return encoding.UTF8Validator },
			decode: func(field string) string { return field },
			hint:   "; a file that a spreadsheet saved is often GBK: try --encoding " + GB18030,
		}, nil
	case GB18030:
		decoder := simplifiedchinese.GB18030.NewDecoder()
		return charset{
			name: "GB 18030", bom: []byte{0x84, 0x31, 0x95, 0x33},
			check:  func() transform.Transformer { return strict{simplifiedchinese.GB18030.NewDecoder()} },
			decode: func(field string) string { return decoded(decoder, field) },
			hint:   "; try it without --encoding",
		}, nil
	}
	return charset{}, fmt.Errorf("%w: the encoding must be %s or %s", ErrOptions, UTF8, GB18030)
}

// decoded is a field in UTF-8. The decoder replaces what it cannot read, and
// never fails.
func decoded(decoder *encoding.Decoder, field string) string {
	for i := range len(field) {
		if field[i] >= 0x80 {
			text, _ := decoder.String(field)
			return text
		}
	}
	return field
}

// replacement is what a decoder puts where it cannot read.
var replacement = []byte("\uFFFD")

// strict fails where a decoder would put a replacement.
type strict struct{ transform.Transformer }

// Transform implements transform.Transformer.
func (s strict) Transform(dst, src []byte, atEOF bool) (int, int, error) {
	nDst, nSrc, err := s.Transformer.Transform(dst, src, atEOF)
	if i := bytes.Index(dst[:nDst], replacement); i >= 0 {
		return i, nSrc, encoding.ErrInvalidUTF8
	}
	return nDst, nSrc, err
}
