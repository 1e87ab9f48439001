package campaign

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Draft is a campaign that somebody wants. It is the same for everybody: nothing
// personal belongs in it.
type Draft struct {
	Title string
	// Body is plain, its lines divided by line feeds.
	Body string
	// Language is one of [Languages].
	Language   string
	Population Population
	// Pace is how many people are told in a minute; 0 is as fast as it goes.
	Pace int64
}

// Languages are those in which campaigns are written.
func Languages() []string { return []string{"zh-Hans", "zh-Hant-TW"} }

// Bounds of a draft's parts; texts in characters.
const (
	shortest     = 2
	longestTitle = 100
	longestBody  = 2000
	fastest      = 10_000_000
)

// check reads a draft as the campaign that it will be. It fails with [ErrText]
// or [ErrPopulation].
func (d Draft) check() (Campaign, error) {
	if !fits(d.Title, longestTitle, false) {
		return Campaign{}, ErrText.On("title")
	}
	if !fits(d.Body, longestBody, true) {
		return Campaign{}, ErrText.On("body")
	}
	if !slices.Contains(Languages(), d.Language) {
		return Campaign{}, ErrText.On("source_language")
	}
	if err := checkPace(d.Pace); err != nil {
		return Campaign{}, err
	}
	p, err := d.Population.check()
	if err != nil {
		return Campaign{}, err
	}
	return Campaign{Title: d.Title, Body: d.Body, Language: d.Language, Population: p, Pace: d.Pace}, nil
}

// fits reports whether a text is long enough, no longer than that, and has
// nothing in it that readers cannot see but that changes what they see: control
// characters and marks that turn the direction of writing. Line feeds are allowed
// between lines.
func fits(text string, longest int, lines bool) bool {
	hidden := func(r rune) bool {
		return unicode.IsControl(r) && (!lines || r != '\n') || unicode.Is(unicode.Bidi_Control, r)
	}
	return utf8.ValidString(text) && !strings.ContainsFunc(text, hidden) &&
		utf8.RuneCountInString(strings.TrimSpace(text)) >= shortest && utf8.RuneCountInString(text) <= longest
}

// checkPace fails with [ErrText].
func checkPace(pace int64) error {
	if pace < 0 || pace > fastest {
		return ErrText.On("pace")
	}
	return nil
}
