package han_test

import (
	"encoding/json"
	"os"
	"regexp"
	"testing"

	"github.com/minzhengtong/minzhengtong/i18n/han"
)

// trailingComma is what the published file has once and JSON does not allow.
var trailingComma = regexp.MustCompile(`,(\s*[}\]])`)

type published struct {
	ID       string
	Input    string
	Expected map[string]string // by configuration
}

func publishedCases(t *testing.T) []published {
	t.Helper()
	raw, err := os.ReadFile("testdata/testcases.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []published }
	if err := json.Unmarshal(trailingComma.ReplaceAll(raw, []byte("$1")), &file); err != nil {
		t.Fatal(err)
	}
	return file.Cases
}

// TestPublishedCases runs what OpenCC itself is tested with.
func TestPublishedCases(t *testing.T) {
	t.Parallel()
	count := 0
	for _, c := range publishedCases(t) {
		for d, name := range configurations {
			want, ok := c.Expected[name]
			if !ok {
				continue
			}
			count++
			if got := han.Convert(d, c.Input); got != want {
				t.Errorf("%s of %s: %s\n got %s\nwant %s", name, c.ID, c.Input, got, want)
			}
		}
	}
	if count < 200 {
		t.Errorf("only %d cases were found", count)
	}
	t.Logf("%d cases", count)
}
