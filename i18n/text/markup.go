package text

import (
	"strings"
	"unicode"
)

// The most bytes that are looked through for the end of a span.
const (
	longestTag         = 4096
	longestTarget      = 512
	longestPlaceholder = 256
	longestBraces      = 64 // without a mark of a placeholder before them
)

// tag is a tag of HTML or XML with its attributes, a comment, or an instruction
// (<%, <?). A comment that has no end reaches to the end of the text, as it does
// in a browser.
func tag(text string, _, at int) span {
	rest := text[at:]
	if strings.HasPrefix(rest, "<!--") {
		if end := strings.Index(rest, "-->"); end >= 0 {
			return span{at, at + end + len("-->")}
		}
		return span{at, len(text)}
	}
	if len(rest) < 3 || !alphanumeric(rune(rest[1])) && !strings.ContainsRune("/!?%", rune(rest[1])) {
		return span{}
	}
	quote := byte(0)
	for i, end := 1, min(len(rest), longestTag); i < end; i++ {
		switch c := rest[i]; {
		case c == quote:
			quote = 0
		case quote != 0:
		case c == '"' || c == '\'':
			quote = c
		case c == '<':
			return span{}
		case c == '>':
			return span{at, at + i + 1}
		}
	}
	return span{}
}

// braces are a placeholder: {0}, {{.Name}}, ${x}, on one line.
func braces(text string, from, at int) span {
	most := longestBraces
	if strings.HasPrefix(text[at:], "{{") || at > from && strings.IndexByte("$#", text[at-1]) >= 0 {
		most = longestPlaceholder
	}
	depth := 0
	for i, c := range []byte(line(text, at, most)) {
		switch c {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return span{at, at + i + 1}
			}
		}
	}
	return span{}
}

// named is a placeholder with a name, %(姓名)s. Others are ASCII.
func named(text string, _, at int) span {
	rest := line(text, at, longestPlaceholder)
	end := strings.IndexByte(rest, ')')
	if !strings.HasPrefix(rest, "%(") || end < 0 || end+1 >= len(rest) || !unicode.IsLetter(rune(rest[end+1])) {
		return span{}
	}
	return span{at, at + end + 2}
}

// code is a code span or block of Markdown: as many backticks end it as began it.
func code(text string, from, at int) span {
	if at > from && text[at-1] == '`' {
		return span{} // the whole run began nothing
	}
	n := ticks(text, at)
	for i := at + n; ; {
		next := strings.IndexByte(text[i:], '`')
		if next < 0 {
			return span{}
		}
		i += next
		more := ticks(text, i)
		i += more
		if more == n {
			return span{at, i}
		}
	}
}

func ticks(text string, at int) int {
	return len(text[at:]) - len(strings.TrimLeft(text[at:], "`"))
}

// target is where a link of Markdown leads: ](target or ](<target>, without the
// title that may follow. What looks like no address, as in [2026](试行), is text.
func target(text string, _, at int) span {
	rest := line(text, at, longestTarget)
	if !strings.HasPrefix(rest, "](") {
		return span{}
	}
	depth := 0
	for i := len("]("); i < len(rest); i++ {
		switch c := rest[i]; {
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case c == ')' || c == ' ' && rest[2] != '<' || c == '>':
			if strings.ContainsAny(rest[2:i], "/.#:?%") {
				return span{at, at + i}
			}
			return span{}
		}
	}
	return span{}
}
