package catalogue_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/i18n/catalogue"
)

func TestParse(t *testing.T) {
	t.Parallel()
	got, err := catalogue.Parse([]byte(`{"B": {"other": "b", "hash": "h"}, "A_1": {"description": "d", "one": "o", "other": "a"}}`))
	want := catalogue.Messages{"A_1": {Description: "d", One: "o", Other: "a"}, "B": {Hash: "h", Other: "b"}}
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("Parse = %v, %v, want %v", got, err, want)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"nothing", ``, "want a JSON object"},
		{"a list", `[]`, "want a JSON object"},
		{"an end that is missing", `{"A": {"other": "a"}`, "after A: "},
		{"a comma that is missing", `{"A": {"other": "a"} "B": {}}`, "after A: "},
		{"a quote that is missing", `{"A": {"other": "a}}`, "message A: "},
		{"a member that we do not use", `{"A": {"other": "a", "few": "b"}}`, `message A: json: unknown field "few"`},
		{"a number", `{"A": {"other": 1}}`, "message A: "},
		{"a text alone", `{"A": "a"}`, "message A: "},
		{"a message twice", `{"A": {"other": "a"}, "A": {"other": "b"}}`, `message "A" stands there twice`},
		{"an ID in small letters", `{"a.b": {"other": "a"}}`, `message "a.b" stands there twice or is not UPPER_SNAKE_CASE`},
		{"an ID that ends as a prefix", `{"KIND_": {"other": "a"}}`, `message "KIND_"`},
		{"something after it", `{} {}`, "want nothing after"},
	}
	for _, tt := range tests {
		if m, err := catalogue.Parse([]byte(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: Parse = %v, %v, want %q", tt.name, m, err, tt.want)
		}
	}
}

func TestEncode(t *testing.T) {
	t.Parallel()
	m := catalogue.Messages{"B": {Other: `<b> & "c"`}, "A": {Other: "闽", One: "o", Hash: "h", Description: "d"}}
	want := `{
  "A": {
    "description": "d",
    "hash": "h",
    "one": "o",
    "other": "闽"
  },
  "B": {
    "other": "<b> & \"c\""
  }
}
`
	if got := string(m.Encode()); got != want {
		t.Errorf("Encode = %s, want %s", got, want)
	}
}

// TestSourceHash has its wanted value from the merge command of go-i18n.
func TestSourceHash(t *testing.T) {
	t.Parallel()
	m := catalogue.Message{Description: "Said at the door.", Other: "欢迎。", One: "left out", Hash: "left out"}
	if got, want := m.SourceHash(), "sha1-554b124942e14998966e43a4cadb7c0b3c822709"; got != want {
		t.Errorf("SourceHash = %s, want %s", got, want)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`{"A": {"description": "d", "hash": "h", "one": "o", "other": "{{.Name}}"}}`)
	f.Add(`{"A": null, "B": {}}`)
	f.Fuzz(func(t *testing.T, text string) {
		m, err := catalogue.Parse([]byte(text))
		if err != nil {
			return
		}
		again, err := catalogue.Parse(m.Encode())
		if err != nil || !maps.Equal(m, again) {
			t.Errorf("Parse of Encode = %v, %v, want %v", again, err, m)
		}
	})
}
