package rules

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Mistake is one thing wrong with a file.
type Mistake struct {
	File string
	Line int // from 1; 0 where the file as a whole is at fault
	What string
}

// Mistakes is the error with which files are refused: all that was found.
type Mistakes []Mistake

// Error is one line for each.
func (m Mistakes) Error() string {
	texts := make([]string, len(m))
	for i, one := range m {
		texts[i] = fmt.Sprintf("%s:%d: %s", one.File, one.Line, one.What)
	}
	return strings.Join(texts, "\n")
}

// report gathers the mistakes of one file.
type report struct {
	name  string
	root  *yaml.Node
	found Mistakes
}

// at starts a mistake at an element of the file.
func (r *report) at(path ...any) func(format string, args ...any) {
	return func(format string, args ...any) {
		r.found = append(r.found, Mistake{r.name, lineOf(r.root, path...), fmt.Sprintf(format, args...)})
	}
}
