package hanname_test

import (
	"testing"
	"unicode/utf8"

	"github.com/minzhengtong/minzhengtong/i18n/hanname"
)

// seed adds the vectors and some hostile texts.
func seed(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add(v.a, v.b)
	}
	f.Add("\xff", "\u0301e\u0301\u200D")
	f.Add("𠁞·\U000E0100", "𠀾・")
	f.Add("İ ſ Å", "葛\U000E0100")
	f.Add("陳 \u0F8E a", "陳\u0F8E a") // a word that is only a mark
}

func FuzzCompare(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, a, b string) {
		got := hanname.Compare(a, b)
		if back := hanname.Compare(b, a); back != got {
			t.Fatalf("%v, swapped %v", got, back)
		}
		itself := hanname.Compare(a, a)
		switch itself.Reason {
		case hanname.Identical, hanname.Empty, hanname.Unreadable, hanname.TooLong:
		default:
			t.Fatalf("a name is %v to itself", itself)
		}
		if got.Grade != hanname.None && itself.Grade != hanname.Exact {
			t.Fatalf("comparable with another (%v), yet %v to itself", got, itself)
		}
		if got.Grade == hanname.Exact || got.Grade == hanname.Script {
			if x, y := hanname.Fold(a), hanname.Fold(b); x != y {
				t.Fatalf("%v, but the keys differ: %q, %q", got, x, y)
			}
		}
	})
}

func FuzzFold(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, a, _ string) {
		key := hanname.Fold(a)
		if !utf8.ValidString(key) {
			t.Fatalf("key is not UTF-8: %q", key)
		}
		if again := hanname.Fold(key); again != key {
			t.Fatalf("folding %q again gives %q", key, again)
		}
	})
}

func FuzzCompareRoman(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, a, b string) {
		got := hanname.CompareRoman(a, b)
		if back := hanname.CompareRoman(b, a); back != got {
			t.Fatalf("%v, swapped %v", got, back)
		}
		if got && (!hanname.CompareRoman(a, a) || !hanname.CompareRoman(b, b)) {
			t.Fatal("spellings agree with each other but not with themselves")
		}
	})
}

func FuzzCompareSpelling(f *testing.F) {
	for _, p := range pairs(f) {
		f.Add(p.a, p.b)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		got, plain := hanname.CompareSpelling(a, b), hanname.Compare(a, b)
		if back := hanname.CompareSpelling(b, a); back != got {
			t.Fatalf("%v, swapped %v", got, back)
		}
		if got != plain && (got.Grade != hanname.Spelling || plain.Reason != hanname.NotHan) {
			t.Fatalf("%v, yet Compare says %v", got, plain)
		}
		if hanname.CompareRoman(a, b) && got.Grade != hanname.Spelling && got.Grade != hanname.Exact {
			t.Fatalf("%v, yet the letters agree", got)
		}
	})
}
