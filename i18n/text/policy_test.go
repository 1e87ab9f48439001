package text_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/i18n/term"
	"github.com/minzhengtong/minzhengtong/i18n/text"
)

var update = flag.Bool("update", false, "write the golden file anew")

// TestPolicyWithFalseFriends delivers a made-up policy that is full of words
// that mean something else in Taiwan.
func TestPolicyWithFalseFriends(t *testing.T) {
	t.Parallel()
	stored, err := os.ReadFile("testdata/policy.txt")
	if err != nil {
		t.Fatal(err)
	}
	runs := text.Runs(string(stored), hans, hant)
	count := map[term.Kind]map[term.ID]bool{term.Legal: {}, term.FalseFriend: {}}
	for _, r := range runs {
		if e, ok := term.Get(r.Term); ok {
			count[e.Kind][e.ID] = true
		}
	}
	if legal, friends := len(count[term.Legal]), len(count[term.FalseFriend]); friends < 10 || legal < 10 {
		t.Errorf("%d false friends and %d legal terms are marked, want 10 of each", friends, legal)
	}
	delivered := text.Deliver(string(stored), hans, hant)
	for _, words := range []string{"增值稅", "個人所得稅", "企業所得稅", "匯算清繳", "預扣預繳", "房產稅", "社保", "醫保", "公司註銷", "法定代表人", "辦事程序", "紙本文件"} {
		if !strings.Contains(delivered, words) {
			t.Errorf("%s lost its words", words)
		}
	}
	const golden = "testdata/policy.golden"
	got := show(runs)
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("delivered\n%s\nwant\n%s\n(-update writes it)", got, want)
	}
}
