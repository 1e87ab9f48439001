package intake

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
)

// FuzzRows reads any bytes as a file of passes and wants, whatever they are: no
// panic, an end, lines that rise, entries that can be stored, and the same
// records when reading begins anew behind each of them.
func FuzzRows(f *testing.F) {
	for _, seed := range []string{
		"90000010,01,陈测试,,,1980-05-06,F,2024-01-01,2028-12-31,issued,+886900000001,\n",
		"\"90000010,01\n\n\",\"\"\r\n,,x\"y,,,,,,,,\n",
		"\n\n\r\n9\x00,\xff\xfe,,,,,,,,,,\n,,,,,,,,,,,",
		"\"" + strings.Repeat("a,\n", 30_000),
	} {
		f.Add(seed, false)
		f.Add(seed, true)
	}
	at := map[string]int{}
	for i, name := range passColumns {
		at[name] = i
	}
	f.Fuzz(func(t *testing.T, content string, gb bool) {
		name := UTF8
		if gb {
			name = GB18030
		}
		c, err := newCharset(name)
		if err != nil {
			t.Fatal(err)
		}
		source := strings.NewReader(content)
		r, err := newReader(source, position{}, len(passColumns))
		if err != nil {
			t.Fatal(err)
		}
		for line, records := int64(0), 0; ; records++ {
			got, err := r.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil || got.line <= line || r.at.offset > int64(len(content)) {
				t.Fatalf("record in line %d after line %d, up to byte %d of %d, error %v", got.line, line, r.at.offset, len(content), err)
			}
			line = r.at.line
			if got.fault == nil {
				checkPass(t, &row{fields: got.fields, at: at, decode: c.decode})
			}
			if records%3 == 0 { // as after an interruption
				if r, err = newReader(source, r.at, len(passColumns)); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

// checkPass wants an entry without faults to be one that can be stored.
func checkPass(t *testing.T, r *row) {
	t.Helper()
	e := readPass(r, civil.Date{Year: 2026, Month: 11, Day: 23})
	if len(r.faults) > 0 {
		return
	}
	names := e.Holder.Names
	if e.Number.Kind() != document.TaiwanPass || e.State == "" || len(names.Mainland+names.Taiwan+names.Roman) == 0 ||
		strings.ContainsFunc(names.Mainland+names.Taiwan+names.Roman, unseen) {
		t.Error("an entry that must not be stored")
	}
}
