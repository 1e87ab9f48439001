package rules

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/golang-sql/civil"
	"go.yaml.in/yaml/v3"
)

// file is a version as it is written, in YAML. README.md explains each field, and
// schema.json is for editors.
type file struct {
	Policy     string      `yaml:"policy"`
	Version    string      `yaml:"version"`
	Title      string      `yaml:"title"`
	From       day         `yaml:"valid_from"`
	To         day         `yaml:"valid_to"`
	Source     string      `yaml:"source"`
	Status     Status      `yaml:"status"`
	Note       string      `yaml:"note"`
	Undecided  string      `yaml:"undecided"`
	Types      []structure `yaml:"types"`
	Facts      []field     `yaml:"facts"`
	Parameters []parameter `yaml:"parameters"`
	Steps      []step      `yaml:"steps"`
	Conditions []condition `yaml:"conditions"`
	Amount     string      `yaml:"amount"`
	Examples   []example   `yaml:"examples"`
}

// structure is a named group of fields, such as a receipt.
type structure struct {
	Name   string  `yaml:"name"`
	Fields []field `yaml:"fields"`
}

// field is a fact, or a part of one.
type field struct {
	Name     string   `yaml:"name"`
	Title    string   `yaml:"title"`
	Type     string   `yaml:"type"`
	Min      *int64   `yaml:"min"`
	OneOf    []string `yaml:"one_of"`
	Identity bool     `yaml:"identity"`
}

// parameter is a figure of the law, with a value for each time.
type parameter struct {
	Name   string  `yaml:"name"`
	Title  string  `yaml:"title"`
	Type   string  `yaml:"type"`
	Unit   string  `yaml:"unit"`
	Values []value `yaml:"values"`
}

type value struct {
	Value  any    `yaml:"value"`
	From   day    `yaml:"valid_from"`
	To     day    `yaml:"valid_to"`
	Source string `yaml:"source"`
	Status Status `yaml:"status"`
}

// step is an intermediate value: an expression, and, where Over is set, its quotient
// by another one, rounded.
type step struct {
	Name  string   `yaml:"name"`
	Title string   `yaml:"title"`
	Is    string   `yaml:"is"`
	Over  string   `yaml:"over"`
	Round Rounding `yaml:"round"`
}

// condition is something that must hold.
type condition struct {
	Name    string   `yaml:"name"`
	Title   string   `yaml:"title"`
	Holds   string   `yaml:"holds"`
	Refusal string   `yaml:"refusal"`
	Change  []change `yaml:"change"`
}

// change is what would make a condition hold.
type change struct {
	Fact string `yaml:"fact"`
	To   string `yaml:"to"`
}

// example is a worked case. What is left out of Facts is not known.
type example struct {
	Name    string         `yaml:"name"`
	On      day            `yaml:"on"`
	Facts   map[string]any `yaml:"facts"`
	Outcome Outcome        `yaml:"outcome"`
	Fen     int64          `yaml:"amount_fen"`
	Failed  []string       `yaml:"failed"`
	Missing []string       `yaml:"missing"`
}

// day is a date, or none.
type day struct{ civil.Date }

// UnmarshalYAML implements yaml.Unmarshaler.
func (d *day) UnmarshalYAML(node *yaml.Node) error {
	if node.Value == "" {
		return nil
	}
	date, err := civil.ParseDate(node.Value)
	if err != nil || !date.IsValid() {
		return fmt.Errorf("line %d: %q is no date such as 2026-05-09", node.Line, node.Value)
	}
	d.Date = date
	return nil
}

// largest is the most bytes that a file may have.
const largest = 256 << 10

// read reads a file as strictly as YAML allows: no unknown field, one document.
func read(data []byte) (file, *yaml.Node, error) {
	var f file
	if len(data) > largest {
		return f, nil, fmt.Errorf("the file has more than %d bytes", largest)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&f); err != nil {
		return f, nil, err
	}
	if err := decoder.Decode(new(any)); !errors.Is(err, io.EOF) {
		return f, nil, errors.New("the file has a second document")
	}
	var root yaml.Node
	err := yaml.Unmarshal(data, &root)
	return f, &root, err
}

// lineOf finds the line of an element, by names and places, such as "steps", 2. It is
// that of the innermost one that there is.
func lineOf(root *yaml.Node, path ...any) int {
	node := root
	if node.Kind == yaml.DocumentNode && len(node.Content) > 0 {
		node = node.Content[0]
	}
	for _, part := range path {
		next := child(node, part)
		if next == nil {
			break
		}
		node = next
	}
	return node.Line
}

func child(node *yaml.Node, part any) *yaml.Node {
	switch key := part.(type) {
	case string:
		for i := 0; node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == key {
				return node.Content[i+1]
			}
		}
	case int:
		if node.Kind == yaml.SequenceNode && key < len(node.Content) {
			return node.Content[key]
		}
	}
	return nil
}
