package catalogue_test

import (
	"reflect"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/minzhengtong/minzhengtong/i18n/catalogue"
)

// goFiles is a source tree.
func goFiles(files map[string]string) fstest.MapFS {
	root := fstest.MapFS{}
	for name, text := range files {
		root[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return root
}

func TestExtract(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, file, src string
		uses, unclear   []string
	}{
		{"a reason", "p.go", `var e = fault.New(fault.Invalid, "ONE")`, []string{"ONE p.go:2"}, nil},
		{"a reason that is no literal", "p.go", `var e = fault.New(k, reason)`, nil, []string{"p.go:2: the reason of a fault is no literal"}},
		{"another New", "p.go", `var e = other.New(k, "ONE")`, nil, nil},
		{"a text of the call", "p.go", `var s = call.Text(ctx, "ONE", nil)`, []string{"ONE p.go:2"}, nil},
		{"a text of a bundle", "p.go", `var s = h.Words.Text(lang, "ONE", nil)`, []string{"ONE p.go:2"}, nil},
		{"a text for a reader", "p.go", `var s = words.For(reader, "ONE", nil)`, []string{"ONE p.go:2"}, nil},
		{"a text that is no literal", "p.go", `var s = call.Text(ctx, w.message, nil)`, nil, nil},
		{"another Text", "p.go", `var s = field.Text(a, "ONE", nil)`, nil, nil},
		{"a literal of a family", "p.go", `var s = []string{"SMS_HELLO", "OTHER"}`, []string{"SMS_HELLO p.go:2"}, nil},
		{"a family's words", "domains/document/a.go", "type Kind string\nconst (\n\tA Kind = \"pass\"\n\tB Other = \"x\"\n)", []string{"KIND_PASS domains/document/a.go:4"}, nil},
		{"names in JSON", "domains/privacy/exported.go", "type T struct { A int `json:\"an_a,omitzero\"`\nB int }", []string{"EXPORT_FIELD_AN_A domains/privacy/exported.go:2"}, nil},
		{"a sum", "p.go", `var s = call.Text(ctx, "KIND_"+x, nil)`, nil, nil},
		{"a sum of no family", "p.go", `var s = call.Text(ctx, "SORT_"+x, nil)`, nil, []string{"p.go:2: SORT_ is the prefix of no family"}},
		{"another sum", "p.go", `var s = "A " + x`, nil, nil},
		{"a test", "p_test.go", `var e = fault.New(fault.Invalid, "ONE")`, nil, nil},
		{"what tools wrote", "gen/p.go", `var e = fault.New(fault.Invalid, "ONE")`, nil, nil},
		{"a hidden folder", ".ci/p.go", `var e = fault.New(fault.Invalid, "ONE")`, nil, nil},
	}
	for _, tt := range tests {
		usage, err := catalogue.Extract(goFiles(map[string]string{tt.file: "package p\n" + tt.src}))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		var uses []string
		for _, use := range usage.Uses {
			uses = append(uses, use.ID+" "+use.Place)
		}
		if !slices.Equal(uses, tt.uses) || !slices.Equal(usage.Unclear, tt.unclear) {
			t.Errorf("%s: uses %q and unclear %q, want %q and %q", tt.name, uses, usage.Unclear, tt.uses, tt.unclear)
		}
	}
	if _, err := catalogue.Extract(goFiles(map[string]string{"p.go": "no Go"})); err == nil {
		t.Error("Extract reads what is no Go")
	}
}

func TestUnknownAndUnused(t *testing.T) {
	t.Parallel()
	usage, err := catalogue.Extract(goFiles(map[string]string{
		"a.go": "package a\nvar e, f = fault.New(k, \"ONE\"), fault.New(k, \"TWO\")\nconst id = \"MENTIONED\"",
		"b.go": "package a\nvar e = fault.New(k, \"TWO\")",
		// A word that needs no message, and one of a family whose words must have one.
		"domains/schema/s.go":   "package s\nvar f = field.Enum(\"x\").Values(\"open\")",
		"domains/document/d.go": "package d\nconst Pass Kind = \"pass\"",
	}))
	if err != nil {
		t.Fatal(err)
	}
	source := catalogue.Messages{"ONE": {}, "MENTIONED": {}, "WORD_OPEN": {}, "WORD_SHUT": {}, "VALIDATION_X": {}, "LEFT": {}}
	want := []catalogue.Use{{ID: "KIND_PASS", Place: "domains/document/d.go:2"}, {ID: "TWO", Place: "a.go:2"}, {ID: "TWO", Place: "b.go:2"}}
	if got := usage.Unknown(source); !reflect.DeepEqual(got, want) {
		t.Errorf("Unknown = %v, want %v", got, want)
	}
	if got, want := usage.Unused(source), []string{"LEFT", "WORD_SHUT"}; !slices.Equal(got, want) {
		t.Errorf("Unused = %q, want %q", got, want)
	}
}
