package sheet

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// ErrBounds: a field is missing, or longer than it may be, or the sheet has too many
// pages. The message names the field.
var ErrBounds = errors.New("sheet: out of bounds")

// The bounds, in characters. What closes the sheet must fit onto one page.
const (
	longestTitle  = 60
	longestNotice = 60
	longestLabel  = 40
	longestClose  = 100
	longestNumber = 40
	longestHint   = 40
	longestRare   = 200
	longestCode   = 300 // bytes; beyond it a phone no longer reads the squares
	largestSheet  = 8000
	mostPages     = 40
)

// CharactersError says that the font lacks characters of a word of ours, among them every
// line break. What [Sheet.Rows] hold as values never causes it.
type CharactersError struct {
	// Field is the first field with such a character, in the order of [Sheet]; of the
	// rows the label of the first, counted from 0: rows[3].label.
	Field string
	// Characters are those of that field, each once, by code point.
	Characters []rune
}

// Error names the field and the code points.
func (e *CharactersError) Error() string {
	codes := make([]string, len(e.Characters))
	for i, r := range e.Characters {
		codes[i] = fmt.Sprintf("%U", r)
	}
	return fmt.Sprintf("sheet: the font lacks %s of %s", strings.Join(codes, " "), e.Field)
}

// Lacks returns the characters of a text that the font has no glyph for, each once, by
// code point. A caller who would rather refuse a value than have it spelled asks first.
func Lacks(text string) []rune {
	var rare []rune
	for _, r := range text {
		if !typeface().has(r) {
			rare = append(rare, r)
		}
	}
	slices.Sort(rare)
	return slices.Compact(rare)
}

// field is a text of the sheet and what holds for it.
type field struct {
	name     string
	text     Text
	most     int // characters of each of both
	required bool
}

// words are the texts of ours, in the order of [Sheet].
func (s Sheet) words() []field {
	list := []field{{"title", s.Title, longestTitle, true}, {"notice", s.Notice, longestNotice, false}}
	for i, r := range s.Rows {
		list = append(list, field{fmt.Sprintf("rows[%d].label", i), r.Label, longestLabel, true})
	}
	for _, c := range []struct {
		name string
		row  Row
		most int
	}{{"issuer", s.Issuer, longestClose}, {"number", s.Number, longestNumber}, {"validity", s.Validity, longestClose}} {
		list = append(list, field{c.name + ".label", c.row.Label, longestLabel, c.row.Value != ""},
			field{c.name, Text{First: c.row.Value}, c.most, false})
	}
	return append(list, field{"hint", s.Hint, longestHint, false}, field{"rare", s.Rare, longestRare, false})
}

// closing are the rows at the end that have a value.
func (s Sheet) closing() []Row {
	return slices.DeleteFunc([]Row{s.Issuer, s.Number, s.Validity}, func(r Row) bool { return r.Value == "" })
}

var language = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}$`)

// check fails with [ErrBounds] or a [*CharactersError].
func (s Sheet) check() error {
	if !language.MatchString(s.Lang) {
		return fmt.Errorf("%w: lang", ErrBounds)
	}
	if year := s.Drawn.UTC().Year(); s.Drawn.IsZero() || year < 1 || year > 9999 {
		return fmt.Errorf("%w: drawn", ErrBounds)
	}
	if len(s.Code) > longestCode || strings.ContainsFunc(s.Code, func(r rune) bool { return r < ' ' || r > '~' }) {
		return fmt.Errorf("%w: code", ErrBounds)
	}
	if err := s.checkWords(); err != nil {
		return err
	}
	return s.checkSize()
}

func (s Sheet) checkWords() error {
	for _, f := range s.words() {
		if f.required && f.text.First == "" {
			return fmt.Errorf("%w: %s", ErrBounds, f.name)
		}
		if max(utf8.RuneCountInString(f.text.First), utf8.RuneCountInString(f.text.Other)) > f.most {
			return fmt.Errorf("%w: %s", ErrBounds, f.name)
		}
		if rare := Lacks(f.text.First + f.text.Other); len(rare) > 0 {
			return &CharactersError{Field: f.name, Characters: rare}
		}
	}
	return nil
}

func (s Sheet) checkSize() error {
	total := 0
	for _, r := range s.Rows {
		total += utf8.RuneCountInString(r.Value) + utf8.RuneCountInString(r.Label.First) + utf8.RuneCountInString(r.Label.Other)
	}
	if total > largestSheet {
		return fmt.Errorf("%w: rows", ErrBounds)
	}
	return nil
}
