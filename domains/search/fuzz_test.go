package search_test

import (
	"slices"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/search"
)

// FuzzFind: no query fails, and whatever was written is found by itself.
func FuzzFind(f *testing.F) {
	for _, query := range []string{"增值税", "網際網路 补贴", "100%", "_", "'; --", "\x00\xff", "a-b 中c", "𠮷", "\u3000\u200b", "İ ß ﬁ"} {
		f.Add(query)
	}
	w := newWorld(f, entdbtest.New(f))
	f.Fuzz(func(t *testing.T, query string) {
		w := &world{w.Service, t, w.db}
		w.write(search.Text{Kind: "fuzz", Owner: "one", Head: query, Body: query, Order: start})
		owners, _, err := w.Find(t.Context(), "fuzz", query, search.Page{Limit: 1})
		if err != nil {
			t.Fatalf("%q: %v", query, err)
		}
		short := len([]rune(query)) <= 200
		if short && w.key("fuzz", "one") != "" && !slices.Equal(owners, []string{"one"}) {
			t.Errorf("%q, kept as %q, does not find itself", query, w.key("fuzz", "one"))
		}
	})
}

// key is what is kept of a head.
func (w *world) key(kind search.Kind, owner string) (key string) {
	w.t.Helper()
	query := w.db.Rebind(`SELECT "head_key" FROM "search_texts" WHERE "kind" = ? AND "owner_id" = ?`)
	if err := w.db.SQL(w.t.Context()).QueryRowContext(w.t.Context(), query, string(kind), owner).Scan(&key); err != nil {
		w.t.Fatal(err)
	}
	return key
}
