package sheet

import "strings"

// Characters that do not begin a line, and that do not end one (避頭尾).
const (
	closers = "，。、；：？！）》〉」』】〕”’％…—·,.;:?!)]}%"
	openers = "（《〈「『【〔“‘([{" + string(geta)
)

// wrap breaks a text into lines that are no wider than width millimetres in a size of
// points. Line feeds break, words of letters stay whole where they fit, and spaces at a
// break are dropped. There is at least one line.
func (f *face) wrap(text string, width, size float64) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		lines = append(lines, f.fill([]rune(paragraph), width, size)...)
	}
	return lines
}

// fill breaks one paragraph. A line takes one character at least, however narrow.
func (f *face) fill(text []rune, width, size float64) []string {
	var lines []string
	for {
		text = trim(text)
		n := f.fits(text, width, size)
		lines = append(lines, strings.TrimRight(string(text[:n]), " "))
		if text = text[n:]; len(trim(text)) == 0 {
			return lines
		}
	}
}

// fits is how many characters of a text make the next line.
func (f *face) fits(text []rune, width, size float64) int {
	reached, end := 0.0, 0
	for i, r := range text {
		if i > 0 && mayBreak(text[i-1], r) {
			end = i
		}
		if reached += f.advance(r, size); reached > width && i > 0 && r != ' ' {
			if end == 0 {
				return i // a word that no line holds
			}
			return end
		}
	}
	return len(text)
}

// mayBreak reports whether a line may end between two characters.
func mayBreak(a, b rune) bool {
	switch {
	case strings.ContainsRune(closers, b) || strings.ContainsRune(openers, a) || b == ' ':
		return false
	case a == ' ':
		return true
	}
	return wide(a) || wide(b)
}

// wide reports whether a character is one of Chinese, between which lines break.
func wide(r rune) bool { return r >= 0x2E80 }

func trim(text []rune) []rune {
	for len(text) > 0 && text[0] == ' ' {
		text = text[1:]
	}
	return text
}
