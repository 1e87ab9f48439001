package hanname_test

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/i18n/hanname"
)

// vector is one row of the name-matching vectors.
type vector struct {
	a, b string
	want hanname.Grade
	note string
}

func vectors(tb testing.TB) []vector {
	tb.Helper()
	f, err := os.Open("testdata/name_match.csv")
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	levels := map[string]hanname.Grade{
		"EXACT": hanname.Exact, "SCRIPT": hanname.Script, "VARIANT": hanname.Variant, "NONE": hanname.None,
	}
	var all []vector
	for _, row := range rows[1:] {
		all = append(all, vector{row[0], row[1], levels[row[2]], row[3]})
	}
	return all
}

func TestCompareVectors(t *testing.T) {
	t.Parallel()
	all := vectors(t)
	if got, want := len(all), 42; got != want {
		t.Fatalf("%d vectors, want %d", got, want)
	}
	for _, v := range all {
		got, back := hanname.Compare(v.a, v.b), hanname.Compare(v.b, v.a)
		if got.Grade != v.want {
			t.Errorf("Compare(%q, %q) = %v, want %v (%s)", v.a, v.b, got, v.want, v.note)
		}
		if got != back {
			t.Errorf("Compare(%q, %q) = %v, swapped %v", v.a, v.b, got, back)
		}
	}
}

func TestCompareReasons(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, a, b string
		want       hanname.Result
	}{
		{"equal", "陳美玲", "陳美玲", hanname.Result{Grade: hanname.Exact, Reason: hanname.Identical}},
		{"ordinary simplification", "陳美玲", "陈美玲", hanname.Result{Grade: hanname.Script, Reason: hanname.FirstCandidate}},
		{"surname care pair", "範志豪", "范志豪", hanname.Result{Grade: hanname.Variant, Reason: hanname.SurnameCarePair}},
		{"care pair in a given name", "林於慧", "林于慧", hanname.Result{Grade: hanname.Script, Reason: hanname.FirstCandidate}},
		{"care pair second in a compound surname", "范薑豪", "范姜豪", hanname.Result{Grade: hanname.Variant, Reason: hanname.SurnameCarePair}},
		{"care pair in a married woman's own surname", "陳於美玲", "陳于美玲", hanname.Result{Grade: hanname.Variant, Reason: hanname.SurnameCarePair}},
		{"two Traditional characters sharing one", "鍾雅婷", "鐘雅婷", hanname.Result{Grade: hanname.Variant, Reason: hanname.FoldedOnly}},
		{"both directions", "陳志遠", "陈誌远", hanname.Result{Grade: hanname.Variant, Reason: hanname.FoldedOnly}},
		{"second candidate", "王喆", "王哲", hanname.Result{Grade: hanname.Variant, Reason: hanname.OtherCandidate}},
		{"listed variant", "凃嘉玲", "涂嘉玲", hanname.Result{Grade: hanname.Variant, Reason: hanname.ListedVariant}},
		{"listed variant through a simplification", "凃嘉玲", "塗嘉玲", hanname.Result{Grade: hanname.Variant, Reason: hanname.ListedVariant}},
		{"shape selector", "葛\U000E0100美玲", "葛美玲", hanname.Result{Grade: hanname.Variant, Reason: hanname.GlyphVariant}},
		{"shape selector beside a simplification", "葛\U000E0100陳玲", "葛陈玲", hanname.Result{Grade: hanname.Variant, Reason: hanname.GlyphVariant}},
		{"shorter", "陳美", "陳美玲", hanname.Result{Grade: hanname.None, Reason: hanname.OtherLength}},
		{"homophone", "陳美玲", "陈美铃", hanname.Result{Grade: hanname.None, Reason: hanname.OtherCharacter}},
		{"Han against Latin", "陳美玲", "CHEN MEI-LING", hanname.Result{Grade: hanname.None, Reason: hanname.NotHan}},
		{"two Latin spellings", "HSU", "XU", hanname.Result{Grade: hanname.None, Reason: hanname.NotHan}},
		{"empty is not equal to empty", "", "", hanname.Result{Grade: hanname.None, Reason: hanname.Empty}},
		{"only spaces", " \u3000", "陳美玲", hanname.Result{Grade: hanname.None, Reason: hanname.Empty}},
		{"invalid UTF-8", "陳\xff", "陳\xff", hanname.Result{Grade: hanname.None, Reason: hanname.Unreadable}},
		{"question mark for a lost character", "陳?玲", "陳?玲", hanname.Result{Grade: hanname.None, Reason: hanname.Unreadable}},
		{"fullwidth question mark", "陳？玲", "陳？玲", hanname.Result{Grade: hanname.None, Reason: hanname.Unreadable}},
		{"masked", "陳*玲", "陳*玲", hanname.Result{Grade: hanname.None, Reason: hanname.Unreadable}},
		{"private use", "陳\uE000玲", "陳\uE000玲", hanname.Result{Grade: hanname.None, Reason: hanname.Unreadable}},
		{"astral, equal", "林𠮷美", "林𠮷美", hanname.Result{Grade: hanname.Exact, Reason: hanname.Identical}},
		{"astral simplification", "林𠁞美", "林𠀾美", hanname.Result{Grade: hanname.Script, Reason: hanname.FirstCandidate}},
		{"astral, other character", "林𠮷美", "林吉美", hanname.Result{Grade: hanname.None, Reason: hanname.OtherCharacter}},
		{"compatibility ideograph", "\uF9F4美玲", "林美玲", hanname.Result{Grade: hanname.Exact, Reason: hanname.Identical}},
		{"fullwidth letters and ideographic space", "高喜妮　Ｋａｏｓｉ", "高喜妮 Kaosi", hanname.Result{Grade: hanname.Exact, Reason: hanname.Identical}},
		{"halfwidth katakana dot, bullet", "高･喜妮", "高 • 喜妮", hanname.Result{Grade: hanname.Exact, Reason: hanname.Identical}},
		{"invisible characters", "陳\u200B美玲\uFEFF", "陳美玲", hanname.Result{Grade: hanname.Exact, Reason: hanname.Identical}},
		{"decomposed accent", "Ko\u0304 高喜", "Kō 高喜", hanname.Result{Grade: hanname.Exact, Reason: hanname.Identical}},
	}
	for _, tt := range tests {
		if got := hanname.Compare(tt.a, tt.b); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
		if got := hanname.Compare(tt.b, tt.a); got != tt.want {
			t.Errorf("%s, swapped: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// TestCompareIsBounded shows that the cost of a hostile text does not grow with it.
func TestCompareIsBounded(t *testing.T) {
	huge := strings.Repeat("陳", 1<<20/len("陳"))
	want := hanname.Result{Grade: hanname.None, Reason: hanname.TooLong}
	if got := hanname.Compare(huge, huge); got != want {
		t.Errorf("Compare of 1 MiB = %v, want %v", got, want)
	}
	if n := testing.AllocsPerRun(10, func() { hanname.Compare(huge, "陳美玲") }); n != 0 {
		t.Errorf("Compare of 1 MiB allocates %v times, want none", n)
	}
	if hanname.CompareRoman(huge, huge) {
		t.Error("CompareRoman of 1 MiB agrees, want not")
	}
	if got, want := hanname.Fold(huge), strings.Repeat("陈", 1<<20/len("陈")); got != want {
		t.Errorf("Fold of 1 MiB gives %d bytes, want %d of another character", len(got), len(want))
	}
	longest := strings.Repeat("𠮷", hanname.MaxBytes/len("𠮷"))
	if got := hanname.Compare(longest, longest); got.Grade != hanname.Exact {
		t.Errorf("the longest name is %v to itself, want exact", got)
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, want string }{
		{"", ""},
		{"鍾雅婷", "钟雅婷"},
		{"鐘雅婷", "钟雅婷"},
		{"钟雅婷", "钟雅婷"},
		{"甯曉萍", "甯晓萍"},
		{" 陳 美 玲 ", "陈美玲"},
		{"瓦歷斯・諾幹", "瓦历斯·诺干"},
		{"薴", "苎"},
		{"苧", "苎"},
		{"HSU Mei-Ling", "hsu mei-ling"},
		{"林𠁞美", "林𠀾美"},
		{"陳\xff", "陈\uFFFD"},
	}
	for _, tt := range tests {
		if got := hanname.Fold(tt.name); got != tt.want {
			t.Errorf("Fold(%q) = %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestCompareRoman(t *testing.T) {
	t.Parallel()
	long := "KALIMANTAN-TAIWAN PALEMEKE ANGGAYAN"
	tests := []struct {
		name, a, b string
		want       bool
	}{
		{"equal", "CHEN MEI-LING", "CHEN MEI-LING", true},
		{"case, hyphen, space", "Chen Mei Ling", "CHEN MEILING", true},
		{"comma and machine-readable fillers", "CHEN, MEI-LING", "CHEN<<MEI<LING<<<", true},
		{"fullwidth", "ＣＨＥＮ", "chen", true},
		{"accent", "LÜ", "LU", true},
		{"cut off at the end of the field", long, long[:30], true},
		{"short beginning", "CHEN MEI", "CHEN MEI-LING", false},
		{"Wade–Giles against Pinyin", "HSU", "XU", false},
		{"Han", "陳美玲", "陳美玲", false},
		{"Han beside Latin", "陳 CHEN", "CHEN", false},
		{"Cyrillic look-alike", "СНЕN", "CHEN", false},
		{"digit", "CHEN 2", "CHEN", false},
		{"empty", "", "", false},
		{"only punctuation", "--", "- ", false},
		{"placeholder", "CH?N", "CHN", false},
	}
	for _, tt := range tests {
		if got := hanname.CompareRoman(tt.a, tt.b); got != tt.want {
			t.Errorf("%s: CompareRoman = %v, want %v", tt.name, got, tt.want)
		}
		if got := hanname.CompareRoman(tt.b, tt.a); got != tt.want {
			t.Errorf("%s, swapped: CompareRoman = %v, want %v", tt.name, got, tt.want)
		}
	}
}

func BenchmarkCompare(b *testing.B) {
	for _, bm := range []struct{ name, a, b string }{
		{"exact", "陳美玲", "陳美玲"},
		{"script", "張簡婉如", "张简婉如"},
		{"variant", "鍾雅婷", "锺雅婷"},
		{"none", "陳美玲", "陈美铃"},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				hanname.Compare(bm.a, bm.b)
			}
		})
	}
}

func BenchmarkFold(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		hanname.Fold("張簡婉如")
	}
}
