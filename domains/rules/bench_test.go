package rules_test

import (
	"testing"
)

// BenchmarkEvaluate is one person with twelve receipts: the outcome, and its trace
// written down.
func BenchmarkEvaluate(b *testing.B) {
	v := version(b, grant)
	receipts := make([]any, 12)
	for i := range receipts {
		receipts[i] = receipt("350128", int64(i)*1000)
	}
	facts := with(adult(), "receipts", receipts)
	on := date(b, "2026-03-01")
	b.Run("rule", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := v.Evaluate(b.Context(), facts, on); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("trace", func(b *testing.B) {
		trace := evaluate(b, v, facts, "2026-03-01")
		b.ReportAllocs()
		for b.Loop() {
			if _, err := trace.Bytes(); err != nil {
				b.Fatal(err)
			}
		}
	})
}
