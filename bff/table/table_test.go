package table_test

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/bff/table"
)

// TestNothingIsComputed: words that a spreadsheet would take for a formula begin with an
// apostrophe, in narrow and wide forms, behind spaces and marks; numbers and other words stay
// as they are, and every cell comes back whole.
func TestNothingIsComputed(t *testing.T) {
	t.Parallel()
	for _, words := range []string{
		`=HYPERLINK("http://evil.example","click")`, "+1+1", "-2+3", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠SUM", "\t=1", "\r=1", "\n=1", "  =1", "\u3000=1",
		"\ufeff=1", "|cmd", "%0A", "\u0001=1",
	} {
		if got := back(t, table.Text(words)); got != "'"+normal(words) {
			t.Errorf("%q is written as %q", words, got)
		}
	}
	for _, words := range []string{"", "平潭", `a "quoted", word`, "a=b", "1-2", "two\nlines"} {
		if got := back(t, table.Text(words)); got != words {
			t.Errorf("%q is written as %q", words, got)
		}
	}
	if got := back(t, table.Number(-5)); got != "-5" {
		t.Errorf("a number is written as %q", got)
	}
}

// normal is words without what encoding/csv leaves out: a line ends by one character alone.
func normal(words string) string { return strings.ReplaceAll(words, "\r", "") }

// back is a cell as a reader finds it.
func back(t *testing.T, c table.Cell) string {
	t.Helper()
	raw, err := table.Write([]table.Cell{c, table.Text("end")})
	if err != nil {
		t.Fatal(err)
	}
	text, ok := strings.CutPrefix(string(raw), "\ufeff")
	if !ok || !strings.HasSuffix(text, "\r\n") {
		t.Errorf("written as %q", raw)
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) != 1 || len(rows[0]) != 2 || rows[0][1] != "end" {
		t.Fatalf("%q reads as %q (%v)", raw, rows, err)
	}
	return rows[0][0]
}

func FuzzText(f *testing.F) {
	f.Add("=1")
	f.Fuzz(func(t *testing.T, words string) {
		got := back(t, table.Text(words))
		if strings.HasPrefix(got, "=") || strings.HasPrefix(strings.TrimSpace(got), "=") {
			t.Errorf("%q is written as %q", words, got)
		}
	})
}
