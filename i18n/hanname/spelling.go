package hanname

import (
	"slices"
	"strings"
)

// maxSpelling is the most letters and spaces of a spelling that is read as
// syllables. The longest name field of a travel document has 39 characters.
const maxSpelling = 63

// CompareSpelling grades two names as printed on documents, where one or both
// may be in Latin letters. Where both are in Han characters it is [Compare].
// Otherwise it may find [Spelling]: two spellings with the same letters, two that
// can be the same Mandarin syllables (in Hanyu Pinyin, Wade–Giles or Tongyong
// Pinyin), or one that can be a reading of the Han characters. The surname may be
// written in another system than the given name, and stand first or last.
//
// It only ever speaks for a name. A spelling that does not fit stays [None] with
// [NotHan], which is no evidence of a difference: passports also print Minnan,
// Hakka and home-made spellings. Both names must come from documents.
func CompareSpelling(a, b string) Result {
	result := Compare(a, b)
	if result.Reason != NotHan {
		return result
	}
	if reason := spellingReason(a, b); reason != "" {
		return Result{Spelling, reason}
	}
	return result
}

// spellingReason is why two names agree of which one or both are not Han, or "".
func spellingReason(a, b string) Reason {
	if hasHan(b) {
		a, b = b, a
	}
	latin := readRoman(b)
	if len(latin.groups) == 0 {
		return ""
	}
	if name := hanOnly(a); name != nil {
		return readingReason(name, latin)
	}
	other := readRoman(a)
	switch x, y := other.letters(), latin.letters(); {
	case x == "":
		return ""
	case x == y:
		return SameSpelling
	case cutOff(x, y):
		return CutSpelling
	}
	return ordersReason(other, latin)
}

// order is one way to tell the surname of a spelling from the given name.
type order struct {
	surname, given []string
	swapped        bool // the surname was printed last
}

func (o order) words() []string { return slices.Concat(o.surname, o.given) }

// longName is the number of syllables from which a surname may have two.
const longName = 4

// orders gives the ways to take a spelling apart: where the comma tells, and
// else with the first or the last group of words for the surname, or with two
// of them where the surname may be double.
func (r roman) orders(double bool) []order {
	n := len(r.groups)
	if r.comma > 0 {
		return []order{r.take(r.comma)}
	}
	all := []order{r.take(1)}
	if n > 1 {
		all = append(all, r.takeLast(1))
	}
	if n > 2 && double {
		all = append(all, r.take(2), r.takeLast(2))
	}
	return all
}

func (r roman) take(n int) order {
	return order{surname: flatten(r.groups[:n]), given: flatten(r.groups[n:])}
}

func (r roman) takeLast(n int) order {
	n = len(r.groups) - n
	return order{surname: flatten(r.groups[n:]), given: flatten(r.groups[:n]), swapped: true}
}

// ordersReason finds the strongest reason for which two spellings agree in some
// order, or "". Two orders that both put the last words first are passed over:
// that is the same order again.
func ordersReason(a, b roman) Reason {
	found := map[Reason]bool{}
	double := max(len(flatten(a.groups)), len(flatten(b.groups))) >= longName
	for _, x := range a.orders(double) {
		for _, y := range b.orders(double) {
			if !x.swapped || !y.swapped {
				found[x.agree(y)] = true
			}
		}
	}
	return strongest(found, SwappedSpelling, SyllableSpelling, SurnameSpelling)
}

// strongest is the first of the reasons that was found, or "".
func strongest(found map[Reason]bool, reasons ...Reason) Reason {
	for _, reason := range reasons {
		if found[reason] {
			return reason
		}
	}
	return ""
}

// agree is why two spellings in one order each agree, or "".
func (o order) agree(p order) Reason {
	switch {
	case strings.Join(o.words(), "") == strings.Join(p.words(), ""):
		return SwappedSpelling
	case sameSyllables(o.words(), p.words()):
		return SyllableSpelling
	case !alike(o.given, p.given):
		return ""
	case alike(o.surname, p.surname):
		return SyllableSpelling
	case surnamesAlike(o.surname, p.surname):
		return SurnameSpelling
	}
	return ""
}

// alike reports whether two runs of words have the same letters or can be the
// same syllables.
func alike(a, b []string) bool {
	return strings.Join(a, "") == strings.Join(b, "") || sameSyllables(a, b)
}

// surnamesAlike reports whether surnames agree word for word, some by the list.
func surnamesAlike(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !alike(a[i:i+1], b[i:i+1]) && !listedAlike(a[i], b[i]) {
			return false
		}
	}
	return true
}

// sameSyllables reports whether two runs of words can be the same syllables,
// each run written in one system. A syllable does not reach over words.
func sameSyllables(a, b []string) bool {
	x, y := strings.Join(a, " "), strings.Join(b, " ")
	if x == "" || y == "" || len(x) > maxSpelling || len(y) > maxSpelling {
		return false
	}
	for s := range systems {
		for t := range systems {
			if walk(x, y, system(s), system(t)) {
				return true
			}
		}
	}
	return false
}

// walk goes through both texts at once, syllable by syllable, by every way
// there is. Bit j of ends[i] says that the beginnings of i and of j letters can
// be the same.
func walk(x, y string, s, t system) bool {
	var ends [maxSpelling + 1]uint64
	ends[0] = 1
	for i := range len(x) {
		for j := range len(y) {
			if ends[i]&(1<<j) != 0 {
				step(&ends, x, y, i, j, s, t)
			}
		}
	}
	return ends[len(x)]&(1<<len(y)) != 0
}

// step notes where one more common syllable leads to from i and j.
func step(ends *[maxSpelling + 1]uint64, x, y string, i, j int, s, t system) {
	for to, syllables := range syllablesAt(x, i, s) {
		for too, others := range syllablesAt(y, j, t) {
			if meet(syllables, others) {
				ends[to] |= 1 << too
			}
		}
	}
}
