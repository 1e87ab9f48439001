package hanname

import (
	"iter"
	"slices"
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/unicode/norm"
)

// hanOnly gives the characters of a name that is written in Han characters and
// dots alone, or nil.
func hanOnly(name string) []rune {
	runes := []rune(dropSelectors(normalise(name)))
	if slices.ContainsFunc(runes, func(r rune) bool { return !joins(r) }) {
		return nil
	}
	return runes
}

// readingReason is why a spelling can be a reading of a Han name, or "".
func readingReason(name []rune, latin roman) Reason {
	chars, length := withReadings(name), surnameLength(name)
	found := map[Reason]bool{}
	for _, o := range latin.orders(length > 1) {
		text := strings.Join(o.words(), " ")
		for cut := range min(length, len(chars)) {
			found[readName(chars[:cut+1], chars[cut+1:], text)] = true
		}
	}
	return strongest(found, ReadingSpelling, SurnameSpelling)
}

// character is one of a name, with all its readings.
type character struct {
	rune     rune
	readings []string
}

// withReadings looks the characters of a name up, without the dots.
func withReadings(name []rune) []character {
	var all []character
	for _, r := range name {
		if r != dot {
			all = append(all, character{r, readings(r)})
		}
	}
	return all
}

// readName is why a text can be a reading of a surname and a given name, or "".
func readName(surname, given []character, text string) Reason {
	if len(text) > maxSpelling {
		return ""
	}
	for _, by := range []struct {
		listed bool
		reason Reason
	}{{false, ReadingSpelling}, {true, SurnameSpelling}} {
		if readGiven(given, text, readSurname(surname, text, by.listed)) {
			return by.reason
		}
	}
	return ""
}

// readSurname gives the places in the text, as bits, where a surname at its
// beginning can end.
func readSurname(surname []character, text string, listed bool) uint64 {
	var ends uint64
	for s := range systems {
		at := uint64(1)
		for _, c := range surname {
			next := advance(at, text, c.readings, system(s))
			if listed {
				next |= advanceListed(at, text, c.rune)
			}
			at = next
		}
		ends |= at
	}
	return ends
}

// readGiven reports whether the text goes on with these characters and ends,
// from one of the places in it, all in one system.
func readGiven(given []character, text string, from uint64) bool {
	for s := range systems {
		at := from
		for _, c := range given {
			at = advance(at, text, c.readings, system(s))
		}
		if at&(1<<len(text)) != 0 {
			return true
		}
	}
	return false
}

// advance gives the places where one of the syllables can end that starts at
// one of the given places.
func advance(at uint64, text string, syllables []string, s system) uint64 {
	var ends uint64
	for i := range text {
		if at&(1<<i) == 0 {
			continue
		}
		for to, found := range syllablesAt(text, i, s) {
			if meet(found, syllables) {
				ends |= 1 << to
			}
		}
	}
	return ends
}

// advanceListed does so with the listed spellings of a surname, which fill a
// whole word.
func advanceListed(at uint64, text string, surname rune) uint64 {
	var ends uint64
	for i := range text {
		word, _, _ := strings.Cut(strings.TrimPrefix(text[i:], " "), " ")
		if at&(1<<i) != 0 && slices.Contains(surnames().spellings[first(surname)], word) {
			ends |= 1 << (len(text) - len(strings.TrimPrefix(text[i:], " ")) + len(word))
		}
	}
	return ends
}

// syllablesAt gives the syllables that can start at a place in a text of words
// with spaces between, after the space if there is one, with the place where
// each ends.
func syllablesAt(text string, at int, s system) iter.Seq2[int, []string] {
	return func(yield func(int, []string) bool) {
		if text[at] == ' ' {
			at++
		}
		for end := at + 1; end <= min(len(text), at+maxSyllable); end++ {
			if found := syllablesOf(text[at:end], s); found != nil && !yield(end, found) {
				return
			}
		}
	}
}

// readings are the syllables of a character, all of them: a surname often has
// one that nothing else has (單, 仇, 曾). A rare Traditional character without
// an entry has those of its simplification.
func readings(r rune) []string {
	entry, ok := pinyin.PinyinDict[int(r)]
	if !ok {
		entry = pinyin.PinyinDict[int(first(r))]
	}
	var all []string
	for reading := range strings.SplitSeq(entry, ",") {
		all = append(all, withoutTone(reading))
	}
	return all
}

// withoutTone turns lǚ into lv.
func withoutTone(reading string) string {
	reading = strings.ReplaceAll(norm.NFD.String(reading), "u\u0308", "v")
	return strings.Map(func(r rune) rune {
		if unicode.IsMark(r) {
			return -1
		}
		return r
	}, reading)
}
