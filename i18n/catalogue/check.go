package catalogue

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/minzhengtong/minzhengtong/i18n"
)

// Check returns what is wrong with the texts that are there, one error for each
// message, in the order of languages and IDs. What is not there or stale is in
// [Locales.Report].
func (l Locales) Check() []error {
	var wrong []error
	for _, lang := range i18n.Languages() {
		for _, id := range l[lang].ids() {
			source, sourced := l[Source][id]
			if !sourced || l[lang][id].Other == "" {
				continue
			}
			if err := check(lang, l[lang][id], source); err != nil {
				wrong = append(wrong, fmt.Errorf("%s %s: %w", lang, id, err))
			}
		}
	}
	return wrong
}

// check fails when a message cannot stand in a language's file.
func check(lang i18n.Language, m, source Message) error {
	if lang == Source {
		if m.Description == "" {
			return errors.New("has no description")
		}
		if m.Hash != "" {
			return errors.New("has a hash, which is for translations")
		}
	} else if m.Description != "" {
		return fmt.Errorf("has a description, which is for %s", Source)
	}
	return checkText(lang, m, source)
}

// checkText fails unless the text has the source's parameters, and a form for one
// just where the language needs it.
func checkText(lang i18n.Language, m, source Message) error {
	want, err := i18n.ParametersOf(source.Other)
	if err != nil {
		return fmt.Errorf("the source has a placeholder that is not {{.Name}}: %q", source.Other)
	}
	if err := checkForm(m.Other, want, want); err != nil {
		return err
	}
	switch needs := lang.Counts(want); {
	case needs && m.One == "":
		return errors.New(`has no form for "one"`)
	case !needs && m.One != "":
		return errors.New(`has a form for "one", which is never chosen`)
	case needs:
		return checkForm(m.One, nil, want) // "one" may leave the number out
	}
	return nil
}

// checkForm fails unless a text has words, all parameters that it must have and
// no others than it may have.
func checkForm(text string, must, may []string) error {
	switch {
	case text == "":
		return errors.New("has no text")
	case strings.TrimSpace(text) != text:
		return fmt.Errorf("has space around it: %q", text)
	}
	got, err := i18n.ParametersOf(text)
	if err != nil {
		return fmt.Errorf("has a placeholder that is not {{.Name}}: %q", text)
	}
	for _, name := range must {
		if !slices.Contains(got, name) {
			return fmt.Errorf("lacks {{.%s}}: %q", name, text)
		}
	}
	for _, name := range got {
		if !slices.Contains(may, name) {
			return fmt.Errorf("has {{.%s}}, which the source has not: %q", name, text)
		}
	}
	return nil
}
