package term

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"github.com/minzhengtong/minzhengtong/i18n/term/phrase"
)

//go:embed data/*.json
var data embed.FS

// index is the glossary as it is used.
type index struct {
	entries []Entry
	byID    map[ID]int
	keys    []key
	marks   *phrase.Set[ID] // "" for a guard
	err     error
}

// record is an entry as it stands in the data.
type record struct {
	ID         ID                `json:"id"`
	Kind       Kind              `json:"kind"`
	Shore      Shore             `json:"shore"`
	Everyday   bool              `json:"everyday"`
	Name       map[string]string `json:"name"`
	Also       []spelling        `json:"also"`
	Is         map[string]string `json:"is"`
	Near       map[string]string `json:"near"`
	Differs    map[string]string `json:"differs"`
	Related    []ID              `json:"related"`
	NotIn      []spelling        `json:"not_in"`
	Source     string            `json:"source"`
	Confidence string            `json:"confidence"`
	Note       string            `json:"note"`
}

// glossary reads the data, once.
var glossary = sync.OnceValue(func() *index {
	entries, err := read(data)
	g := &index{entries: entries, byID: make(map[ID]int, len(entries)), err: err}
	for i, e := range entries {
		g.byID[e.ID] = i
		g.keys = append(g.keys, keysOf(i, e)...)
	}
	g.marks = phrase.New(marksOf(entries))
	return g
})

// Check reports what is wrong with the embedded glossary. The tests call it; a
// program may at its start, since the other functions give what could be read.
func Check() error { return glossary().err }

// read reads every file of the data, in the order of their names.
func read(from fs.FS) ([]Entry, error) {
	files, err := fs.Glob(from, "data/*.json")
	if err != nil {
		return nil, fmt.Errorf("list the glossary: %w", err)
	}
	var all []Entry
	var faults []error
	for _, file := range files {
		entries, err := readFile(from, file)
		if err != nil {
			faults = append(faults, fmt.Errorf("read glossary %s: %w", file, err))
		}
		all = append(all, entries...)
	}
	return all, errors.Join(faults...)
}

// readFile reads one file. It refuses members that it does not know.
func readFile(from fs.FS, file string) ([]Entry, error) {
	text, err := fs.ReadFile(from, file)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	var records []record
	if err := decoder.Decode(&records); err != nil {
		return nil, err
	}
	entries := make([]Entry, 0, len(records))
	for _, r := range records {
		entries = append(entries, Entry{
			ID: r.ID, Kind: r.Kind, Shore: r.Shore, Everyday: r.Everyday,
			Source: r.Source, Confidence: r.Confidence, Note: r.Note,
			name: r.Name, is: r.Is, near: r.Near, differs: r.Differs,
			also: r.Also, notIn: r.NotIn, related: r.Related,
		})
	}
	return entries, nil
}
