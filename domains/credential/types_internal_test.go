package credential

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// TestShippedTypes: what ships reads, and every type says who issues it and on what it rests.
func TestShippedTypes(t *testing.T) {
	t.Parallel()
	types, err := ReadTypes(typeFiles)
	if err != nil || len(types) < 2 {
		t.Fatalf("%d types, %v", len(types), err)
	}
}

// files are the shipped type of licences to practise, with one text in place of another.
func files(t *testing.T, replace ...string) fs.FS {
	t.Helper()
	raw, err := fs.ReadFile(typeFiles, "types/practice_licence.json")
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.NewReplacer(replace...).Replace(string(raw))
	if changed == string(raw) && len(replace) > 0 {
		t.Fatalf("there is no %q", replace[0])
	}
	return fstest.MapFS{"types/a.json": {Data: []byte(changed)}}
}

// TestTypeMistakes: each is told, with the file and the field.
func TestTypeMistakes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		files fs.FS
		want  string
	}{
		"no JSON":                {files(t, "{", "("), "types/a.json"},
		"an unknown key":         {files(t, `"days"`, `"dayz"`), "dayz"},
		"no issuer":              {files(t, `"issuer": "service-hall"`, `"issuer": ""`), "issuer"},
		"an odd holder":          {files(t, `"holder": "person"`, `"holder": "cat"`), "cat"},
		"a script is missing":    {files(t, `"zh-Hant-TW": "執業證照"`, `"zh-Hant": "執業證照"`), "both scripts"},
		"a field twice":          {files(t, `"name": "grade"`, `"name": "workplace"`), "workplace"},
		"a name of the format":   {files(t, `"name": "grade"`, `"name": "exp"`), "exp"},
		"a kind that is none":    {files(t, `"kind": "day"`, `"kind": "hour"`), "hour"},
		"a code without values":  {files(t, `"kind": "day"`, `"kind": "code"`), "registered"},
		"a table with no column": {files(t, `"kind": "day"`, `"kind": "table"`), "registered"},
	} {
		if _, err := ReadTypes(c.files); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want a word of %q", name, err, c.want)
		}
	}
	twice := fstest.MapFS{}
	for i := range 2 {
		raw, _ := fs.ReadFile(typeFiles, "types/practice_licence.json")
		twice[fmt.Sprintf("types/%d.json", i)] = &fstest.MapFile{Data: raw}
	}
	if _, err := ReadTypes(twice); err == nil {
		t.Error("a version that is there twice is read")
	}
}

// TestVersionsOfATypeStay: what was issued under an earlier version is read by it, and what
// is issued from now on follows the latest.
func TestVersionsOfATypeStay(t *testing.T) {
	t.Parallel()
	earlier, _ := fs.ReadFile(typeFiles, "types/practice_licence.json")
	var later map[string]any
	if err := json.Unmarshal(earlier, &later); err != nil {
		t.Fatal(err)
	}
	later["version"] = 2
	raw, err := json.Marshal(later)
	if err != nil {
		t.Fatal(err)
	}
	types, err := ReadTypes(fstest.MapFS{"types/a.json": {Data: earlier}, "types/b.json": {Data: raw}})
	if err != nil {
		t.Fatal(err)
	}
	c := catalogue(types)
	if now, ok := c.latest("practice_licence"); !ok || now.Version != 2 {
		t.Errorf("the latest is %d", now.Version)
	}
	if then := c.version("practice_licence", 1); then.Version != 1 || len(then.Fields) == 0 || then.Kind() == c.version("practice_licence", 2).Kind() {
		t.Errorf("the first is %d", then.Version)
	}
	if gone := c.version("practice_licence", 7); gone.Version != 7 || gone.Fields != nil {
		t.Errorf("one that is not shipped is %v", gone)
	}
}
