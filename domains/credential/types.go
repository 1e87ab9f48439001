package credential

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"sync"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/credential/sdjwt"
)

// TypeCode names a type of credential. It is stored and never renamed.
type TypeCode string

// FieldKind says what a field holds.
type FieldKind string

// The kinds of field.
const (
	Text  FieldKind = "text"  // a text, in the script of whoever wrote it
	Day   FieldKind = "day"   // a date in Asia/Shanghai, YYYY-MM-DD
	Fen   FieldKind = "fen"   // an amount in fen of CNY, a whole number
	Count FieldKind = "count" // a whole number
	Code  FieldKind = "code"  // one of the field's values
	Table FieldKind = "table" // a list of rows, each with the field's columns
)

// Holder says whose a credential can be.
type Holder string

// The holders.
const (
	Persons Holder = "person"
	Firms   Holder = "firm"
	Anybody Holder = "any"
)

// Words are one text by language, as BCP 47 tags; zh-Hans and zh-Hant-TW are always there.
type Words map[string]string

// Field is one thing that a credential says.
type Field struct {
	Name  string    `json:"name"`
	Title Words     `json:"title"`
	Kind  FieldKind `json:"kind"`
	// Hidden is shown only where the holder chose to; others always are.
	Hidden bool `json:"hidden"`
	// Optional may be left out.
	Optional bool `json:"optional"`
	// Values are what a code may be, with its title.
	Values map[string]Words `json:"values"`
	// Columns are what the rows of a table hold.
	Columns []Field `json:"columns"`
}

// Type is one type of credential (證照目錄, GB/T 36902): who issues it, to whom, on which
// basis, what it says, for how long, and who may ask for it. It is data.
type Type struct {
	Code    TypeCode `json:"code"`
	Version int      `json:"version"`
	Title   Words    `json:"title"`
	// Issuer is the department that issues it, IssuerName its name.
	Issuer     string `json:"issuer"`
	IssuerName Words  `json:"issuer_name"`
	Holder     Holder `json:"holder"`
	// Basis is the paper or rule that it rests on.
	Basis Words `json:"basis"`
	// Days is for how long it holds; 0 is until the issuer says otherwise. Those of ours
	// rest on no source among the project's facts and are marked Illustrative.
	Days         int  `json:"days"`
	Illustrative bool `json:"illustrative"`
	// Desk is true where officers of the issuer issue it by hand.
	Desk bool `json:"desk"`
	// Askers are departments whose officers may see what is hidden, where the holder
	// shows it to them; none is any.
	Askers []string `json:"askers"`
	Fields []Field  `json:"fields"`
}

// Kind is what a signed credential says that it is (vct).
func (t Type) Kind() string {
	return fmt.Sprintf("urn:minzhengtong:credential:%s:%d", t.Code, t.Version)
}

// Field finds one by its name.
func (t Type) Field(name string) (Field, bool) {
	i := slices.IndexFunc(t.Fields, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return Field{}, false
	}
	return t.Fields[i], true
}

// MayAsk reports whether officers of a department may see what is hidden.
func (t Type) MayAsk(department string) bool {
	return len(t.Askers) == 0 || slices.Contains(t.Askers, department)
}

// until is from when one that holds from a moment is over; zero for never.
func (t Type) until(from time.Time) time.Time {
	if t.Days == 0 {
		return time.Time{}
	}
	return from.AddDate(0, 0, t.Days)
}

// hidden are the names of the type's hidden fields.
func (t Type) hidden() (names []string) {
	for _, f := range t.Fields {
		if f.Hidden {
			names = append(names, f.Name)
		}
	}
	return names
}

//go:embed types/*.json
var typeFiles embed.FS

// catalogue is types in all their versions, by code, the latest version first.
type catalogue []Type

// latest is a type in its latest version.
func (c catalogue) latest(code TypeCode) (Type, bool) {
	i := slices.IndexFunc(c, func(t Type) bool { return t.Code == code })
	if i < 0 {
		return Type{}, false
	}
	return c[i], true
}

// version is a type as it was when something was issued; with its code alone where the
// version is not shipped any more.
func (c catalogue) version(code TypeCode, version int) Type {
	i := slices.IndexFunc(c, func(t Type) bool { return t.Code == code && t.Version == version })
	if i < 0 {
		return Type{Code: code, Version: version}
	}
	return c[i]
}

// Types are the types of the program in all their versions, by code, the latest version
// first. What was issued under an earlier version is read by it, so a version that was in
// use stays. The files are part of the program and read by a test, so a mistake in them is
// a bug.
var Types = sync.OnceValue(func() []Type {
	types, err := ReadTypes(typeFiles)
	if err != nil {
		panic("credential: " + err.Error())
	}
	return types
})

// ReadTypes reads the types in the folder types, and says what is wrong with them.
func ReadTypes(files fs.FS) ([]Type, error) {
	names, err := fs.Glob(files, "types/*.json")
	if err != nil {
		return nil, err
	}
	types := make([]Type, len(names))
	for i, name := range names {
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		d := json.NewDecoder(bytes.NewReader(raw))
		d.DisallowUnknownFields()
		if err := d.Decode(&types[i]); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if err := types[i].check(); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	slices.SortFunc(types, func(a, b Type) int { return cmp.Or(cmp.Compare(a.Code, b.Code), b.Version-a.Version) })
	for i := range len(types) - 1 {
		if types[i].Code == types[i+1].Code && types[i].Version == types[i+1].Version {
			return nil, fmt.Errorf("type %s: version %d is there twice", types[i].Code, types[i].Version)
		}
	}
	return types, nil
}

// check says what a type lacks.
func (t Type) check() error {
	switch {
	case t.Code == "" || t.Version < 1 || t.Issuer == "" || t.Days < 0 || len(t.Fields) == 0:
		return fmt.Errorf("code, version, issuer and fields are required, and days must not be below zero")
	case !slices.Contains([]Holder{Persons, Firms, Anybody}, t.Holder):
		return fmt.Errorf("holder %q is none", t.Holder)
	case !t.Title.whole() || !t.IssuerName.whole() || !t.Basis.whole():
		return fmt.Errorf("title, issuer_name and basis are required in both scripts and English")
	}
	return checkFields(t.Fields, true)
}

func checkFields(fields []Field, tables bool) error {
	seen := map[string]bool{}
	for _, f := range fields {
		switch {
		case f.Name == "" || seen[f.Name] || sdjwt.Reserved(f.Name):
			return fmt.Errorf("field %q: empty, there twice, or a name that the format has", f.Name)
		case !f.Title.whole():
			return fmt.Errorf("field %q: its title is required in both scripts and English", f.Name)
		case !slices.Contains([]FieldKind{Text, Day, Fen, Count, Code, Table}, f.Kind) || f.Kind == Table && !tables:
			return fmt.Errorf("field %q: kind %q is none, or none for here", f.Name, f.Kind)
		case (f.Kind == Code) != (len(f.Values) > 0) || (f.Kind == Table) != (len(f.Columns) > 0):
			return fmt.Errorf("field %q: values belong to a code, columns to a table", f.Name)
		}
		for value, words := range f.Values {
			if !words.whole() {
				return fmt.Errorf("field %q: the title of %q is required in both scripts and English", f.Name, value)
			}
		}
		seen[f.Name] = true
		if err := checkFields(f.Columns, false); err != nil {
			return fmt.Errorf("field %q: %w", f.Name, err)
		}
	}
	return nil
}

// whole reports whether a text is there in every language of the house.
func (w Words) whole() bool { return w["zh-Hans"] != "" && w["zh-Hant-TW"] != "" && w["en"] != "" }

// In is the text in a language or, where there is none in it, in Traditional Chinese.
func (w Words) In(language string) string {
	if text := w[language]; text != "" {
		return text
	}
	return w["zh-Hant-TW"]
}
