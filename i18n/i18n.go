// Package i18n holds every sentence that people read or hear, in each of the
// house's languages, and chooses the language for a person.
//
// The rest of the house hands out message IDs and arguments, never sentences. An
// ID is UPPER_SNAKE_CASE; the reason of a fault is the ID of its message. The
// catalogues are locales/<language>.json in the format of go-i18n, embedded. The
// source language is Simplified Chinese, in which the authorities write: its file
// also holds a description of each message for translators, and the other files
// the hash of the source from which each text was made. Package catalogue looks
// after the files.
//
// A [Bundle] is read once and never changes, so goroutines may share it.
package i18n

import (
	"embed"
	"fmt"
	"maps"
	"slices"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
)

// fallbackID is the message that stands in for a missing one.
const fallbackID = "FALLBACK"

//go:embed locales/*.json
var locales embed.FS

// Bundle is the catalogues of all languages.
type Bundle struct {
	catalogues map[Language]catalogue
	ids        []string
}

// catalogue is the messages for the readers of one language, by ID. Those of a
// partial language are its base's where it has none.
type catalogue map[string]*message

// Load reads the embedded catalogues. It fails when a language lacks a message
// that it should have or has one that the source lacks, or when a message is
// empty or malformed.
func Load() (*Bundle, error) {
	b := &Bundle{catalogues: map[Language]catalogue{}}
	for _, lang := range Languages() {
		own, err := readCatalogue(lang)
		if err != nil {
			return nil, fmt.Errorf("read catalogue %s: %w", lang, err)
		}
		b.catalogues[lang] = own
	}
	b.ids = slices.Sorted(maps.Keys(b.catalogues[Hans]))
	if err := b.complete(); err != nil {
		return nil, err
	}
	b.fillUp()
	return b, nil
}

// complete fails unless every language has the messages that it covers.
func (b *Bundle) complete() error {
	for _, lang := range Languages() {
		want := slices.DeleteFunc(b.IDs(), func(id string) bool { return !lang.Covers(id) })
		if !slices.Equal(slices.Sorted(maps.Keys(b.catalogues[lang])), want) {
			return fmt.Errorf("catalogue %s has not the messages of %s that it should have; minzhengtong i18n report lists them", lang, Hans)
		}
	}
	if !b.Has(fallbackID) {
		return fmt.Errorf("no catalogue has the message %s", fallbackID)
	}
	return nil
}

// fillUp gives partial languages the messages of their base.
func (b *Bundle) fillUp() {
	for lang, own := range b.catalogues {
		if lang.Partial() {
			all := maps.Clone(b.catalogues[lang.Base()])
			maps.Copy(all, own)
			b.catalogues[lang] = all
		}
	}
}

func readCatalogue(lang Language) (catalogue, error) {
	path := "locales/" + string(lang) + ".json"
	text, err := locales.ReadFile(path)
	if err != nil {
		return nil, err
	}
	parsed, err := goi18n.ParseMessageFileBytes(text, path, nil)
	if err != nil {
		return nil, err
	}
	c := make(catalogue, len(parsed.Messages))
	for _, m := range parsed.Messages {
		if c[m.ID], err = compile(lang, m); err != nil {
			return nil, err
		}
	}
	return c, nil
}
