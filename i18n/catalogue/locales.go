package catalogue

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/minzhengtong/minzhengtong/i18n"
)

// Folder is where the files lie, seen from the root of the source tree.
const Folder = "i18n/locales"

// Source is the language from which the others are translated.
const Source = i18n.Hans

// Locales are the messages of every language of the house.
type Locales map[i18n.Language]Messages

// Read reads the files of a source tree. It fails when one is missing, malformed,
// or of a language that is none of ours.
func Read(root fs.FS) (Locales, error) {
	entries, err := fs.ReadDir(root, Folder)
	if err != nil {
		return nil, fmt.Errorf("no source tree: %w", err)
	}
	for _, e := range entries {
		if _, err := languageOf(e.Name()); err != nil {
			return nil, fmt.Errorf("%s: %w", Folder, err)
		}
	}
	l := Locales{}
	for _, lang := range i18n.Languages() {
		name := path.Join(Folder, fileOf(lang))
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return nil, err
		}
		if l[lang], err = Parse(text); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return l, nil
}

// Write writes a language's file in a source tree, in canonical form.
func (l Locales) Write(root string, lang i18n.Language) error {
	return os.WriteFile(filepath.Join(root, Folder, fileOf(lang)), l[lang].Encode(), 0o600)
}

// Tidy drops what is orphaned. Written then, all files are in canonical form and
// have what they need and no more.
func (l Locales) Tidy() {
	for _, r := range l.Report() {
		for _, id := range r.Orphaned {
			delete(l[r.Language], id)
		}
	}
}

func fileOf(lang i18n.Language) string { return string(lang) + ".json" }

// languageOf is the language of a file by its name, which ends with
// <language>.json.
func languageOf(name string) (i18n.Language, error) {
	tag, isJSON := strings.CutSuffix(filepath.Base(name), ".json")
	tag = tag[strings.LastIndex(tag, ".")+1:]
	lang, ok := i18n.ParseLanguage(tag)
	if !isJSON || !ok {
		return "", fmt.Errorf("%s is the file of no language of ours (%s)", name, languages())
	}
	return lang, nil
}

// languages lists them for an error.
func languages() string {
	var tags []string
	for _, lang := range i18n.Languages() {
		tags = append(tags, string(lang))
	}
	return strings.Join(tags, ", ")
}

// ids are the IDs in alphabetical order.
func (m Messages) ids() []string { return slices.Sorted(maps.Keys(m)) }
