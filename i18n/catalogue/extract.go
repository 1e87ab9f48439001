package catalogue

import (
	"cmp"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Use is a place in the sources that asks for a message.
type Use struct {
	ID string
	// Place is file:line.
	Place string
}

// Usage is what the Go sources ask for.
type Usage struct {
	// Uses are the places that need a message, by ID and place.
	Uses []Use
	// Unclear are the places, each with what is the matter, where nobody can see
	// which message is asked for: a reason of a fault that is no literal, an ID
	// that is put together with the prefix of no family.
	Unclear []string

	mayHave map[string]bool   // IDs that may have a message
	words   map[string][]word // by where they are declared, as in family.words
}

// word is what an ID of a family may end with.
type word struct{ text, place string }

// skipped are folders without sources of ours that ask for messages.
var skipped = []string{"gen", "testdata", "node_modules"}

// Extract reads the Go sources of a tree, tests left out. A use is
//
//   - the reason of a fault, fault.New(kind, "ID");
//   - an ID in call.Text(ctx, "ID", args), or in words.Text or words.For of a
//     bundle;
//   - a literal that begins with the prefix of a family, and a family's words.
//
// An ID that stands elsewhere as a literal counts as used, but need not exist.
func Extract(root fs.FS) (*Usage, error) {
	u := &Usage{mayHave: map[string]bool{}, words: map[string][]word{}}
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && (slices.Contains(skipped, entry.Name()) || strings.HasPrefix(entry.Name(), ".")):
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		return u.readFile(root, name)
	})
	if err != nil {
		return nil, err
	}
	u.addFamilies()
	slices.SortFunc(u.Uses, func(a, b Use) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Place, b.Place))
	})
	u.Uses = slices.Compact(u.Uses)
	return u, nil
}

func (u *Usage) readFile(root fs.FS, name string) error {
	src, err := fs.ReadFile(root, name)
	if err != nil {
		return err
	}
	s := scan{usage: u, name: name, files: token.NewFileSet()}
	file, err := parser.ParseFile(s.files, name, src, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	s.read(file)
	return nil
}

// addFamilies adds the IDs that the families' words make.
func (u *Usage) addFamilies() {
	for _, f := range families {
		for _, where := range f.words {
			for _, w := range u.words[where] {
				id := f.prefix + strings.ToUpper(w.text)
				u.mayHave[id] = true
				if !f.optional {
					u.Uses = append(u.Uses, Use{id, w.place})
				}
			}
		}
	}
}

// Unknown are the uses that have no message.
func (u *Usage) Unknown(source Messages) []Use {
	var unknown []Use
	for _, use := range u.Uses {
		if _, ok := source[use.ID]; !ok {
			unknown = append(unknown, use)
		}
	}
	return unknown
}

// Unused are the messages that nothing asks for, in alphabetical order.
func (u *Usage) Unused(source Messages) []string {
	return slices.DeleteFunc(source.ids(), u.knows)
}

func (u *Usage) knows(id string) bool {
	open := func(f family) bool { return f.open && strings.HasPrefix(id, f.prefix) }
	_, used := slices.BinarySearchFunc(u.Uses, id, func(use Use, id string) int { return cmp.Compare(use.ID, id) })
	return used || u.mayHave[id] || slices.ContainsFunc(families, open)
}

func (u *Usage) unclear(place, format string, args ...any) {
	u.Unclear = append(u.Unclear, place+": "+fmt.Sprintf(format, args...))
}
