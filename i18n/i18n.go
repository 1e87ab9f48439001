// Package i18n holds every sentence that people read, in each of the house's
// languages, and chooses the language for a person.
//
// The rest of the house hands out message IDs and arguments, never sentences. An
// ID is UPPER_SNAKE_CASE; the reason of a fault is the ID of its message. The
// catalogues are locales/<language>.json in the format of go-i18n, embedded. The
// source language is Simplified Chinese, in which the authorities write: its file
// also holds a description of each message for translators.
//
// A [Bundle] is read once and never changes, so goroutines may share it. Names
// across the two scripts are the business of package hanname.
package i18n

import (
	"embed"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
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

	// Default is the language of whoever asks for none that there is.
	Default = HantTW
)

// Languages lists the languages, the default first.
func Languages() []Language { return []Language{HantTW, Hans, English} }

// fallbackID is the message that stands in for a missing one.
const fallbackID = "FALLBACK"

//go:embed locales/*.json
var locales embed.FS

// Bundle is the catalogues of all languages.
type Bundle struct {
	catalogues map[Language]*catalogue
	ids        []string
}

// catalogue is the messages of one language.
type catalogue struct {
	messages  map[string]message
	localizer *goi18n.Localizer
}

// message is one sentence, ready to send unless it has parameters.
type message struct {
	text   string
	params []string
}

// Load reads the embedded catalogues. It fails when a language lacks a message
// that another has, or when a message is empty or malformed.
func Load() (*Bundle, error) {
	parsed := goi18n.NewBundle(language.MustParse(string(Hans)))
	b := &Bundle{catalogues: map[Language]*catalogue{}}
	for _, lang := range Languages() {
		file, err := parsed.LoadMessageFileFS(locales, "locales/"+string(lang)+".json")
		if err != nil {
			return nil, fmt.Errorf("read catalogue %s: %w", lang, err)
		}
		messages, err := readMessages(file.Messages)
		if err != nil {
			return nil, fmt.Errorf("read catalogue %s: %w", lang, err)
		}
		b.catalogues[lang] = &catalogue{messages, goi18n.NewLocalizer(parsed, string(lang))}
	}
	b.ids = slices.Sorted(maps.Keys(b.catalogues[Hans].messages))
	return b, b.complete()
}

// complete fails unless all languages have the same messages.
func (b *Bundle) complete() error {
	for _, lang := range Languages() {
		ids := slices.Sorted(maps.Keys(b.catalogues[lang].messages))
		if !slices.Equal(ids, b.ids) {
			return fmt.Errorf("catalogue %s has other messages than %s", lang, Hans)
		}
	}
	if !b.Has(fallbackID) {
		return fmt.Errorf("no catalogue has the message %s", fallbackID)
	}
	return nil
}

// placeholder is the one form of parameter that a message may hold.
var placeholder = regexp.MustCompile(`\{\{\.([A-Za-z]+)\}\}`)

func readMessages(parsed []*goi18n.Message) (map[string]message, error) {
	messages := make(map[string]message, len(parsed))
	for _, m := range parsed {
		forms := m.Other + m.One
		if m.Other == "" || strings.Contains(placeholder.ReplaceAllString(forms, ""), "{{") {
			return nil, fmt.Errorf("message %s is empty or has a placeholder that is not {{.Name}}", m.ID)
		}
		var params []string
		for _, match := range placeholder.FindAllStringSubmatch(forms, -1) {
			if !slices.Contains(params, match[1]) {
				params = append(params, match[1])
			}
		}
		messages[m.ID] = message{m.Other, params}
	}
	return messages, nil
}
