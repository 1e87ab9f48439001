package credit

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// answer is what became of asking one source.
type answer struct {
	reading upstream.CreditReading
	err     error
}

// assemble makes the sections of a report. It is pure: answers by source, nothing for one
// that was not authorised; the masked numbers of the documents in the order in which they
// were asked about; the sections of the version before, for since when a gap is there.
func assemble(c Catalogue, subject Kind, answers map[upstream.CreditSource]answer, masked []string, before []Section, now time.Time) []Section {
	var sections []Section
	for _, s := range c.Sources {
		if !s.speaksOf(subject) {
			continue
		}
		a, asked := answers[s.Code]
		if !asked {
			sections = append(sections, Section{Source: s.Code, State: NotAuthorised})
			continue
		}
		sections = append(sections, sectionOf(s, a, masked).since(before, now))
	}
	return sections
}

// since dates a gap: from the version before, where it has the same one.
func (s Section) since(before []Section, now time.Time) Section {
	if s.State != Gap {
		return s
	}
	s.Since = now
	for _, b := range before {
		if b.Source == s.Source && b.State == Gap {
			s.Since = b.Since
		}
	}
	return s
}

// errUnfit: a fact is not what is agreed with the source.
var errUnfit = errors.New("credit: a fact is not what is agreed with its source")

// sectionOf is what a source says, taken whole or not at all.
func sectionOf(s Source, a answer, masked []string) Section {
	if a.err != nil {
		return Section{Source: s.Code, State: Gap, Why: Unavailable}
	}
	out := Section{Source: s.Code, State: Unknown}
	if len(a.reading.Answers) != len(masked) {
		return Section{Source: s.Code, State: Gap, Why: Unreadable}
	}
	for i, one := range a.reading.Answers {
		if one.Known {
			out.State = Read
		}
		out.More = out.More || one.More
		for _, f := range one.Facts {
			fact, err := factOf(s, f, masked[i])
			if err != nil {
				return Section{Source: s.Code, State: Gap, Why: Unreadable}
			}
			out.Facts = withFact(out.Facts, fact)
		}
	}
	slices.SortFunc(out.Facts, compareFacts)
	out.Notable = notable(s, out.Facts)
	return out
}

// factOf brings a fact into the form of its source, or fails with [errUnfit].
func factOf(s Source, f upstream.CreditFact, masked string) (Fact, error) {
	out := Fact{Reference: f.Reference, Day: f.Day.String(), Under: []string{masked}}
	for _, rule := range s.Fields {
		i := slices.IndexFunc(f.Fields, func(x upstream.CreditField) bool { return x.Name == rule.Name })
		switch {
		case i < 0 && rule.Optional:
			continue
		case i < 0 || f.Fields[i].Kind != rule.Kind:
			return Fact{}, errUnfit
		}
		x := f.Fields[i]
		if _, listed := rule.Codes[x.Text]; len(rule.Codes) > 0 && !listed {
			return Fact{}, errUnfit
		}
		out.Fields = append(out.Fields, Field(x))
	}
	if known := len(out.Fields); known != len(f.Fields) {
		return Fact{}, errUnfit // a field that nobody agreed on
	}
	return out, nil
}

// withFact adds a fact: one that another document shows alike is there once, one that it
// shows otherwise twice, and both say so.
func withFact(facts []Fact, f Fact) []Fact {
	for i := range facts {
		if facts[i].Reference != f.Reference {
			continue
		}
		if facts[i].Day == f.Day && slices.Equal(facts[i].Fields, f.Fields) {
			facts[i].Under = append(facts[i].Under, f.Under...)
			slices.Sort(facts[i].Under)
			return facts
		}
		facts[i].Differs, f.Differs = true, true
	}
	return append(facts, f)
}

// compareFacts puts the newest first, and no two facts of a section alike.
func compareFacts(a, b Fact) int {
	return cmp.Or(
		cmp.Compare(b.Day, a.Day), cmp.Compare(a.Reference, b.Reference), slices.Compare(a.Under, b.Under),
		slices.CompareFunc(a.Fields, b.Fields, func(x, y Field) int {
			return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.Number, y.Number), cmp.Compare(x.Text, y.Text))
		}),
	)
}

// notable counts by each rule of a source.
func notable(s Source, facts []Fact) (list []Notable) {
	for _, rule := range s.Notable {
		n := Notable{Rule: rule.Code}
		for _, f := range facts {
			hit := func(x Field) bool { return x.Name == rule.Field && slices.Contains(rule.Values, x.Text) }
			if slices.ContainsFunc(f.Fields, hit) && !slices.Contains(n.References, f.Reference) {
				n.References = append(n.References, f.Reference)
			}
		}
		if len(n.References) > 0 {
			list = append(list, n)
		}
	}
	return list
}
