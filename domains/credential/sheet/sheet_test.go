package sheet_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/credential/sheet"
)

func drawn(t testing.TB, s sheet.Sheet) []byte {
	t.Helper()
	file, err := sheet.Draw(s)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func sum(data []byte) string {
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:])
}

// TestSaysAll: everything that the sheet holds can be read out of the file, in both
// scripts.
func TestSaysAll(t *testing.T) {
	t.Parallel()
	for _, s := range []sheet.Sheet{simplified(), traditional()} {
		text := said(t, drawn(t, s))
		want := []string{s.Title.First, s.Title.Other, s.Notice.First, s.Notice.Other, s.Issuer.Value, s.Number.Value, s.Validity.Value,
			s.Hint.First, s.Hint.Other, s.Issuer.Label.First, s.Issuer.Label.Other, "1/1"}
		for _, r := range s.Rows {
			want = append(want, r.Label.First, r.Label.Other, strings.ReplaceAll(r.Value, "𠮷", "〓[U+20BB7]"))
		}
		for _, w := range want {
			if !strings.Contains(text, squeeze(w)) {
				t.Errorf("%s: %q cannot be read", s.Lang, w)
			}
		}
		if rare := strings.Contains(text, squeeze(s.Rare.First)); rare != strings.Contains(s.Rows[0].Value, "𠮷") {
			t.Errorf("%s: rare characters are explained: %v", s.Lang, rare)
		}
	}
}

// TestPdftotext has another program read the file.
func TestPdftotext(t *testing.T) {
	t.Parallel()
	path, dir := program(t, "pdftotext", "poppler-utils"), t.TempDir()
	for _, s := range []sheet.Sheet{simplified(), traditional()} {
		s.Notice = sheet.Text{} // what is turned stands between the lines
		file := filepath.Join(dir, s.Lang+".pdf")
		if err := os.WriteFile(file, drawn(t, s), 0o600); err != nil {
			t.Fatal(err)
		}
		text := squeeze(string(run(t, path, "-raw", file, "-")))
		for _, want := range []string{s.Title.First, s.Title.Other, s.Rows[3].Value, s.Rows[4].Value, s.Number.Value, s.Issuer.Value} {
			if !strings.Contains(text, squeeze(want)) {
				t.Errorf("%s: %q is not in %q", s.Lang, want, text)
			}
		}
	}
}

// TestCodeIsRead has another program read the code off the page.
func TestCodeIsRead(t *testing.T) {
	t.Parallel()
	pdftoppm, zbarimg, dir := program(t, "pdftoppm", "poppler-utils"), program(t, "zbarimg", "zbar-tools"), t.TempDir()
	s := simplified()
	for i, code := range []string{s.Code, "A", strings.Repeat("0123456789", 30)} {
		s.Code = code
		file := filepath.Join(dir, fmt.Sprint(i))
		if err := os.WriteFile(file, drawn(t, s), 0o600); err != nil {
			t.Fatal(err)
		}
		run(t, pdftoppm, "-r", "200", "-png", "-singlefile", file, file)
		if got := strings.TrimSpace(string(run(t, zbarimg, "-q", "--raw", file+".png"))); got != code {
			t.Errorf("the code says %q, want %q", got, code)
		}
	}
}

// TestSameBytes: again, at once, and in another process.
func TestSameBytes(t *testing.T) {
	t.Parallel()
	want := drawn(t, traditional())
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if got, err := sheet.Draw(traditional()); err != nil || !bytes.Equal(got, want) {
				t.Errorf("drawn again it differs (%v)", err)
			}
		})
	}
	all.Wait()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes, SHA-256 %s", len(want), sum(want))
	if got := run(t, self, "-test.run=^TestPrintSum$", "-print-sum"); !bytes.Contains(got, []byte(sum(want))) {
		t.Errorf("in another process it is\n%s, want %s", got, sum(want))
	}
	later := traditional()
	later.Drawn = later.Drawn.Add(time.Second)
	if bytes.Equal(drawn(t, later), want) {
		t.Error("drawn a second later it is the same")
	}
	east := traditional()
	east.Drawn = east.Drawn.In(time.FixedZone("", 8*3600))
	if !bytes.Equal(drawn(t, east), want) {
		t.Error("the zone of the time counts")
	}
}

var (
	printSum = flag.Bool("print-sum", false, "print the sum of a sample, for TestSameBytes in another process")
	update   = flag.Bool("update", false, "write the golden files anew")
)

// TestPrintSum is what TestSameBytes runs in another process.
func TestPrintSum(t *testing.T) {
	if *printSum {
		fmt.Println(sum(drawn(t, traditional())))
	}
}

// TestGolden: where each line stands, and the sum of the file as it is when unpacked.
// Change the layout or the font and the file changes: look at the pages again, then run
// with -update.
func TestGolden(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, s := range []sheet.Sheet{simplified(), traditional()} {
		file := drawn(t, s)
		whole, _ := opened(t, file)
		fmt.Fprintf(&b, "%s %s\n", s.Lang, sum(withoutOffsets(whole)))
		for i, p := range pagesOf(t, file) {
			for _, line := range p {
				fmt.Fprintf(&b, "%d %7.2f %7.2f %s\n", i+1, line.x, line.y, line.text)
			}
		}
	}
	const name = "testdata/samples.txt"
	if *update {
		if err := os.WriteFile(name, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil || string(want) != b.String() {
		t.Errorf("%s differs (%v); got\n%s", name, err, b.String())
	}
}

// withoutOffsets cuts the table of where objects stand, which depends on what compresses.
func withoutOffsets(file []byte) []byte { return file[:bytes.LastIndex(file, []byte("xref\n0 "))] }

// TestNothingPersonalOutside: what stands in the file outside its pages says what kind of
// credential it is and no more.
func TestNothingPersonalOutside(t *testing.T) {
	t.Parallel()
	s := traditional()
	s.Rows[0].Value, s.Number.Value, s.Code = "CANARY7700", "CANARY7701", "CANARY7702"
	file := drawn(t, s)
	info := file[bytes.LastIndex(file, []byte("/Title")):]
	for _, want := range []string{"/Lang (zh-Hant-TW)", "D:20260301010203", "/Creator (Minzhengtong)"} {
		if !bytes.Contains(file, []byte(want)) {
			t.Errorf("%s is missing", want)
		}
	}
	if end := bytes.Index(info, []byte(")\n")); !strings.Contains(decoded(info[len("/Title ("):end]), s.Title.First) {
		t.Error("the title is missing")
	}
	// Pages are compressed, so whatever can be found in the raw bytes is outside of them.
	for _, form := range []string{"CANARY", "C\x00A\x00N", "\x00C\x00A\x00N"} {
		if bytes.Contains(file, []byte(form)) {
			t.Error("the canary sings")
		}
	}
}

// TestManyPages: a long value goes on over the pages, each with the notice, the number and
// its place; nothing is lost, twice, or out of the frame.
func TestManyPages(t *testing.T) {
	t.Parallel()
	s := traditional()
	var long strings.Builder
	for i := range 300 {
		fmt.Fprintf(&long, "第%d段（很長），some words。", i)
	}
	s.Rows = append(s.Rows, sheet.Row{Label: words("A long story", "長篇"), Value: long.String()}, s.Rows[0])
	file := drawn(t, s)
	pages := pagesOf(t, file)
	if len(pages) < 4 {
		t.Fatalf("%d pages, want more", len(pages))
	}
	var values strings.Builder
	for i, p := range pages {
		var text strings.Builder
		for _, line := range p {
			text.WriteString(squeeze(line.text) + "\n")
			if line.x > 100 && line.x < 200 {
				values.WriteString(squeeze(line.text))
			}
			if line.x < 30 || line.x > 400 || line.y < 28 || line.y > 575 {
				t.Errorf("page %d: %q stands at %.0f, %.0f", i+1, line.text, line.x, line.y)
			}
		}
		for _, want := range []string{s.Number.Value, fmt.Sprintf("%d/%d", i+1, len(pages)), s.Title.First, s.Notice.First} {
			if !strings.Contains(text.String(), squeeze(want)) {
				t.Errorf("page %d lacks %q", i+1, want)
			}
		}
	}
	for i := range 300 {
		if n := strings.Count(values.String(), fmt.Sprintf("第%d段", i)); n > 1 {
			t.Errorf("part %d is there %d times", i, n)
		}
	}
	if text := squeeze(long.String()); !strings.Contains(said(t, file), text[:60]) || !strings.Contains(said(t, file), "第299段") {
		t.Error("the long value does not begin or end")
	}
}

// TestRefuses: each bound, and characters that the font lacks in words of ours.
func TestRefuses(t *testing.T) {
	t.Parallel()
	long := func(n int) string { return strings.Repeat("長", n) }
	for name, c := range map[string]struct {
		change func(*sheet.Sheet)
		field  string
	}{
		"no language":      {func(s *sheet.Sheet) { s.Lang = "" }, "lang"},
		"a bad language":   {func(s *sheet.Sheet) { s.Lang = "zh) /X (" }, "lang"},
		"no time":          {func(s *sheet.Sheet) { s.Drawn = time.Time{} }, "drawn"},
		"a far year":       {func(s *sheet.Sheet) { s.Drawn = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) }, "drawn"},
		"no title":         {func(s *sheet.Sheet) { s.Title.First = "" }, "title"},
		"a long title":     {func(s *sheet.Sheet) { s.Title.Other = long(61) }, "title"},
		"a long notice":    {func(s *sheet.Sheet) { s.Notice.First = long(61) }, "notice"},
		"no label":         {func(s *sheet.Sheet) { s.Rows[2].Label.First = "" }, "rows[2].label"},
		"a long label":     {func(s *sheet.Sheet) { s.Rows[2].Label.First = long(41) }, "rows[2].label"},
		"a long number":    {func(s *sheet.Sheet) { s.Number.Value = long(41) }, "number"},
		"a long issuer":    {func(s *sheet.Sheet) { s.Issuer.Value = long(101) }, "issuer"},
		"nothing to close": {func(s *sheet.Sheet) { s.Validity.Label.First = "" }, "validity.label"},
		"a long code":      {func(s *sheet.Sheet) { s.Code = strings.Repeat("x", 301) }, "code"},
		"a Chinese code":   {func(s *sheet.Sheet) { s.Code = "短" }, "code"},
		"a long value":     {func(s *sheet.Sheet) { s.Rows[1].Value = long(8000) }, "rows"},
		"many lines":       {func(s *sheet.Sheet) { s.Rows[1].Value = strings.Repeat("\n", 7000) }, "pages"},
	} {
		s := simplified()
		c.change(&s)
		_, err := sheet.Draw(s)
		if !errors.Is(err, sheet.ErrBounds) || !strings.HasSuffix(err.Error(), ": "+c.field) {
			t.Errorf("%s: %v, want %s", name, err, c.field)
		}
	}
	for field, change := range map[string]func(*sheet.Sheet, string){
		"title":         func(s *sheet.Sheet, x string) { s.Title.Other = x },
		"rows[1].label": func(s *sheet.Sheet, x string) { s.Rows[1].Label.First = x },
		"number":        func(s *sheet.Sheet, x string) { s.Number.Value = x },
		"issuer":        func(s *sheet.Sheet, x string) { s.Issuer.Value = x },
		"rare":          func(s *sheet.Sheet, x string) { s.Rare.First = x },
	} {
		s := simplified()
		change(&s, "甲\U00020bb7乙\n\U00020000\U00020bb7")
		_, err := sheet.Draw(s)
		var lacks *sheet.CharactersError
		if !errors.As(err, &lacks) || lacks.Field != field || !slices.Equal(lacks.Characters, []rune{'\n', 0x20000, 0x20bb7}) {
			t.Errorf("%s: %v", field, err)
		}
		if want := "sheet: the font lacks U+000A U+20000 U+20BB7 of " + field; err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestRareCharacters: in values what the font lacks is spelled, what shows nothing too,
// and nothing is dropped.
func TestRareCharacters(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"陳𠮷怡":             "陳〓[U+20BB7]怡",
		"葛\U000E0100":     "葛〓[U+E0100]",
		"a\u202eb":        "a〓[U+202E]b",
		"a\u200bb":        "a〓[U+200B]b",
		"a\x00b":          "a〓[U+0000]b",
		"a\xffb":          "a〓[U+FFFD]b",
		"一\r\n二\r三\n四":    "一二三四",
		"(甲\\乙)\ttab":     "(甲\\乙)tab",
		"〓[U+5F20] typed": "〓[U+5F20]typed",
		"黃鑫淼昇堃喆":          "黃鑫淼昇堃喆",
	} {
		s := simplified()
		s.Rows[0].Value = value
		if text := said(t, drawn(t, s)); !strings.Contains(text, want) {
			t.Errorf("%q becomes %s, want %s", value, text, want)
		}
	}
	if got := sheet.Lacks("陳𠮷怡𠀀\U00020bb7"); !slices.Equal(got, []rune{0x20000, 0x20bb7}) || sheet.Lacks("陳怡 abc") != nil {
		t.Errorf("lacks %U", got)
	}
}

// TestLeast: a sheet with a title alone.
func TestLeast(t *testing.T) {
	t.Parallel()
	text := said(t, drawn(t, sheet.Sheet{Lang: "en", Title: sheet.Text{First: "Proof"}, Drawn: simplified().Drawn}))
	if text != "<1>Proof1/1" {
		t.Errorf("it says %s", text)
	}
}

// FuzzDraw: no text panics, and what is drawn once is drawn the same again.
func FuzzDraw(f *testing.F) {
	f.Add("台湾", "臺灣", "陳𠮷怡", "value (with)\\ escapes\n\n", "N-1", "https://example.invalid")
	f.Add("", " ", "\xff\xfe", strings.Repeat("（", 200), "，，，", "\x00")
	f.Add(strings.Repeat("W", 60), strings.Repeat("i", 60), strings.Repeat("\u3000", 300), "\U0010FFFF", "", "")
	f.Fuzz(func(t *testing.T, title, other, label, value, number, code string) {
		s := sheet.Sheet{
			Lang: "zh-Hans", Drawn: simplified().Drawn, Title: words(title, other), Notice: words(other, title), Code: code,
			Rows:   []sheet.Row{{Label: words(label, title), Value: value}, {Label: words("值", other), Value: label + value}},
			Issuer: sheet.Row{Label: words(title, ""), Value: title}, Number: sheet.Row{Label: words("号", "號"), Value: number},
			Hint: words(title, other), Rare: words(other, title),
		}
		one, err := sheet.Draw(s)
		two, again := sheet.Draw(s)
		if !bytes.Equal(one, two) || fmt.Sprint(err) != fmt.Sprint(again) {
			t.Errorf("twice differs: %v, %v", err, again)
		}
		var lacks *sheet.CharactersError
		if err != nil && !errors.Is(err, sheet.ErrBounds) && !errors.As(err, &lacks) {
			t.Error(err)
		}
		if err == nil {
			inFrame(t, one)
		}
	})
}

// inFrame fails where a line begins outside the frame.
func inFrame(t *testing.T, file []byte) {
	t.Helper()
	for i, p := range pagesOf(t, file) {
		for _, line := range p {
			if line.y < 28 || line.y > 575 || line.x > 420 {
				t.Errorf("page %d: %q stands at %.0f, %.0f", i+1, line.text, line.x, line.y)
			}
		}
	}
}
