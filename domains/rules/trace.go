package rules

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"

	"github.com/golang-sql/civil"
)

// Trace is how an outcome came about. It holds the facts, so it is as personal as
// they are; LogValue keeps it out of logs.
type Trace struct {
	Policy     string     `json:"policy"`
	Version    string     `json:"version"`
	Digest     string     `json:"digest"` // of the version's file
	Title      string     `json:"title"`
	Source     string     `json:"source"`
	Status     Status     `json:"status"`
	On         string     `json:"on"` // the day whose parameters were used
	Facts      Facts      `json:"facts"`
	Parameters []Used     `json:"parameters"`
	Steps      []Value    `json:"steps"`
	Conditions []Judgment `json:"conditions"`
	Outcome    Outcome    `json:"outcome"`
	Fen        int64      `json:"amount_fen"`
	Missing    []string   `json:"missing"`
}

// Used is a parameter with the value that held.
type Used struct {
	Name   string `json:"name"`
	Title  string `json:"title"`
	Value  any    `json:"value"`
	Unit   string `json:"unit"`
	From   string `json:"valid_from"`
	To     string `json:"valid_to"`
	Source string `json:"source"`
	Status Status `json:"status"`
}

// Value is a step. One that depends on what nobody knows has no value.
type Value struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Is    string `json:"is"`
	Over  string `json:"over,omitempty"`
	Value any    `json:"value"`
	// Exact and Rounding are those of a division: 1234/10000, half_up.
	Exact    string   `json:"exact,omitempty"`
	Rounding Rounding `json:"rounding,omitempty"`
}

// Verdict is how a condition came out.
type Verdict string

// The verdicts.
const (
	Holds   Verdict = "holds"
	Fails   Verdict = "fails"
	Unknown Verdict = "unknown"
)

// Judgment is a condition.
type Judgment struct {
	Name    string  `json:"name"`
	Title   string  `json:"title"`
	Holds   string  `json:"expression"`
	Verdict Verdict `json:"verdict"`
	Refusal string  `json:"refusal,omitempty"` // where it fails
	Hints   []Hint  `json:"hints,omitempty"`   // where it fails
}

// Hint is what would make a condition hold: the fact would have to be this.
type Hint struct {
	Fact  string `json:"fact"`
	Title string `json:"title"`
	To    any    `json:"to"`
}

// LogValue keeps a trace out of logs.
func (Trace) LogValue() slog.Value { return slog.StringValue("[trace]") }

// Bytes is the trace as it is stored: JSON, always the same for the same trace.
func (t Trace) Bytes() ([]byte, error) {
	data, err := json.Marshal(t)
	if err != nil {
		return nil, fmt.Errorf("write trace: %w", err)
	}
	return data, nil
}

// ReadTrace reads a stored trace.
func ReadTrace(data []byte) (Trace, error) {
	var t Trace
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(&t); err != nil {
		return Trace{}, fmt.Errorf("read trace: %w", err)
	}
	for name, value := range t.Facts {
		whole, err := wholeNumbers(value)
		if err != nil {
			return Trace{}, fmt.Errorf("read trace: fact %s: %w", name, err)
		}
		t.Facts[name] = whole
	}
	return t, nil
}

// day is the day whose parameters were used.
func (t Trace) day() (civil.Date, error) { return civil.ParseDate(t.On) }

// wholeNumbers turns the numbers of JSON into those that facts have.
func wholeNumbers(value any) (any, error) {
	switch v := value.(type) {
	case json.Number:
		return v.Int64()
	case []any:
		for i, one := range v {
			var err error
			if v[i], err = wholeNumbers(one); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		for key, one := range v {
			var err error
			if v[key], err = wholeNumbers(one); err != nil {
				return nil, err
			}
		}
	}
	return value, nil
}
