package consent_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/consent"
)

var update = flag.Bool("update", false, "add the hashes of new versions to texts/hashes.txt")

const hashes = "texts/hashes.txt"

// shipped is what a file of texts holds, read apart from the package.
type shipped struct {
	Code, Version string
	Parties       []string
	Scopes        []string
	Title         map[string]string
	Text          map[string][]string
}

func files(t *testing.T) []shipped {
	t.Helper()
	names, err := filepath.Glob("texts/*.json")
	must(t, "list the texts", err)
	if len(names) < 3 {
		t.Fatalf("%d purposes are shipped, want three at least", len(names))
	}
	all := make([]shipped, len(names))
	for i, name := range names {
		content, err := os.ReadFile(name)
		must(t, "read a text", err)
		decoder := json.NewDecoder(bytes.NewReader(content))
		must(t, "decode "+name, decoder.Decode(&all[i]))
	}
	return all
}

var languages = []string{"zh-Hans", "zh-Hant-TW", "en"}

func TestEveryPurposeIsWordedInEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, f := range files(t) {
		for _, language := range languages {
			if f.Title[language] == "" || len(f.Text[language]) < 3 {
				t.Errorf("%s has no text in %s", f.Code, language)
			}
			if len(f.Text[language]) != len(f.Text["en"]) {
				t.Errorf("%s has another number of lines in %s than in en", f.Code, language)
			}
		}
		if len(f.Title) != len(languages) || len(f.Text) != len(languages) {
			t.Errorf("%s has texts in other languages", f.Code)
		}
	}
}

// TestEveryScopeIsData: scopes are codes of the collect-once catalogue, what authorities are
// asked for, types of licences, or what people send to banks.
func TestEveryScopeIsData(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../dossier/data/data.json")
	must(t, "read the catalogue", err)
	var items []struct{ Code string }
	must(t, "decode the catalogue", json.Unmarshal(content, &items))
	known := []string{consent.Records, consent.TaxPayments, consent.MainlandDays, consent.Engagements, consent.LoanCase}
	known = append(append(known, consent.CreditScopes...), consent.LicenceTypes...)
	for _, item := range items {
		known = append(known, item.Code)
	}
	for _, f := range files(t) {
		for _, code := range f.Scopes {
			if !slices.Contains(known, code) {
				t.Errorf("%s needs %q, which is no data", f.Code, code)
			}
		}
	}
}

// TestAChangedTextHasAnotherVersion: what somebody agreed to under a version
// stays what it was. The list of hashes is committed and only grows; -update
// adds to it and changes nothing.
func TestAChangedTextHasAnotherVersion(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(hashes)
	must(t, "read the hashes", err)
	kept := map[string]string{}
	for line := range strings.Lines(string(content)) {
		key, hash, ok := strings.Cut(strings.TrimSpace(line), " = ")
		if ok {
			kept[key] = hash
		}
	}
	for _, f := range files(t) {
		for _, language := range languages {
			sum := sha256.Sum256([]byte(strings.Join(f.Text[language], "\n")))
			key, got := fmt.Sprintf("%s %s %s", f.Code, f.Version, language), hex.EncodeToString(sum[:])
			switch want := kept[key]; {
			case want == "" && *update:
				content = fmt.Appendf(content, "%s = %s\n", key, got)
			case want == "":
				t.Errorf("%s is a new version: run the test with -update", key)
			case want != got:
				t.Errorf("the text of %s has changed: give it another version", key)
			}
		}
	}
	if *update {
		must(t, "write the hashes", os.WriteFile(hashes, content, 0o600))
	}
}

func TestText(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, language := range languages {
			text, err := w.Text("window_check", language)
			must(t, "read a text", err)
			if text.Language != language || text.Hash != sha256.Sum256([]byte(text.Body)) || text.Version == "" {
				t.Errorf("%s: language %s, version %q, or the hash is of something else", language, text.Language, text.Version)
			}
		}
		text, err := w.Text("window_check", "fr")
		must(t, "read a text in another language", err)
		if text.Language != "zh-Hant-TW" {
			t.Errorf("without a text in the language the answer is in %s", text.Language)
		}
		fails(t, "no such purpose", second(w.Text("none", "en")), consent.ErrPurposeUnknown, "purpose")
		if got := w.Title("none", "en"); got != "none" {
			t.Errorf("a purpose that is gone is %q", got)
		}
	})
}
