package form_test

import (
	"math"
	"testing"

	"github.com/minzhengtong/minzhengtong/i18n/form"
)

func TestMoney(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		style    form.Style
		minor    int64
		currency form.Currency
		want     string
	}{
		{"RMB in Traditional", hant, 123456, form.CNY, "人民幣 1,234.56 元"},
		{"RMB in Simplified", hans, 123456, form.CNY, "人民币 1,234.56 元"},
		{"RMB in English", en, 123456, form.CNY, "CNY 1,234.56"},
		{"whole RMB keep their decimals", hant, 100000, form.CNY, "人民幣 1,000.00 元"},
		{"NT$ in Traditional", hant, 123400, form.TWD, "新臺幣 1,234 元"},
		{"NT$ in Simplified", hans, 123400, form.TWD, "新台币 1,234 元"},
		{"NT$ in English", en, 123400, form.TWD, "NT$1,234"},
		{"NT$ with cents", hant, 123405, form.TWD, "新臺幣 1,234.05 元"},
		{"nothing", nan, 0, form.TWD, "新臺幣 0 元"},
		{"one fen", hant, 1, form.CNY, "人民幣 0.01 元"},
		{"less than nothing", hant, -5, form.CNY, "人民幣 -0.05 元"},
		{"a debt in English", en, -123400, form.TWD, "-NT$1,234"},
		{"a debt of RMB in English", en, -123456, form.CNY, "CNY -1,234.56"},
		{"the least number", hans, math.MinInt64, form.CNY, "人民币 -92,233,720,368,547,758.08 元"},
		{"the greatest number", en, math.MaxInt64, form.TWD, "NT$92,233,720,368,547,758.07"},
		{"another currency", hant, 123456, "HKD", "HKD 1,234.56"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := form.Money(tt.style, tt.minor, tt.currency); got != tt.want {
				t.Errorf("Money is %q, want %q", got, tt.want)
			}
		})
	}
}

func TestNumber(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{
		0: "0", 999: "999", 1000: "1,000", -1000: "-1,000", 123456: "123,456", 1234567: "1,234,567",
		math.MinInt64: "-9,223,372,036,854,775,808",
	} {
		if got := form.Number(hant, n); got != want {
			t.Errorf("Number(%d) is %q, want %q", n, got, want)
		}
	}
}
