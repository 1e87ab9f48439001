package audit_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/audit/audittest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
)

// eachBench runs f on both databases.
func eachBench(b *testing.B, f func(b *testing.B, w *audittest.World)) {
	b.Helper()
	for name, open := range map[string]func(testing.TB) *entdb.DB{"sqlite": entdbtest.New, "postgres": entdbtest.Postgres} {
		b.Run(name, func(b *testing.B) { f(b, audittest.New(b, open(b))) })
	}
}

// write writes n entries that wait for their place.
func write(b *testing.B, w *audittest.World, n int) {
	b.Helper()
	err := w.DB.InTx(b.Context(), func(ctx context.Context) error {
		for i := range n {
			ctx, l := audit.Begin(ctx, officer, find, "request")
			audit.Concerns(ctx, doc(i%1000))
			if err := w.Finish(ctx, l, audit.OK); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkNumber says how many entries a second get their places.
func BenchmarkNumber(b *testing.B) {
	eachBench(b, func(b *testing.B, w *audittest.World) {
		const size = 5000
		for b.Loop() {
			b.StopTimer()
			write(b, w, size)
			b.StartTimer()
			if n, err := w.Number(b.Context(), size); n != size || err != nil {
				b.Fatalf("numbered %d: %v", n, err)
			}
		}
		b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "entries/s")
	})
}

// BenchmarkFinish says how many entries a second are written by callers that
// each wait for theirs: 1, 16 and 128 at once.
func BenchmarkFinish(b *testing.B) {
	for _, callers := range []int{1, 16, 128} {
		b.Run(fmt.Sprint("callers=", callers), func(b *testing.B) {
			eachBench(b, func(b *testing.B, w *audittest.World) {
				var failed atomic.Bool
				b.SetParallelism(callers)
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						ctx, l := audit.Begin(b.Context(), officer, find, "request")
						audit.Concerns(ctx, doc(1))
						if w.Finish(ctx, l, audit.OK) != nil {
							failed.Store(true)
						}
					}
				})
				if failed.Load() {
					b.Fatal("an entry was not written")
				}
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "entries/s")
			})
		})
	}
}

// BenchmarkVerify says how many entries a second are verified.
func BenchmarkVerify(b *testing.B) {
	eachBench(b, func(b *testing.B, w *audittest.World) {
		const size = 20_000
		write(b, w, size)
		if _, err := w.Number(b.Context(), size); err != nil {
			b.Fatal(err)
		}
		if _, err := w.Service.Anchor(b.Context()); err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if r, err := audit.Verify(b.Context(), w.DB, w.Anchor, w.VerifierKey(), nil); err != nil || !r.OK() || r.Size != size {
				b.Fatalf("%+v: %v", r, err)
			}
		}
		b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "entries/s")
	})
}
