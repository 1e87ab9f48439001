package catalogue

import (
	"github.com/minzhengtong/minzhengtong/i18n"
)

// Report says how far the texts of one language are. IDs are in alphabetical
// order.
type Report struct {
	Language i18n.Language
	// Want is how many messages the language should have, and Done how many of
	// these it has as their source is now.
	Want, Done int
	// Missing messages have no text, or an empty one.
	Missing []string
	// Stale messages were made from another source, or nobody knows from which.
	Stale []string
	// Orphaned messages have no source, or a partial language need not have them.
	Orphaned []string
}

// Complete reports whether nothing is left to do.
func (r Report) Complete() bool { return r.Done == r.Want && len(r.Orphaned) == 0 }

// Report says how far each language is, in the order of [i18n.Languages].
func (l Locales) Report() []Report {
	var all []Report
	for _, lang := range i18n.Languages() {
		all = append(all, l.report(lang))
	}
	return all
}

func (l Locales) report(lang i18n.Language) Report {
	r := Report{Language: lang}
	for _, id := range l[Source].ids() {
		if !lang.Covers(id) {
			continue
		}
		r.Want++
		m := l[lang][id]
		switch {
		case m.Other == "":
			r.Missing = append(r.Missing, id)
		case lang != Source && m.Hash != l[Source][id].SourceHash():
			r.Stale = append(r.Stale, id)
		default:
			r.Done++
		}
	}
	for _, id := range l[lang].ids() {
		if _, sourced := l[Source][id]; !sourced || !lang.Covers(id) {
			r.Orphaned = append(r.Orphaned, id)
		}
	}
	return r
}
