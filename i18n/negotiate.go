package i18n

import (
	"strconv"
	"strings"

	"golang.org/x/text/language"
)

const (
	// maxPreference bounds, in bytes, the list that is looked at. Browsers send
	// well under 200.
	maxPreference = 256
	// maxTag bounds one tag of a list (RFC 5646 section 4.4.1 asks for 35).
	maxTag = 35
)

// Negotiate chooses the language for a person. The preferences go from strongest
// to weakest: the person's own setting, then the Accept-Language header (RFC 9110
// section 12.5.4). Either may be empty. The first that names a language of ours
// decides; if none does, it is [Default].
//
// Chinese is chosen by script: zh-TW, zh-HK and zh-MO read Traditional, zh, zh-CN
// and zh-SG Simplified. Minnan is for whoever asks for it first: nothing else leads
// to a partial language. What is malformed or too long is passed over. The answer
// depends on the preferences alone.
func (b *Bundle) Negotiate(preferences ...string) Language {
	for _, p := range preferences {
		if lang, ok := b.best(p); ok {
			return lang
		}
	}
	return Default
}

// best is the language that a list of tags likes most, the earlier one of equals.
func (b *Bundle) best(list string) (best Language, ok bool) {
	if len(list) > maxPreference {
		return "", false
	}
	weight := 0.0
	for item := range strings.SplitSeq(list, ",") {
		tag, params, _ := strings.Cut(item, ";")
		q, valid := quality(params)
		if !valid || q <= weight {
			continue
		}
		if lang, known := b.match(strings.TrimSpace(tag)); known {
			best, weight = lang, q
		}
	}
	return best, weight > 0
}

// match finds the language of ours that a reader of the tag reads best.
func (b *Bundle) match(tag string) (Language, bool) {
	if tag == "*" {
		return Default, true
	}
	if tag == "" || len(tag) > maxTag {
		return "", false
	}
	parsed, err := language.Parse(tag)
	if err != nil {
		return "", false
	}
	lang := ours(parsed)
	_, ok := b.catalogues[lang]
	return lang, ok
}

// ours is the language of ours for a tag, or "". The languages of China are read
// as Chinese, but Minnan (閩南語, old tags zh-min-nan and zh-nan) as itself unless
// the tag asks for another script, or for a region that writes Simplified.
func ours(tag language.Tag) Language {
	base, _ := tag.Base()
	named, script, region := tag.Raw()
	unsaid := script == language.Script{} && region == language.Region{}
	if unsaid && named.String() == "und" {
		return ""
	}
	switch base.String() {
	case "en":
		return English
	case "nan":
		if unsaid || scriptOf(tag) == "Hant" {
			return Minnan
		}
	case "zh", "cmn", "yue", "hak", "gan", "hsn", "wuu": // Mandarin, Cantonese, Hakka, Gan, Xiang, Wu
	default:
		return ""
	}
	switch scriptOf(tag) {
	case "Hant":
		return HantTW
	case "Hans":
		return Hans
	}
	return ""
}

// scriptOf is the script of a tag of one of China's languages: the one that it
// names, or that Chinese is written in where it names a region.
func scriptOf(tag language.Tag) string {
	_, script, region := tag.Raw()
	if (script == language.Script{} && region != language.Region{}) {
		if there, err := language.Compose(language.Chinese, region); err == nil {
			tag = there
		}
	}
	script, _ = tag.Script()
	return script.String()
}

// quality reads the weight of a list's item: 1 when it has none.
func quality(params string) (q float64, valid bool) {
	params = strings.TrimSpace(params)
	if params == "" {
		return 1, true
	}
	name, value, _ := strings.Cut(params, "=")
	if !strings.EqualFold(strings.TrimSpace(name), "q") {
		return 0, false
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	return q, err == nil && q >= 0 && q <= 1
}
