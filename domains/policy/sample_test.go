package policy_test

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/policy"
	"github.com/minzhengtong/minzhengtong/domains/search"
)

// falseFriends are words that mean something else on the other shore, or look
// like something else there.
var falseFriends = []string{
	"增值税", "个人所得税", "企业所得税", "汇算清缴", "起征点", "免税额", "印花税", "房产税", "社保", "医保", "公积金", "居住证", "注册",
	"注销", "登录", "程序", "文件", "法人", "认证", "默认", "质量", "专项附加扣除", "税务局", "支持",
}

func TestSamples(t *testing.T) {
	t.Parallel()
	languages, most := map[string]int{}, 0
	figures := regexp.MustCompile(`[0-9%％]|[百千万萬]元`)
	for _, d := range policy.Samples() {
		languages[d.Language]++
		mark := map[string]string{"zh-Hans": "示例", "zh-Hant-TW": "範例"}[d.Language]
		made := map[string]string{"zh-Hans": "虚构", "zh-Hant-TW": "虛構"}[d.Language]
		first, _, _ := strings.Cut(d.Body, "\n")
		if mark == "" || !strings.Contains(d.Title, mark) || !strings.Contains(first, mark) || !strings.Contains(first, made) ||
			!strings.Contains(d.Number, mark) || !strings.Contains(d.Issuer, made) {
			t.Errorf("%s does not say that it is made up", d.Number)
		}
		if found := figures.FindString(d.Body); found != "" {
			t.Errorf("%s names a figure: %q", d.Number, found)
		}
		count := 0
		for _, word := range falseFriends {
			if strings.Contains(d.Body, word) {
				count++
			}
		}
		if d.Language == "zh-Hans" && count < 3 {
			t.Errorf("%s has %d false friends", d.Number, count)
		}
		most = max(most, count)
	}
	if languages["zh-Hans"] < 6 || languages["zh-Hant-TW"] != 2 || most < 10 {
		t.Errorf("samples %v, at most %d false friends in one", languages, most)
	}
	policy.Samples()[0].Title = "changed"
	if policy.Samples()[0].Title == "changed" {
		t.Error("who reads the samples can change them")
	}
}

func TestSeed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		samples := policy.Samples()
		if err := w.Seed(t.Context(), author, author); !errors.Is(err, guard.ErrMaker) {
			t.Errorf("one officer alone: %v", err)
		}
		w.must("seed", w.Seed(t.Context(), author, publisher))
		gone := policy.SampleID(samples[1].Number)
		_, err := w.Withdraw(t.Context(), publisher, gone)
		w.must("withdraw", err)
		w.must("seed again", w.Seed(t.Context(), author, publisher))
		all := w.titles("")
		if len(all) != len(samples)-1 || slices.Contains(all, samples[1].Title) {
			t.Errorf("%d texts, want %d", len(all), len(samples)-1)
		}
		for _, d := range samples {
			id := policy.SampleID(d.Number)
			if _, err := uuid.Parse(string(id)); err != nil {
				t.Errorf("%s: %v", d.Number, err)
			}
			if p, err := w.Get(t.Context(), id); id != gone && (err != nil || p.Number != d.Number) {
				t.Errorf("%s under its ID: %v", d.Number, err)
			}
		}
		for query, want := range map[string]string{
			"起徵點": samples[0].Number, "起征点": samples[0].Number, "範例第10號": samples[9].Number, "社保": samples[9].Number,
			"網際網路 櫃檯": samples[8].Number, "硬體 品質": samples[7].Number,
		} {
			found, _, err := w.Search(t.Context(), query, search.Page{Limit: 100})
			w.must("search", err)
			if !slices.ContainsFunc(found, func(p policy.Policy) bool { return p.Number == want }) {
				t.Errorf("%q does not find %s", query, want)
			}
		}
	})
}
