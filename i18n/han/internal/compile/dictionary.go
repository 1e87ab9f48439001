package compile

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"
)

// dictionary gives for a key its replacement, the first candidate of the line.
type dictionary map[string]string

// read parses a file of OpenCC: key, tab, candidates between spaces.
func read(files fs.FS, name string) (dictionary, error) {
	raw, err := fs.ReadFile(files, name+".txt")
	if err != nil {
		return nil, fmt.Errorf("read dictionary: %w", err)
	}
	d := dictionary{}
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		key, candidates, _ := strings.Cut(line, "\t")
		fields := strings.Fields(candidates)
		if len(fields) == 0 {
			return nil, fmt.Errorf("%s.txt: no candidate in %q", name, line)
		}
		d[key] = fields[0]
	}
	return d, nil
}

// keys are in order, so that the same dictionaries give the same file.
func (d dictionary) keys() []string {
	keys := make([]string, 0, len(d))
	for key := range d {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// match finds the longest key that the text begins with, "" for none.
func (d dictionary) match(text string) string {
	for n := len(text); n > 0; n-- {
		if _, ok := d[text[:n]]; ok {
			return text[:n]
		}
	}
	return ""
}

// union joins dictionaries among which the longest match wins, and the earlier
// dictionary where both have the key.
func union(dictionaries ...dictionary) dictionary {
	all := dictionary{}
	for _, d := range dictionaries {
		for key, value := range d {
			if _, taken := all[key]; !taken {
				all[key] = value
			}
		}
	}
	return all
}

// inOrder joins dictionaries of which the first that matches at all wins. A key
// of a later one that begins with a key of an earlier one can never win, and
// with those gone the longest match over all is the one of OpenCC.
func inOrder(dictionaries ...dictionary) dictionary {
	all := dictionary{}
	for _, d := range dictionaries {
		reachable := dictionary{}
		for key, value := range d {
			if all.match(key) == "" {
				reachable[key] = value
			}
		}
		for key, value := range reachable {
			all[key] = value
		}
	}
	return all
}

// convert replaces the longest match at each place; it is slow and plain.
func (d dictionary) convert(text string) string {
	var out strings.Builder
	for text != "" {
		key := d.match(text)
		if key == "" {
			_, n := utf8.DecodeRuneInString(text)
			key = text[:n]
			out.WriteString(key)
		} else {
			out.WriteString(d[key])
		}
		text = text[len(key):]
	}
	return out.String()
}

// split parts the keys of one character from the longer ones and those whose
// replacement is longer.
func (d dictionary) split() (characters, words dictionary) {
	characters, words = dictionary{}, dictionary{}
	for key, value := range d {
		if utf8.RuneCountInString(key) == 1 && utf8.RuneCountInString(value) == 1 {
			characters[key] = value
		} else {
			words[key] = value
		}
	}
	return characters, words
}
