package rules

import (
	"cmp"
	"slices"

	"github.com/golang-sql/civil"
)

// declareParameters takes the parameters: each has exactly one value on every day of
// the version, with its source.
func (c *compiler) declareParameters() {
	whole := c.file.span()
	for i, p := range c.file.Parameters {
		c.declare(p.Name, "parameter", "parameters", i)
		if p.Title == "" || p.Unit == "" {
			c.at("parameters", i)("%s has no title or no unit", p.Name)
		}
		kind, err := c.kinds.of(p.Type)
		if err != nil {
			c.at("parameters", i)("%v", err)
			continue
		}
		spans := make([]Span, len(p.Values))
		for j := range p.Values {
			v := &c.file.Parameters[i].Values[j]
			spans[j] = v.span(whole)
			c.checkSource(v.Source, v.Status, "parameters", i, "values", j)
			if v.Value, err = c.kinds.fit(field{Name: p.Name, Type: p.Type}, v.Value); err != nil {
				c.at("parameters", i, "values", j)("%v", err)
			}
		}
		if what := cover(whole, spans); what != "" {
			c.at("parameters", i)("%s: %s", p.Name, what)
		}
		c.variable(p.Name, kind)
	}
}

// checkSource reports a figure that does not say where it is from, and how sure.
func (c *compiler) checkSource(source string, status Status, path ...any) {
	if source == "" || status != Confirmed && status != Illustrative {
		c.at(path...)("there is no source, or it is neither confirmed nor illustrative")
	}
}

// cover reports what is wrong with spans that should fill a whole: that two overlap,
// that a day has none, or that one reaches beyond. "" is nothing.
func cover(whole Span, parts []Span) string {
	parts = slices.SortedFunc(slices.Values(parts), func(a, b Span) int { return cmp.Compare(a.From.String(), b.From.String()) })
	if len(parts) == 0 || parts[0].From != whole.From || parts[len(parts)-1].To != whole.To {
		return "its values do not begin and end with the version"
	}
	return chain(parts)
}

// chain reports what is wrong with spans that should follow each other.
func chain(parts []Span) string {
	for i := 1; i < len(parts); i++ {
		switch {
		case parts[i-1].meets(parts[i]):
			return "two hold on " + parts[i].From.String()
		case parts[i-1].To.AddDays(1) != parts[i].From:
			return "none holds on " + parts[i-1].To.AddDays(1).String()
		}
	}
	return ""
}

// span is the time of a value; what it leaves out is that of the version.
func (v value) span(whole Span) Span {
	s := Span{v.From.Date, v.To.Date}
	if s.From.IsZero() {
		s.From = whole.From
	}
	if s.To.IsZero() {
		s.To = whole.To
	}
	return s
}

func (f file) span() Span { return Span{f.From.Date, f.To.Date} }

// on is the value of a parameter on a day.
func (p parameter) on(whole Span, day civil.Date) (value, Span, bool) {
	for _, v := range p.Values {
		if s := v.span(whole); s.Has(day) {
			return v, s, true
		}
	}
	return value{}, Span{}, false
}
