package i18n_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/i18n"
)

func TestNegotiate(t *testing.T) {
	t.Parallel()
	b := load(t)
	tests := []struct {
		name            string
		setting, header string
		want            i18n.Language
	}{
		{"nothing", "", "", i18n.HantTW},
		{"Taiwan", "", "zh-TW", i18n.HantTW},
		{"Hong Kong", "", "zh-HK", i18n.HantTW},
		{"Macao", "", "zh-MO", i18n.HantTW},
		{"Traditional", "", "zh-Hant", i18n.HantTW},
		{"our own tag", "zh-Hant-TW", "", i18n.HantTW},
		{"Chinese", "", "zh", i18n.Hans},
		{"mainland", "", "zh-CN", i18n.Hans},
		{"Singapore", "", "zh-SG", i18n.Hans},
		{"Simplified", "", "zh-Hans", i18n.Hans},
		{"Simplified in Taiwan", "", "zh-Hans-TW", i18n.Hans},
		{"Traditional on the mainland", "", "zh-Hant-CN", i18n.HantTW},
		{"Mandarin by name", "", "cmn-Hans-CN", i18n.Hans},
		{"Cantonese", "", "yue-HK", i18n.HantTW},
		{"Chinese in Latin letters", "", "zh-Latn", i18n.HantTW},
		{"Minnan", "", "nan", i18n.Minnan},
		{"Minnan by its old tag", "", "zh-min-nan", i18n.Minnan},
		{"Minnan in Taiwan", "", "nan-TW", i18n.Minnan},
		{"our own tag of Minnan", "nan-Hant", "en", i18n.Minnan},
		{"Minnan on the mainland", "", "nan-CN", i18n.Hans},
		{"Minnan in Latin letters", "", "nan-Latn", i18n.HantTW},
		{"English", "", "en", i18n.English},
		{"British", "", "en-GB", i18n.English},
		{"case and underscore", "", "ZH_tw", i18n.HantTW},
		{"French", "", "fr", i18n.HantTW},
		{"French before English", "", "fr-FR, en;q=0.5", i18n.English},
		{"a browser in Taiwan", "", "zh-TW,zh;q=0.9,en-US;q=0.8,en;q=0.7", i18n.HantTW},
		{"a browser on the mainland", "", "zh-CN,zh;q=0.9,en;q=0.8", i18n.Hans},
		{"weights against the order", "", "en;q=0.3, zh-CN;q=0.9, zh-TW;q=0.5", i18n.Hans},
		{"equal weights", "", "en;q=0.5, zh-CN;q=0.5", i18n.English},
		{"spaces", "", " en ; q = 0.5 ,\tzh-CN ; q=0.6 ", i18n.Hans},
		{"refused", "", "zh-TW;q=0, en;q=0.1", i18n.English},
		{"anything", "", "*", i18n.HantTW},
		{"anything but first English", "", "en, *;q=0.1", i18n.English},
		{"weight out of range", "", "en;q=7, zh-CN;q=0.1", i18n.Hans},
		{"weight not a number", "", "en;q=NaN, zh-CN;q=x", i18n.HantTW},
		{"other parameter", "", "en;level=1", i18n.HantTW},
		{"garbage", "", "%%%;;;,,,\x00\xff=", i18n.HantTW},
		{"garbage before English", "", "!!, en", i18n.English},
		{"over-long header", "", strings.Repeat("fr,", 100) + "en", i18n.HantTW},
		{"over-long tag", "", "en-" + strings.Repeat("x-aaaaaaaa", 10), i18n.HantTW},
		{"the setting beats the header", "en", "zh-CN", i18n.English},
		{"an unknown setting leaves it to the header", "tlh", "zh-CN", i18n.Hans},
	}
	for _, tt := range tests {
		if got := b.Negotiate(tt.setting, tt.header); got != tt.want {
			t.Errorf("%s: Negotiate = %q, want %q", tt.name, got, tt.want)
		}
	}
	if got := b.Negotiate(); got != i18n.Default {
		t.Errorf("Negotiate of nothing = %q, want %q", got, i18n.Default)
	}
}

func FuzzNegotiate(f *testing.F) {
	b := load(f)
	f.Add("zh-TW,zh;q=0.9", "*;q=0")
	f.Fuzz(func(t *testing.T, setting, header string) {
		if got := b.Negotiate(setting, header); !slices.Contains(i18n.Languages(), got) {
			t.Errorf("Negotiate = %q, which is none of ours", got)
		}
	})
}

func BenchmarkNegotiate(b *testing.B) {
	bundle := load(b)
	b.ReportAllocs()
	for b.Loop() {
		bundle.Negotiate("", "zh-TW,zh;q=0.9,en-US;q=0.8,en;q=0.7")
	}
}
