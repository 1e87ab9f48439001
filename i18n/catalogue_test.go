package i18n_test

import (
	"bufio"
	"bytes"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/minzhengtong/minzhengtong/i18n"
	"github.com/minzhengtong/minzhengtong/i18n/catalogue"
	"github.com/minzhengtong/minzhengtong/i18n/hanname"
)

// tree is the source tree. The tests read it themselves, so that a cached result
// goes stale when a file of it changes.
var tree = os.DirFS("..")

func locales(t *testing.T) catalogue.Locales {
	t.Helper()
	l, err := catalogue.Read(tree)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// forms joins what a reader may see of a message.
func forms(m catalogue.Message) string { return m.One + "\n" + m.Other }

func TestCataloguesAgree(t *testing.T) {
	t.Parallel()
	l := locales(t)
	for _, err := range l.Check() {
		t.Error(err)
	}
	for _, r := range l.Report() {
		if !r.Complete() {
			t.Errorf("%s: missing %q, stale %q, orphaned %q; see minzhengtong i18n report", r.Language, r.Missing, r.Stale, r.Orphaned)
		}
	}
	if got, want := load(t).IDs(), slices.Sorted(maps.Keys(l[catalogue.Source])); !slices.Equal(got, want) {
		t.Errorf("the bundle has the messages %q, want %q", got, want)
	}
}

func TestCanonicalForm(t *testing.T) {
	t.Parallel()
	for lang, messages := range locales(t) {
		name := catalogue.Folder + "/" + string(lang) + ".json"
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(text, messages.Encode()) {
			t.Errorf("%s is not in canonical form, which minzhengtong i18n merge gives it", name)
		}
	}
}

// minnanOwn are characters that Minnan has from of old, and that Mandarin has only
// since it was simplified: the measure word.
const minnanOwn = "个"

// TestScripts fails when a text has a character of the other script only.
func TestScripts(t *testing.T) {
	t.Parallel()
	simplified, l := simplifiedOnly(t), locales(t)
	for id, m := range l[i18n.Hans] {
		for _, r := range forms(m) {
			if unicode.Is(unicode.Han, r) && hanname.Fold(string(r)) != string(r) {
				t.Errorf("%s %s: %c is Traditional", i18n.Hans, id, r)
			}
		}
	}
	for _, lang := range []i18n.Language{i18n.HantTW, i18n.Minnan} {
		for id, m := range l[lang] {
			for _, r := range forms(m) {
				own := lang == i18n.Minnan && strings.ContainsRune(minnanOwn, r)
				if simplified[r] && !own {
					t.Errorf("%s %s: %c is Simplified", lang, id, r)
				}
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
	delete(only, '群') // Taiwan's standard form too; the table's 羣 is a variant
	return only
}

// TestTaiwanWording fails on mainland words that mean little or something else
// in Taiwan. Titles of documents keep theirs.
func TestTaiwanWording(t *testing.T) {
	t.Parallel()
	mainland := strings.Fields("登錄 網絡 身份 信息 短信 默認 賬 軟件 硬件 用戶 鏈接 屏幕 打印 搜索 激活 在線 反饋 質量 視頻 實時 刷新 字符 窗口 上傳文件")
	for id, m := range locales(t)[i18n.HantTW] {
		if strings.HasPrefix(id, "KIND_") || strings.HasSuffix(id, "_EXPIRY") {
			continue
		}
		for _, word := range mainland {
			if strings.Contains(forms(m), word) {
				t.Errorf("%s: %s is not the word in Taiwan", id, word)
			}
		}
	}
}
