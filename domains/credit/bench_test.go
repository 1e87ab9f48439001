package credit_test

import (
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
)

// BenchmarkObtain makes a new version from eight sources, of which each is slower than the
// one before and the last takes 200 ms, over the wire, with every row that a query leaves;
// and beside it asks the slowest source alone. The ratio is how many times as long ours takes.
func BenchmarkObtain(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *entdb.DB{"sqlite": entdbtest.New, "postgres": entdbtest.Postgres} {
		b.Run(name, func(b *testing.B) { benchObtain(b, newWorld(b, open(b))) })
	}
}

func benchObtain(b *testing.B, w *world) {
	p := w.joined(0)
	on := w.authorises(b, p.Pass, "platform", scopes())
	sources := sandbox.CreditSources()
	for i, source := range sources {
		w.box.SetFault(source.Authority(), sandbox.Slow, 200*time.Millisecond*time.Duration(i+1)/time.Duration(len(sources)))
	}
	slowest := sources[len(sources)-1]
	qs := []upstream.CreditQuestion{
		{Kind: w.Number(p.Pass).Kind(), Number: w.Number(p.Pass).Canonical()}, {Kind: w.Number(p.Permit).Kind(), Number: w.Number(p.Permit).Canonical()},
	}
	var ours, plain time.Duration
	for n := 0; b.Loop(); n++ {
		w.holds("penalties", []upstream.CreditFact{w.penalty("P1", "open", int64(n))}, p.Pass) // another version each time
		begun := time.Now()
		r, err := w.Obtain(b.Context(), w.Holder(p.Pass), on)
		must(b, "obtain", err)
		ours += time.Since(begun)
		if r.Number != int64(n+1) || len(r.Readings) != 8 {
			b.Fatalf("version %d from %d sources", r.Number, len(r.Readings))
		}
		begun = time.Now()
		_, err = w.hooks.CreditSources.CreditFacts(b.Context(), slowest, qs)
		must(b, "ask the slowest", err)
		plain += time.Since(begun)
	}
	b.ReportMetric(ours.Seconds()/float64(b.N)*1000, "ours-ms")
	b.ReportMetric(plain.Seconds()/float64(b.N)*1000, "slowest-ms")
	b.ReportMetric(ours.Seconds()/plain.Seconds(), "ratio")
}
