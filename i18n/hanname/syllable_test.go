package hanname

import (
	"slices"
	"strings"
	"testing"

	"github.com/mozillazg/go-pinyin"
)

// TestSystems holds the rules against spellings that everybody knows.
func TestSystems(t *testing.T) {
	t.Parallel()
	known := map[system]string{
		wade: "xu HSU, zhang CHANG, chang CHANG, xie HSIEH, cai TSAI, zeng TSENG, zheng CHENG, zhou CHOU, guo KUO, qiu CHIU, ye YEH," +
			" luo LO, jiang CHIANG, lv LU, chen CHEN, huang HUANG, li LI, wang WANG, wu WU, liu LIU, yang YANG, hong HUNG, zhuang CHUANG," +
			" su SU, he HO, gao KAO, xiao HSIAO, pan PAN, jian CHIEN, zhu CHU, zhong CHUNG, peng PENG, you YU, zhan CHAN, hu HU, shi SHIH," +
			" shen SHEN, yu YU, zhao CHAO, lu LU, liang LIANG, yan YEN, ke KO, wei WEI, sun SUN, dai TAI, fan FAN, fang FANG, song SUNG," +
			" deng TENG, du TU, fu FU, hou HOU, cao TSAO, wen WEN, xue HSUEH, ding TING, ma MA, tang TANG, ji CHI, rong JUNG, ren JEN, ri JIH," +
			" zi TZU, ci TZU, si SZU, si SSU, zhi CHIH, chi CHIH, er ERH, yi I, yi YI, yuan YUAN, yun YUN, quan CHUAN, jun CHUN, gui KUEI," +
			" kui KUEI, hui HUI, shui SHUI, shuo SHUO, duo TO, ruo JO, nv NU, lve LUEH, xiong HSIUNG, qiong CHIUNG, dong TUNG, tian TIEN, bei PEI," +
			" qing CHING, jing CHING, xin HSIN, yong YUNG, yue YUEH, jie CHIEH, e O, ge KO, de TE, ze TSE",
		tongyong: "xu SYU, zhang JHANG, xie SIE, cai CAI, zeng ZENG, zheng JHENG, zhou JHOU, qiu CIOU, lv LYU, liu LIOU, zhong JHONG," +
			" shi SHIH, zhi JHIH, si SIH, zi ZIH, ci CIH, ri RIH, xiao SIAO, xiong SYONG, qiong CYONG, jun JYUN, quan CYUAN, xue SYUE," +
			" gui GUEI, hui HUEI, shui SHUEI, feng FONG, wen WUN, weng WONG, yun YUN, yuan YUAN, qing CING, xin SIN, jie JIE, nv NYU, lve LYUE," +
			" chen CHEN, chun CHUN, huang HUANG, niu NIOU, ju JYU",
		hanyu: "lv LYU, lv LU, lv LV, lve LUE, nv NYU, xu XU, zhang ZHANG, ye YE, er ER",
	}
	for s, list := range known {
		for _, entry := range strings.Split(list, ", ") {
			syllable, letters, _ := strings.Cut(entry, " ")
			if got := syllablesOf(strings.ToLower(letters), s); !slices.Contains(got, syllable) {
				t.Errorf("system %d: %s stands for %v, want %s among them", s, letters, got, syllable)
			}
		}
	}
}

func TestSystemsAreApart(t *testing.T) {
	t.Parallel()
	for letters, s := range map[string]system{"hsu": hanyu, "xu": wade, "jhang": wade, "tsai": hanyu, "zhou": tongyong, "lo": tongyong, "ssu": hanyu} {
		if got := syllablesOf(letters, s); letters != "lo" && got != nil {
			t.Errorf("system %d: %s stands for %v, want nothing", s, letters, got)
		}
	}
	for letters, want := range map[string]int{"chang": 2, "chi": 2, "chu": 4, "chun": 4, "yu": 2} {
		if got := syllablesOf(letters, wade); len(got) != want {
			t.Errorf("Wade–Giles without marks: %s stands for %v, want %d syllables", letters, got, want)
		}
	}
}

// TestSyllablesFit shows that no syllable is longer than the search for one, and
// that the inventory has what the dictionary's characters of Unicode's first
// block are read as, but for interjections and dialect.
func TestSyllablesFit(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for s := range systems {
		for letters, syllables := range spellings()[s] {
			if len(letters) > maxSyllable {
				t.Errorf("%s is longer than %d letters", letters, maxSyllable)
			}
			for _, syllable := range syllables {
				known[syllable] = true
			}
		}
	}
	odd := strings.Fields("m n ng hm hng biang cei chua din fiao kei len nun rua tei zhei")
	for r := rune(0x4E00); r <= 0x9FFF; r++ {
		if pinyin.PinyinDict[int(r)] == "" {
			continue
		}
		for _, syllable := range readings(r) {
			if !known[syllable] && !slices.Contains(odd, syllable) {
				t.Errorf("%c is read %s, which the inventory lacks", r, syllable)
			}
		}
	}
}

// TestSurnames holds the list to its form, and to the dictionary.
func TestSurnames(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for line := range strings.Lines(surnamesText) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(cells) != 5 || len([]rune(cells[0])) != 1 || cells[2] != strings.ToUpper(cells[2]) || cells[4] != "M [GK]" {
			t.Errorf("row %q: want a surname, a reading, a spelling in capitals, where from, and M [GK]", line)
			continue
		}
		if seen[cells[0]+cells[2]] {
			t.Errorf("%s %s stands twice", cells[0], cells[2])
		}
		seen[cells[0]+cells[2]] = true
		if r := []rune(cells[0])[0]; !slices.Contains(readings(r), cells[1]) {
			t.Errorf("%s is not read %s", cells[0], cells[1])
		}
		for s := range systems {
			if slices.Contains(syllablesOf(strings.ToLower(cells[2]), system(s)), cells[1]) {
				t.Errorf("%s %s needs no row: system %d has it", cells[0], cells[2], s)
			}
		}
	}
	if len(seen) < 50 {
		t.Errorf("%d rows, want some 60", len(seen))
	}
}
