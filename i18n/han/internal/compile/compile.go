// Package compile turns the dictionaries of OpenCC into the automaton of package
// han.
//
// A configuration of OpenCC is a pipeline over the whole text: normalise, cut
// into segments, convert each segment by one group of dictionaries and then by a
// second. Three facts let one pass do the work of the four:
//
//   - Normalising maps single characters to single characters. The automaton
//     reads both as one symbol.
//   - A segment is either a phrase of the segmenting dictionary or a run in which
//     no phrase begins. What a phrase becomes does not depend on its neighbours,
//     so both conversions are done here and the automaton writes the result.
//   - In a run the first conversion from Simplified changes single characters
//     only. The words of the second are therefore looked up under the symbols
//     that the characters become.
//
// The first conversion from Taiwan's Traditional also changes words in runs. So
// that direction alone hands its runs to a second machine, that of t2s.
package compile

import (
	"io/fs"

	"github.com/minzhengtong/minzhengtong/i18n/han/internal/automaton"
)

// The columns of [automaton.Automaton] Texts.
const (
	toTaiwan, toSimplified     = 0, 0
	toTaiwanScript, toMainland = 1, 1
)

// Automaton builds it from the text dictionaries in files.
func Automaton(files fs.FS) (*automaton.Automaton, error) {
	d, err := readAll(files)
	if err != nil {
		return nil, err
	}
	symbols, err := newAlphabet(d.normal, d.all)
	if err != nil {
		return nil, err
	}
	b := builder{symbols: symbols, texts: make([][2]automaton.Span, 1)}
	toTraditional := inOrder(d.phrasesST, d.charactersST)
	taiwan, taiwanWords := inOrder(d.wordsTW, d.phrasesTW, d.charactersTW).split()
	script, scriptWords := inOrder(d.phrasesTW, d.charactersTW).split()
	fromTaiwan, fromTaiwanWords := inOrder(d.wordsFromTW, d.phrasesFromTW, d.charactersFromTW).split()
	simplified := inOrder(d.phrasesTS, d.charactersExtTS, d.charactersTS)
	simplifiedCharacters, _ := simplified.split()

	phrasesST := b.add(d.phrasesST, func(_, value string) (text [2]string) {
		text[toTaiwan] = union(taiwan, taiwanWords).convert(value)
		text[toTaiwanScript] = union(script, scriptWords).convert(value)
		return text
	})
	phrasesTS := b.add(d.phrasesTS, func(key, value string) (text [2]string) {
		text[toSimplified] = value
		text[toMainland] = simplified.convert(union(fromTaiwan, fromTaiwanWords).convert(key))
		return text
	})
	same := func(_, value string) [2]string { return [2]string{value, value} }
	wordsTW, wordsScript, wordsFromTW := b.add(taiwanWords, same), b.add(scriptWords, same), b.add(fromTaiwanWords, same)
	if err := b.place(); err != nil {
		return nil, err
	}
	charactersST, _ := toTraditional.split()
	toTW, toScript := through(charactersST, taiwan), through(charactersST, script)
	return &automaton.Automaton{
		Runes: symbols.runes, Aliases: symbols.aliases,
		Cells: b.cells, Values: b.values, Texts: b.texts, Written: b.written,
		Machines: []automaton.Machine{
			{Column: toTaiwan, Phrases: phrasesST.base, Words: wordsTW.base, Mapped: symbols.changes(charactersST), Next: symbols.changes(toTW)},
			{Column: toTaiwanScript, Phrases: phrasesST.base, Words: wordsScript.base, Mapped: symbols.changes(charactersST), Next: symbols.changes(toScript)},
			{Column: toMainland, Phrases: phrasesTS.base, Words: wordsFromTW.base, Next: symbols.changes(fromTaiwan)},
			{Column: toSimplified, Phrases: phrasesTS.base, Next: symbols.changes(simplifiedCharacters)},
		},
	}, nil
}

// through gives what characters become when first and then second replace them.
func through(first, second dictionary) dictionary {
	both := dictionary{}
	for key := range second {
		both[key] = second[key]
	}
	for key, value := range first {
		both[key] = second.convert(value)
	}
	return both
}
