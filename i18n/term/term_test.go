package term_test

import (
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/minzhengtong/minzhengtong/i18n/term"
)

func TestGet(t *testing.T) {
	t.Parallel()
	e, ok := term.Get("value_added_tax")
	if !ok {
		t.Fatal("value_added_tax is not there")
	}
	tests := []struct{ name, got, want string }{
		{"Simplified", e.Name("zh-Hans"), "增值税"},
		{"Traditional", e.Name("zh-Hant-TW"), "增值稅"},
		{"Minnan readers get Taiwan's", e.Name("nan-Hant"), "增值稅"},
		{"no tag", e.Name(""), "增值稅"},
		{"American English", e.Name("en-US"), "value-added tax, VAT (mainland)"},
		{"not English", e.Name("enm"), "增值稅"},
		{"near", e.Near("zh-Hant-TW"), "加值型營業稅"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, tt.got, tt.want)
		}
	}
	if _, ok := term.Get("no_such_term"); ok {
		t.Error("a term that is not there is found")
	}
}

// TestAnswersAreTheCallers shows that a caller cannot change the glossary.
func TestAnswersAreTheCallers(t *testing.T) {
	t.Parallel()
	e, _ := term.Get("value_added_tax")
	term.All()[0] = term.Entry{}
	e.Related()[0] = "changed"
	e.Aliases()[0] = "changed"
	again, _ := term.Get("value_added_tax")
	if term.All()[0].ID == "" || again.Related()[0] == "changed" || again.Aliases()[0] == "changed" {
		t.Error("a caller changed the glossary")
	}
}

func ids(entries []term.Entry) string {
	var all []string
	for _, e := range entries {
		all = append(all, string(e.ID))
	}
	return strings.Join(all, " ")
}

func TestLookUp(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, query string
		limit       int
		want        string
	}{
		{"Simplified", "增值税", 1, "value_added_tax"},
		{"Traditional", "增值稅", 1, "value_added_tax"},
		{"mixed scripts", "增值稅税", 0, "value_added_tax"},
		{"alias", "VAT", 1, "value_added_tax"},
		{"alias, full width, small", "ｖａｔ", 1, "value_added_tax"},
		{"short form", "個稅", 1, "individual_income_tax"},
		{"Taiwan's own term before the near name", "加值型營業稅", 2, "business_tax value_added_tax"},
		{"only a near name", "特种", 1, ""},
		{"the other shore's word", "軟體", 1, "software"},
		{"English, exact before prefix", "contract", 1, "contract"},
		{"English, any case", "STAMP TAX", 1, "stamp_tax"},
		{"exact, then prefix, then contains", "居住证", 3, "residence_permit resident_certificate_tw taiwan_residence_permit"},
		{"a question that holds the term", "請問匯算清繳是什麼？", 1, "annual_reconciliation"},
		{"space around", "  健保 ", 1, "national_health_insurance"},
		{"身分 in Taiwan's spelling", "身分證", 1, "identity_card"},
		{"nothing", "", 5, ""},
		{"only space", " \u3000", 5, ""},
		{"unknown", "龘", 5, ""},
		{"too long", strings.Repeat("稅", term.MaxQuery), 5, ""},
		{"invalid UTF-8", "\xff", 5, ""},
	}
	for _, tt := range tests {
		if got := ids(term.LookUp(tt.query, tt.limit)); got != tt.want {
			t.Errorf("%s: LookUp(%q) = %q, want %q", tt.name, tt.query, got, tt.want)
		}
	}
	if all, two := term.LookUp("稅", 0), term.LookUp("稅", 2); len(all) < 10 || len(two) != 2 {
		t.Errorf("without a limit %d terms, with a limit of two %d", len(all), len(two))
	}
}

// TestEveryTermIsFound shows that each spelling finds its term first.
func TestEveryTermIsFound(t *testing.T) {
	t.Parallel()
	for _, e := range term.All() {
		for hans, hant := range e.Spellings {
			for _, query := range []string{hans, hant} {
				if got := ids(term.LookUp(query, 1)); got != string(e.ID) {
					t.Errorf("LookUp(%q) = %q, want %q", query, got, e.ID)
				}
			}
		}
	}
}

// show writes runs with marked ones in brackets.
func show(runs []term.Run) string {
	var b strings.Builder
	for _, r := range runs {
		if r.Term == "" {
			b.WriteString(r.Text)
			continue
		}
		b.WriteString("[" + r.Text + ":" + string(r.Term) + "]")
	}
	return b.String()
}

func TestMark(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"empty", "", ""},
		{"plain", "您好，世界", "您好，世界"},
		{"Simplified", "交增值税。", "交[增值税:value_added_tax]。"},
		{"Traditional", "繳增值稅。", "繳[增值稅:value_added_tax]。"},
		{"Taiwan's term", "向國稅局結算申報", "向[國稅局:national_taxation_bureau][結算申報:annual_return_tw]"},
		{"longest", "住房公积金和土地增值税", "[住房公积金:housing_fund]和[土地增值税:land_appreciation_tax]"},
		{"title of a document", "臺灣居民居住證", "[臺灣居民居住證:taiwan_residence_permit]"},
		{"not in 居住证明", "居住证明不是居住证", "居住证明不是[居住证:residence_permit]"},
		{"not in 身份证明", "身份证明、身份证件、身份证", "身份证明、身份证件、[身份证:identity_card]"},
		{"not in 中医保健", "中医保健可用医保", "中医保健可用[医保:medical_insurance]"},
		{"not in 司法人员", "司法人员和法人", "司法人员和[法人:legal_person]"},
		{"not in 旅行社保证金", "旅行社保證金", "旅行社保證金"},
		{"not in 配合同級", "配合同級單", "配合同級單"},
		{"not in a word", "应用程序", "应用程序"},
		{"product term", "在小程序里", "在[小程序:mini_program]里"},
		{"everyday", "办事程序", "办事[程序:procedure]"},
		{"words are not marked", "软件和网络", "软件和网络"},
		{"Latin is not marked", "VAT", "VAT"},
		{"invalid UTF-8", "\xff增值税\xe5", "\xff[增值税:value_added_tax]\xe5"},
	}
	for _, tt := range tests {
		if got := show(term.Mark(tt.text)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestMarkEveryTerm shows that each spelling of a marked term is marked as it.
func TestMarkEveryTerm(t *testing.T) {
	t.Parallel()
	for _, e := range term.All() {
		for hans, hant := range e.Spellings {
			for _, text := range []string{hans, hant} {
				want := []term.Run{{Text: text}}
				if e.Marked() && len(text) != utf8.RuneCountInString(text) {
					want[0].Term = e.ID
				}
				if got := term.Mark(text); len(got) != 1 || got[0] != want[0] {
					t.Errorf("Mark(%q) = %v, want %v", text, got, want)
				}
			}
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if len(term.LookUp("增值税", 1)) != 1 || len(term.Mark("增值税")) != 1 {
				t.Error("a goroutine found nothing")
			}
		})
	}
	all.Wait()
}

func FuzzMark(f *testing.F) {
	for _, seed := range []string{"增值税居住证明", "个体工商户\xff", "身分證明、身份证", "台湾居民来往大陆通行", "\u2068公证\u2069"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var joined strings.Builder
		plain := false
		for _, r := range term.Mark(text) {
			if r.Text == "" || plain && r.Term == "" {
				t.Fatalf("an empty run, or two plain ones in a row: %q", r.Text)
			}
			plain = r.Term == ""
			if _, ok := term.Get(r.Term); ok == plain {
				t.Fatalf("marked as %q, which is no term", r.Term)
			}
			joined.WriteString(r.Text)
		}
		if joined.String() != text {
			t.Fatalf("joined: %q", joined.String())
		}
	})
}

func FuzzLookUp(f *testing.F) {
	for _, seed := range []string{"增值税", "VAT", "ｖａｔ", "\xff", "居"} {
		f.Add(seed, 3)
	}
	f.Fuzz(func(t *testing.T, query string, limit int) {
		found := term.LookUp(query, limit)
		if limit > 0 && len(found) > limit {
			t.Fatalf("%d found, limit %d", len(found), limit)
		}
	})
}

func BenchmarkMark(b *testing.B) {
	text := strings.Repeat("纳税人应当向税务局办理汇算清缴，并妥善保存增值税发票；持台湾居民居住证的个人同样适用本通知的规定。", 100)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		term.Mark(text)
	}
}

func BenchmarkLookUp(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		term.LookUp("加值型營業稅", 5)
	}
}
