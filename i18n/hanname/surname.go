package hanname

import (
	_ "embed" // for the list of surname spellings
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed surnames.tsv
var surnamesText string

// surnameList is what is known of surnames that keep the sound of another
// Chinese language in Latin letters. All letters are in lower case.
type surnameList struct {
	spellings map[rune][]string   // of a surname in folded form
	readings  map[string][]string // of a spelling, as syllables
}

var surnames = sync.OnceValue(func() surnameList { return readSurnames(surnamesText) })

func readSurnames(text string) surnameList {
	list := surnameList{map[rune][]string{}, map[string][]string{}}
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if len(cells) != 5 || strings.HasPrefix(line, "#") {
			continue
		}
		r, _ := utf8.DecodeRuneInString(cells[0])
		spelling := strings.ToLower(cells[2])
		list.spellings[first(r)] = append(list.spellings[first(r)], spelling)
		list.readings[spelling] = append(list.readings[spelling], cells[1])
	}
	return list
}

// listedAlike reports whether two spellings of one surname agree by the list.
func listedAlike(a, b string) bool {
	return meet(surnames().readings[a], surnameReadings(b)) || meet(surnames().readings[b], surnameReadings(a))
}

// surnameReadings are all syllables that a surname's spelling may stand for.
func surnameReadings(letters string) []string {
	readings := slices.Clone(surnames().readings[letters])
	for s := range systems {
		readings = append(readings, syllablesOf(letters, system(s))...)
	}
	return readings
}
