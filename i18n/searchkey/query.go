package searchkey

import (
	"slices"

	"github.com/minzhengtong/minzhengtong/i18n/han"
	"github.com/minzhengtong/minzhengtong/i18n/term"
	"github.com/minzhengtong/minzhengtong/i18n/text"
)

// Queries gives the keys to look for when somebody typed q, four at most and the
// plainest first. A text that holds one of them is found.
//
// They are q's own key, and its keys in the words of the mainland and of Taiwan:
// a text may have been written on either shore. The words of the mainland are
// also looked up from the Traditional form, as somebody who types Simplified may
// mean a word of Taiwan (网际网路). The Traditional form is a guess that nobody
// sees: a wrong one finds nothing more.
//
// The words are those in which package text delivers: what somebody reads, the
// same person finds.
//
// There is none where q has no letter or digit.
func Queries(q string) []string {
	taiwan := text.Deliver(han.Convert(han.ToSimplified, q), term.Hans, term.HantTW)
	var keys []string
	for _, form := range []string{q, mainland(q), taiwan, mainland(taiwan)} {
		if key := Key(form); key != "" && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// mainland is a query in the words of the mainland.
func mainland(q string) string { return text.Deliver(q, term.HantTW, term.Hans) }
