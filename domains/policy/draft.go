package policy

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// Draft is a text that somebody wants to have published.
type Draft struct {
	Title string `json:"title"`
	// Body is plain, its paragraphs divided by line feeds.
	Body string `json:"body"`
	// Language is one of [Languages].
	Language string `json:"language"`
	Issuer   string `json:"issuer"`
	// Number is the official one (文號), as printed; may be empty.
	Number string `json:"document_number"`
	// URL is the official page; may be empty.
	URL string `json:"url"`
	// From and To are YYYY-MM-DD; either may be empty.
	From string `json:"valid_from"`
	To   string `json:"valid_to"`
}

// Languages are those in which texts are issued.
func Languages() []string { return []string{"zh-Hans", "zh-Hant-TW"} }

// Bounds of a text's parts, in characters.
const (
	shortest      = 2
	longestLine   = 200
	longestBody   = 20_000
	longestNumber = 100
	longestURL    = 400
)

// check reads a draft as the policy that it will be. It fails with [ErrText] or
// [ErrDates].
func (d Draft) check() (Policy, error) {
	for _, part := range []struct {
		field, text       string
		shortest, longest int
		lines             bool
	}{
		{"title", d.Title, shortest, longestLine, false},
		{"body", d.Body, shortest, longestBody, true},
		{"issuer", d.Issuer, shortest, longestLine, false},
		{"document_number", d.Number, 0, longestNumber, false},
		{"url", d.URL, 0, longestURL, false},
	} {
		n := utf8.RuneCountInString(strings.TrimSpace(part.text))
		if n < part.shortest || utf8.RuneCountInString(part.text) > part.longest || !printable(part.text, part.lines) {
			return Policy{}, ErrText.On(part.field)
		}
	}
	if !slices.Contains(Languages(), d.Language) {
		return Policy{}, ErrText.On("source_language")
	}
	if !page(d.URL) {
		return Policy{}, ErrText.On("url")
	}
	from, to, err := days(d.From, d.To)
	if err != nil {
		return Policy{}, err
	}
	return Policy{
		Title: d.Title, Body: d.Body, Issuer: d.Issuer, Language: d.Language, Number: d.Number, URL: d.URL, From: from, To: to,
	}, nil
}

// printable reports whether a text has nothing in it that readers cannot see but
// that changes what they see: control characters and marks that turn the
// direction of writing. Line feeds are allowed between lines.
func printable(text string, lines bool) bool {
	hidden := func(r rune) bool {
		return unicode.IsControl(r) && (!lines || r != '\n') || unicode.Is(unicode.Bidi_Control, r)
	}
	return utf8.ValidString(text) && !strings.ContainsFunc(text, hidden)
}

// page reports whether a text is the address of a page, or empty.
func page(text string) bool {
	if text == "" {
		return true
	}
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && !strings.ContainsFunc(text, unicode.IsSpace)
}

// days reads the first and the last day.
func days(first, last string) (from, to civil.Date, err error) {
	if from, err = day("valid_from", first); err != nil {
		return from, to, err
	}
	if to, err = day("valid_to", last); err != nil {
		return from, to, err
	}
	if first != "" && last != "" && to.Before(from) {
		return from, to, ErrDates.On("valid_to")
	}
	return from, to, nil
}

// day reads a day of the calendar; empty is zero.
func day(field, text string) (civil.Date, error) {
	if text == "" {
		return civil.Date{}, nil
	}
	d, err := civil.ParseDate(text)
	if err != nil || d.String() != text {
		return civil.Date{}, fault.On(field, ErrDates)
	}
	return d, nil
}
