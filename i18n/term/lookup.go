package term

import (
	"cmp"
	"slices"
	"strings"

	"github.com/minzhengtong/minzhengtong/i18n/hanname"
)

// MaxQuery is the length in bytes over which a query finds nothing.
const MaxQuery = 512

// key is something that a term can be found by.
type key struct {
	folded string
	entry  int
	origin int // what it is; the lower, the better
}

// What a key is.
const (
	ownName = iota
	alias
	englishName
	nearName
)

// What a query and a key have in common, the best first.
const (
	exact = iota
	prefix
	contains
	inQuery
	apart
)

// keysOf are the keys of an entry.
func keysOf(i int, e Entry) []key {
	var keys []key
	add := func(text string, origin int) {
		if folded := fold(text); folded != "" {
			keys = append(keys, key{folded, i, origin})
		}
	}
	for _, lang := range []string{Hans, HantTW} {
		add(e.name[lang], ownName)
		add(e.near[lang], nearName)
	}
	for hans, hant := range e.Spellings {
		add(hans, alias)
		add(hant, alias)
	}
	add(e.name[English], englishName)
	add(e.near[English], nearName)
	return keys
}

// fold makes two spellings one: script, width, case and space around.
func fold(text string) string { return strings.TrimSpace(hanname.Fold(text)) }

// LookUp finds terms by what somebody typed: in either script or in English, by
// name, alias, or the name of the near thing on the other shore. Equal names
// come first, then names that begin with the query, then names that hold it,
// then terms that the query holds (什么是增值税); among equals a term's own
// name before an alias, before the English name, before the other shore's. A
// limit below one means all. A query that is empty or longer than [MaxQuery]
// finds nothing. The slice is the caller's.
func LookUp(query string, limit int) []Entry {
	if len(query) > MaxQuery {
		return nil
	}
	query = fold(query)
	if query == "" {
		return nil
	}
	g := glossary()
	found := rank(g, query)
	if limit > 0 && len(found) > limit {
		found = found[:limit]
	}
	entries := make([]Entry, 0, len(found))
	for _, m := range found {
		entries = append(entries, g.entries[m.entry])
	}
	return entries
}

// match is the best way in which a query meets an entry.
type match struct{ entry, likeness, origin int }

// rank lists the entries that a query meets, the best first.
func rank(g *index, query string) []match {
	best := map[int]match{}
	for _, k := range g.keys {
		m := match{k.entry, liken(query, k), k.origin}
		old, ok := best[k.entry]
		if m.likeness < apart && (!ok || compare(m, old) < 0) {
			best[k.entry] = m
		}
	}
	found := make([]match, 0, len(best))
	for _, m := range best {
		found = append(found, m)
	}
	slices.SortFunc(found, compare)
	return found
}

// liken says what a query and a key have in common. Only a term's own Chinese
// spellings of two characters or more are looked for inside a query.
func liken(query string, k key) int {
	switch {
	case query == k.folded:
		return exact
	case strings.HasPrefix(k.folded, query):
		return prefix
	case strings.Contains(k.folded, query):
		return contains
	case k.origin <= alias && isHan(k.folded) && strings.Contains(query, k.folded):
		return inQuery
	}
	return apart
}

// compare puts the better match first, and equal ones in the glossary's order.
func compare(a, b match) int {
	return cmp.Or(cmp.Compare(a.likeness, b.likeness), cmp.Compare(a.origin, b.origin), cmp.Compare(a.entry, b.entry))
}
