// Package term is the bridge between the two shores' words (兩岸用語對照): what a
// term is, the nearest thing on the other shore, how the two differ, and where
// this is written.
//
// The glossary is data, data/*.json, a file for each subject. It is embedded,
// read once by the first caller in a few milliseconds, and never changes, so
// goroutines may share what they are given. It explains; it decides nothing,
// holds no rates or amounts, and is no legal advice.
//
// A legal term is never replaced by the other shore's: 增值税 becomes 增值稅, in
// its reader's script, and [Mark] says where it stands, so that a tap can show
// the gloss. The texts themselves are delivered by package text.
package term

import (
	"slices"
	"strings"
)

// The languages of a gloss. Tags that begin with en are taken for English, any
// other for Traditional Chinese with the wording of Taiwan.
const (
	Hans    = "zh-Hans"
	HantTW  = "zh-Hant-TW"
	English = "en"
)

// ID names a term, in English snake_case. It is stable: texts that were marked
// and sent hold it.
type ID string

// Kind says what may be done with a term.
type Kind string

// The kinds.
const (
	// Legal: a term of law or an official title of one shore. Its script
	// changes, its words never do; it is marked.
	Legal Kind = "legal"
	// FalseFriend: the same characters on both shores with another meaning. It
	// is marked, and replaced only where an override of package text says so.
	FalseFriend Kind = "false_friend"
	// Word: ordinary vocabulary, which the converter words for the reader. It
	// can be looked up and is never marked.
	Word Kind = "word"
)

// Shore says whose term it is.
type Shore string

// The shores. A term of both may mean something else on each.
const (
	Mainland Shore = "mainland"
	Taiwan   Shore = "taiwan"
	Both     Shore = "both"
)

// Entry is a term with its gloss. It is read-only.
type Entry struct {
	ID    ID
	Kind  Kind
	Shore Shore
	// Everyday is set for false friends that are ordinary words (程序, 登录):
	// a converted text has them reworded where they would mislead.
	Everyday bool
	// Source is the law or the collection of facts behind the gloss, by name.
	Source string
	// Confidence is H or M, and [S] for a source that was seen or [GK] for
	// general knowledge, which is to be shown as reference.
	Confidence string
	// Note is for whoever maintains the glossary. Mostly empty.
	Note string

	name, is, near, differs map[string]string
	also, notIn             []spelling
	related                 []ID
}

// spelling is one way to write a term, in both scripts, with the same words.
type spelling struct {
	Hans string `json:"zh-Hans"`
	Hant string `json:"zh-Hant-TW"`
}

// Name is the term in a language. The two Chinese names differ in script only.
func (e Entry) Name(lang string) string { return e.name[tag(lang)] }

// Definition says what the term is, in one or two sentences.
func (e Entry) Definition(lang string) string { return e.is[tag(lang)] }

// Near names the nearest thing on the other shore, or is empty if there is
// none. Near is not the same: show [Entry.Difference] with it.
func (e Entry) Near(lang string) string { return e.near[tag(lang)] }

// Difference says how the term and its near one differ, or what to beware of.
func (e Entry) Difference(lang string) string { return e.differs[tag(lang)] }

// Aliases are the term's other spellings in both scripts, short forms and
// abbreviations, each once. The slice is the caller's.
func (e Entry) Aliases() []string {
	var all []string
	for _, s := range e.also {
		for _, text := range []string{s.Hans, s.Hant} {
			if !slices.Contains(all, text) {
				all = append(all, text)
			}
		}
	}
	return all
}

// Related are the terms to read beside this one. The slice is the caller's.
func (e Entry) Related() []ID { return slices.Clone(e.related) }

// Marked reports whether [Mark] looks for the term.
func (e Entry) Marked() bool { return e.Kind != Word }

// Kept reports whether the term keeps its words when a text is delivered on the
// other shore, so that only its script changes.
func (e Entry) Kept() bool { return e.Kind != Word && !e.Everyday }

// Spellings calls yield with each way to write the term, the name first, in
// Simplified and in Traditional characters.
func (e Entry) Spellings(yield func(hans, hant string) bool) {
	if !yield(e.name[Hans], e.name[HantTW]) {
		return
	}
	for _, s := range e.also {
		if !yield(s.Hans, s.Hant) {
			return
		}
	}
}

// Guards calls yield with each longer word in which the characters of the term
// stand by chance (居住证明 for 居住证), in both scripts.
func (e Entry) Guards(yield func(hans, hant string) bool) {
	for _, s := range e.notIn {
		if !yield(s.Hans, s.Hant) {
			return
		}
	}
}

// tag is the language of the glossary for a BCP 47 tag.
func tag(lang string) string {
	switch {
	case lang == Hans:
		return Hans
	case lang == English || strings.HasPrefix(lang, English+"-"):
		return English
	}
	return HantTW
}

// All lists the terms, by subject. The slice is the caller's.
func All() []Entry { return slices.Clone(glossary().entries) }

// Get gives a term by its ID.
func Get(id ID) (Entry, bool) {
	g := glossary()
	i, ok := g.byID[id]
	if !ok {
		return Entry{}, false
	}
	return g.entries[i], true
}
