package catalogue_test

import (
	"maps"
	"strings"
	"testing"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"

	"github.com/minzhengtong/minzhengtong/i18n"
	"github.com/minzhengtong/minzhengtong/i18n/catalogue"
)

// behind has English with one message missing and one stale.
func behind() catalogue.Locales {
	l := locales()
	delete(l[i18n.English], "HELLO")
	l[i18n.Hans]["PROMPT_BYE"] = catalogue.Message{Description: "At the end.", Other: "再见，慢走。"}
	return l
}

func TestWork(t *testing.T) {
	t.Parallel()
	l := behind()
	work, err := l.Work(i18n.English)
	if err != nil {
		t.Fatal(err)
	}
	want := catalogue.Messages{
		"HELLO": {
			Description: "Greets {{.Name}}, who has Count letters.\nzh-Hans: {{.Name}}有{{.Count}}封信。\nNeeds a form for \"one\" too.",
			Hash:        l[i18n.Hans]["HELLO"].SourceHash(),
		},
		"PROMPT_BYE": {
			Description: "At the end.\nzh-Hans: 再见，慢走。\nen until now: Goodbye.",
			Hash:        l[i18n.Hans]["PROMPT_BYE"].SourceHash(),
		},
	}
	if !maps.Equal(work, want) {
		t.Errorf("Work = %+v, want %+v", work, want)
	}
	file, err := goi18n.ParseMessageFileBytes(work.Encode(), catalogue.WorkName(i18n.English), nil)
	if err != nil || len(file.Messages) != 2 || file.Tag.String() != "en" {
		t.Errorf("go-i18n reads the file as %+v, %v", file, err)
	}
	if work, err := locales().Work(i18n.English); work != nil || err != nil {
		t.Errorf("Work = %v, %v with nothing to do, want none", work, err)
	}
}

func TestWorkRefuses(t *testing.T) {
	t.Parallel()
	l := locales()
	for _, lang := range []i18n.Language{i18n.Hans, "fr", ""} {
		if _, err := l.Work(lang); err == nil {
			t.Errorf("Work makes a file for %q", lang)
		}
	}
	l[i18n.Hans]["NEW"] = catalogue.Message{Description: "d"}
	if _, err := l.Work(i18n.English); err == nil || err.Error() != "zh-Hans NEW: has no text yet" {
		t.Errorf("a source without a text: Work fails with %v", err)
	}
}

func TestTake(t *testing.T) {
	t.Parallel()
	l := behind()
	work, err := l.Work(i18n.English)
	if err != nil {
		t.Fatal(err)
	}
	hello, bye := work["HELLO"], work["PROMPT_BYE"]
	hello.One, hello.Other = "{{.Name}} has {{.Count}} letter.", "{{.Name}} has {{.Count}} letters."
	bye.Other = "Goodbye, take care."
	done := catalogue.Messages{"HELLO": hello, "PROMPT_BYE": bye}
	if err := l.Take(i18n.English, "some/translate.en.json", done); err != nil {
		t.Fatal(err)
	}
	hello.Description, bye.Description = "", ""
	if got, want := l[i18n.English], (catalogue.Messages{"HELLO": hello, "PROMPT_BYE": bye}); !maps.Equal(got, want) {
		t.Errorf("messages are %+v, want %+v", got, want)
	}
	if r := l.Report()[2]; !r.Complete() || len(l.Check()) > 0 {
		t.Errorf("the language is not done: %+v, %v", r, l.Check())
	}
}

func TestTakePart(t *testing.T) {
	t.Parallel()
	l := behind()
	work, err := l.Work(i18n.English)
	if err != nil {
		t.Fatal(err)
	}
	bye := work["PROMPT_BYE"]
	bye.Other = "Goodbye."
	if err := l.Take(i18n.English, "translate.en.json", catalogue.Messages{"PROMPT_BYE": bye}); err != nil {
		t.Fatal(err)
	}
	if r := l.Report()[2]; len(r.Stale) != 0 || len(r.Missing) != 1 {
		t.Errorf("%q is stale and %q missing, want nothing and one", r.Stale, r.Missing)
	}
}

func TestTakeRefuses(t *testing.T) {
	t.Parallel()
	hash := source()["HELLO"].SourceHash()
	good := catalogue.Message{Hash: hash, Other: "{{.Name}}有{{.Count}}封信。"}
	tests := []struct {
		name string
		lang i18n.Language
		file string
		work catalogue.Messages
		want string
	}{
		{"the source", i18n.Hans, "translate.zh-Hans.json", nil, `"zh-Hans" is no language into which we translate`},
		{"another language", i18n.HantTW, "some/translate.en.json", nil, "translate.en.json is not for zh-Hant-TW: want a name as translate.zh-Hant-TW.json"},
		{"no language", i18n.HantTW, "letters.json", nil, "letters.json is not for zh-Hant-TW"},
		{"an unknown ID", i18n.HantTW, "translate.zh-Hant-TW.json", catalogue.Messages{"NEW": good}, "message NEW is none that zh-Hant-TW has"},
		{"what is not spoken", i18n.Minnan, "translate.nan-Hant.json", catalogue.Messages{"HELLO": good}, "message HELLO is none that nan-Hant has"},
		{"no text", i18n.HantTW, "translate.zh-Hant-TW.json", catalogue.Messages{"HELLO": {Hash: hash}}, "message HELLO has no text"},
		{"an older source", i18n.HantTW, "translate.zh-Hant-TW.json", catalogue.Messages{"HELLO": {Hash: "sha1-1", Other: good.Other}}, "message HELLO has another source by now"},
		{"a missing parameter", i18n.HantTW, "translate.zh-Hant-TW.json", catalogue.Messages{"HELLO": {Hash: hash, Other: "{{.Name}}"}}, "message HELLO lacks {{.Count}}"},
		{"another parameter", i18n.HantTW, "translate.zh-Hant-TW.json", catalogue.Messages{"HELLO": {Hash: hash, Other: good.Other + "{{.X}}"}}, "message HELLO has {{.X}}"},
		{"a good one before a bad one", i18n.HantTW, "translate.zh-Hant-TW.json", catalogue.Messages{"HELLO": {Hash: hash, Other: "{{.Name}}收到{{.Count}}封信。"}, "X": good}, "message X is none"},
	}
	for _, tt := range tests {
		l := locales()
		if err := l.Take(tt.lang, tt.file, tt.work); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: Take fails with %v, want %q", tt.name, err, tt.want)
		}
		if !maps.Equal(l[tt.lang], locales()[tt.lang]) {
			t.Errorf("%s: Take has changed the messages", tt.name)
		}
	}
}
