package i18n

import (
	"slices"
	"strconv"
	"strings"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
)

// missingArgument stands where a message has a parameter that nobody filled.
const missingArgument = "…"

// countingParams are the parameters, in order, that choose between one and many.
var countingParams = [...]string{"Count", "Days"}

// IDs lists all messages in alphabetical order. The slice is the caller's.
func (b *Bundle) IDs() []string { return slices.Clone(b.ids) }

// Has reports whether there is a message with this ID, in every language.
func (b *Bundle) Has(id string) bool {
	_, ok := b.catalogues[Default].messages[id]
	return ok
}

// Text words a message. It never fails and never panics: a language without a
// catalogue is taken for the default one, a message that is missing gives a
// sentence that promises nothing (ask [Bundle.Has] first where that matters), and
// a parameter without an argument is shown as an ellipsis.
//
// An argument that itself has a message is worded too: Kind=taiwan_pass is shown
// as the message KIND_TAIWAN_PASS. Dates and amounts come formatted. Text is plain,
// not escaped for HTML.
//
// A message without parameters costs two map look-ups and no allocation.
func (b *Bundle) Text(lang Language, id string, args map[string]string) string {
	c, ok := b.catalogues[lang]
	if !ok {
		c = b.catalogues[Default]
	}
	m, ok := c.messages[id]
	switch {
	case !ok:
		return c.messages[fallbackID].text
	case len(m.params) == 0:
		return m.text
	}
	return c.fill(id, m, args)
}

// fill words a message with parameters.
func (c *catalogue) fill(id string, m message, args map[string]string) string {
	data := make(map[string]string, len(m.params))
	for _, name := range m.params {
		data[name] = c.argument(name, args)
	}
	text, err := c.localizer.Localize(&goi18n.LocalizeConfig{MessageID: id, TemplateData: data, PluralCount: count(data)})
	if err != nil {
		return c.messages[fallbackID].text
	}
	return text
}

// argument is what to show for a parameter.
func (c *catalogue) argument(name string, args map[string]string) string {
	value, ok := args[name]
	if !ok {
		return missingArgument
	}
	if m, ok := c.messages[strings.ToUpper(name+"_"+value)]; ok && len(m.params) == 0 {
		return m.text
	}
	return value
}

// count is the number that chooses the plural form, or nil.
func count(data map[string]string) any {
	for _, name := range countingParams {
		if n, err := strconv.Atoi(data[name]); err == nil {
			return n
		}
	}
	return nil
}
