package text_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/minzhengtong/minzhengtong/i18n/term"
	"github.com/minzhengtong/minzhengtong/i18n/text"
)

// seeds are texts near the edges of spans, words and titles.
var seeds = []string{
	"", "通过网络登录，办事程序见《软件》。", "身分證與資料庫、著作", "https://a.example/软件。`码`", "<a 软=\"<>\">{{.数}}${x}%(名)s",
	"国办发〔2018〕81号字第1号", "《《》\n》", "软\xff件\xe8\xbd", "](软.件)@软.件", "<!--", "闽A1闽ICP备1号",
}

// FuzzDeliver delivers any text both ways. Runs joined are the text, valid UTF-8
// stays valid, and a text in its own script stays as it is.
func FuzzDeliver(f *testing.F) {
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, stored string) {
		for _, way := range [][2]string{{hans, hant}, {hant, hans}, {hans, hans}, {hant, hant}, {"en", hant}} {
			got := text.Deliver(stored, way[0], way[1])
			if utf8.ValidString(stored) && !utf8.ValidString(got) {
				t.Fatalf("%v: %q is not valid", way, got)
			}
			if way[0] == way[1] && got != stored {
				t.Fatalf("%v: in its own script %q", way, got)
			}
			var joined strings.Builder
			plain := false
			for _, r := range text.Runs(stored, way[0], way[1]) {
				if _, ok := term.Get(r.Term); r.Text == "" || plain && r.Term == "" || ok == (r.Term == "") {
					t.Fatalf("%v: run %q marked %q", way, r.Text, r.Term)
				}
				plain = r.Term == ""
				joined.WriteString(r.Text)
			}
			if joined.String() != got {
				t.Fatalf("%v: runs joined are %q, the text %q", way, joined.String(), got)
			}
		}
	})
}

// FuzzProtect protects any name. It stands in the delivered text as often as in
// the stored one, and so does each span that is known by its form, in order.
func FuzzProtect(f *testing.F) {
	for i, seed := range seeds {
		f.Add(seed, "软件", i)
		f.Add("请"+seed, seed, 2*i)
	}
	f.Fuzz(func(t *testing.T, stored, name string, n int) {
		span := untouched[int(uint(n)%uint(len(untouched)))].span
		if strings.ContainsAny(stored+name, "`<{") || !utf8.ValidString(stored+name) || name == "" {
			return // what may begin a longer span would take these in
		}
		whole := stored + "\n" + span + "\n" + name + "\n" + stored
		for _, way := range [][2]string{{hans, hant}, {hant, hans}} {
			rest := text.Deliver(whole, way[0], way[1], text.Protect(name, span))
			for _, kept := range []string{span, name} {
				_, after, ok := strings.Cut(rest, kept)
				if !ok {
					t.Fatalf("%v: %q of %q is lost in %q", way, kept, whole, rest)
				}
				rest = after
			}
		}
	})
}
