package search_test

import (
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/search"
)

// scan is what a search without an index does: LIKE over every key.
const scan = `SELECT "owner_id" FROM "search_texts" WHERE "kind" = ? AND ("head_key" LIKE ? OR "body_key" LIKE ?)
	ORDER BY "order_time" DESC, "owner_id" LIMIT 20`

// BenchmarkFind looks for words in 5,000 texts of some 600 characters, the first
// page of 20, and beside it, one for one, what a plain LIKE over all keys does.
// x-LIKE is how many times as long the plain one took. With -short there are 200
// texts: enough to see that the benchmark still runs.
func BenchmarkFind(b *testing.B) {
	size := 5000
	if testing.Short() {
		size = 200
	}
	databases := map[string]func(testing.TB) *entdb.DB{"sqlite": entdbtest.New, "postgres": entdbtest.Postgres}
	for _, name := range []string{"sqlite", "postgres"} {
		b.Run(name, func(b *testing.B) {
			w := newWorld(b, databases[name](b))
			texts := corpus(size)
			began := time.Now()
			for len(texts) > 0 {
				w.write(texts[:100]...)
				texts = texts[100:]
			}
			b.Logf("indexed %d texts with %d grams in %v", size, w.grams(), time.Since(began).Round(time.Millisecond))
			w.analyse()
			for _, q := range []struct{ name, query string }{
				{"rare", "起征点"}, {"two", "起征点 办理"}, {"middling", "驾驶证邮寄"}, {"head", "号第12"}, {"common", "办理"}, {"character", "税"}, {"none", "龘"},
			} {
				b.Run(q.name, func(b *testing.B) { w.compare(b, q.query) })
			}
		})
	}
}

// compare times both ways by turns.
func (w *world) compare(b *testing.B, query string) {
	pattern := "%" + strings.Join(strings.Fields(query), "%") + "%"
	var ours, plain time.Duration
	for b.Loop() {
		began := time.Now()
		if _, _, err := w.Find(b.Context(), kind, query, search.Page{Limit: 20}); err != nil {
			b.Fatal(err)
		}
		between := time.Now()
		w.scan(b, pattern)
		ours, plain = ours+between.Sub(began), plain+time.Since(between)
	}
	b.ReportMetric(float64(ours.Microseconds())/float64(b.N), "µs/find")
	b.ReportMetric(float64(plain.Microseconds())/float64(b.N), "µs/LIKE")
	b.ReportMetric(float64(plain)/float64(ours), "x-LIKE")
	b.ReportMetric(0, "ns/op")
}

// scan runs the plain way.
func (w *world) scan(b *testing.B, pattern string) {
	rows, err := w.db.SQL(b.Context()).QueryContext(b.Context(), w.db.Rebind(scan), string(kind), pattern, pattern)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var owner string
		if err := rows.Scan(&owner); err != nil {
			b.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
}
