package sheet

import (
	"bytes"
	"slices"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// TestWrap: what stays together, and where lines may not begin or end.
func TestWrap(t *testing.T) {
	t.Parallel()
	f := typeface()
	em := f.advance('中', 10)
	for name, c := range map[string]struct {
		text string
		ems  float64
		want []string
	}{
		"fits":                    {"一二三", 3.1, []string{"一二三"}},
		"between characters":      {"一二三四", 3.1, []string{"一二三", "四"}},
		"no comma at a beginning": {"一二三，四", 3.1, []string{"一二", "三，四"}},
		"no bracket at an end":    {"一二（三四", 3.1, []string{"一二", "（三四"}},
		"spelled stays together":  {"一二三〓[U+20BB7]四", 7, []string{"一二三", "〓[U+20BB7]四"}},
		"words":                   {"one two three", 4.5, []string{"one two", "three"}},
		"a word too long":         {"abcdefghij", 2, []string{"abc", "defg", "hij"}},
		"lines":                   {"一\n\n二\n", 9, []string{"一", "", "二", ""}},
		"spaces":                  {"  一    二  ", 2.1, []string{"一", "二"}},
		"empty":                   {"", 5, []string{""}},
		"no room at all":          {"一二", 0.1, []string{"一", "二"}},
		"only closers":            {"，，，，", 2.1, []string{"，，", "，，"}},
		"letters in Chinese":      {"編號ABC號", 4.2, []string{"編號ABC", "號"}},
	} {
		if got := f.wrap(c.text, c.ems*em, 10); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestFontHas: all of GB 2312, every ideograph of the basic block, and with them those of
// Big5, and Latin with the tones of pinyin and of Minnan.
func TestFontHas(t *testing.T) {
	t.Parallel()
	set, n := simplifiedchinese.HZGB2312.NewEncoder(), 0
	for r := rune(0xA1); r < 0xFFE6; r++ {
		if _, err := set.String(string(r)); err != nil {
			continue
		}
		if n++; !typeface().has(r) && !slices.Contains([]rune("ǹɑɡ"), r) { // letters of pinyin that its makers left out
			t.Errorf("GB 2312 has %c, %U, and the font has not", r, r)
		}
	}
	if n < 7400 {
		t.Errorf("only %d characters of GB 2312 were looked at", n)
	}
	for r := rune(0x4E00); r <= 0x9FA5; r++ {
		if !typeface().has(r) {
			t.Errorf("the font lacks %c, %U", r, r)
		}
	}
	for _, r := range "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜâêîôû–“”‘’…·〓€ㄅㄆㄇ" {
		if !typeface().has(r) {
			t.Errorf("the font lacks %c", r)
		}
	}
	for _, r := range []rune{-1, 0, '\n', 0x200B, 0x202E, 0xE000, 0xFFFE, 0xFFFF, 0x20BB7, 0x10FFFF} {
		if typeface().has(r) {
			t.Errorf("the font has %U", r)
		}
	}
}

// TestCutKeepsTheShapes: each character of a cut font has the outline and the width that
// it has in the whole one, parts of composed ones included.
func TestCutKeepsTheShapes(t *testing.T) {
	t.Parallel()
	whole := typeface()
	var all []rune
	for r := rune(' '); r < 0xFFFE; r += 3 {
		if whole.has(r) {
			all = append(all, r)
		}
	}
	runes := all[:min(len(all), largestCut)]
	part, err := newFace(whole.cut(runes))
	if err != nil {
		t.Fatal(err)
	}
	composed := 0
	for _, r := range runes {
		if !same(whole, part, whole.glyph(r), part.glyph(r)) {
			t.Fatalf("%c looks different", r)
		}
		if o := whole.outline(whole.glyph(r)); len(o) > 0 && int16(order.Uint16(o)) < 0 {
			composed++
		}
	}
	if part.has('一'+1) && !slices.Contains(runes, '一'+1) || composed < 1000 {
		t.Errorf("it holds more than was asked for, or only %d composed ones were looked at", composed)
	}
}

// same compares two glyphs with their parts.
func same(a, b *face, x, y uint16) bool {
	one, two := a.outline(x), b.outline(y)
	if !bytes.Equal(a.metrics(x), b.metrics(y)) || len(one) > len(two) || len(two)-len(one) > 3 {
		return false // outlines are filled up to four bytes
	}
	if len(one) == 0 || int16(order.Uint16(one)) >= 0 {
		return bytes.Equal(one, two[:len(one)])
	}
	for at, more := 10, true; more; {
		flags := order.Uint16(one[at:])
		if flags != order.Uint16(two[at:]) || !same(a, b, order.Uint16(one[at+2:]), order.Uint16(two[at+2:])) {
			return false
		}
		at += 4 + extra(flags)
		more = flags&partMore != 0
	}
	return true
}

// TestBrokenFont: a font that is not as the generator makes it is refused.
func TestBrokenFont(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]int{"a table gone": 12, "short offsets": -1} {
		file := slices.Clone(fontFile)
		if at < 0 {
			head := bytes.Index(file, typeface().tables["head"])
			file[head+51] = 0
		} else {
			file[at] ^= 0xFF
		}
		if _, err := newFace(file); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
