package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/minzhengtong/minzhengtong/i18n"
	"github.com/minzhengtong/minzhengtong/i18n/catalogue"
)

// i18nCommand looks after the texts that people read. It works on a source tree,
// since the texts are built into the program.
type i18nCommand struct {
	Root string `help:"Root of the source tree." default:"." type:"existingdir"`

	Extract i18nExtractCommand `cmd:"" help:"List where the Go sources ask for which message. Then write the unknown ones into i18n/locales/zh-Hans.json, remove the unused ones there, and go on with report."`
	Report  i18nReportCommand  `cmd:"" help:"Show how far each language is, and what is missing, stale or wrong. Then make a work file with merge for each language that is not done."`
	Merge   i18nMergeCommand   `cmd:"" help:"Make a translator's work file, or take a finished one back. Then rebuild the program."`
}

// texts reads the tree's texts.
func (c *i18nCommand) texts() (catalogue.Locales, error) {
	locales, err := catalogue.Read(os.DirFS(c.Root))
	if err != nil {
		return nil, fmt.Errorf("i18n: root %s: %w", c.Root, err)
	}
	return locales, nil
}

// read reads the tree's texts and what its sources ask for.
func (c *i18nCommand) read() (catalogue.Locales, *catalogue.Usage, error) {
	locales, err := c.texts()
	if err != nil {
		return nil, nil, err
	}
	usage, err := catalogue.Extract(os.DirFS(c.Root))
	if err != nil {
		return nil, nil, fmt.Errorf("i18n: read sources: %w", err)
	}
	return locales, usage, nil
}

// findings prints what is to be done about the texts, and counts it.
type findings struct {
	t *terminal
	n int
}

func (f *findings) add(what, about string) {
	f.n++
	f.t.printf("%-9s%s\n", what, about)
}

// each adds the same about several messages of a language.
func (f *findings) each(what string, lang i18n.Language, ids []string) {
	for _, id := range ids {
		f.add(what, string(lang)+" "+id)
	}
}

// usage adds where the sources ask for what is not there.
func (f *findings) usage(usage *catalogue.Usage, source catalogue.Messages) {
	for _, place := range usage.Unclear {
		f.add("unclear", place)
	}
	for _, use := range usage.Unknown(source) {
		f.add("unknown", use.ID+" "+use.Place)
	}
}

// i18nExtractCommand scans the sources.
type i18nExtractCommand struct{}

// Run fails when a message is asked for that is not there, since people would
// read that it cannot be shown. One that nobody asks for harms nobody.
func (i18nExtractCommand) Run(c *i18nCommand, t *terminal) error {
	locales, usage, err := c.read()
	if err != nil {
		return err
	}
	for _, use := range usage.Uses {
		t.printf("%-9s%s %s\n", "used", use.ID, use.Place)
	}
	source := locales[catalogue.Source]
	harmless, found := findings{t: t}, findings{t: t}
	harmless.each("unused", catalogue.Source, usage.Unused(source))
	found.usage(usage, source)
	if found.n > 0 {
		return fmt.Errorf("i18n: the sources ask %d times for a message that is not there, see above", found.n)
	}
	return nil
}

// i18nReportCommand shows how far the languages are.
type i18nReportCommand struct {
	Strict bool `help:"Fail unless every text is there, up to date, right and used." default:"false"`
}

// Run prints what is to be done, and after it a line for each language.
func (r i18nReportCommand) Run(c *i18nCommand, t *terminal) error {
	locales, usage, err := c.read()
	if err != nil {
		return err
	}
	found, reports := findings{t: t}, locales.Report()
	found.usage(usage, locales[catalogue.Source])
	found.each("unused", catalogue.Source, usage.Unused(locales[catalogue.Source]))
	for _, err := range locales.Check() {
		found.add("wrong", err.Error())
	}
	for _, l := range reports {
		found.each("missing", l.Language, l.Missing)
		found.each("stale", l.Language, l.Stale)
		found.each("orphaned", l.Language, l.Orphaned)
	}
	for _, l := range reports {
		t.printf("%-11s%d of %d, %d %%%s\n", l.Language, l.Done, l.Want, l.Done*100/max(l.Want, 1), nextStep(l))
	}
	if r.Strict && found.n > 0 {
		return fmt.Errorf("i18n: %d findings, see above", found.n)
	}
	return nil
}

// nextStep says what to do for a language.
func nextStep(l catalogue.Report) string {
	switch {
	case l.Complete():
		return ""
	case l.Language == catalogue.Source:
		return ": write the missing texts"
	default:
		return ": minzhengtong i18n merge " + string(l.Language)
	}
}

// i18nMergeCommand goes between the files and a translator.
type i18nMergeCommand struct {
	Language string `arg:"" help:"Language into which is translated, such as en."`
	File     string `arg:"" optional:"" help:"Finished work file to take back. Without it a new one is made here: translate.LANGUAGE.json. Its descriptions hold the source and the present text; write the text into \"other\", and remove the messages that are not done." type:"existingfile"`
}

// Run makes a work file or takes one back. Either way the files of all languages
// are put into canonical form, and orphaned messages dropped.
func (m i18nMergeCommand) Run(c *i18nCommand, t *terminal) error {
	locales, err := c.texts()
	if err != nil {
		return err
	}
	lang := i18n.Language(m.Language)
	if m.File == "" {
		err = makeWork(t, locales, lang)
	} else {
		err = takeWork(t, locales, lang, m.File)
	}
	if err != nil {
		return fmt.Errorf("i18n: %w", err)
	}
	locales.Tidy()
	for lang := range locales {
		if err := locales.Write(c.Root, lang); err != nil {
			return fmt.Errorf("i18n: %w", err)
		}
	}
	return nil
}

// makeWork writes a work file, but over none that is there: it may be half done.
func makeWork(t *terminal, locales catalogue.Locales, lang i18n.Language) error {
	work, err := locales.Work(lang)
	if err != nil {
		return err
	}
	if len(work) == 0 {
		t.printf("%s has nothing to translate\n", lang)
		return nil
	}
	name := catalogue.WorkName(lang)
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is there already: take it back, or remove it", name)
	}
	if err != nil {
		return err
	}
	if _, err := file.Write(work.Encode()); err != nil {
		return errors.Join(err, file.Close())
	}
	t.printf("%s: %d messages. When they are translated: minzhengtong i18n merge %s %s\n", name, len(work), lang, name)
	return file.Close()
}

// takeWork takes a work file back.
func takeWork(t *terminal, locales catalogue.Locales, lang i18n.Language, name string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	work, err := catalogue.Parse(text)
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(name), err)
	}
	if err := locales.Take(lang, name, work); err != nil {
		return err
	}
	t.printf("%s: %d messages taken. Look at the change, then rebuild the program\n", lang, len(work))
	return nil
}
