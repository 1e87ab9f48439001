package term_test

import (
	"bufio"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/minzhengtong/minzhengtong/i18n/hanname"
	"github.com/minzhengtong/minzhengtong/i18n/term"
)

var languages = []string{term.Hans, term.HantTW, term.English}

// rows reads a table with tabs, without its heading.
func rows(t *testing.T, file string) [][]string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all [][]string
	for lines := bufio.NewScanner(f); lines.Scan(); {
		all = append(all, strings.Split(lines.Text(), "\t"))
	}
	return all[1:]
}

// simplifiedOnly are the characters that do not occur in Traditional text: some
// Traditional character folds to them, and they are no candidate of their own.
func simplifiedOnly(t *testing.T) map[rune]bool {
	t.Helper()
	only := map[rune]bool{}
	for _, row := range rows(t, "../testdata/STCharacters.txt") {
		if len(row) != 2 {
			continue
		}
		candidates := strings.Fields(row[1])
		if !slices.Contains(candidates, row[0]) && hanname.Fold(candidates[0]) == row[0] {
			r, _ := utf8.DecodeRuneInString(row[0])
			only[r] = true
		}
	}
	if len(only) < 2000 {
		t.Fatalf("%d characters are Simplified only, want some 2500", len(only))
	}
	return only
}

func TestGlossaryIsComplete(t *testing.T) {
	t.Parallel()
	if err := term.Check(); err != nil {
		t.Fatal(err)
	}
	confidence := regexp.MustCompile(`^[HML] \[(S|GK)\]$`)
	id := regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
	seen := map[term.ID]bool{}
	for _, e := range term.All() {
		if !id.MatchString(string(e.ID)) || seen[e.ID] {
			t.Errorf("%q is no ID in snake_case, or there twice", e.ID)
		}
		seen[e.ID] = true
		if !slices.Contains([]term.Kind{term.Legal, term.FalseFriend, term.Word}, e.Kind) {
			t.Errorf("%s: kind is %q", e.ID, e.Kind)
		}
		if !slices.Contains([]term.Shore{term.Mainland, term.Taiwan, term.Both}, e.Shore) {
			t.Errorf("%s: shore is %q", e.ID, e.Shore)
		}
		if e.Everyday && e.Kind != term.FalseFriend {
			t.Errorf("%s: only a false friend can be everyday", e.ID)
		}
		if e.Source == "" || !confidence.MatchString(e.Confidence) {
			t.Errorf("%s: source %q, confidence %q", e.ID, e.Source, e.Confidence)
		}
		for _, r := range e.Related() {
			if _, ok := term.Get(r); !ok || r == e.ID {
				t.Errorf("%s: related %q is not another term", e.ID, r)
			}
		}
		checkTexts(t, e)
	}
}

// checkTexts fails on a text that is missing in a language or padded.
func checkTexts(t *testing.T, e term.Entry) {
	t.Helper()
	near := e.Near(term.Hans) != ""
	for _, lang := range languages {
		for what, text := range map[string]string{"name": e.Name(lang), "definition": e.Definition(lang), "difference": e.Difference(lang)} {
			if text == "" || strings.TrimSpace(text) != text {
				t.Errorf("%s: %s in %s is %q", e.ID, what, lang, text)
			}
		}
		if got := e.Near(lang) != ""; got != near {
			t.Errorf("%s: the near thing is named in some languages only", e.ID)
		}
		if end, _ := utf8.DecodeLastRuneInString(e.Definition(lang)); !strings.ContainsRune("。.", end) {
			t.Errorf("%s: definition in %s is no sentence", e.ID, lang)
		}
	}
}

// TestGlossaryCounts holds the promise of the size.
func TestGlossaryCounts(t *testing.T) {
	t.Parallel()
	count := map[term.Kind]int{}
	for _, e := range term.All() {
		count[e.Kind]++
	}
	if special := count[term.Legal] + count[term.FalseFriend]; special < 80 || special+count[term.Word] < 120 {
		t.Errorf("kinds are %v", count)
	}
}

// texts are all of an entry's words in a language.
func texts(e term.Entry, lang string) []string {
	all := []string{e.Name(lang), e.Definition(lang), e.Near(lang), e.Difference(lang)}
	for hans, hant := range e.Spellings {
		all = append(all, map[string]string{term.Hans: hans, term.HantTW: hant}[lang])
	}
	for hans, hant := range e.Guards {
		all = append(all, map[string]string{term.Hans: hans, term.HantTW: hant}[lang])
	}
	return all
}

// employer is how the table of words of Taiwan's laws (法律統一用字表) writes the
// noun; the verb is 僱, which the mainland writes 雇 as well.
const employer = "雇主"

// TestScripts fails when a text has a character of the other script only.
func TestScripts(t *testing.T) {
	t.Parallel()
	simplified := simplifiedOnly(t)
	for _, e := range term.All() {
		for _, text := range texts(e, term.Hans) {
			for _, r := range text {
				if unicode.Is(unicode.Han, r) && hanname.Fold(string(r)) != string(r) && !aboutCharacter(e, r) {
					t.Errorf("%s: %c is Traditional in %q", e.ID, r, text)
				}
			}
		}
		for _, text := range texts(e, term.HantTW) {
			for _, r := range strings.ReplaceAll(text, employer, "") {
				if simplified[r] {
					t.Errorf("%s: %c is Simplified in %q", e.ID, r, text)
				}
			}
		}
	}
}

// aboutCharacter reports whether a gloss is about that very character.
func aboutCharacter(e term.Entry, r rune) bool {
	return e.ID == "calendar" && strings.ContainsRune("曆歷", r) ||
		e.ID == "taiwan_name" && r == '臺'
}

// TestScriptsPair fails when the two spellings of a name differ in more than
// their script.
func TestScriptsPair(t *testing.T) {
	t.Parallel()
	for _, e := range term.All() {
		pair := func(hans, hant string) bool {
			// 帳 folds to 帐, which the mainland writes 账; 分 is Taiwan's 份.
			same := strings.NewReplacer("帐", "账", "身分", "身份")
			if got, want := same.Replace(hanname.Fold(hant)), same.Replace(hanname.Fold(hans)); got != want {
				t.Errorf("%s: %s folds to %s, want %s", e.ID, hant, got, want)
			}
			return true
		}
		e.Spellings(pair)
		e.Guards(pair)
	}
}

// TestSpellingsAreUnique fails when two terms are written alike, so that a mark
// could mean either. Words may be alike: they are not marked.
func TestSpellingsAreUnique(t *testing.T) {
	t.Parallel()
	owner := map[string]term.ID{}
	for _, e := range term.All() {
		for hans, hant := range e.Spellings {
			for _, text := range []string{hans, hant} {
				if other, ok := owner[text]; ok && other != e.ID {
					t.Errorf("%s is both %s and %s", text, other, e.ID)
				}
				owner[text] = e.ID
			}
		}
	}
}

// TestTaiwanWording fails on mainland words in Taiwan's glosses, unless the
// gloss is about that word: then it stands in quotation marks or is a name. The
// 用 of 用戶籍 is a verb.
func TestTaiwanWording(t *testing.T) {
	t.Parallel()
	mainland := strings.Fields("網絡 軟件 登錄 默認 短信 打印 屏幕 鏈接 賬 用戶 服務器 計算機 咨詢 質量 渠道 實時 視頻 反饋 激活 身份 信息 數據 早上好")
	quoted := regexp.MustCompile(`「[^」]*」|個人信息保護法|居民身份證|公民身份號碼|稅務數字帳戶|用戶籍`)
	for _, e := range term.All() {
		for _, text := range []string{e.Definition(term.HantTW), e.Difference(term.HantTW)} {
			bare := quoted.ReplaceAllString(text, "")
			for _, word := range mainland {
				if strings.Contains(bare, word) {
					t.Errorf("%s: %s is not the word in Taiwan: %s", e.ID, word, text)
				}
			}
		}
	}
}

// TestTable holds the glossary against the table of terms of the facts: every
// row has its entry, and what the table calls a false friend is no mere word.
func TestTable(t *testing.T) {
	t.Parallel()
	all := rows(t, "testdata/terms.tsv")
	if len(all) < 69 {
		t.Fatalf("%d rows, want at least 69", len(all))
	}
	for _, row := range all {
		hans, hant, note := row[0], row[1], row[3]
		found := term.LookUp(hans, 1)
		if len(found) == 0 {
			t.Errorf("%s is not in the glossary", hans)
			continue
		}
		e := found[0]
		var spelled bool
		for a, b := range e.Spellings {
			spelled = spelled || a == hans && (b == hant || b == row[2])
		}
		if !spelled {
			t.Errorf("%s finds %s, which is not spelled %s", hans, e.ID, hant)
		}
		if strings.Contains(note, "FALSE FRIEND") && e.Kind == term.Word {
			t.Errorf("%s is a false friend, the glossary says %s", hans, e.Kind)
		}
	}
}
