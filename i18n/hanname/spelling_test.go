package hanname_test

import (
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/i18n/hanname"
)

// TestCompareSpellingHostile shows that long and ambiguous spellings end soon
// and agree with nothing but themselves.
func TestCompareSpellingHostile(t *testing.T) {
	t.Parallel()
	none := hanname.Result{Grade: hanname.None, Reason: hanname.NotHan}
	for _, tt := range []struct{ name, a, b string }{
		{"as long as a name may be", strings.Repeat("YU ", hanname.MaxBytes/3), strings.Repeat("CHU", hanname.MaxBytes/3)},
		{"long Han name", strings.Repeat("于", hanname.MaxBytes/3), strings.Repeat("YU ", hanname.MaxBytes/3)},
		{"letters beyond ASCII", "ŁÞÆ ØĦ", "ŁÞÆ ØŊ"},
		{"only marks", "\u0301\u0302", "CHEN"},
		{"only separators", "<<,,--", "CHEN"},
		{"only dots", "·", "‧ - CHEN"},
	} {
		if got := hanname.CompareSpelling(tt.a, tt.b); got != none {
			t.Errorf("%s: %v, want %v", tt.name, got, none)
		}
		if got := hanname.CompareSpelling(tt.b, tt.a); got != none {
			t.Errorf("%s, swapped: %v, want %v", tt.name, got, none)
		}
	}
}

func BenchmarkCompareSpelling(b *testing.B) {
	for _, bm := range []struct{ name, a, b string }{
		{"reading", "陳美玲", "CHEN MEI-LING"},
		{"no reading", "陳美玲", "LIN SHU-FEN"},
		{"syllables", "HSU MEI-LING", "XU MEILING"},
		{"no syllables", "HSU MEI-LING", "LIN SHU-FEN"},
		{"ambiguous", "CHU CHU CHU CHU CHU CHU CHU CHU CHU CHU CHU CHU CHU CHU CHU A", "CHU CHU CHU CHU CHU CHU CHU CHU CHU CHU CHU CHU CHU CHU CHU O"},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				hanname.CompareSpelling(bm.a, bm.b)
			}
		})
	}
}
