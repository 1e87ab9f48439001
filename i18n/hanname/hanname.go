// Package hanname tells whether two printed names can be one person's, when
// one is in Traditional and the other in Simplified characters.
//
// A Taiwan pass shows both forms of a name, a residence permit only the
// Simplified one, and two offices may choose different characters for it. A
// comparison answers with a [Grade] and the [Reason] that decided it. A grade
// is evidence, never proof: people share names, and a name alone links nobody.
//
// Names are compared after normalising: NFC, width folded, the middle dots of
// Indigenous and foreign names made one, invisible characters dropped, and so
// the spaces beside Han characters and dots. Characters are runes, never bytes.
// Folding goes from Traditional to Simplified, which is nearly a function. The
// other way is a guess (钟 is 鍾 or 鐘, 范 is 范 or 範), so it is never done here.
//
// [Compare] knows Han characters only, and is what links are decided by.
// [CompareSpelling] also sets Latin spellings beside each other and beside Han
// characters: a weaker help for the officer who looks for the same person.
//
// All functions are pure, safe for goroutines, and never panic. The first call
// reads the embedded table, in under a millisecond. A program that uses
// CompareSpelling also carries a dictionary of readings, which takes some 5 ms
// and 2 MB at its start; one that does not is spared it by the linker.
package hanname

// Grade says how alike two names are.
type Grade string

// The grades, from the strongest evidence to none.
const (
	// Exact: the same characters. Accept.
	Exact Grade = "exact"
	// Script: one name is the ordinary Simplified form of the other. Accept when
	// birth date, sex and document numbers agree too.
	Script Grade = "script_variant"
	// Variant: characters that offices print for each other, or that only a
	// careless conversion makes equal. Ask for a second factor or an officer.
	Variant Grade = "character_variant"
	// Spelling: a Latin spelling that can stand for the other name. Very many
	// names share one spelling, so this is weaker than Variant and never enough
	// to link or to propose a link. Only [CompareSpelling] gives it.
	Spelling Grade = "spelling_variant"
	// None: different, or not comparable; the reason says which. Do not link.
	None Grade = "different"
)

// Reason is a stable code for the rule that decided a [Grade]. It may be stored
// with the evidence and shown to an officer; it holds nothing of the names.
type Reason string

// The reasons, each with the grade that it leads to.
const (
	// Identical: equal once normalised. [Exact].
	Identical Reason = "identical"
	// FirstCandidate: every difference is an ordinary simplification and all go
	// the same way. [Script].
	FirstCandidate Reason = "first_candidate"
	// SurnameCarePair: an ordinary simplification, but of a surname that hardly
	// exists onto one that does (範 and 范). [Variant].
	SurnameCarePair Reason = "surname_care_pair"
	// FoldedOnly: equal only once both are folded: two Traditional characters
	// that share a Simplified one, or differences in both directions. [Variant].
	FoldedOnly Reason = "folded_only"
	// OtherCandidate: some difference is a less usual simplification. [Variant].
	OtherCandidate Reason = "other_candidate"
	// ListedVariant: some difference is a pair that offices are known to print
	// for each other (凃 and 涂). [Variant].
	ListedVariant Reason = "listed_variant"
	// GlyphVariant: equal or ordinarily simplified, but for a selector that asks
	// for another shape of the same character. [Variant].
	GlyphVariant Reason = "glyph_variant"
	// SameSpelling: the same Latin letters, but for case, hyphens, spaces and
	// accents. [Spelling].
	SameSpelling Reason = "same_spelling"
	// CutSpelling: one Latin spelling is a long beginning of the other. [Spelling].
	CutSpelling Reason = "cut_spelling"
	// SwappedSpelling: the same Latin letters, with the surname first in one and
	// last in the other. [Spelling].
	SwappedSpelling Reason = "swapped_spelling"
	// SyllableSpelling: two Latin spellings that can be the same Mandarin
	// syllables (HSU and XU, CHANG and ZHANG), in whichever order. [Spelling].
	SyllableSpelling Reason = "syllable_spelling"
	// ReadingSpelling: a Latin spelling that can be a reading of the Han
	// characters. [Spelling].
	ReadingSpelling Reason = "reading_spelling"
	// SurnameSpelling: as one of the last two, but only with a surname that is
	// listed with a spelling from another Chinese language (陳 and TAN). The list
	// is general knowledge, of middling confidence. [Spelling].
	SurnameSpelling Reason = "surname_spelling"
	// OtherLength: not the same number of characters. [None].
	OtherLength Reason = "other_length"
	// OtherCharacter: some characters have nothing to do with each other. [None].
	OtherCharacter Reason = "other_character"
	// NotHan: unequal, and one name or both have no Han character, so that this
	// is no evidence of a difference either; see [CompareSpelling]. [None].
	NotHan Reason = "not_han"
	// Empty: nothing is left of a name once normalised. [None].
	Empty Reason = "empty"
	// Unreadable: a name is no valid text, or holds what stands for a character
	// that somebody could not write or show: U+FFFD, ?, *, a box, a private-use
	// code point. Two such names may be equal and mean different people. [None].
	Unreadable Reason = "unreadable"
	// TooLong: longer than [MaxBytes]. [None].
	TooLong Reason = "too_long"
)

// MaxBytes is the length in bytes over which a text is taken for no name. It
// holds 256 characters of the rarest kind.
const MaxBytes = 1024

// Result is a grade with the rule that decided it.
type Result struct {
	Grade  Grade
	Reason Reason
}

// Compare grades two names as printed on documents. The order of the two does
// not matter. A name that cannot be compared is graded [None] and never equal,
// not even to itself.
func Compare(a, b string) Result {
	if reason := unfit(a, b); reason != "" {
		return Result{None, reason}
	}
	a, b = normalise(a), normalise(b)
	switch {
	case a == "" || b == "":
		return Result{None, Empty}
	case a == b:
		return Result{Exact, Identical}
	case !hasHan(a) || !hasHan(b):
		return Result{None, NotHan}
	}
	bareA, bareB := dropSelectors(a), dropSelectors(b)
	result := compareRunes([]rune(bareA), []rune(bareB))
	if result.Grade == Script && len(bareA)+len(bareB) < len(a)+len(b) {
		return Result{Variant, GlyphVariant}
	}
	return result
}

// compareRunes grades two normalised names without shape selectors, which were
// unequal with them.
func compareRunes(a, b []rune) Result {
	if len(a) != len(b) {
		return Result{None, OtherLength}
	}
	var seen [relations]bool
	for i := range a {
		seen[relate(a[i], b[i])] = true
	}
	switch {
	case seen[apart]:
		return Result{None, OtherCharacter}
	case seen[listed]:
		return Result{Variant, ListedVariant}
	case seen[candidate]:
		return Result{Variant, OtherCandidate}
	case seen[folded] || seen[simplifies] && seen[simplified]:
		return Result{Variant, FoldedOnly}
	case !seen[simplifies] && !seen[simplified]:
		return Result{Variant, GlyphVariant}
	case carePair(a, b):
		return Result{Variant, SurnameCarePair}
	}
	return Result{Script, FirstCandidate}
}
