// Package form writes and reads the forms of things for readers of both
// shores: dates, amounts, capital figures, phone numbers, addresses.
//
// A [Style] says how a reader wants things written. What it writes never names
// a currency, a calendar or a shore by a sign that the other shore reads
// differently: no bare ¥, no year that could be either calendar's.
//
// What it reads is what people type. Nothing is guessed: a text that could mean
// two things is refused, with an error that says so. Errors are the package's
// Err values, bare, and hold nothing of the text. For every reader,
// Parse(form(x)) is x.
//
// All functions are pure, safe for goroutines, and never panic. The zero Style
// is Traditional with Taiwan's words and Gregorian years.
package form

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Calendar counts the years of a date.
type Calendar string

// The calendars. The zero value is taken for [Gregorian].
const (
	// Gregorian years: 2026年.
	Gregorian Calendar = "gregorian"
	// Republic years, 民國: the Gregorian year less 1911, and 民國前 before 1912.
	Republic Calendar = "republic"
)

// Style is how one reader wants things written.
type Style struct {
	// Language is "zh-Hans", "zh-Hant-TW", "nan-Hant" or "en". Anything else is
	// taken for zh-Hant-TW.
	Language string
	// Calendar counts the years of dates, in every language.
	Calendar Calendar
}

// script is the writing that a language uses here.
type script int

const (
	traditional script = iota
	simplified
	english
)

// script of the style's language. Minnan is written as Taiwan's Mandarin is: the
// forms of this package hold no word in which they differ.
func (s Style) script() script {
	switch s.Language {
	case "zh-Hans":
		return simplified
	case "en":
		return english
	}
	return traditional
}

// tidy makes one of the ways to type a character: width folded, dashes made
// hyphens, and no space but between two digits.
// Invisible characters, which come along when text is copied, are dropped.
func tidy(text string) string {
	runes := []rune(strings.TrimSpace(strings.Map(plain, width.Fold.String(text))))
	kept := runes[:0:0]
	for i, r := range runes {
		if r != ' ' || isDigit(runes[i-1]) && isDigit(next(runes[i:])) {
			kept = append(kept, r)
		}
	}
	return string(kept)
}

// plain gives a character its usual form.
func plain(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return ' '
	case unicode.Is(unicode.Cf, r):
		return -1
	case strings.ContainsRune("‐‑‒–—―−", r):
		return '-'
	}
	return r
}

// next is the first character of runes that is no space, or 0.
func next(runes []rune) rune {
	for _, r := range runes {
		if r != ' ' {
			return r
		}
	}
	return 0
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }
