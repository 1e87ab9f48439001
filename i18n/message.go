package i18n

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// message is one sentence, cut up when the catalogue is read so that wording it
// is only putting together.
type message struct {
	language Language // in which it is written
	text     string   // the whole sentence, when it has no parameters
	other    []piece
	one      []piece // nil when there is no other form for one
}

// piece is some text and the parameter that follows it; the last has none.
type piece struct{ text, param string }

// plain reports whether the sentence has no parameters, and so one form.
func (m *message) plain() bool { return m.other == nil }

// compile reads one message. Its parameters are written {{.Name}}, nothing more.
func compile(lang Language, m *goi18n.Message) (*message, error) {
	other, err := cut(m.Other)
	if err != nil || m.Other == "" {
		return nil, malformed(m)
	}
	one, err := cut(m.One)
	if err != nil {
		return nil, malformed(m)
	}
	c := &message{language: lang, text: m.Other}
	if len(other) > 1 {
		c.other = other
	}
	if m.One != "" {
		c.one = one
	}
	if c.plain() && c.one != nil {
		return nil, malformed(m)
	}
	return c, nil
}

func malformed(m *goi18n.Message) error {
	return fmt.Errorf("message %s is empty, has a placeholder that is not {{.Name}}, or counts without one", m.ID)
}

// cut splits a text at its parameters.
func cut(text string) ([]piece, error) {
	var pieces []piece
	for {
		before, rest, found := strings.Cut(text, "{{")
		if !found {
			return append(pieces, piece{text: text}), nil
		}
		param, after, closed := strings.Cut(rest, "}}")
		name, dotted := strings.CutPrefix(param, ".")
		if !closed || !dotted || !isName(name) {
			return nil, strconv.ErrSyntax
		}
		pieces = append(pieces, piece{before, name})
		text = after
	}
}

func isName(name string) bool {
	letters := strings.IndexFunc(name, func(r rune) bool { return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') }) < 0
	return letters && name != ""
}

// countingParams are the parameters, in order, that choose between one and many.
var countingParams = [...]string{"Count", "Days"}

// Counts reports whether a message with these parameters needs a form for one
// beside the one for many.
func (l Language) Counts(parameters []string) bool {
	counting := func(name string) bool { return slices.Contains(countingParams[:], name) }
	return l == English && slices.ContainsFunc(parameters, counting)
}

// form is the plural form that the arguments ask for.
func (m *message) form(args map[string]string) []piece {
	if m.one == nil {
		return m.other
	}
	for _, name := range countingParams {
		if n, err := strconv.Atoi(args[name]); err == nil {
			if pluralOf(m.language, n) == plural.One {
				return m.one
			}
			return m.other
		}
	}
	return m.other
}

// pluralOf is the plural form (CLDR) of a whole number. Only English has more
// than one.
func pluralOf(lang Language, n int) plural.Form {
	if lang != English {
		return plural.Other
	}
	if n < 0 {
		n = -n
	}
	const million = 1_000_000 // the form depends on no higher digits
	if n >= 10*million {
		n = n%million + million
	}
	return plural.Cardinal.MatchPlural(language.English, n, 0, 0, 0, 0)
}
