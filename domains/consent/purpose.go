package consent

import (
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
)

// fallback is the language of a text where the caller's has none.
const fallback = "zh-Hant-TW"

// Text is what a person agrees to, in one language. Version and text belong
// together: a text that changes gets another version, and a test holds that.
type Text struct {
	Title    string
	Body     string
	Version  string
	Language string
	// Hash is SHA-256 of Body.
	Hash [sha256.Size]byte
}

// purpose is one file of texts.
type purpose struct {
	Code    PurposeCode `json:"code"`
	Version string      `json:"version"`
	// Parties are the departments that may be named; none means any.
	Parties []PartyID `json:"parties"`
	// Scopes are the data that the purpose needs at most.
	Scopes []string            `json:"scopes"`
	Title  map[string]string   `json:"title"`
	Lines  map[string][]string `json:"text"`
}

// in is the text in a language, or in the fallback.
func (p purpose) in(language string) Text {
	if p.Title[language] == "" {
		language = fallback
	}
	body := strings.Join(p.Lines[language], "\n")
	return Text{Title: p.Title[language], Body: body, Version: p.Version, Language: language, Hash: sha256.Sum256([]byte(body))}
}

// open reports whether a department may be named for the purpose.
func (p purpose) open(party PartyID) bool {
	return len(p.Parties) == 0 || slices.Contains(p.Parties, party)
}

//go:embed texts/*.json
var textFiles embed.FS

// shipped are the purposes of the program, by code. The files are part of it
// and read by a test, so a mistake in them is a bug.
var shipped = sync.OnceValue(func() []purpose {
	purposes, err := readPurposes(textFiles)
	if err != nil {
		panic("consent: " + err.Error())
	}
	return purposes
})

// readPurposes reads every file and checks that none lacks a part.
func readPurposes(files fs.FS) ([]purpose, error) {
	names, err := fs.Glob(files, "texts/*.json")
	if err != nil {
		return nil, err
	}
	purposes := make([]purpose, len(names))
	for i, name := range names {
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(content, &purposes[i]); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if p := purposes[i]; p.Code == "" || p.Version == "" || len(p.Scopes) == 0 || p.in(fallback).Title == "" {
			return nil, fmt.Errorf("%s lacks code, version, scopes or the text in %s", name, fallback)
		}
	}
	slices.SortFunc(purposes, func(a, b purpose) int { return cmp.Compare(a.Code, b.Code) })
	return purposes, nil
}

// purpose finds one by its code, or fails with [ErrPurposeUnknown].
func (s *Service) purpose(code PurposeCode) (purpose, error) {
	i := slices.IndexFunc(s.purposes, func(p purpose) bool { return p.Code == code })
	if i < 0 {
		return purpose{}, ErrPurposeUnknown.On("purpose")
	}
	return s.purposes[i], nil
}

// Text returns what a consent for a purpose rests on, in a language or, where
// there is no text in it, in Traditional Chinese. It fails with
// [ErrPurposeUnknown].
func (s *Service) Text(code PurposeCode, language string) (Text, error) {
	p, err := s.purpose(code)
	if err != nil {
		return Text{}, err
	}
	return p.in(language), nil
}

// Title is a purpose in a language; one that is no longer there is its code.
func (s *Service) Title(code PurposeCode, language string) string {
	text, err := s.Text(code, language)
	if err != nil {
		return string(code)
	}
	return text.Title
}
