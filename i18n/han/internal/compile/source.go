package compile

import "io/fs"

// sources are the dictionaries by what they do: ST from Simplified to OpenCC's
// own Traditional, TS back, TW from there to Taiwan's standard.
type sources struct {
	normal                                       dictionary
	phrasesST, charactersST                      dictionary
	phrasesTS, charactersExtTS, charactersTS     dictionary
	wordsTW, phrasesTW, charactersTW             dictionary
	wordsFromTW, phrasesFromTW, charactersFromTW dictionary

	all []dictionary // all of them but normal
}

// readAll reads the files that the configurations s2twp, s2tw, tw2sp and t2s of
// OpenCC 1.4.1 name.
func readAll(files fs.FS) (*sources, error) {
	s, regional := &sources{}, dictionary{}
	for _, file := range []struct {
		name string
		to   *dictionary
	}{
		{"CJK_Compatibility_Ideographs", &s.normal},
		{"STPhrases", &s.phrasesST},
		{"STPhrases_GeneratedFromRegionalPhrases", &regional},
		{"STCharacters", &s.charactersST},
		{"TSPhrases", &s.phrasesTS},
		{"TSCharactersExt", &s.charactersExtTS},
		{"TSCharacters", &s.charactersTS},
		{"TWPhrases", &s.wordsTW},
		{"TWVariantsPhrases", &s.phrasesTW},
		{"TWVariants", &s.charactersTW},
		{"TWPhrasesRev", &s.wordsFromTW},
		{"TWVariantsRevPhrases", &s.phrasesFromTW},
		{"TWVariantsRev", &s.charactersFromTW},
	} {
		d, err := read(files, file.name)
		if err != nil {
			return nil, err
		}
		*file.to = d
		if file.to != &s.normal {
			s.all = append(s.all, d)
		}
	}
	s.phrasesST = union(s.phrasesST, regional)
	return s, nil
}
