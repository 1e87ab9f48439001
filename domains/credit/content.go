package credit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// Content is what a report says. The same answers give the same bytes of JSON, whenever
// and in whichever order they came.
type Content struct {
	Subject Kind `json:"subject"`
	// Catalogue is the digest of the catalogue by which it was made.
	Catalogue string    `json:"catalogue"`
	Sections  []Section `json:"sections"` // in the order of their sources' codes
	Grade     Grade     `json:"grade"`
}

// The kinds of field are those of upstream, for callers that need not know who is asked.
const (
	Money = upstream.CreditMoney // fen of CNY
	Count = upstream.CreditCount
	Code  = upstream.CreditCode
	Day   = upstream.CreditDay
	Words = upstream.CreditText // in zh-Hans
)

// State says what a section is worth. Its text is stored and never renamed.
type State string

// The states.
const (
	// Read: the source answered, perhaps that it holds nothing.
	Read State = "read"
	// Unknown: the source answered that it knows none of the documents.
	Unknown State = "unknown"
	// Gap: the source gave no answer that can be relied on.
	Gap State = "gap"
	// NotAuthorised: the authorisation does not name the source.
	NotAuthorised State = "not_authorised"
)

// Why says why there is a gap. Its text is stored and never renamed.
type Why string

// The reasons.
const (
	// Unavailable: the source did not answer.
	Unavailable Why = "unavailable"
	// Unreadable: it answered with facts that are not what is agreed with it.
	Unreadable Why = "unreadable"
)

// Section is what one source says.
type Section struct {
	Source upstream.CreditSource `json:"source"`
	State  State                 `json:"state"`
	// Why and Since are those of a gap: since when it is there, over versions.
	Why   Why       `json:"why,omitempty"`
	Since time.Time `json:"since,omitzero"`
	// Facts are the newest first.
	Facts []Fact `json:"facts,omitempty"`
	// More: the source holds more facts than it said.
	More bool `json:"more,omitempty"`
	// Notable are what is to be noted, in the order of the source's rules; rules by which
	// nothing is are left out.
	Notable []Notable `json:"notable,omitempty"`
}

// Fact is one thing on record, once, whichever documents it stands under.
type Fact struct {
	Reference string `json:"reference"`
	Day       string `json:"day"` // in Asia/Shanghai
	// Fields are in the order of the source's.
	Fields []Field `json:"fields"`
	// Under are the masked numbers of the documents.
	Under []string `json:"under"`
	// Differs: under another document the source says something else by this reference.
	Differs bool `json:"differs,omitempty"`
}

// Field is one figure or word. Number is the value of money (fen of CNY) and counts, Text
// that of all others.
type Field struct {
	Name   string              `json:"name"`
	Kind   upstream.CreditKind `json:"kind"`
	Number int64               `json:"number,omitempty"`
	Text   string              `json:"text,omitempty"`
}

// Notable is what one rule of a source counts.
type Notable struct {
	Rule       string   `json:"rule"`
	References []string `json:"references"`
}

// Grade is what the rule makes of what is to be noted.
type Grade struct {
	Policy  string `json:"policy"`
	Version string `json:"version"`
	Digest  string `json:"digest"` // of the version's file
	// Value is the grade; "" where there is none, because of Missing or because it is not
	// shown.
	Value string `json:"value,omitempty"`
	// Missing are the facts that no section states, in the order of the rule.
	Missing []string `json:"missing,omitempty"`
	// Hidden: it rests on sections that the reader may not see.
	Hidden bool `json:"hidden,omitempty"`
	// Illustrative: something of the rule is not confirmed.
	Illustrative bool `json:"illustrative,omitempty"`
}

// LogValue keeps all of it out of logs.
func (Content) LogValue() slog.Value { return slog.StringValue("[content]") }

// LogValue keeps all of it out of logs.
func (Section) LogValue() slog.Value { return slog.StringValue("[section]") }

// LogValue keeps all of it out of logs.
func (Fact) LogValue() slog.Value { return slog.StringValue("[fact]") }

// bytes is the content as it is kept and compared.
func (c Content) bytes() ([]byte, error) {
	raw, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("write a report: %w", err)
	}
	return raw, nil
}

// section finds the section of a source.
func (c Content) section(source upstream.CreditSource) (Section, bool) {
	i := slices.IndexFunc(c.Sections, func(s Section) bool { return s.Source == source })
	if i < 0 {
		return Section{}, false
	}
	return c.Sections[i], true
}

// counted is how many facts a rule of a section counts, and whether that is known: not
// where the source did not answer, does not know the subject, holds more than it said, or
// contradicts itself.
func (s Section) counted(rule string) (int64, bool) {
	if s.State != Read || s.More || slices.ContainsFunc(s.Facts, func(f Fact) bool { return f.Differs }) {
		return 0, false
	}
	for _, n := range s.Notable {
		if n.Rule == rule {
			return int64(len(n.References)), true
		}
	}
	return 0, true
}

// within is the content as far as some scopes let it be seen: other sections keep their
// place and say that they are not authorised, and a grade that rests on one of them is
// hidden.
func (c Content) within(catalogue Catalogue, scopes []string, facts []string) Content {
	seen := func(s Source) bool { return slices.Contains(scopes, s.Scope) }
	sections := make([]Section, len(c.Sections))
	for i, s := range c.Sections {
		sections[i] = s
		if source, ok := catalogue.Source(s.Source); !ok || !seen(source) {
			sections[i] = Section{Source: s.Source, State: NotAuthorised}
		}
	}
	c.Sections = sections
	for _, fact := range facts {
		if source, _, ok := catalogue.Counting(fact); !ok || !seen(source) {
			c.Grade.Value, c.Grade.Missing, c.Grade.Hidden = "", nil, true
		}
	}
	return c
}

// statement is a report as it is sealed: the content byte for byte as it was compared, and
// what is no part of the comparison.
type statement struct {
	Content  json.RawMessage `json:"content"`
	Readings []Reading       `json:"readings"`
	// Documents are those that were asked about.
	Documents []string        `json:"documents"`
	Trace     json.RawMessage `json:"trace"`
	Voucher   string          `json:"voucher"`
}

// LogValue keeps all of it out of logs.
func (statement) LogValue() slog.Value { return slog.StringValue("[statement]") }

// says reports whether a statement holds this content.
func (s statement) says(content []byte) bool { return bytes.Equal(s.Content, content) }

// content opens the content.
func (s statement) content() (c Content, err error) {
	if err := json.Unmarshal(s.Content, &c); err != nil {
		return Content{}, fmt.Errorf("read a report: %w", err)
	}
	return c, nil
}
