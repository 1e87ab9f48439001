package i18n

import (
	"slices"
	"strings"
)

// Language is a language with a catalogue, named by its BCP 47 tag. The tag may
// be stored as a person's setting and sent as Content-Language.
type Language string

// The languages.
const (
	// HantTW is Traditional Chinese with the wording of Taiwan.
	HantTW Language = "zh-Hant-TW"
	// Hans is Simplified Chinese, the source of all translations.
	Hans Language = "zh-Hans"
	// English is for the interface; names of documents are their official ones.
	English Language = "en"
	// Minnan (閩南語) in Han characters is for what is spoken: greetings, the
	// queue and the hotline. Everything else its readers get as [HantTW].
	Minnan Language = "nan-Hant"

	// Default is the language of whoever asks for none that there is.
	Default = HantTW
)

// spokenPrefix begins the IDs of the messages that a partial language has.
const spokenPrefix = "PROMPT_"

// Languages lists the languages, the default first and partial ones last.
func Languages() []Language { return []Language{HantTW, Hans, English, Minnan} }

// ParseLanguage reads a tag that is stored or sent as a setting, letter for
// letter: only the tags of [Languages] are one.
func ParseLanguage(tag string) (lang Language, ok bool) {
	return Language(tag), slices.Contains(Languages(), Language(tag))
}

// Base is the language of a partial language's other messages, and a whole
// language itself.
func (l Language) Base() Language {
	if l == Minnan {
		return HantTW
	}
	return l
}

// Partial reports whether the language has texts for some messages only.
func (l Language) Partial() bool { return l.Base() != l }

// Covers reports whether the language must have a text of its own for a message
// with this ID.
func (l Language) Covers(id string) bool {
	return !l.Partial() || strings.HasPrefix(id, spokenPrefix)
}

// Script is the tag of the script in which readers of the language are served a
// text of the data that is stored in from, a tag too: readers of neither script, as
// those of English, get it as it is stored.
func (l Language) Script(from string) string {
	switch l {
	case Hans:
		return string(Hans)
	case HantTW, Minnan:
		return string(HantTW)
	default:
		return from
	}
}
