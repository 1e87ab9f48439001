package i18n_test

import (
	"bufio"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/minzhengtong/minzhengtong/i18n"
	"github.com/minzhengtong/minzhengtong/i18n/hanname"
)

// catalogue is one file, its IDs in the order in which they stand there.
type catalogue struct {
	ids      []string
	messages map[string]map[string]string
}

func read(t *testing.T, lang i18n.Language) catalogue {
	t.Helper()
	text, err := os.ReadFile("locales/" + string(lang) + ".json")
	if err != nil {
		t.Fatal(err)
	}
	c := catalogue{}
	if err := json.Unmarshal(text, &c.messages); err != nil {
		t.Fatalf("%s: %v", lang, err)
	}
	for _, m := range regexp.MustCompile(`(?m)^  "(\w+)": \{$`).FindAllSubmatch(text, -1) {
		c.ids = append(c.ids, string(m[1]))
	}
	return c
}

// forms joins what a reader may see of a message.
func forms(m map[string]string) string { return m["one"] + "\n" + m["other"] }

func placeholders(m map[string]string) []string {
	found := regexp.MustCompile(`\{\{.*?\}\}`).FindAllString(forms(m), -1)
	slices.Sort(found)
	return slices.Compact(found)
}

func TestCataloguesAgree(t *testing.T) {
	t.Parallel()
	ids, source := load(t).IDs(), read(t, i18n.Hans)
	for _, lang := range i18n.Languages() {
		c := read(t, lang)
		if !slices.Equal(c.ids, ids) {
			t.Errorf("%s: IDs are not those of the bundle, each once, one block each, in alphabetical order", lang)
		}
		for _, id := range ids {
			m := c.messages[id]
			if got, want := placeholders(m), placeholders(source.messages[id]); !slices.Equal(got, want) {
				t.Errorf("%s %s: placeholders are %q, want %q", lang, id, got, want)
			}
			if got := m["other"]; got == "" || strings.TrimSpace(got) != got {
				t.Errorf("%s %s: text is %q, want words without space around them", lang, id, got)
			}
			if has, want := m["description"] != "", lang == i18n.Hans; has != want {
				t.Errorf("%s %s: has a description: %v, want %v", lang, id, has, want)
			}
		}
	}
}

// TestScripts fails when a text has a character of the other script only.
func TestScripts(t *testing.T) {
	t.Parallel()
	simplified := simplifiedOnly(t)
	for id, m := range read(t, i18n.Hans).messages {
		for _, r := range forms(m) {
			if unicode.Is(unicode.Han, r) && hanname.Fold(string(r)) != string(r) {
				t.Errorf("%s %s: %c is Traditional", i18n.Hans, id, r)
			}
		}
	}
	for id, m := range read(t, i18n.HantTW).messages {
		for _, r := range forms(m) {
			if simplified[r] {
				t.Errorf("%s %s: %c is Simplified", i18n.HantTW, id, r)
			}
		}
	}
}

// simplifiedOnly are the characters that do not occur in Traditional text: some
// Traditional character folds to them, and they are no candidate of their own.
func simplifiedOnly(t *testing.T) map[rune]bool {
	t.Helper()
	f, err := os.Open("testdata/STCharacters.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	only := map[rune]bool{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		from, to, ok := strings.Cut(lines.Text(), "\t")
		if candidates := strings.Fields(to); ok && !slices.Contains(candidates, from) && hanname.Fold(candidates[0]) == from {
			r, _ := utf8.DecodeRuneInString(from)
			only[r] = true
		}
	}
	if len(only) < 2000 {
		t.Fatalf("%d characters are Simplified only, want some 2500", len(only))
	}
	return only
}

// TestTaiwanWording fails on mainland words that mean little or something else
// in Taiwan. Titles of documents keep theirs.
func TestTaiwanWording(t *testing.T) {
	t.Parallel()
	mainland := strings.Fields("登錄 網絡 身份 信息 短信 默認 賬 軟件 硬件 用戶 鏈接 屏幕 打印 搜索 激活 在線 反饋 質量 視頻 實時 刷新 字符 窗口 上傳文件")
	for id, m := range read(t, i18n.HantTW).messages {
		if strings.HasPrefix(id, "KIND_") {
			continue
		}
		for _, word := range mainland {
			if strings.Contains(forms(m), word) {
				t.Errorf("%s: %s is not the word in Taiwan", id, word)
			}
		}
	}
}
