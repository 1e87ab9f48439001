package document_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/fault"
)

func TestKinds(t *testing.T) {
	t.Parallel()
	for _, kind := range document.Kinds() {
		if got, err := document.ParseKind(string(kind)); got != kind || err != nil {
			t.Errorf("ParseKind(%q) = %q, %v", kind, got, err)
		}
		if got, want := kind.OfFirm(), kind == document.CreditCode; got != want {
			t.Errorf("%q: of a firm is %t, want %t", kind, got, want)
		}
	}
	for _, text := range []string{"", "passport", "TAIWAN_PASS", " taiwan_pass"} {
		if _, err := document.ParseKind(text); !errors.Is(err, document.ErrUnknownKind) {
			t.Errorf("ParseKind(%q): %v, want %v", text, err, document.ErrUnknownKind)
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	permit := permitBorn(t, civil.Date{Year: 1901, Month: 2, Day: 28})
	wide := "　８３００００　１９０１０２２８　００２９　"
	tests := []struct {
		name string
		kind document.Kind
		raw  string
		err  error
	}{
		{"no kind", "", "00000001", document.ErrUnknownKind},
		{"a kind nobody knows", "passport", "00000001", document.ErrUnknownKind},
		{"only spaces", document.TaiwanPass, " \t　 ", document.ErrEmpty},
		{"full-width with ideographic spaces", document.TaiwanPermit, wide, nil},
		{"no-break and thin spaces", document.TaiwanPermit, strings.Join(strings.Split(permit, ""), "\u00a0"), nil},
		{"not UTF-8", document.TaiwanPass, "0000\xff001", document.ErrAlphabet},
		{"full-width character cut in two", document.TaiwanPass, "0000000\xef\xbc", document.ErrAlphabet},
		{"zero byte", document.TaiwanPass, "0000\x000001", document.ErrAlphabet},
		{"zero-width space", document.TaiwanPass, "0000\u200b0001", document.ErrAlphabet},
		{"circled digit is no digit", document.TaiwanPass, "0000000①", document.ErrAlphabet},
		{"raised digit is no digit", document.TaiwanPass, "0000000²", document.ErrAlphabet},
		{"Arabic digit is no digit", document.TaiwanPass, "0000000٣", document.ErrAlphabet},
		{"long s is no S", document.CreditCode, "91350128MAYYY0013ſ", document.ErrAlphabet},
		{"hyphen", document.TaiwanPass, "0000-0001", document.ErrAlphabet},
		{"bare letter after eight digits", document.TaiwanPass, "00000001A", document.ErrLength},
		{"issuer code in two letters", document.TaiwanPass, "0000000101AB", document.ErrLength},
		{"brackets without issue count", document.TaiwanPass, "00000001(A)", document.ErrForm},
		{"home-return permit with issue count", document.TaiwanPass, "H0000000101", document.ErrNotAccepted},
		{"X inside the body", document.TaiwanPermit, "8300001901022X0029", document.ErrDigits},
		{"letter in place of the check character", document.TaiwanPermit, "83000019010228002A", document.ErrDigits},
		{"Hong Kong head with a wrong tail", document.ResidentID, "810001190001010018", document.ErrArea},
		{"first generation", document.ResidentID, "350128000101001", document.ErrLegacy},
		{"fifteen digits as a permit", document.TaiwanPermit, "830000000101001", document.ErrLength},
		{"letter in the area of a firm", document.CreditCode, "91A50128MAYYY00131", document.ErrArea},
		{"company number of a Taiwan firm", document.CreditCode, "00000001", document.ErrLength},
		{"ten digits of a permit cut short", document.TaiwanPermit, "8300001901", document.ErrLength},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, err := document.Parse(tt.kind, tt.raw, today); !errors.Is(err, tt.err) {
				t.Errorf("Parse: %v, want %v", err, tt.err)
			}
		})
	}
}

func TestParseNamesTheOtherKind(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		asked document.Kind
		raw   string
		want  document.Kind
	}{
		{"permit as resident ID", document.ResidentID, "830000190001010011", document.TaiwanPermit},
		{"permit as pass", document.TaiwanPass, "830000190001010011", document.TaiwanPermit},
		{"pass as permit", document.TaiwanPermit, "00000001", document.TaiwanPass},
		{"Macao as Taiwan", document.TaiwanPermit, "820000190102280027", document.HKMOPermit},
		{"foreigner as resident ID", document.ResidentID, "935392190001010013", document.ForeignPermanent},
		{"person as firm", document.CreditCode, "350128190001010019", document.ResidentID},
		{"firm as person", document.ResidentID, "91350128MAYYY00131", document.CreditCode},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := document.Parse(tt.asked, tt.raw, today)
			var f *fault.Fault
			if !errors.As(err, &f) || !errors.Is(err, document.ErrOtherKind) {
				t.Fatalf("Parse: %v, want %v", err, document.ErrOtherKind)
			}
			if got := f.Args()["Kind"]; got != string(tt.want) {
				t.Errorf("it names %q, want %q", got, tt.want)
			}
		})
	}
}

func TestGuess(t *testing.T) {
	t.Parallel()
	digits := compose(t, "9135012800000001") // no letter, no birth date
	oddDigits := compose(t, digits[:16]+other(digits[16]))
	tests := []struct {
		name string
		raw  string
		kind document.Kind
		err  error
	}{
		{"firm made of digits", digits, document.CreditCode, nil},
		{"firm made of digits, inner check wrong", oddDigits, "", document.ErrUnknownKind},
		{"foreigner's number with a slip", "935392190001010010", "", document.ErrCheckCharacter},
		{"firm made of digits with a slip", digits[:17] + other(digits[17]), "", document.ErrCheckCharacter},
		{"permit with a slip", "830000190001010010", "", document.ErrCheckCharacter},
		{"permit of the thirtieth of February", "830000190102300018", "", document.ErrBirthDate},
		{"area that no kind has", "840000190001010013", "", document.ErrUnknownKind},
		{"mobile telephone", "13800138000", "", document.ErrUnknownKind},
		{"single-entry pass", "AB0000000001", "", document.ErrUnknownKind},
		{"home-return permit", "H00000001", "", document.ErrUnknownKind},
		{"nothing", "", "", document.ErrEmpty},
		{"not UTF-8", "\xff", "", document.ErrAlphabet},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n, err := document.Guess(tt.raw, today)
			if n.Kind() != tt.kind || !errors.Is(err, tt.err) {
				t.Errorf("Guess: kind %q and %v, want %q and %v", n.Kind(), err, tt.kind, tt.err)
			}
		})
	}
}

// A firm's code whose digits hold a real date reads as a foreigner's number with
// a slip: Guess asks again and names no firm, and Parse still reads the code.
func TestGuessDoesNotTurnAPersonIntoAFirm(t *testing.T) {
	t.Parallel()
	tried := 0
	for tail := range 100 {
		code := compose(t, fmt.Sprintf("91350119850101%02d", tail))
		if strings.ContainsFunc(code, unicode.IsLetter) {
			continue
		}
		tried++
		if n, err := document.Parse(document.CreditCode, code, today); err != nil || len(n.Warnings()) != 0 {
			t.Errorf("tail %02d: Parse: %v", tail, err)
		}
		if n, err := document.Guess(code, today); n.Kind() != document.ForeignPermanent && !errors.Is(err, document.ErrCheckCharacter) {
			t.Errorf("tail %02d: Guess: kind %q and %v, want %v", tail, n.Kind(), err, document.ErrCheckCharacter)
		}
	}
	if tried == 0 {
		t.Error("no code was made of digits alone")
	}
}

func TestParseSingleEntry(t *testing.T) {
	t.Parallel()
	n, err := document.ParseSingleEntry(" ab 00000001 ")
	if err != nil {
		t.Fatalf("ParseSingleEntry: %v", err)
	}
	if n.Kind() != document.TaiwanPass || n.Form() != document.SingleEntry || n.Canonical() != "AB00000001" || n.Historic() {
		t.Errorf("kind %q, form %q, historic %t", n.Kind(), n.Form(), n.Historic())
	}
	for raw, want := range map[string]error{
		"":              document.ErrEmpty,
		"AB0000001":     document.ErrLength,
		"AB00000000001": document.ErrLength,
		"0000000101(A)": document.ErrAlphabet,
		"AB000000\xff1": document.ErrAlphabet,
	} {
		if _, err := document.ParseSingleEntry(raw); !errors.Is(err, want) {
			t.Errorf("a wrong number gives %v, want %v", err, want)
		}
	}
}

func TestBirthDateBounds(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		birth civil.Date
		err   error
	}{
		{"born today", today, nil},
		{"born tomorrow", today.AddDays(1), document.ErrBirthDate},
		{"first day of 1900", civil.Date{Year: 1900, Month: 1, Day: 1}, nil},
		{"leap day", civil.Date{Year: 2024, Month: 2, Day: 29}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n, err := document.Parse(document.TaiwanPermit, permitBorn(t, tt.birth), today)
			if !errors.Is(err, tt.err) {
				t.Fatalf("Parse: %v, want %v", err, tt.err)
			}
			if got, ok := n.BirthDate(); err == nil && (!ok || got != tt.birth) {
				t.Errorf("birth date is %v, %t, want %v", got, ok, tt.birth)
			}
		})
	}
	if _, err := document.Parse(document.TaiwanPermit, "830000189912310018", today); !errors.Is(err, document.ErrBirthDate) {
		t.Errorf("born in 1899: %v, want %v", err, document.ErrBirthDate)
	}
}

func TestWhatNumbersDoNotSay(t *testing.T) {
	t.Parallel()
	for kind, raw := range map[document.Kind]string{
		"":                        "",
		document.TaiwanPass:       "00000001",
		document.CreditCode:       "91350128MAYYY00131",
		document.ForeignPermanent: "935392190001010013",
	} {
		n, _ := document.Parse(kind, raw, today)
		if n.Kind() != kind || n.Sex() != "" {
			t.Errorf("%q states kind %q and sex %q", kind, n.Kind(), n.Sex())
		}
		if _, ok := n.BirthDate(); ok != (kind == document.ForeignPermanent) {
			t.Errorf("%q states a birth date: %t", kind, ok)
		}
	}
}

// Each of these has a fault of its own once it is read; that its length is what
// is refused shows that it was not. BenchmarkParse/1_MiB gives the time.
func TestHugeInputIsRefusedUnread(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string]string{
		"brackets": strings.Repeat("(", 1<<20),
		"spaces":   strings.Repeat("　", 1<<20/3),
		"bytes":    strings.Repeat("\xff", 1<<20),
	} {
		if _, err := document.Guess(raw, today); !errors.Is(err, document.ErrLength) {
			t.Errorf("%s: Guess: %v, want %v", name, err, document.ErrLength)
		}
		if _, err := document.Parse(document.TaiwanPass, raw, today); !errors.Is(err, document.ErrLength) {
			t.Errorf("%s: Parse: %v, want %v", name, err, document.ErrLength)
		}
	}
}

func permitBorn(t testing.TB, birth civil.Date) string {
	t.Helper()
	number, err := document.ComposePermit("830000", birth, 2)
	if err != nil {
		t.Fatalf("ComposePermit: %v", err)
	}
	return number
}

func compose(t testing.TB, body string) string {
	t.Helper()
	code, err := document.ComposeCreditCode(body)
	if err != nil {
		t.Fatalf("ComposeCreditCode: %v", err)
	}
	return code
}

// other is a digit that differs from the character.
func other(c byte) string {
	if c == '1' {
		return "2"
	}
	return "1"
}
