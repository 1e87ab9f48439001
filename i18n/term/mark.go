package term

import "unicode"

// Run is a piece of a text. Term is the ID of the term that the piece is, or
// empty where it is plain.
type Run struct {
	Text string
	Term ID
}

// Mark cuts a text, in either script, into runs. The runs joined are the text,
// byte for byte. Legal terms and false friends are marked at every occurrence:
// of terms that overlap the one that begins first, of those the longest; not
// inside a longer word that only looks like it. Names in Latin letters are not
// marked. Plain runs never follow each other, and no run is empty.
//
// Mark knows nothing of markup: give it text without, or use package text.
func Mark(text string) []Run {
	var runs []Run
	start, at := 0, 0 // the plain run that is open, and where it has got to
	plain := func(piece string) { at += len(piece) }
	flush := func() {
		if start < at {
			runs = append(runs, Run{Text: text[start:at]})
		}
	}
	glossary().marks.Split(text, plain, func(piece string, id ID) {
		if id == "" {
			plain(piece)
			return
		}
		flush()
		runs = append(runs, Run{piece, id})
		at += len(piece)
		start = at
	})
	flush()
	return runs
}

// marksOf are the phrases to look for: the spellings of the terms that are
// marked with their ID, and without one whatever must not be marked inside.
// Words are such guards too: the 程序 of 应用程序 is no procedure.
func marksOf(entries []Entry) map[string]ID {
	phrases := map[string]ID{}
	guard := func(hans, hant string) bool {
		phrases[hans], phrases[hant] = "", ""
		return true
	}
	for _, e := range entries {
		e.Guards(guard)
		if !e.Marked() {
			e.Spellings(guard)
		}
	}
	for _, e := range entries {
		if !e.Marked() {
			continue
		}
		for hans, hant := range e.Spellings {
			if isHan(hans) {
				phrases[hans], phrases[hant] = e.ID, e.ID
			}
		}
	}
	return phrases
}

// isHan reports whether a spelling has a Han character.
func isHan(text string) bool {
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			return true
		}
	}
	return false
}
