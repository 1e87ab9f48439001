package credit

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"sync"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/rules"
)

// gradePolicy is the rule by which a grade is made, and gradeStep the step that is it.
const (
	gradePolicy = "public_credit_grade"
	gradeStep   = "grade"
)

//go:embed policies/*.yaml
var policyFiles embed.FS

// Policies are the rules that the program brings along. They are part of it and read by a
// test, so a mistake in them is a bug.
var Policies = sync.OnceValue(func() *rules.Book {
	folder, err := fs.Sub(policyFiles, "policies")
	if err != nil {
		panic(err)
	}
	book, err := rules.Load(folder)
	if err != nil {
		panic(err)
	}
	return book
})

// grade works out what the rule of a day makes of the sections, with its trace. What no
// section states is left out and so unknown: then there is no grade, and it says why. On
// a day without a rule there is neither.
func grade(ctx context.Context, book *rules.Book, c Catalogue, sections []Section, on civil.Date) (Grade, []byte, error) {
	policy, _ := book.Policy(gradePolicy) // without versions if it is not there
	version, ok := policy.On(on)
	if !ok {
		return Grade{}, nil, nil
	}
	trace, err := version.Evaluate(ctx, countedFacts(version, c, sections), on)
	if err != nil {
		return Grade{}, nil, fmt.Errorf("grade by %s: %w", version.Name, err)
	}
	raw, err := trace.Bytes()
	g := Grade{Policy: version.Policy, Version: version.Name, Digest: version.Digest, Missing: trace.Missing, Illustrative: version.Illustrative()}
	if trace.Outcome == rules.Granted {
		g.Value = stepOf(trace)
	}
	return g, raw, err
}

// countedFacts are those of the rule that sections state.
func countedFacts(v *rules.Version, c Catalogue, sections []Section) rules.Facts {
	facts := rules.Facts{}
	for _, f := range v.Facts {
		source, _, ok := c.Counting(f.Name)
		if !ok {
			continue
		}
		if s, ok := (Content{Sections: sections}).section(source.Code); ok {
			if n, known := s.counted(f.Name); known {
				facts[f.Name] = n
			}
		}
	}
	return facts
}

// stepOf is the grade of a trace.
func stepOf(t rules.Trace) string {
	for _, s := range t.Steps {
		if s.Name == gradeStep {
			text, _ := s.Value.(string) // a test holds the policies to it
			return text
		}
	}
	return ""
}

// restsOn are the facts on which a grade rests: those of the version that made it, or, where
// that is gone, every one that any source counts.
func (g Grade) restsOn(book *rules.Book, c Catalogue) (facts []string) {
	policy, _ := book.Policy(g.Policy)
	for _, v := range policy.Versions {
		if v.Name == g.Version {
			for _, f := range v.Facts {
				facts = append(facts, f.Name)
			}
			return facts
		}
	}
	for _, s := range c.Sources {
		for _, n := range s.Notable {
			facts = append(facts, n.Code)
		}
	}
	return facts
}
