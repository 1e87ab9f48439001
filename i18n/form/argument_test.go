package form_test

import (
	"testing"

	"github.com/minzhengtong/minzhengtong/i18n/form"
)

func TestArgument(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, value, want string
		ok                bool
	}{
		{"Date", "2026-11-24", "民國115年11月24日", true},
		{"ExpiryDate", "2026-11-24", "民國115年11月24日", true},
		{"ExpiryDate", "115.11.24", "115.11.24", false},
		{"ExpiryDate", "2026-02-30", "2026-02-30", false},
		{"Time", "2026-11-24T20:30:00Z", "民國115年11月25日 04:30", true},
		{"VisitTime", "2026-11-24T20:30:00+08:00", "民國115年11月24日 20:30", true},
		{"VisitTime", "2026-11-24", "2026-11-24", false},
		{"Until", "2026-11-24", "民國115年11月24日", true},
		{"Until", "2026-11-24T20:30:00Z", "民國115年11月25日 04:30", true},
		{"ValidUntil", "soon", "soon", false},
		{"TaxFen", "123456", "人民幣 1,234.56 元", true},
		{"TaxFen", "-1", "人民幣 -0.01 元", true},
		{"TaxFen", "1234.56", "1234.56", false},
		{"TaxFen", "99999999999999999999", "99999999999999999999", false},
		{"IncomeCents", "123400", "新臺幣 1,234 元", true},
		{"AmountCapital", "123400", "人民幣壹仟貳佰參拾肆元整", true},
		{"AmountCapital", "-1", "-1", false},
		{"HallPhone", "+886912345678", "0912-345-678", true},
		{"HallPhone", "12345", "12345", false},
		{"HallPhone", "0912345678", "0912345678", false},
		{"QueueNumber", "12345", "12,345", true},
		{"QueueNumber", "007", "007", false},
		{"QueueNumber", "A17", "A17", false},
		{"QueueNumber", "", "", false},
		{"Kind", "2026-11-24", "2026-11-24", false},
		{"Update", "2026-11-24", "2026-11-24", false},
		{"", "1", "1", false},
	}
	for _, tt := range tests {
		t.Run(tt.name+"="+tt.value, func(t *testing.T) {
			t.Parallel()
			if got, ok := form.Argument(hantRoc, tt.name, tt.value); got != tt.want || ok != tt.ok {
				t.Errorf("Argument is %q, %t, want %q, %t", got, ok, tt.want, tt.ok)
			}
		})
	}
}
