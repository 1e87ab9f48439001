package text_test

import (
	"cmp"
	"os"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/i18n/han"
	"github.com/minzhengtong/minzhengtong/i18n/term"
	"github.com/minzhengtong/minzhengtong/i18n/text"
)

// rows reads a table with tabs, without comments and empty lines.
func rows(t *testing.T, file string) [][]string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all [][]string
	for line := range strings.Lines(string(raw)) {
		if line = strings.TrimSuffix(line, "\n"); line != "" && !strings.HasPrefix(line, "#") {
			all = append(all, strings.Split(line, "\t"))
		}
	}
	return all
}

// list is a list of words with the way on which it is used.
type list struct {
	file, from, to string
	script         han.Direction
}

var lists = []list{
	{"data/taiwan.tsv", hans, hant, han.ToTaiwanScript},
	{"data/taiwan-spelling.tsv", hans, hant, han.ToTaiwanScript},
	{"data/mainland.tsv", hant, hans, han.ToSimplified},
	{"data/mainland-spelling.tsv", hant, hans, han.ToSimplified},
}

// TestLists delivers the example of each row, and shows that it needs the row.
func TestLists(t *testing.T) {
	t.Parallel()
	for _, l := range lists {
		seen := map[string]bool{}
		for _, row := range rows(t, l.file) {
			if len(row) != 2 && len(row) != 4 {
				t.Fatalf("%s: row %q has %d cells, want 2 or 4", l.file, row, len(row))
			}
			replaced, after, _ := strings.Cut(row[0], "|")
			if seen[replaced+after] {
				t.Errorf("%s: %s is there twice", l.file, row[0])
			}
			seen[replaced+after] = true
			script := han.Convert(l.script, replaced)
			if script == row[1] && after == "" && !strings.HasSuffix(l.file, "spelling.tsv") {
				t.Errorf("%s: %s changes its script only: write =, or nothing", l.file, row[0])
			}
			if row[1] == "=" {
				row[1] = script
			}
			example, want := replaced+after, row[1]+text.Deliver(after, l.from, l.to)
			if len(row) == 4 {
				example, want = row[2], row[3]
			}
			if got := text.Deliver(example, l.from, l.to); got != want {
				t.Errorf("%s: %s is delivered as %s, want %s", l.file, example, got, want)
			}
		}
	}
}

// TestLegalTermsKeepTheirWords fails on a row that rewords a legal term.
func TestLegalTermsKeepTheirWords(t *testing.T) {
	t.Parallel()
	for _, e := range term.All() {
		for a, b := range e.Spellings {
			if e.Kind != term.Legal || a[0] < 0x80 {
				continue
			}
			for _, l := range lists {
				stored, delivered := a, b
				if l.from == hant {
					stored, delivered = b, a
				}
				for _, row := range rows(t, l.file) {
					if strings.Contains(row[0], stored) && row[1] != "=" && !strings.Contains(row[1], delivered) {
						t.Errorf("%s: %s becomes %s, which is not %s", l.file, row[0], row[1], delivered)
					}
				}
			}
		}
	}
}

// TestKeptTerms delivers each term that keeps its words, alone and in a sentence,
// and finds it marked.
func TestKeptTerms(t *testing.T) {
	t.Parallel()
	for _, e := range term.All() {
		there, back := map[string]string{}, map[string]string{} // the first spelling counts
		for a, b := range e.Spellings {
			if e.Kept() && a[0] >= 0x80 {
				there[a], back[b] = cmp.Or(there[a], b), cmp.Or(back[b], a)
			}
		}
		for a, b := range there {
			if got, want := show(text.Runs("（"+a+"）", hans, hant)), "（["+b+":"+string(e.ID)+"]）"; got != want {
				t.Errorf("%s, want %s", got, want)
			}
		}
		for b, a := range back {
			if got, want := show(text.Runs("（"+b+"）", hant, hans)), "（["+a+":"+string(e.ID)+"]）"; got != want {
				t.Errorf("%s, want %s", got, want)
			}
		}
	}
}

// TestTable holds the lists against the table of terms: what it calls ordinary
// words is delivered as it says.
func TestTable(t *testing.T) {
	t.Parallel()
	but := map[string]string{
		"线下": "實體 is right before some words only",
		"优化": "優化 is current in offices of Taiwan, as the table says",
	}
	words := 0
	for _, row := range rows(t, "../term/testdata/terms.tsv")[1:] {
		e := term.LookUp(row[0], 1)[0]
		if e.Kind != term.Word || but[row[0]] != "" {
			continue
		}
		words++
		if got := text.Deliver(row[0], hans, hant); got != row[2] {
			t.Errorf("%s is delivered as %s, want %s", row[0], got, row[2])
		}
	}
	if words < 30 {
		t.Errorf("%d words in the table, want 30 at least", words)
	}
}

// TestPlaces delivers each name in a sentence, both ways.
func TestPlaces(t *testing.T) {
	t.Parallel()
	places := rows(t, "data/places.tsv")
	if len(places) < 200 {
		t.Errorf("%d places, want 200 at least", len(places))
	}
	for _, row := range places {
		if len(row) != 3 || row[2] == "" {
			t.Fatalf("row %q, want three cells", row)
		}
		for _, tt := range []struct{ stored, from, to, want string }{
			{"户籍在" + row[0] + "里", hans, hant, "戶籍在" + row[1] + "裡"},
			{"戶籍在" + row[1] + "裡", hant, hans, "户籍在" + row[0] + "里"},
		} {
			if got := text.Deliver(tt.stored, tt.from, tt.to); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		}
	}
}

// TestWhereOpenCCIsWrong holds the examples that decided against its words.
func TestWhereOpenCCIsWrong(t *testing.T) {
	t.Parallel()
	all := rows(t, "testdata/opencc.tsv")[1:]
	if len(all) < 40 {
		t.Errorf("%d examples, want 40 at least", len(all))
	}
	for _, row := range all {
		if got := han.Convert(han.ToTaiwan, row[0]); got != row[1] {
			t.Errorf("OpenCC converts %s to %s, the table says %s", row[0], got, row[1])
		}
		if got := text.Deliver(row[0], hans, hant); got != row[2] {
			t.Errorf("%s is delivered as %s, want %s", row[0], got, row[2])
		}
	}
}
