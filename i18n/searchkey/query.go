package searchkey

import (
	"slices"

	"github.com/minzhengtong/minzhengtong/i18n/han"
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
// There is none where q has no letter or digit.
func Queries(q string) []string {
	taiwan := han.Convert(han.ToTaiwan, q)
	var keys []string
	for _, form := range []string{q, han.Convert(han.ToMainland, q), taiwan, han.Convert(han.ToMainland, taiwan)} {
		if key := Key(form); key != "" && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}
