package limit_test

import (
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/limit"
)

// callers is how many different keys call.
const callers = 10_000

// BenchmarkTake takes in memory, with many callers at once. The reference is the
// least that a limiter can be: one map of times under one mutex.
func BenchmarkTake(b *testing.B) {
	w := newWorld(b, entdbtest.New(b), map[limit.Name]limit.Override{limit.CallPerson: {Burst: 1_000_000_000, Every: time.Microsecond}})
	keys := make([]string, callers)
	for i := range keys {
		keys[i] = "0190a3f4-5b6c-7d8e-9f00-" + strconv.Itoa(100_000_000_000+i)
	}
	ctx := b.Context()
	run := func(name string, keys []string, f func(key string)) {
		b.Run(name, func(b *testing.B) {
			var from atomic.Int64
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for i := int(from.Add(callers / 3)); pb.Next(); i++ {
					f(keys[i%len(keys)])
				}
			})
		})
	}
	ours := func(key string) { _ = w.Take(ctx, limit.CallPerson, key) }
	var mu sync.Mutex
	full := make(map[string]int64)
	bare := func(key string) {
		now := w.clock.now().UnixMicro()
		mu.Lock()
		defer mu.Unlock()
		if next := max(full[key], now) + 1; next <= now+1_000_000_000 {
			full[key] = next
		}
	}
	run("ours, many keys", keys, ours)
	run("bare, many keys", keys, bare)
	run("ours, one key", keys[:1], ours)
	run("bare, one key", keys[:1], bare)
}

// BenchmarkTakeDurable takes in the database.
func BenchmarkTakeDurable(b *testing.B) {
	w := newWorld(b, entdbtest.New(b), map[limit.Name]limit.Override{limit.CodePhone: {Burst: 1_000_000_000, Every: time.Microsecond}})
	for b.Loop() {
		must(b, w.Take(b.Context(), limit.CodePhone, "key"))
	}
}
