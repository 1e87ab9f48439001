package credential

import (
	"encoding/json"
	"slices"
	"unicode/utf8"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/credential/sdjwt"
	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// ErrField: a field is missing, is none of the type's, or holds what its kind does not.
// The field of the fault is the name of the type's field.
var ErrField = fault.New(fault.Invalid, "CREDENTIAL_FIELD_WRONG")

const (
	longestText = 500
	mostRows    = 500
	// mostFen is a thousand billion yuan: more is a slip.
	mostFen = 100_000_000_000_000
)

// Values are the fields of a credential by name: texts for the kinds text, day and code,
// int64 for fen and count, []Row for a table.
type Values map[string]any

// Row is one row of a table.
type Row map[string]any

// check holds values against a type. It fails with [ErrField].
func (t Type) checkValues(values Values) error {
	if name := checkRow(t.Fields, values); name != "" {
		return ErrField.On(name)
	}
	return nil
}

// checkRow returns the name of a field that is not as it should be, or "".
func checkRow(fields []Field, values map[string]any) string {
	for name := range values {
		if !slices.ContainsFunc(fields, func(f Field) bool { return f.Name == name }) {
			return name
		}
	}
	for _, f := range fields {
		value, there := values[f.Name]
		if !there && f.Optional {
			continue
		}
		if !there || !f.takes(value) {
			return f.Name
		}
	}
	return ""
}

// takes reports whether a value is what a field holds.
func (f Field) takes(value any) bool {
	if f.Kind == Table {
		rows, ok := value.([]Row)
		return ok && len(rows) <= mostRows && !slices.ContainsFunc(rows, func(r Row) bool { return checkRow(f.Columns, r) != "" })
	}
	if n, ok := value.(int64); ok {
		return f.Kind == Count || f.Kind == Fen && -mostFen <= n && n <= mostFen
	}
	text, ok := value.(string)
	if !ok || text == "" || len(text) > longestText || !utf8.ValidString(text) {
		return false
	}
	switch f.Kind {
	case Day:
		day, err := civil.ParseDate(text)
		return err == nil && day.String() == text
	case Code:
		_, ok := f.Values[text]
		return ok
	default:
		return f.Kind == Text
	}
}

// content is what of a credential is sealed: what it says, and what was drawn for it.
type content struct {
	Values Values            `json:"values"`
	Salts  map[string][]byte `json:"salts"`
	Decoys [][]byte          `json:"decoys,omitempty"`
	// Check is the code that stands in the QR code on paper.
	Check string `json:"check"`
	Cause cause  `json:"cause"`
}

// cause is why there is an edition. It is stored with it, so that whoever signs it later
// says the same.
type cause struct {
	Kind happening `json:"kind"`
	Note string    `json:"note,omitempty"`
}

// newContent draws what a credential needs beside its values.
func (t Type) newContent(values Values, check string, why cause) content {
	c := content{Values: values, Salts: map[string][]byte{}, Check: check, Cause: why}
	for _, f := range t.Fields {
		if _, there := values[f.Name]; there && f.Hidden {
			c.Salts[f.Name] = sdjwt.NewSalt()
		}
	}
	for range len(t.hidden()) - len(c.Salts) {
		c.Decoys = append(c.Decoys, sdjwt.NewSalt())
	}
	return c
}

// UnmarshalJSON reads values back as they were: whole numbers and rows.
func (v *Values) UnmarshalJSON(raw []byte) error {
	var plain map[string]json.RawMessage
	if err := json.Unmarshal(raw, &plain); err != nil {
		return err
	}
	*v = make(Values, len(plain))
	for name, one := range plain {
		value, err := readValue(one)
		if err != nil {
			return err
		}
		(*v)[name] = value
	}
	return nil
}

// UnmarshalJSON reads a row back as it was.
func (r *Row) UnmarshalJSON(raw []byte) error { return (*Values)(r).UnmarshalJSON(raw) }

// readValue tells the kinds of value apart by their first character.
func readValue(raw json.RawMessage) (any, error) {
	switch raw[0] {
	case '"':
		return readAs[string](raw)
	case '[':
		return readAs[[]Row](raw)
	default:
		return readAs[int64](raw)
	}
}

func readAs[T any](raw json.RawMessage) (any, error) {
	var value T
	err := json.Unmarshal(raw, &value)
	return value, err
}
