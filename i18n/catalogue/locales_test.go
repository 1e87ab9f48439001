package catalogue_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/minzhengtong/minzhengtong/i18n"
	"github.com/minzhengtong/minzhengtong/i18n/catalogue"
)

// source is a message with a parameter that English counts, and a spoken one.
func source() catalogue.Messages {
	return catalogue.Messages{
		"HELLO":      {Description: "Greets {{.Name}}, who has Count letters.", Other: "{{.Name}}有{{.Count}}封信。"},
		"PROMPT_BYE": {Description: "At the end.", Other: "再见。"},
	}
}

// locales are complete.
func locales() catalogue.Locales {
	s := source()
	hello, bye := s["HELLO"].SourceHash(), s["PROMPT_BYE"].SourceHash()
	return catalogue.Locales{
		i18n.Hans:   s,
		i18n.HantTW: {"HELLO": {Hash: hello, Other: "{{.Name}}有{{.Count}}封信。"}, "PROMPT_BYE": {Hash: bye, Other: "再見。"}},
		i18n.English: {
			"HELLO":      {Hash: hello, One: "{{.Name}} has one letter.", Other: "{{.Name}} has {{.Count}} letters."},
			"PROMPT_BYE": {Hash: bye, Other: "Goodbye."},
		},
		i18n.Minnan: {"PROMPT_BYE": {Hash: bye, Other: "再會。"}},
	}
}

// tree is a source tree with these texts.
func tree(l catalogue.Locales) fstest.MapFS {
	root := fstest.MapFS{}
	for lang, m := range l {
		root[catalogue.Folder+"/"+string(lang)+".json"] = &fstest.MapFile{Data: m.Encode()}
	}
	return root
}

func TestRead(t *testing.T) {
	t.Parallel()
	got, err := catalogue.Read(tree(locales()))
	if err != nil || !reflect.DeepEqual(got, locales()) {
		t.Errorf("Read = %v, %v, want %v", got, err, locales())
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(root fstest.MapFS)
		want   string
	}{
		{"no tree", func(root fstest.MapFS) { clear(root) }, "no source tree: "},
		{"a missing language", func(root fstest.MapFS) { delete(root, "i18n/locales/en.json") }, "i18n/locales/en.json"},
		{"another language", func(root fstest.MapFS) { root["i18n/locales/fr.json"] = &fstest.MapFile{} }, "fr.json is the file of no language of ours (zh-Hant-TW, "},
		{"another file", func(root fstest.MapFS) { root["i18n/locales/en.txt"] = &fstest.MapFile{} }, "en.txt is the file of no language"},
		{"no JSON", func(root fstest.MapFS) { root["i18n/locales/en.json"].Data = []byte(`{"A": }`) }, "i18n/locales/en.json: message A: "},
	}
	for _, tt := range tests {
		root := tree(locales())
		tt.change(root)
		if _, err := catalogue.Read(root); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: Read fails with %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestWrite(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, catalogue.Folder), 0o700); err != nil {
		t.Fatal(err)
	}
	for lang := range locales() {
		if err := locales().Write(root, lang); err != nil {
			t.Fatal(err)
		}
	}
	got, err := catalogue.Read(os.DirFS(root))
	if err != nil || !reflect.DeepEqual(got, locales()) {
		t.Errorf("Read after Write = %v, %v, want %v", got, err, locales())
	}
}

func TestReport(t *testing.T) {
	t.Parallel()
	l := locales()
	complete := []catalogue.Report{
		{Language: i18n.HantTW, Want: 2, Done: 2}, {Language: i18n.Hans, Want: 2, Done: 2},
		{Language: i18n.English, Want: 2, Done: 2}, {Language: i18n.Minnan, Want: 1, Done: 1},
	}
	if got := l.Report(); !reflect.DeepEqual(got, complete) {
		t.Errorf("Report = %+v, want %+v", got, complete)
	}
	l[i18n.Hans]["PROMPT_BYE"] = catalogue.Message{Description: "At the end, politely.", Other: "再见。"}
	l[i18n.Hans]["NEW"] = catalogue.Message{Description: "To be written."}
	delete(l[i18n.HantTW], "HELLO")
	l[i18n.English]["OLD"] = catalogue.Message{Other: "Old."}
	l[i18n.English]["HELLO"] = catalogue.Message{Other: "Without a hash."}
	l[i18n.Minnan]["HELLO"] = catalogue.Message{Other: "毋免。"}
	want := []catalogue.Report{
		{Language: i18n.HantTW, Want: 3, Missing: []string{"HELLO", "NEW"}, Stale: []string{"PROMPT_BYE"}},
		{Language: i18n.Hans, Want: 3, Done: 2, Missing: []string{"NEW"}},
		{Language: i18n.English, Want: 3, Missing: []string{"NEW"}, Stale: []string{"HELLO", "PROMPT_BYE"}, Orphaned: []string{"OLD"}},
		{Language: i18n.Minnan, Want: 1, Stale: []string{"PROMPT_BYE"}, Orphaned: []string{"HELLO"}},
	}
	got := l.Report()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Report = %+v, want %+v", got, want)
	}
	for i := range got {
		if !complete[i].Complete() || got[i].Complete() {
			t.Errorf("%s: Complete is told wrongly", got[i].Language)
		}
	}
	l.Tidy()
	if got := l.Report(); got[2].Orphaned != nil || got[3].Orphaned != nil {
		t.Errorf("Tidy leaves %q and %q", got[2].Orphaned, got[3].Orphaned)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	if wrong := locales().Check(); wrong != nil {
		t.Fatalf("Check = %v, want nothing", wrong)
	}
	tests := []struct {
		name   string
		lang   i18n.Language
		id     string
		change func(m *catalogue.Message)
		want   string
	}{
		{"no description", i18n.Hans, "PROMPT_BYE", func(m *catalogue.Message) { m.Description = "" }, "zh-Hans PROMPT_BYE: has no description"},
		{"a hash in the source", i18n.Hans, "PROMPT_BYE", func(m *catalogue.Message) { m.Hash = "h" }, "zh-Hans PROMPT_BYE: has a hash"},
		{"a description elsewhere", i18n.English, "PROMPT_BYE", func(m *catalogue.Message) { m.Description = "d" }, "en PROMPT_BYE: has a description"},
		{"space at the end", i18n.English, "PROMPT_BYE", func(m *catalogue.Message) { m.Other = "Goodbye. " }, `en PROMPT_BYE: has space around it: "Goodbye. "`},
		{"a parameter that is missing", i18n.HantTW, "HELLO", func(m *catalogue.Message) { m.Other = "{{.Name}}有信。" }, "zh-Hant-TW HELLO: lacks {{.Count}}"},
		{"another parameter", i18n.HantTW, "PROMPT_BYE", func(m *catalogue.Message) { m.Other = "{{.Name}}再見。" }, "zh-Hant-TW PROMPT_BYE: has {{.Name}}, which the source has not"},
		{"a broken placeholder", i18n.HantTW, "PROMPT_BYE", func(m *catalogue.Message) { m.Other = "{{ .Name }}再見。" }, "zh-Hant-TW PROMPT_BYE: has a placeholder that is not {{.Name}}"},
		{"no form for one", i18n.English, "HELLO", func(m *catalogue.Message) { m.One = "" }, `en HELLO: has no form for "one"`},
		{"another parameter for one", i18n.English, "HELLO", func(m *catalogue.Message) { m.One = "{{.Days}}" }, "en HELLO: has {{.Days}}, which the source has not"},
		{"a form for one in Chinese", i18n.HantTW, "HELLO", func(m *catalogue.Message) { m.One = "一封信。" }, `zh-Hant-TW HELLO: has a form for "one", which is never chosen`},
		{"a form for one without a number", i18n.English, "PROMPT_BYE", func(m *catalogue.Message) { m.One = "Bye." }, `en PROMPT_BYE: has a form for "one", which is never chosen`},
	}
	for _, tt := range tests {
		l := locales()
		m := l[tt.lang][tt.id]
		tt.change(&m)
		l[tt.lang][tt.id] = m
		if wrong := l.Check(); len(wrong) != 1 || !strings.HasPrefix(wrong[0].Error(), tt.want) {
			t.Errorf("%s: Check = %v, want %q alone", tt.name, wrong, tt.want)
		}
	}
	l := locales()
	l[i18n.Hans]["HELLO"] = catalogue.Message{Description: "d", Other: "{{.}}"}
	if wrong := l.Check(); len(wrong) != 3 || !strings.HasPrefix(wrong[0].Error(), "zh-Hant-TW HELLO: the source has a placeholder") {
		t.Errorf("a broken source: Check = %v, want three errors", wrong)
	}
}
