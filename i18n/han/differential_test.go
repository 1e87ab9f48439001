package han_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/minzhengtong/minzhengtong/i18n/han"
)

// dictionaries are all files that the directions name.
var dictionaries = []string{
	"STPhrases.txt", "STPhrases_GeneratedFromRegionalPhrases.txt", "STCharacters.txt",
	"TSPhrases.txt", "TSCharactersExt.txt", "TSCharacters.txt",
	"TWPhrases.txt", "TWVariantsPhrases.txt", "TWVariants.txt",
	"TWPhrasesRev.txt", "TWVariantsRevPhrases.txt", "TWVariantsRev.txt",
	"CJK_Compatibility_Ideographs.txt",
}

// TestEveryEntry compares each key and each value of each dictionary.
func TestEveryEntry(t *testing.T) {
	t.Parallel()
	for _, file := range dictionaries {
		for key, value := range entries(file) {
			agree(t, key)
			agree(t, value)
		}
	}
}

// pieces are what random texts are made of, by dictionary so that small ones
// come as often as large ones.
func pieces() [][]string {
	all := [][]string{{"的", "，", "。", "2026", "A", "SQL", "B", "-", " ", "\n", "台湾", "臺灣", "こ", "é", "😀", "\xff", "\xe4\xb8", "\xed\xa0\x80", "\x00"}}
	for _, file := range dictionaries {
		var both []string
		for key, value := range entries(file) {
			both = append(both, key, value, han.Convert(han.ToSimplified, key), han.Convert(han.ToTaiwanScript, key))
		}
		slices.Sort(both)
		all = append(all, both)
	}
	return all
}

// randomText strings pieces together, some of them torn, so that phrases, words
// and characters of different dictionaries overlap.
func randomText(r *rand.Rand, pieces [][]string, count int) string {
	var text strings.Builder
	for range count {
		kind := pieces[r.IntN(len(pieces))]
		text.WriteString(tear(r, kind[r.IntN(len(kind))]))
	}
	return text.String()
}

// tear keeps a piece whole, or its beginning or end, and now and then it does not
// respect characters.
func tear(r *rand.Rand, piece string) string {
	at := r.IntN(len(piece) + 1)
	for r.IntN(20) > 0 && at < len(piece) && !utf8.RuneStart(piece[at]) {
		at++
	}
	switch r.IntN(3) {
	case 0:
		return piece[at:]
	case 1:
		return piece[:at]
	default:
		return piece
	}
}

// TestRandomTexts compares short texts, in which much overlaps, and long ones,
// which are read in many windows.
func TestRandomTexts(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(4, 2026))
	all := pieces()
	for range 5000 {
		agree(t, randomText(r, all, 1+r.IntN(6)))
	}
	for range 8 {
		agree(t, randomText(r, all, 3000))
	}
}

// TestWindowEdges moves one text over every position of the window.
func TestWindowEdges(t *testing.T) {
	t.Parallel()
	text := "软件工程师的数据库连接信息干燥的干部皇后后面里程碑在里面伯克希尔-哈撒韦公司軟體工程師的資料庫連線資訊乾燥的幹部"
	for shift := range 520 {
		agree(t, strings.Repeat("的", shift)+text+strings.Repeat("面", 40))
	}
	// 辛秘 becomes a phrase only as 辛祕 of the middle script, in one long run.
	for shift := range 6 {
		agree(t, strings.Repeat("為", shift)+strings.Repeat("辛秘的", 200))
	}
	agree(t, strings.Repeat(strings.Repeat("x", 70000)+text, 3))
}
