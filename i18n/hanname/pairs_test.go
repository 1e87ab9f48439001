package hanname_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/i18n/hanname"
)

// pair is one row of the table of name pairs.
type pair struct {
	a, b string
	want hanname.Result
	note string
}

// pairs reads the table. Names in it may hold the escapes of a Go string.
func pairs(tb testing.TB) []pair {
	tb.Helper()
	text, err := os.ReadFile("testdata/pairs.tsv")
	if err != nil {
		tb.Fatal(err)
	}
	var all []pair
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(cells) != 5 {
			tb.Fatalf("row %q has %d columns, want 5", line, len(cells))
		}
		if cells[0] != "a" {
			want := hanname.Result{Grade: hanname.Grade(cells[2]), Reason: hanname.Reason(cells[3])}
			all = append(all, pair{unescape(tb, cells[0]), unescape(tb, cells[1]), want, cells[4]})
		}
	}
	return all
}

func unescape(tb testing.TB, cell string) string {
	tb.Helper()
	name, err := strconv.Unquote(`"` + cell + `"`)
	if err != nil {
		tb.Fatalf("%q: %v", cell, err)
	}
	return name
}

func TestPairs(t *testing.T) {
	t.Parallel()
	for _, p := range pairs(t) {
		if got := hanname.CompareSpelling(p.a, p.b); got != p.want {
			t.Errorf("CompareSpelling(%.60q, %.60q) = %v, want %v (%s)", p.a, p.b, got, p.want, p.note)
		}
	}
}

func TestPairsSwapped(t *testing.T) {
	t.Parallel()
	for _, p := range pairs(t) {
		if got := hanname.CompareSpelling(p.b, p.a); got != p.want {
			t.Errorf("CompareSpelling(%.60q, %.60q) = %v, want %v (%s)", p.b, p.a, got, p.want, p.note)
		}
		if got, back := hanname.Compare(p.a, p.b), hanname.Compare(p.b, p.a); got != back {
			t.Errorf("Compare(%.60q, %.60q) = %v, swapped %v", p.a, p.b, got, back)
		}
	}
}

// TestCompareKnowsNoSpellings shows that Compare answers as CompareSpelling
// does, except that it never grades anything Spelling: links are decided by it.
func TestCompareKnowsNoSpellings(t *testing.T) {
	t.Parallel()
	for _, p := range pairs(t) {
		want := p.want
		if want.Grade == hanname.Spelling {
			want = hanname.Result{Grade: hanname.None, Reason: hanname.NotHan}
		}
		if got := hanname.Compare(p.a, p.b); got != want {
			t.Errorf("Compare(%.60q, %.60q) = %v, want %v", p.a, p.b, got, want)
		}
	}
}

// TestPairsCoverTheReasons counts the table, so that it stays one of all kinds.
func TestPairsCoverTheReasons(t *testing.T) {
	t.Parallel()
	grades := map[hanname.Reason]hanname.Grade{
		hanname.Identical: hanname.Exact, hanname.FirstCandidate: hanname.Script,
		hanname.SurnameCarePair: hanname.Variant, hanname.FoldedOnly: hanname.Variant, hanname.OtherCandidate: hanname.Variant,
		hanname.ListedVariant: hanname.Variant, hanname.GlyphVariant: hanname.Variant,
		hanname.SameSpelling: hanname.Spelling, hanname.CutSpelling: hanname.Spelling, hanname.SwappedSpelling: hanname.Spelling,
		hanname.SyllableSpelling: hanname.Spelling, hanname.SurnameSpelling: hanname.Spelling, hanname.ReadingSpelling: hanname.Spelling,
		hanname.OtherLength: hanname.None, hanname.OtherCharacter: hanname.None, hanname.NotHan: hanname.None,
		hanname.Empty: hanname.None, hanname.Unreadable: hanname.None, hanname.TooLong: hanname.None,
	}
	all := pairs(t)
	if len(all) < 300 {
		t.Errorf("%d pairs, want 300 at least", len(all))
	}
	count := map[hanname.Reason]int{}
	for _, p := range all {
		count[p.want.Reason]++
		if want, ok := grades[p.want.Reason]; !ok || p.want.Grade != want {
			t.Errorf("%.60q and %.60q: reason %s with grade %s, want %s", p.a, p.b, p.want.Reason, p.want.Grade, want)
		}
	}
	for reason := range grades {
		if count[reason] < 2 {
			t.Errorf("reason %s occurs %d times, want twice at least", reason, count[reason])
		}
	}
}

// TestVectorsAreAmongThePairs holds the table to the vectors' grades.
func TestVectorsAreAmongThePairs(t *testing.T) {
	t.Parallel()
	grades := map[[2]string]hanname.Grade{}
	for _, p := range pairs(t) {
		grades[[2]string{p.a, p.b}] = p.want.Grade
	}
	for _, v := range vectors(t) {
		if got := grades[[2]string{v.a, v.b}]; got != v.want {
			t.Errorf("%q and %q: the table says %q, the vector %q", v.a, v.b, got, v.want)
		}
	}
}

// TestFoldKeepsNames shows that folding and comparing alter no printed name,
// and that a key loses no character of it but spaces and what is never printed.
func TestFoldKeepsNames(t *testing.T) {
	t.Parallel()
	for _, p := range pairs(t) {
		for _, name := range []string{p.a, p.b} {
			before := strings.Clone(name)
			key := hanname.Fold(name)
			hanname.CompareSpelling(name, p.b)
			if name != before {
				t.Errorf("%q became %q", before, name)
			}
			if again := hanname.Fold(key); again != key {
				t.Errorf("Fold(%q) = %q, folded again %q", name, key, again)
			}
		}
		if p.want.Grade == hanname.Exact || p.want.Grade == hanname.Script {
			if x, y := hanname.Fold(p.a), hanname.Fold(p.b); x != y {
				t.Errorf("%q and %q are %v, and their keys are %q and %q", p.a, p.b, p.want, x, y)
			}
		}
	}
}
