package hanname

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// dot is the one middle dot that all others become.
const dot = '·'

// placeholders are what systems write for a character that they lack.
const placeholders = "\uFFFD?*_□■○●◯〓"

// Fold turns a name, or what somebody typed to find one, into its search key:
// normalised, shape selectors dropped, Traditional characters replaced by their
// ordinary Simplified ones, letters in lower case. It is for finding, not for
// showing and not for comparing: 鍾 and 鐘 have one key. Folding a key again
// changes nothing.
//
// The time is proportional to the length, which is the caller's to limit.
// Invalid UTF-8 becomes U+FFFD.
func Fold(name string) string {
	name = normalise(dropSelectors(strings.ToValidUTF8(name, "\uFFFD")))
	return norm.NFC.String(strings.Map(func(r rune) rune {
		for next := first(r); next != r; next = first(r) { // 薴 takes two steps
			r = next
		}
		return unicode.ToLower(r)
	}, name))
}

// unfit names the reason why two texts cannot be compared as names, or "".
func unfit(a, b string) Reason {
	switch {
	case len(a) > MaxBytes || len(b) > MaxBytes:
		return TooLong
	case unreadable(a) || unreadable(b):
		return Unreadable
	}
	return ""
}

func unreadable(name string) bool {
	return !utf8.ValidString(name) || strings.ContainsFunc(width.Fold.String(name), func(r rune) bool {
		return strings.ContainsRune(placeholders, r) || unicode.Is(unicode.Co, r) || unicode.IsControl(r) && !unicode.IsSpace(r)
	})
}

// normalise brings a name's spelling to one form without changing a character
// for another.
func normalise(name string) string {
	name = norm.NFC.String(strings.Map(visible, width.Fold.String(name)))
	return joinHan(name)
}

// visible drops characters that are never printed, and makes all middle dots
// and all spaces one.
func visible(r rune) rune {
	switch {
	case r == '‧' || r == '・' || r == '•':
		return dot
	case unicode.IsSpace(r):
		return ' '
	case unicode.Is(unicode.Cf, r):
		return -1
	}
	return r
}

// joinHan drops the spaces at the ends and beside Han characters and dots, and
// leaves one space between other words.
func joinHan(name string) string {
	var b strings.Builder
	b.Grow(len(name))
	last := dot // the last character that is no mark on another
	for word := range strings.FieldsSeq(name) {
		next, _ := utf8.DecodeRuneInString(word)
		if !joins(last) && !joins(next) {
			b.WriteByte(' ')
		}
		b.WriteString(word)
		if i := strings.LastIndexFunc(word, noMark); i >= 0 {
			last, _ = utf8.DecodeRuneInString(word[i:])
		}
	}
	return b.String()
}

// joins reports whether no space is kept beside the character.
func joins(r rune) bool { return r == dot || unicode.Is(unicode.Han, r) }

func noMark(r rune) bool { return !unicode.IsMark(r) }

func hasHan(name string) bool {
	return strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// dropSelectors gives a name without variation selectors, which choose a shape
// of the character before them.
func dropSelectors(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Variation_Selector, r) {
			return -1
		}
		return r
	}, name)
}
