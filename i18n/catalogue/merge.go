package catalogue

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"strings"

	"github.com/minzhengtong/minzhengtong/i18n"
)

// WorkName is the name of a language's work file, as go-i18n names it.
func WorkName(lang i18n.Language) string { return "translate." + fileOf(lang) }

// Work makes a file for a translator: the messages that a language lacks and
// those that are stale. The description of each ends with the source text and the
// present one; the text itself is empty, to be written. It is nil when there is
// nothing to do, and fails when the language needs no translation or the source
// has no text for a message.
func (l Locales) Work(lang i18n.Language) (Messages, error) {
	if err := translated(lang); err != nil {
		return nil, err
	}
	var work Messages
	r := l.report(lang)
	for _, id := range append(r.Missing, r.Stale...) {
		source := l[Source][id]
		if source.Other == "" {
			return nil, fmt.Errorf("%s %s: has no text yet", Source, id)
		}
		if work == nil {
			work = Messages{}
		}
		work[id] = Message{Description: brief(lang, source, l[lang][id]), Hash: source.SourceHash()}
	}
	return work, nil
}

func translated(lang i18n.Language) error {
	if _, ok := i18n.ParseLanguage(string(lang)); !ok || lang == Source {
		return fmt.Errorf("%q is no language into which we translate (%s, without %s)", lang, languages(), Source)
	}
	return nil
}

// brief is what a translator has to know of a message.
func brief(lang i18n.Language, source, present Message) string {
	lines := []string{source.Description, fmt.Sprintf("%s: %s", Source, source.Other)}
	if present.Other != "" {
		lines = append(lines, fmt.Sprintf("%s until now: %s", lang, present.Other))
	}
	if params, err := i18n.ParametersOf(source.Other); err == nil && lang.Counts(params) {
		lines = append(lines, `Needs a form for "one" too.`)
	}
	return strings.Join(lines, "\n")
}

// Take puts a finished work file among the language's messages, with the hashes of
// the sources. The file's name says of which language it is. It may be a part of
// the work: messages that are not done are taken out of it beforehand.
//
// Either all of it is taken or nothing: the error joins what is wrong, each part
// with the message's ID.
func (l Locales) Take(lang i18n.Language, name string, work Messages) error {
	if err := translated(lang); err != nil {
		return err
	}
	if of, err := languageOf(name); err != nil || of != lang {
		return fmt.Errorf("%s is not for %s: want a name as %s", filepath.Base(name), lang, WorkName(lang))
	}
	done := maps.Clone(l[lang])
	var wrong []error
	for _, id := range work.ids() {
		m, err := l.take(lang, id, work[id])
		if err != nil {
			wrong = append(wrong, fmt.Errorf("message %s %w", id, err))
		}
		done[id] = m
	}
	if len(wrong) > 0 {
		return errors.Join(wrong...)
	}
	l[lang] = done
	return nil
}

// take is a finished message as it goes into the language's file.
func (l Locales) take(lang i18n.Language, id string, m Message) (Message, error) {
	source, ok := l[Source][id]
	if !ok || !lang.Covers(id) {
		return m, fmt.Errorf("is none that %s has", lang)
	}
	if m.Hash != source.SourceHash() {
		return m, errors.New("has another source by now: make a new work file")
	}
	m.Description = ""
	return m, checkText(lang, m, source)
}
