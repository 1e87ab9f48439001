package text

import (
	"slices"
	"strings"
	"sync"

	"github.com/minzhengtong/minzhengtong/i18n/han"
)

// script is what a text is written in.
type script int

const (
	unknown script = iota
	simplified
	traditional
)

// scriptOf reads a BCP 47 tag of Chinese or Minnan. A script decides, without
// one the region; a language alone says neither. Readers in Hong Kong and Macao
// get Taiwan's words: there are no others.
func scriptOf(tag string) script {
	language, rest, _ := strings.Cut(tag, "-")
	if !strings.EqualFold(language, "zh") && !strings.EqualFold(language, "nan") {
		return unknown
	}
	found := unknown
	for part := range strings.SplitSeq(rest, "-") {
		switch {
		case strings.EqualFold(part, "Hans"):
			return simplified
		case strings.EqualFold(part, "Hant"):
			return traditional
		case isOneOf(part, "CN", "SG"):
			found = simplified
		case isOneOf(part, "TW", "HK", "MO"):
			found = traditional
		}
	}
	return found
}

func isOneOf(part string, tags ...string) bool {
	return slices.ContainsFunc(tags, func(tag string) bool { return strings.EqualFold(part, tag) })
}

var (
	toTaiwan   = sync.OnceValue(func() *way { return newWay(han.ToTaiwanScript, "taiwan") })
	toMainland = sync.OnceValue(func() *way { return newWay(han.ToSimplified, "mainland") })
)

// wayFrom gives the way between two languages, nil if there is none to go.
func wayFrom(from, to string) *way {
	switch a, b := scriptOf(from), scriptOf(to); {
	case a == simplified && b == traditional:
		return toTaiwan()
	case a == traditional && b == simplified:
		return toMainland()
	}
	return nil
}
