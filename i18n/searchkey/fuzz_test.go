package searchkey_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/minzhengtong/minzhengtong/i18n/searchkey"
)

func FuzzKey(f *testing.F) {
	for _, text := range []string{
		"", "網際網路 5G", "<p class='x'>補貼</p>&nbsp;", "\xff\u0301e\u0301\u200D\uFE00", "İſÅẞǅ\u0345", "ｶﾞ①㈱½", "{{.A}}{{", "𠁞\U000E0100𠮷",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		key := searchkey.Key(text)
		if !utf8.ValidString(key) || strings.Join(strings.Fields(key), " ") != key {
			t.Fatalf("Key(%q) = %q: want UTF-8 with single spaces", text, key)
		}
		if again := searchkey.Key(key); again != key {
			t.Fatalf("Key(%q) = %q, of itself %q", text, key, again)
		}
		checkGrams(t, key)
		if keys := searchkey.Queries(text); len(keys) > 4 || slices.Contains(keys, "") {
			t.Fatalf("Queries(%q) = %q", text, keys)
		}
	})
}

// checkGrams shows that whoever looks for any part of a key that starts with a
// word or with a Han character finds it.
func checkGrams(t *testing.T, key string) {
	t.Helper()
	grams := searchkey.Grams(key)
	all := map[string]bool{}
	for _, gram := range grams {
		all[gram] = true
		if n := utf8.RuneCountInString(gram); n < 1 || n > searchkey.MaxGram {
			t.Fatalf("gram %q of %q has %d characters", gram, key, n)
		}
	}
	if len(all) != len(grams) {
		t.Fatalf("grams of %q repeat themselves: %q", key, grams)
	}
	runes := []rune(key)
	for from := range min(len(runes), 20) {
		if from > 0 && runes[from-1] != ' ' && !unicode.Is(unicode.Han, runes[from]) {
			continue
		}
		for to := from + 1; to <= min(len(runes), from+40); to++ {
			for _, gram := range searchkey.Needed(string(runes[from:to])) {
				if !all[gram] {
					t.Fatalf("%q of %q needs %q, which is none of its grams", string(runes[from:to]), key, gram)
				}
			}
		}
	}
}

// FuzzGrams takes any text for a key, which only must not panic.
func FuzzGrams(f *testing.F) {
	f.Add("互联网 vat")
	f.Add("\xff补\xc0")
	f.Fuzz(func(_ *testing.T, key string) {
		searchkey.Grams(key)
		searchkey.Needed(key)
	})
}

func BenchmarkKey(b *testing.B) {
	text := strings.Repeat("關於2026年平潭綜合實驗區網際網路企業補貼辦法（試行）的通知，VAT 13%。\n", 300)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		searchkey.Key(text)
	}
}

func BenchmarkGrams(b *testing.B) {
	key := searchkey.Key(strings.Repeat("關於2026年平潭綜合實驗區網際網路企業補貼辦法（試行）的通知，VAT 13%。\n", 300))
	b.SetBytes(int64(len(key)))
	for b.Loop() {
		searchkey.Grams(key)
	}
}

func BenchmarkQueries(b *testing.B) {
	for b.Loop() {
		searchkey.Queries("網際網路企業補貼")
	}
}
