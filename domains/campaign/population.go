package campaign

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
)

// Population is whom a campaign is for: people with a document, in force and not
// erased, to which all of it applies. Empty fields do not choose. Firms are never
// in it.
type Population struct {
	Kinds []document.Kind `json:"document_kinds,omitempty"`
	// Areas are where a document was issued, GB/T 2260: 350000 is all of Fujian,
	// 350100 all of Fuzhou, 350128 Pingtan alone.
	Areas []string `json:"areas,omitempty"`
	// ExpiresFrom and ExpiresTo are the first and the last of the last days that
	// match, YYYY-MM-DD. Documents without a last day do not match either.
	ExpiresFrom string `json:"expires_from,omitempty"`
	ExpiresTo   string `json:"expires_to,omitempty"`
}

// Kinds are the kinds of document that people have.
func Kinds() []document.Kind {
	return []document.Kind{
		document.TaiwanPass, document.TaiwanPermit, document.HKMOPermit, document.ResidentID, document.ForeignPermanent,
	}
}

// Bounds of a population's lists.
const (
	mostKinds = 8
	mostAreas = 100
)

var areaForm = regexp.MustCompile(`^[1-9][0-9]{5}$`)

// check returns the population without repetitions. It fails with
// [ErrPopulation].
func (p Population) check() (Population, error) {
	unknown := func(k document.Kind) bool { return !slices.Contains(Kinds(), k) }
	if len(p.Kinds) > mostKinds || slices.ContainsFunc(p.Kinds, unknown) {
		return Population{}, ErrPopulation.On("population.document_kinds")
	}
	none := func(area string) bool { return !areaForm.MatchString(area) }
	if len(p.Areas) > mostAreas || slices.ContainsFunc(p.Areas, none) {
		return Population{}, ErrPopulation.On("population.areas")
	}
	if !day(p.ExpiresFrom) {
		return Population{}, ErrPopulation.On("population.expires_from")
	}
	if !day(p.ExpiresTo) || p.ExpiresTo != "" && p.ExpiresTo < p.ExpiresFrom {
		return Population{}, ErrPopulation.On("population.expires_to")
	}
	p.Kinds, p.Areas = once(p.Kinds), once(p.Areas)
	return p, nil
}

// day reports whether a text is a day of the calendar, or empty.
func day(text string) bool {
	d, err := civil.ParseDate(text)
	return text == "" || err == nil && d.String() == text
}

// once is a list in order, without what comes twice.
func once[T ~string](list []T) []T {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

// reach is the part of an area's code that everything within it begins with: two
// digits of a province, four of a city.
func reach(area string) string {
	for strings.HasSuffix(area, "00") {
		area = strings.TrimSuffix(area, "00")
	}
	return area
}

// where is the population as a condition on the documents d, with its arguments,
// on a day in the zone of documents.
func (p Population) where(today civil.Date) (string, []any) {
	kinds := p.Kinds
	if len(kinds) == 0 {
		kinds = Kinds()
	}
	var c condition
	c.add(`d.recorded = 'valid' AND d.erase_time IS NULL AND (d.valid_to = '' OR d.valid_to >= ?)`, today.String())
	c.add(`d.kind IN `+marks(len(kinds)), values(kinds)...)
	if p.ExpiresFrom != "" {
		c.add(`d.valid_to >= ?`, p.ExpiresFrom)
	}
	if p.ExpiresTo != "" {
		c.add(`d.valid_to <> '' AND d.valid_to <= ?`, p.ExpiresTo)
	}
	if len(p.Areas) > 0 {
		text, args := within(p.Areas)
		c.add(text, args...)
	}
	return strings.Join(c.parts, " AND "), c.args
}

// condition collects what has to hold.
type condition struct {
	parts []string
	args  []any
}

func (c *condition) add(text string, args ...any) {
	c.parts = append(c.parts, text)
	c.args = append(c.args, args...)
}

// within is the condition that a document was issued in one of some areas.
func within(areas []string) (string, []any) {
	byLength := map[int][]any{}
	for _, area := range areas {
		code := reach(area)
		byLength[len(code)] = append(byLength[len(code)], code)
	}
	var either condition
	for _, n := range slices.Sorted(maps.Keys(byLength)) {
		either.add(fmt.Sprintf(`substr(d.area, 1, %d) IN %s`, n, marks(len(byLength[n]))), byLength[n]...)
	}
	return `(` + strings.Join(either.parts, " OR ") + `)`, either.args
}

// marks are so many question marks in brackets.
func marks(n int) string { return "(?" + strings.Repeat(",?", n-1) + ")" }

// values are texts as arguments of a query.
func values[T ~string](list []T) []any {
	out := make([]any, len(list))
	for i, x := range list {
		out[i] = string(x)
	}
	return out
}
