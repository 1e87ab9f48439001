package credit

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"github.com/minzhengtong/minzhengtong/domains/rules"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// Kind tells reports on persons from reports on firms. Its text is stored and never
// renamed.
type Kind string

// The kinds of subject.
const (
	Person Kind = "person"
	Firm   Kind = "firm"
)

// fallback is the language of a text where the reader's has none.
const fallback = "zh-Hant-TW"

// languages are those in which every text of a source is there.
var languages = []string{"zh-Hans", fallback, "en"}

// Text is a text in several languages.
type Text map[string]string

// In is the text in a language or, where there is none in it, in Traditional Chinese.
func (t Text) In(language string) string { return cmp.Or(t[language], t[fallback]) }

// whole reports whether no language is missing.
func (t Text) whole() bool {
	return !slices.ContainsFunc(languages, func(language string) bool { return t[language] == "" })
}

// Source is one source of public-credit data: a file of sources.
type Source struct {
	Code upstream.CreditSource `json:"code"`
	// Status is illustrative until an office confirms what it delivers.
	Status rules.Status `json:"status"`
	// Scope is the code of the consent that lets it be read.
	Scope    string `json:"scope"`
	Subjects []Kind `json:"subjects"`
	// Owner is the department that keeps the data.
	Owner  Text        `json:"owner"`
	Title  Text        `json:"title"`
	Fields []FieldRule `json:"fields"`
	// Notable are the rules by which facts are to be noted.
	Notable []NotableRule `json:"notable"`
	// Dispute says how to dispute a fact.
	Dispute Text `json:"dispute"`
}

// FieldRule is a field of a source's facts.
type FieldRule struct {
	Name     string              `json:"name"`
	Kind     upstream.CreditKind `json:"kind"`
	Optional bool                `json:"optional"`
	Title    Text                `json:"title"`
	// Codes are the words that a code may be; none for any word.
	Codes map[string]Text `json:"codes"`
}

// NotableRule says which facts are to be noted: those whose code is one of the values.
type NotableRule struct {
	// Code names the rule, and the fact of the grade's rule that it counts.
	Code   string   `json:"code"`
	Field  string   `json:"field"`
	Values []string `json:"values"`
	Title  Text     `json:"title"`
}

// speaksOf reports whether the source holds data about such subjects.
func (s Source) speaksOf(k Kind) bool { return slices.Contains(s.Subjects, k) }

// Field finds a field by its name.
func (s Source) Field(name string) (FieldRule, bool) {
	i := slices.IndexFunc(s.Fields, func(f FieldRule) bool { return f.Name == name })
	if i < 0 {
		return FieldRule{}, false
	}
	return s.Fields[i], true
}

// Rule finds a rule by its code.
func (s Source) Rule(code string) (NotableRule, bool) {
	i := slices.IndexFunc(s.Notable, func(n NotableRule) bool { return n.Code == code })
	if i < 0 {
		return NotableRule{}, false
	}
	return s.Notable[i], true
}

// check says what a source lacks.
func (s Source) check() error {
	switch {
	case s.Code == "" || s.Scope == "" || len(s.Subjects) == 0 || len(s.Fields) == 0:
		return errors.New("no code, scope, subject or field")
	case s.Status != rules.Confirmed && s.Status != rules.Illustrative:
		return errors.New("no status")
	case !s.Owner.whole() || !s.Title.whole() || !s.Dispute.whole():
		return errors.New("owner, title or dispute lacks a language")
	}
	for _, f := range s.Fields {
		if f.Name == "" || f.Kind == "" || !f.Title.whole() || len(f.Codes) > 0 && f.Kind != upstream.CreditCode {
			return fmt.Errorf("field %q is not whole", f.Name)
		}
		for code, text := range f.Codes {
			if !text.whole() {
				return fmt.Errorf("code %q of field %q lacks a language", code, f.Name)
			}
		}
	}
	for _, n := range s.Notable {
		f, ok := s.Field(n.Field)
		unknown := func(value string) bool { _, listed := f.Codes[value]; return !listed }
		if !ok || n.Code == "" || !n.Title.whole() || len(n.Values) == 0 || slices.ContainsFunc(n.Values, unknown) {
			return fmt.Errorf("rule %q is not whole", n.Code)
		}
	}
	return nil
}

// Catalogue is all sources in the order of their codes, with the words around them. It is
// read-only.
type Catalogue struct {
	Sources []Source
	// Kind says what the report is, and what it is not; How, how its summary comes about.
	Kind, How Text
	// Digest is SHA-256 of the files, hex: another catalogue makes another version of the
	// same facts.
	Digest string
}

// Source finds a source by its code.
func (c Catalogue) Source(code upstream.CreditSource) (Source, bool) {
	i := slices.IndexFunc(c.Sources, func(s Source) bool { return s.Code == code })
	if i < 0 {
		return Source{}, false
	}
	return c.Sources[i], true
}

// Counting is the source whose rule counts a fact of the grade, with that rule.
func (c Catalogue) Counting(fact string) (Source, NotableRule, bool) {
	for _, s := range c.Sources {
		for _, n := range s.Notable {
			if n.Code == fact {
				return s, n, true
			}
		}
	}
	return Source{}, NotableRule{}, false
}

//go:embed sources/*.json words.json
var catalogueFiles embed.FS

// Shipped is the catalogue that the program brings along. Its files are part of the program
// and read by a test, so a mistake in them is a bug.
var Shipped = sync.OnceValue(func() Catalogue {
	c, err := readCatalogue(catalogueFiles)
	if err != nil {
		panic("credit: " + err.Error())
	}
	return c
})

// readCatalogue reads every file strictly and checks that none lacks a part.
func readCatalogue(files fs.FS) (c Catalogue, err error) {
	names, err := fs.Glob(files, "sources/*.json")
	if err != nil {
		return Catalogue{}, err
	}
	sum := sha256.New()
	for _, name := range names {
		var s Source
		if err := readInto(files, name, sum, &s); err != nil {
			return Catalogue{}, err
		}
		if err := s.check(); err != nil {
			return Catalogue{}, fmt.Errorf("%s: %w", name, err)
		}
		c.Sources = append(c.Sources, s)
	}
	slices.SortFunc(c.Sources, func(a, b Source) int { return cmp.Compare(a.Code, b.Code) })
	var words struct{ Kind, How Text }
	if err := readInto(files, "words.json", sum, &words); err != nil {
		return Catalogue{}, err
	}
	if !words.Kind.whole() || !words.How.whole() {
		return Catalogue{}, errors.New("words.json lacks a language")
	}
	c.Kind, c.How, c.Digest = words.Kind, words.How, hex.EncodeToString(sum.Sum(nil))
	return c, nil
}

// readInto reads a file into a value, and adds its bytes to a sum.
func readInto(files fs.FS, name string, sum interface{ Write([]byte) (int, error) }, into any) error {
	content, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	if _, err := sum.Write(content); err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
