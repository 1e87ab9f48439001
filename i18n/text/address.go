package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestName is how many characters before @ are looked at.
const longestName = 64

// address is an address of a page, from its :// on. What stands before is ASCII
// and does not change anyway.
func address(text string, _, at int) span {
	if !strings.HasPrefix(text[at:], "://") {
		return span{}
	}
	return span{at, addressEnd(text, at+3)}
}

// bareAddress is the path of an address without ://, from its first slash on.
func bareAddress(text string, from, at int) span {
	start := back(text, from, at, longestName, func(r rune) bool { return alphanumeric(r) || r == '.' || r == '-' })
	host := text[start:at]
	dot := strings.LastIndexByte(host, '.')
	if dot < 1 || strings.ContainsFunc(host[dot+1:], func(r rune) bool { return !unicode.IsLetter(r) }) || len(host)-dot < 3 {
		return span{}
	}
	return span{at, addressEnd(text, at)}
}

// addressEnd gives where an address ends. Chinese letters belong to it after a
// separator or another one of them; straight after an ASCII letter, as in
// https://example.org办理, the sentence goes on.
func addressEnd(text string, at int) int {
	const separators = "/?#=&-_~+%(@"
	depth, joins, wasWide := 0, true, false
	for at < len(text) {
		r, size := utf8.DecodeRuneInString(text[at:])
		switch {
		case wide(r):
			if !joins {
				return at
			}
			wasWide = true
		case r == ')' && depth == 0, r >= utf8.RuneSelf, r <= ' ', strings.ContainsRune("\"<>\\^`{|}\x7f", r):
			return at
		default:
			switch r {
			case '(':
				depth++
			case ')':
				depth--
			}
			joins = strings.ContainsRune(separators, r) || r == '.' && wasWide
			wasWide = false
		}
		at += size
	}
	return at
}

// mail is an address of e-mail. Before @, as after it, it is of one kind of
// letters, so that 请联系a@example.org loses no word to it.
func mail(text string, from, at int) span {
	accept := func(r rune) bool { return alphanumeric(r) || strings.ContainsRune(".!#$&'*+-=?^_~", r) }
	if r, _ := utf8.DecodeLastRuneInString(text[from:at]); wide(r) {
		accept = func(r rune) bool { return wide(r) || alphanumeric(r) || r == '.' || r == '_' || r == '-' }
	}
	start, end := back(text, from, at, longestName, accept), hostEnd(text, at+1)
	if start == at || !strings.Contains(strings.TrimRight(text[at:end], ".-"), ".") {
		return span{}
	}
	return span{start, end}
}

// hostEnd gives where the name of a host ends.
func hostEnd(text string, at int) int {
	joins := true
	for at < len(text) {
		r, size := utf8.DecodeRuneInString(text[at:])
		switch {
		case wide(r) && joins:
		case alphanumeric(r), r == '-':
			joins = false
		case r == '.':
			joins = true
		default:
			return at
		}
		at += size
	}
	return at
}
