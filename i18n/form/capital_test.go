package form_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/i18n/form"
)

func TestCapital(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		minor int64
		want  string
	}{
		// The rules' own examples.
		{"a zero within", 140950, "人民币壹仟肆佰零玖元伍角"},
		{"zeros within are said once", 600714, "人民币陆仟零柒元壹角肆分"},
		{"a zero before jiao is open", 168032, "人民币壹仟陆佰捌拾元叁角贰分"},
		{"zeros before a full thousand are open", 10700053, "人民币壹拾万柒仟元伍角叁分"},
		{"no jiao", 1640902, "人民币壹万陆仟肆佰零玖元零贰分"},
		{"no jiao after a digit", 32504, "人民币叁佰贰拾伍元零肆分"},
		// Seams.
		{"every digit", 123456, "人民币壹仟贰佰叁拾肆元伍角陆分"},
		{"nothing", 0, "人民币零元整"},
		{"one fen", 1, "人民币壹分"},
		{"five fen", 5, "人民币伍分"},
		{"five jiao", 50, "人民币伍角"},
		{"jiao and fen", 99, "人民币玖角玖分"},
		{"one yuan", 100, "人民币壹元整"},
		{"ten yuan", 1000, "人民币壹拾元整"},
		{"ten yuan and a fen", 1001, "人民币壹拾元零壹分"},
		{"ten thousand", 1e6, "人民币壹万元整"},
		{"ten thousand and one", 1000100, "人民币壹万零壹元整"},
		{"ten thousand and ten", 1001000, "人民币壹万零壹拾元整"},
		{"eleven thousand", 1100000, "人民币壹万壹仟元整"},
		{"a million and five hundred", 100050000, "人民币壹佰万零伍佰元整"},
		{"a zero within 万", 1010000000 * 10, "人民币壹亿零壹佰万元整"},
		{"a hundred million", 1e10, "人民币壹亿元整"},
		{"a hundred million and one", 1e10 + 100, "人民币壹亿零壹元整"},
		{"a hundred million and five thousand", 1e10 + 500000, "人民币壹亿零伍仟元整"},
		{"1000000000.01", 100000000001, "人民币壹拾亿元零壹分"},
		{"ten hundred millions and fifty million", 105000000000, "人民币壹拾亿伍仟万元整"},
		{"万亿", 1e14, "人民币壹万亿元整"},
		{"万亿 and 亿", 1e14 + 5e10, "人民币壹万零伍亿元整"},
		{"万亿 and 万", 1e14 + 5e9, "人民币壹万亿零伍仟万元整"},
		{"the most", form.MaxCapital, "人民币玖仟玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := form.Capital(hans, tt.minor, form.CNY)
			if err != nil || got != tt.want {
				t.Errorf("Capital(%d) is %q, %v, want %q", tt.minor, got, err, tt.want)
			}
			if back, c, err := form.ParseCapital(got); err != nil || back != tt.minor || c != form.CNY {
				t.Errorf("ParseCapital(%q) is %d %s, %v", got, back, c, err)
			}
		})
	}
}

func TestCapitalForEachReader(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		style    form.Style
		minor    int64
		currency form.Currency
		want     string
	}{
		{"RMB in Traditional", hant, 123456, form.CNY, "人民幣壹仟貳佰參拾肆元伍角陸分"},
		{"RMB in Minnan", nan, 100, form.CNY, "人民幣壹元整"},
		{"RMB in English, as on the mainland's paper", en, 300, form.CNY, "人民币叁元整"},
		{"NT$ in Traditional", hant, 123400, form.TWD, "新臺幣壹仟貳佰參拾肆元整"},
		{"NT$ in Simplified", hans, 123400, form.TWD, "新台币壹仟贰佰叁拾肆元整"},
		{"NT$ in English, as on Taiwan's paper", en, 300, form.TWD, "新臺幣參元整"},
		{"兆", hant, 1e14 + 5e10, form.TWD, "新臺幣壹兆零伍億元整"},
		{"萬億", hant, 1e14 + 5e10, form.CNY, "人民幣壹萬零伍億元整"},
	}
	for _, tt := range tests {
		if got, err := form.Capital(tt.style, tt.minor, tt.currency); err != nil || got != tt.want {
			t.Errorf("%s: Capital is %q, %v, want %q", tt.name, got, err, tt.want)
		}
	}
}

func TestCapitalRefuses(t *testing.T) {
	t.Parallel()
	for _, minor := range []int64{-1, form.MaxCapital + 1} {
		if got, err := form.Capital(hant, minor, form.CNY); !errors.Is(err, form.ErrCapitalRange) || got != "" {
			t.Errorf("Capital(%d) is %q, %v", minor, got, err)
		}
	}
	if got, err := form.Capital(hant, 1, "HKD"); !errors.Is(err, form.ErrCapitalCurrency) || got != "" {
		t.Errorf("Capital of HKD is %q, %v", got, err)
	}
}

func TestParseCapitalAllows(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"人民币壹仟陆佰捌拾元零叁角贰分":     168032, // the rules' other forms
		"人民币壹拾万柒仟元零伍角叁分":      10700053,
		"人民币壹拾万零柒仟元伍角叁分":      10700053,
		"人民币壹佰元正":             10000,
		"人民币壹佰圆整":             10000,
		"人民币壹佰元伍角整":           10050,
		"人民币壹佰元零伍角正":          10050,
		"人民幣參圓貳角":             320,
		"人民币叁亿伍仟万元整":          35000000000,
		"人民幣叁仟元整":             300000,
		"人民币壹拾亿零伍仟万元整":        105000000000,
		"新台幣叄佰元整":             30000,
		"新臺幣壹萬贰仟元整":           1200000,
		"人民币壹佰万亿零壹佰万元整":       1e16 + 1e8,
		"人民币陆仟零柒元壹角肆分":        600714,
		"人民币贰拾捌万玖仟伍佰肆拾陆元伍角贰分": 28954652,
	} {
		if got, _, err := form.ParseCapital(text); err != nil || got != want {
			t.Errorf("ParseCapital(%q) is %d, %v, want %d", text, got, err, want)
		}
	}
}

func TestParseCapitalRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]error{
		"":                               form.ErrCapitalCurrency,
		"壹佰元整":                           form.ErrCapitalCurrency,
		"港币壹佰元整":                         form.ErrCapitalCurrency,
		"人民币":                            form.ErrCapitalForm,
		"人民币壹佰元":                         form.ErrCapitalForm, // 整 is missing
		"人民币壹佰元整整":                       form.ErrCapitalForm,
		"人民币壹佰元伍分整":                      form.ErrCapitalForm, // 整 after fen
		"人民币壹佰元零伍分整":                     form.ErrCapitalForm,
		"人民币壹佰元伍分":                       form.ErrCapitalForm, // 零 is missing
		"人民币陆仟柒元整":                       form.ErrCapitalForm,
		"人民币陆仟零零柒元整":                     form.ErrCapitalForm,
		"人民币壹仟零贰佰元整":                     form.ErrCapitalForm,
		"人民币壹亿伍仟元整":                      form.ErrCapitalForm,
		"人民币拾元整":                         form.ErrCapitalForm, // 壹 is missing
		"人民币一百元整":                        form.ErrCapitalForm,
		"人民币100元整":                       form.ErrCapitalForm,
		"人民币 壹佰元整":                       form.ErrCapitalForm,
		"人民币壹佰元整 ":                       form.ErrCapitalForm,
		"人民币：壹佰元整":                       form.ErrCapitalForm,
		"人民币壹佰贰仟元整":                      form.ErrCapitalForm,
		"人民币拾壹元整":                        form.ErrCapitalForm,
		"人民币零元伍分":                        form.ErrCapitalForm,
		"人民币壹万万元整":                       form.ErrCapitalForm,
		"人民币壹兆元整":                        form.ErrCapitalForm, // 10^6 or 10^12
		"新臺幣壹萬億元整":                       form.ErrCapitalForm,
		"人民币负壹元整":                        form.ErrCapitalForm,
		"人民币壹亿亿元整":                       form.ErrCapitalForm,
		"人民币" + strings.Repeat("玖亿", 20): form.ErrCapitalForm,
		strings.Repeat("玖", 1000):        form.ErrCapitalForm,
		"人民币\xff":                        form.ErrCapitalForm,
	} {
		if got, c, err := form.ParseCapital(text); !errors.Is(err, want) || got != 0 || c != "" {
			t.Errorf("ParseCapital(%q) is %d %s, %v, want %v", text, got, c, err, want)
		}
	}
}

func TestCapitalsComeBack(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	for range 6000 {
		want := sparse(r.Int64N(form.MaxCapital+1), r.Uint32()) >> r.IntN(60)
		for _, c := range []form.Currency{form.CNY, form.TWD} {
			for _, s := range []form.Style{hans, hant, en} {
				text, err := form.Capital(s, want, c)
				if err != nil {
					t.Fatal(err)
				}
				if got, gotC, err := form.ParseCapital(text); err != nil || got != want || gotC != c {
					t.Fatalf("%d %s: %q came back as %d %s, %v", want, c, text, got, gotC, err)
				}
			}
		}
	}
}

// sparse puts zeros where the mask has a bit, so that amounts have the gaps that
// are hard to write.
func sparse(minor int64, mask uint32) int64 {
	kept := int64(0)
	for place := int64(1); minor > 0; place *= 10 {
		if mask&1 == 0 {
			kept += minor % 10 * place
		}
		minor, mask = minor/10, mask>>1
	}
	return kept
}

func TestNoTwoAmountsShareFigures(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	all := []rune("零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整")
	for range 20000 {
		minor := sparse(r.Int64N(1e12), r.Uint32())
		text, _ := form.Capital(hans, minor, form.CNY)
		runes := []rune(text)
		runes[3+r.IntN(len(runes)-3)] = all[r.IntN(len(all))]
		got, _, err := form.ParseCapital(string(runes))
		if changed := string(runes); err == nil && got == minor && changed != text {
			t.Fatalf("%q and the altered %q are both %d", text, changed, minor)
		}
	}
}
