package notice

import (
	"maps"
	"strings"

	"github.com/minzhengtong/minzhengtong/domains/actor"
)

// Words words what this package tells. The house hands them in, because a domain
// has no sentences.
type Words struct {
	// Message words a message of the catalogue for a reader and names the
	// language in which it is.
	Message func(p actor.Preference, id string, args map[string]string) (text, language string)
	// Convert writes a text of one language in the script of the reader, and
	// names the language that came of it: that of the original where nothing
	// can be converted.
	Convert func(p actor.Preference, text, language string) (converted, in string)
}

// Worded is a notice as somebody reads it.
type Worded struct {
	Title    string
	Body     string // lines divided by line feeds
	Language string
}

// For words a notice for a reader.
func (w Words) For(p actor.Preference, n Notice) Worded {
	if t := n.Text; t != nil {
		title, language := w.Convert(p, t.Title, t.Language)
		body, _ := w.Convert(p, t.Body, t.Language)
		return Worded{Title: title, Body: body, Language: language}
	}
	prefix := "NOTICE_" + strings.ToUpper(n.Kind)
	title, language := w.Message(p, prefix+"_TITLE", n.Args)
	body, _ := w.Message(p, prefix+"_BODY", n.Args)
	for _, args := range n.Lines {
		line, _ := w.Message(p, prefix+"_LINE", args)
		body += "\n" + line
	}
	return Worded{Title: title, Body: body, Language: language}
}

// text words a message of the catalogue.
func (w Words) text(p actor.Preference, id string, args map[string]string) string {
	text, _ := w.Message(p, id, maps.Clone(args))
	return text
}

// cut shortens a text to so many characters.
func cut(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most-1]) + "…"
}
