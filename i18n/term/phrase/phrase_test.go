package phrase_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/i18n/term/phrase"
)

var words = map[string]int{"增值税": 1, "增值": 2, "小程序": 3, "程序": 4, "税务": 5, "": 6, "\xff": 7, "VAT": 8}

// cut writes a split: phrases stand in brackets with their value.
func cut(s *phrase.Set[int], text string) string {
	var pieces []string
	s.Split(text,
		func(plain string) { pieces = append(pieces, plain) },
		func(found string, value int) { pieces = append(pieces, "["+found+string(rune('0'+value))+"]") })
	return strings.Join(pieces, "|")
}

func TestSplit(t *testing.T) {
	t.Parallel()
	s := phrase.New(words)
	tests := []struct{ name, text, want string }{
		{"empty", "", ""},
		{"nothing in it", "你好", "你好"},
		{"longest of two", "增值税", "[增值税1]"},
		{"the shorter when the longer breaks off", "增值服务", "[增值2]|服务"},
		{"at the end of the text", "交增值", "交|[增值2]"},
		{"leftmost of two that overlap", "增值税务局", "[增值税1]|务局"},
		{"inside a longer word that begins before", "小程序和程序", "[小程序3]|和|[程序4]"},
		{"two in a row", "程序增值税", "[程序4]|[增值税1]"},
		{"Latin", "a VAT b", "a |[VAT8]| b"},
		{"invalid bytes are plain", "\xff增值\xe5", "\xff|[增值2]|\xe5"},
		{"a replacement character is no wild card", "\uFFFD", "\uFFFD"},
	}
	for _, tt := range tests {
		if got := cut(s, tt.text); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestEmptySet(t *testing.T) {
	t.Parallel()
	for _, s := range []*phrase.Set[int]{phrase.New[int](nil), {}} {
		if got := cut(s, "增值税"); got != "增值税" {
			t.Errorf("an empty set cuts %q", got)
		}
		if s.Starts('增') {
			t.Error("a phrase of an empty set may start")
		}
	}
}

// slowest finds what Split should, by trying every phrase at every byte.
func slowest(text string) []string {
	var pieces []string
	for plain := ""; ; {
		best := ""
		for word := range words {
			if word != "\xff" && len(word) > len(best) && strings.HasPrefix(text, word) {
				best = word
			}
		}
		if (best != "" || text == "") && plain != "" {
			pieces, plain = append(pieces, plain), ""
		}
		switch {
		case text == "":
			return pieces
		case best != "":
			pieces, text = append(pieces, best), text[len(best):]
		default:
			plain, text = plain+text[:1], text[1:]
		}
	}
}

func FuzzSplit(f *testing.F) {
	s := phrase.New(words)
	for _, seed := range []string{"增值税务程序小程序", "小程\xff序", "增值\uFFFD税", "VAVAT"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var got []string
		add := func(piece string) { got = append(got, piece) }
		s.Split(text, add, func(piece string, _ int) { add(piece) })
		if want := slowest(text); !slices.Equal(got, want) {
			t.Fatalf("%q, want %q", got, want)
		}
	})
}

func BenchmarkSplit(b *testing.B) {
	s := phrase.New(words)
	text := strings.Repeat("本通知所称增值税优惠，由税务部门按程序办理。", 200)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		s.Split(text, func(string) {}, func(string, int) {})
	}
}
