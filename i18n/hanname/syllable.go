package hanname

import (
	"slices"
	"strings"
	"sync"
)

// system is a way of writing Mandarin in Latin letters, as it comes out on a
// document: without tones, apostrophes and the two dots of ü.
type system int

const (
	hanyu    system = iota // Hanyu Pinyin; ü is U, V or YU
	wade                   // Wade–Giles; CHANG is zhang or chang
	tongyong               // Tongyong Pinyin
	systems  = int(tongyong) + 1
)

// A syllable is written in Hanyu Pinyin without its tone, with v for ü.

// inventory gives for each initial the finals that Mandarin has with it. After
// j, q and x the letter u is ü; with no initial the syllables are whole.
var inventory = map[string]string{
	"": "a o e ai ei ao ou an en ang eng er yi ya yo ye yai yao you yan yin yang ying yong" +
		" yu yue yuan yun wu wa wo wai wei wan wen wang weng",
	"b":  "a o ai ei ao an en ang eng i ie iao ian in ing u",
	"p":  "a o ai ei ao ou an en ang eng i ie iao ian in ing u",
	"m":  "a o e ai ei ao ou an en ang eng i ie iao iu ian in ing u",
	"f":  "a o ei ou an en ang eng u",
	"d":  "a e ai ei ao ou an en ang eng ong i ia ie iao iu ian ing u uo ui uan un",
	"t":  "a e ai ei ao ou an ang eng ong i ie iao ian ing u uo ui uan un",
	"n":  "a e ai ei ao ou an en ang eng ong i ia ie iao iu ian in iang ing u uo uan un v ve",
	"l":  "a e o ai ei ao ou an ang eng ong i ia ie iao iu ian in iang ing u uo uan un v ve",
	"g":  "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
	"k":  "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
	"h":  "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
	"j":  "i ia ie iao iu ian in iang ing iong u ue uan un",
	"q":  "i ia ie iao iu ian in iang ing iong u ue uan un",
	"x":  "i ia ie iao iu ian in iang ing iong u ue uan un",
	"zh": "a e i ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
	"ch": "a e i ai ao ou an en ang eng ong u ua uo uai ui uan un uang",
	"sh": "a e i ai ei ao ou an en ang eng u ua uo uai ui uan un uang",
	"r":  "e i ao ou an en ang eng ong u ua uo ui uan un",
	"z":  "a e i ai ei ao ou an en ang eng ong u uo ui uan un",
	"c":  "a e i ai ao ou an en ang eng ong u uo ui uan un",
	"s":  "a e i ai ao ou an en ang eng ong u uo ui uan un",
}

// maxSyllable is the most letters that a syllable has in any system.
const maxSyllable = 6

// spellings gives for each system the syllables that some letters may stand for.
var spellings = sync.OnceValue(func() [systems]map[string][]string {
	var all [systems]map[string][]string
	for s, write := range [systems]func(initial, final string) []string{writeHanyu, writeWade, writeTongyong} {
		all[s] = map[string][]string{}
		for initial, finals := range inventory {
			for final := range strings.FieldsSeq(finals) {
				for _, letters := range write(initial, final) {
					all[s][letters] = append(all[s][letters], initial+final)
				}
			}
		}
	}
	return all
})

// syllablesOf gives the syllables that the letters stand for in a system.
func syllablesOf(letters string, s system) []string { return spellings()[s][letters] }

// writeHanyu gives lü as LU, LV and, as passports have it, LYU.
func writeHanyu(initial, final string) []string {
	switch final {
	case "v":
		return []string{initial + "u", initial + "v", initial + "yu"}
	case "ve":
		return []string{initial + "ue", initial + "ve", initial + "yue"}
	}
	return []string{initial + final}
}

// wadeWhole are the syllables of Wade–Giles that follow no rule of letters.
var wadeWhole = map[string][]string{
	"e": {"o", "e"}, "er": {"erh"}, "yi": {"i", "yi"}, "ye": {"yeh"}, "yan": {"yen"}, "you": {"yu"}, "yong": {"yung"}, "yue": {"yueh"},
	"zi": {"tzu"}, "ci": {"tzu"}, "si": {"ssu", "szu"},
}

var wadeInitials = map[string]string{
	"b": "p", "d": "t", "g": "k", "j": "ch", "q": "ch", "x": "hs", "zh": "ch", "r": "j", "z": "ts", "c": "ts",
}

var wadeFinals = map[string]string{
	"ie": "ieh", "ian": "ien", "ue": "ueh", "v": "u", "ve": "ueh", "ong": "ung", "iong": "iung",
}

func writeWade(initial, final string) []string {
	if whole, ok := wadeWhole[initial+final]; ok {
		return whole
	}
	return []string{orSame(wadeInitials, initial) + wadeFinal(initial, final)}
}

// wadeFinal is the final as the initial makes it: zhi is CHIH, ge is KO, luo is
// LO and gui is KUEI.
func wadeFinal(initial, final string) string {
	throat := slices.Contains([]string{"g", "k", "h"}, initial)
	switch {
	case final == "i" && slices.Contains([]string{"zh", "ch", "sh", "r"}, initial):
		return "ih"
	case final == "e" && throat:
		return "o"
	case final == "uo" && !throat && initial != "sh":
		return "o"
	case final == "ui" && throat && initial != "h":
		return "uei"
	}
	return orSame(wadeFinals, final)
}

var tongyongInitials = map[string]string{"zh": "jh", "q": "c", "x": "s"}

var tongyongFinals = map[string]string{"iu": "iou", "ui": "uei", "v": "yu", "ve": "yue"}

// tongyongWhole are the syllables of Tongyong Pinyin that follow no rule of letters.
var tongyongWhole = map[string]string{"wen": "wun", "weng": "wong", "feng": "fong"}

func writeTongyong(initial, final string) []string {
	if whole, ok := tongyongWhole[initial+final]; ok {
		return []string{whole}
	}
	return []string{orSame(tongyongInitials, initial) + tongyongFinal(initial, final)}
}

// tongyongFinal is the final as the initial makes it: zhi is JHIH, xu is SYU and
// xiong is SYONG.
func tongyongFinal(initial, final string) string {
	palatal := slices.Contains([]string{"j", "q", "x"}, initial)
	switch {
	case final == "i" && slices.Contains([]string{"zh", "ch", "sh", "r", "z", "c", "s"}, initial):
		return "ih"
	case palatal && strings.HasPrefix(final, "u"):
		return "y" + final
	case palatal && final == "iong":
		return "yong"
	}
	return orSame(tongyongFinals, final)
}

// orSame looks a word up and gives the word itself where it is not listed.
func orSame(list map[string]string, word string) string {
	if to, ok := list[word]; ok {
		return to
	}
	return word
}
