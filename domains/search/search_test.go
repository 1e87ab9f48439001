package search_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/search"
)

func TestFind(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.add("hans", 1, "关于增值税起征点的说明", "互联网企业办理注册登记。补贴资料请备齐。")
		w.add("hant", 2, "關於增值稅的說明", "網路平台辦理註冊登記，補貼另行通知。")
		w.add("latin", 3, "Tax Notice A-12", "See the VAT handbook; 100% of 'quoted' \"text\" under_score.")
		w.add("other", 4, "居住证", "办理地点见附件。")
		w.write(search.Text{Kind: "name", Owner: "foreign", Head: "增值税", Order: start})
		for name, tt := range map[string]struct{ query, want string }{
			"simplified finds both":          {"增值税", "[hant hans]"},
			"traditional finds both":         {"增值稅", "[hant hans]"},
			"in the body, both":              {"補貼", "[hant hans]"},
			"one character":                  {"税", "[hant hans]"},
			"one rare character":             {"附", "[other]"},
			"the other shore's word":         {"網際網路", "[hans]"},
			"inside a run of characters":     {"值税起", "[hans]"},
			"all words":                      {"增值税 起征点", "[hans]"},
			"words in head and body":         {"起征点 补贴", "[hans]"},
			"one word is missing":            {"增值税 居住证", "[]"},
			"characters in another order":    {"税值增", "[]"},
			"pairs are there, the word not":  {"办理登记", "[]"},
			"not there":                      {"房产税", "[]"},
			"across head and body":           {"说明互联网", "[]"},
			"a whole latin word":             {"notice", "[latin]"},
			"capitals":                       {"NOTICE", "[latin]"},
			"full width":                     {"ＮＯＴＩＣＥ", "[latin]"},
			"the beginning of a latin word":  {"hand", "[latin]"},
			"the middle of a latin word":     {"book", "[]"},
			"one letter":                     {"v", "[latin]"},
			"digits":                         {"100", "[latin]"},
			"a word of two":                  {"A-12", "[latin]"},
			"marks around words":             {"《增值税》、起征点！", "[hans]"},
			"ideographic space":              {"　增值税　起征点　", "[hans]"},
			"nothing but a per cent sign":    {"%", "[]"},
			"nothing but an underscore":      {"_", "[]"},
			"a wildcard divides words":       {"税%记", "[hant hans]"},
			"a wildcard is no character":     {"居_证住", "[]"},
			"the escape":                     {"!", "[]"},
			"quotes":                         {`'quoted' "text"`, "[latin]"},
			"an attempt at SQL":              {`'; DROP TABLE search_texts; --`, "[]"},
			"a NUL and broken UTF-8":         {"增值税\x00\xff", "[hant hans]"},
			"garbage of a hundred letters":   {strings.Repeat("x", 100), "[]"},
			"garbage of fifty words":         {strings.Repeat("税 ", 50), "[hant hans]"},
			"fifty different words":          {words(50), "[]"},
			"nothing":                        {"", "[other latin hant hans]"},
			"nothing but spaces":             {" 　\t", "[other latin hant hans]"},
			"a hundred characters of a text": {strings.Repeat("增值税起征点", 17), "[]"},
		} {
			if got := w.find(tt.query); got != tt.want {
				t.Errorf("%s: %q finds %s, want %s", name, tt.query, got, tt.want)
			}
		}
	})
}

// words are so many different ones.
func words(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(string(rune('一'+i)) + " ")
	}
	return b.String()
}

func TestOrder(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.add("body, newest", 9, "通知", "社保")
		w.add("head, old", 1, "社保通知", "")
		w.add("head, new", 3, "社保说明", "社保")
		w.add("b, same time", 5, "通知", "社保 居住证")
		w.add("a, same time", 5, "通知", "社保")
		w.add("half in head", 7, "居住证", "社保")
		for query, want := range map[string]string{
			"社保":     "[head, new head, old body, newest half in head a, same time b, same time]",
			"社保 居住证": "[half in head b, same time]",
			"":       "[body, newest half in head a, same time b, same time head, new head, old]",
		} {
			if got := w.find(query); got != want {
				t.Errorf("%q finds\n%s, want\n%s", query, got, want)
			}
		}
	})
}

func TestOneFormInTheHeadIsEnough(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.add("both", 1, "互联网", "网际网路")
		w.add("newer", 2, "通知", "网际网路")
		if got := w.find("網際網路"); got != "[both newer]" {
			t.Errorf("finds %s", got)
		}
	})
}

func TestReplacedAndRemoved(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.add("one", 1, "居住证办理", "窗口受理")
		w.add("one", 2, "社保办理", "窗口受理")
		for query, want := range map[string]string{"居住证": "[]", "住": "[]", "社保": "[one]", "窗口": "[one]", "办理": "[one]"} {
			if got := w.find(query); got != want {
				t.Errorf("replaced: %q finds %s, want %s", query, got, want)
			}
		}
		w.remove("nobody")
		w.remove("one")
		w.remove("one")
		if got := w.find("社保") + w.find(""); got != "[][]" {
			t.Errorf("removed: finds %s", got)
		}
		if n := w.grams(); n != 0 {
			t.Errorf("%d grams are left", n)
		}
		w.add("one", 1, "居住证", "")
		if got := w.find("居住证"); got != "[one]" {
			t.Errorf("written anew: finds %s", got)
		}
	})
}

// grams counts the rows of the index.
func (w *world) grams() (n int) {
	w.t.Helper()
	if err := w.db.SQL(w.t.Context()).QueryRowContext(w.t.Context(), `SELECT COUNT(*) FROM "search_grams"`).Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

func TestIndexNeedsATransactionAndAnOwner(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		if err := w.Index(t.Context(), search.Text{Kind: kind, Owner: "one", Head: "社保"}); err == nil {
			t.Error("written outside of a transaction")
		}
		for _, text := range []search.Text{{Owner: "one"}, {Kind: kind}} {
			err := w.db.InTx(t.Context(), func(ctx context.Context) error { return w.Index(ctx, text) })
			if err == nil {
				t.Errorf("written: %+v", text)
			}
		}
		failed := fmt.Errorf("the caller fails")
		err := w.db.InTx(t.Context(), func(ctx context.Context) error {
			if err := w.Index(ctx, search.Text{Kind: kind, Owner: "one", Head: "社保"}); err != nil {
				return err
			}
			return failed
		})
		if err == nil || w.find("社保") != "[]" || w.grams() != 0 {
			t.Error("the text outlived its transaction")
		}
	})
}

func TestLongTexts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var body strings.Builder
		for i := range 20_000 {
			body.WriteRune(rune('一' + i*7%20_000))
		}
		w.add("long", 1, strings.Repeat("长", 200), body.String()+strings.Repeat("word", 100))
		last := string([]rune(body.String())[19_990:])
		if got := w.find(last) + w.find(strings.Repeat("长", 100)) + w.find("wordword"); got != "[long][long][long]" {
			t.Errorf("finds %s", got)
		}
	})
}

func TestPagingIsCompleteWhileTextsAreAdded(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var want []string
		var texts []search.Text
		for i := range 60 {
			text := search.Text{Kind: kind, Owner: fmt.Sprintf("%03d", i), Head: "通知", Body: "社保", Order: start.Add(time.Duration(i/7) * time.Second)}
			if i%3 == 0 {
				text.Head = "社保通知"
			}
			texts, want = append(texts, text), append(want, text.Owner)
		}
		w.write(texts...)
		for _, query := range []string{"", "社保", "社", "社保 通知"} {
			var got []string
			page := search.Page{Limit: 7}
			for turn := 0; ; turn++ {
				owners, next, err := w.Find(t.Context(), kind, query, page)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, owners...)
				if next.IsZero() {
					break
				}
				if len(owners) != page.Limit {
					t.Fatalf("%q: a page of %d with another one after it", query, len(owners))
				}
				page.After = next
				// One comes before where we are, one may come behind.
				w.add(fmt.Sprintf("new %s %d", query, turn), 24, "社保通知", "社保")
				w.add(fmt.Sprintf("old %s %d", query, turn), -24, "通知", "社保")
			}
			got = slices.DeleteFunc(got, func(owner string) bool { return len(owner) != 3 })
			if slices.Sort(got); !slices.Equal(got, want) {
				t.Errorf("%q over all pages: %v, want each of %d once", query, got, len(want))
			}
		}
	})
}

func TestAPageThatEndsExactlyIsTheLast(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for i := range 4 {
			w.add(fmt.Sprint(i), i, "社保", "")
		}
		for limit, more := range map[int]bool{0: true, 1: true, 3: true, 4: false, 5: false} {
			owners, next, err := w.Find(t.Context(), kind, "社保", search.Page{Limit: limit})
			if err != nil || next.IsZero() == more || len(owners) != min(max(limit, 1), 4) {
				t.Errorf("limit %d: %v, goes on: %v, %v", limit, owners, !next.IsZero(), err)
			}
		}
	})
}

func TestTwoWriters(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		done := make(chan error)
		for i := range 8 {
			go func() {
				done <- w.db.InTx(t.Context(), func(ctx context.Context) error {
					return w.Index(ctx, search.Text{Kind: kind, Owner: fmt.Sprint(i % 2), Head: fmt.Sprint("社保 v", i), Body: "窗口受理", Order: start})
				})
			}()
		}
		for range 8 {
			if err := <-done; err != nil && !entdb.IsUniqueViolation(err) {
				t.Error(err)
			}
		}
		if got := w.find("社保"); got != "[0 1]" {
			t.Errorf("finds %s", got)
		}
	})
}

func TestNewWantsEverything(t *testing.T) {
	t.Parallel()
	if _, err := search.New(nil, nil); err == nil {
		t.Error("made without a database")
	}
}
