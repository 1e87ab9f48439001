package form_test

import (
	"errors"
	"testing"

	"github.com/minzhengtong/minzhengtong/i18n/form"
)

func TestPostal(t *testing.T) {
	t.Parallel()
	taipei := form.Address{Postcode: "100206", Region: "臺北市", District: "中正區", Village: "東門里3鄰", Street: "信義路二段", Door: "12巷3弄5號7樓之2"}
	fuzhou := form.Address{Postcode: "350001", Region: "福建省", City: "福州市", District: "鼓楼区", Village: "东街街道", Street: "八一七北路", Door: "5号3楼"}
	romanised := form.Address{Postcode: "100206", Region: "Taipei City", District: "Zhongzheng Dist.", Street: "Sec. 2, Xinyi Rd.", Door: "No. 5"}
	tests := []struct {
		name    string
		style   form.Style
		address form.Address
		want    string
	}{
		{"Taiwan", hant, taipei, "100206 臺北市中正區東門里3鄰信義路二段12巷3弄5號7樓之2"},
		{"Taiwan, for Simplified: not converted", hans, taipei, "100206 臺北市中正區東門里3鄰信義路二段12巷3弄5號7樓之2"},
		{"Taiwan in English", en, romanised, "No. 5, Sec. 2, Xinyi Rd., Zhongzheng Dist., Taipei City 100206"},
		{"Latin parts in Chinese order", hant, romanised, "100206 Taipei City Zhongzheng Dist. Sec. 2, Xinyi Rd. No. 5"},
		{"mainland", hans, fuzhou, "350001 福建省福州市鼓楼区东街街道八一七北路5号3楼"},
		{"mainland, for Traditional: not converted", hant, fuzhou, "350001 福建省福州市鼓楼区东街街道八一七北路5号3楼"},
		{"mainland for readers of English", en, fuzhou, "5号3楼, 八一七北路, 东街街道, 鼓楼区, 福州市, 福建省 350001"},
		{"no postcode", hant, form.Address{Region: "臺北市", District: "中正區"}, "臺北市中正區"},
		{"as printed", en, form.Address{Printed: " 福建省 平潭县 ", Region: "福建省"}, " 福建省 平潭县 "},
		{"nothing", hant, form.Address{}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := form.Postal(tt.style, tt.address); got != tt.want {
				t.Errorf("Postal is %q, want %q", got, tt.want)
			}
		})
	}
}

func TestParseTaiwanPostcode(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"100": "100", "10048": "10048", "100206": "100206", "100-206": "100206", "100 206": "100206", "100+206": "100206",
		"１００－２０６": "100206", " 100206 ": "100206", "100-48": "10048",
	} {
		if got, err := form.ParseTaiwanPostcode(text); err != nil || got != want {
			t.Errorf("ParseTaiwanPostcode(%q) is %q, %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"", "1", "10", "1002", "100-", "100-2", "1002061", "012345", "10-0206", "1O0206", "100--206", "100\xff"} {
		if got, err := form.ParseTaiwanPostcode(text); !errors.Is(err, form.ErrPostcode) || got != "" {
			t.Errorf("ParseTaiwanPostcode(%q) is %q, %v", text, got, err)
		}
	}
}

func TestIsMainlandPostcode(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"350001": true, "010010": true, "100000": true, "35001": false, "3500011": false, "000123": false, "999077": false,
		"35000a": false, "": false, "３５００": false,
	} {
		if got := form.IsMainlandPostcode(text); got != want {
			t.Errorf("IsMainlandPostcode(%q) is %t", text, got)
		}
	}
}
