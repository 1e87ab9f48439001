package han_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/minzhengtong/minzhengtong/i18n/han"
)

// configurations are the names that OpenCC gives the directions.
var configurations = map[han.Direction]string{
	han.ToTaiwan: "s2twp", han.ToTaiwanScript: "s2tw", han.ToMainland: "tw2sp", han.ToSimplified: "t2s",
}

// reference converts as OpenCC's configuration files say, step by step, with a
// map for each dictionary. It shares nothing with the generator.
type reference struct {
	Normalization []struct{ Dict node }
	Segmentation  struct{ Dict *node }
	Chain         []struct{ Dict node } `json:"conversion_chain"`
}

// node is a dictionary, or a group of them.
type node struct {
	Type   string
	File   string
	Policy string `json:"match_policy"`
	Dicts  []node

	entries map[string]string
	longest int
}

var references = sync.OnceValue(func() map[han.Direction]*reference {
	all := map[han.Direction]*reference{}
	for d, name := range configurations {
		raw, err := os.ReadFile("testdata/config/" + name + ".json")
		if err != nil {
			panic(err)
		}
		r := &reference{}
		if err := json.Unmarshal(raw, r); err != nil {
			panic(err)
		}
		for i := range r.Normalization {
			r.Normalization[i].Dict.load()
		}
		if r.Segmentation.Dict != nil {
			r.Segmentation.Dict.load()
		}
		for i := range r.Chain {
			r.Chain[i].Dict.load()
		}
		all[d] = r
	}
	return all
})

func (n *node) load() {
	switch n.Type {
	case "group":
		for i := range n.Dicts {
			n.Dicts[i].load()
		}
	case "text":
		n.entries = entries(n.File)
		for key := range n.entries {
			n.longest = max(n.longest, len(key))
		}
	default:
		panic("unknown type " + n.Type)
	}
}

// entries reads a dictionary: the first candidate for each key.
func entries(file string) map[string]string {
	raw, err := os.ReadFile("dictionary/" + file)
	if err != nil {
		panic(err)
	}
	all := map[string]string{}
	for line := range strings.Lines(string(raw)) {
		fields := strings.Fields(line)
		if len(fields) < 2 || strings.HasPrefix(line, "#") {
			continue
		}
		all[fields[0]] = fields[1]
	}
	return all
}

func (n *node) match(text string) (key, value string) {
	if n.Type == "text" {
		for size := min(n.longest, len(text)); size > 0; size-- {
			if value, ok := n.entries[text[:size]]; ok {
				return text[:size], value
			}
		}
		return "", ""
	}
	for i := range n.Dicts {
		k, v := n.Dicts[i].match(text)
		if len(k) > len(key) {
			key, value = k, v
		}
		if key != "" && n.Policy == "short_circuit" {
			break
		}
	}
	return key, value
}

func (n *node) convert(text string) string {
	var out strings.Builder
	for text != "" {
		key, value := n.match(text)
		if key == "" {
			_, size := utf8.DecodeRuneInString(text)
			key, value = text[:size], text[:size]
		}
		out.WriteString(value)
		text = text[len(key):]
	}
	return out.String()
}

// segments are the phrases of the dictionary and the runs between them.
func (n *node) segments(text string) []string {
	if n == nil {
		return []string{text}
	}
	var all []string
	from, at := 0, 0
	for at < len(text) {
		key, _ := n.match(text[at:])
		if key == "" {
			_, size := utf8.DecodeRuneInString(text[at:])
			at += size
			continue
		}
		all = append(all, text[from:at], key)
		at += len(key)
		from = at
	}
	return append(all, text[from:])
}

func (r *reference) convert(text string) string {
	for i := range r.Normalization {
		text = r.Normalization[i].Dict.convert(text)
	}
	var out strings.Builder
	for _, segment := range r.Segmentation.Dict.segments(text) {
		for i := range r.Chain {
			segment = r.Chain[i].Dict.convert(segment)
		}
		out.WriteString(segment)
	}
	return out.String()
}

// agree fails when the converter and the reference differ on a text.
func agree(t *testing.T, text string) {
	t.Helper()
	for d, name := range configurations {
		got, want := han.Convert(d, text), references()[d].convert(text)
		if got != want {
			t.Fatalf("%s of %q\n got %q\nwant %q\n%s", name, text, got, want, firstDifference(got, want))
		}
	}
}

func firstDifference(got, want string) string {
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			from := max(0, i-24)
			return fmt.Sprintf("byte %d: got …%q, want …%q", i, got[from:min(len(got), i+24)], want[from:min(len(want), i+24)])
		}
	}
	return "one is longer"
}
