package han

import (
	"runtime"
	"testing"
)

// BenchmarkLoad unpacks the automaton again and again, and reports what one
// loaded converter keeps on the heap. The file itself is part of the program.
func BenchmarkLoad(b *testing.B) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	kept := load()
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(kept)
	b.ReportAllocs()
	for b.Loop() {
		load()
	}
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB-heap")
	b.ReportMetric(float64(len(file))/1e6, "MB-file")
}
