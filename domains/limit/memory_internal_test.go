package limit

import (
	"log/slog"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"go.opentelemetry.io/otel/metric/noop"

	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
)

// newTestService is a service whose clock the test moves.
func newTestService(t testing.TB, now *time.Time) *Service {
	t.Helper()
	dir := t.TempDir()
	kek, err := keyring.LocalKEK(filepath.Join(dir, "kek"))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := keyring.Open(dir, kek)
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Deps{
		DB: entdbtest.New(t), Keys: keys, Now: func() time.Time { return *now },
		Log: slog.New(slog.DiscardHandler), Meter: noop.NewMeterProvider(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fill takes for new keys of one shard until it has n buckets or refuses.
func fill(t *testing.T, s *Service, h *shard, n int, prefix string) int {
	t.Helper()
	m := s.rules[CallPerson].memory
	for i := 0; ; i++ {
		key := prefix + strconv.Itoa(i)
		if m.shard(key) != h {
			continue
		}
		if s.Take(t.Context(), CallPerson, key) != nil || len(h.buckets) == n {
			return len(h.buckets)
		}
	}
}

// A shard does not outgrow its limit, forgets no bucket that is not full, and
// has room again as soon as some are.
func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.November, 24, 4, 0, 0, 0, time.UTC)
	s := newTestService(t, &now)
	m := s.rules[CallPerson].memory
	h := m.shard("greedy")
	for s.Take(t.Context(), CallPerson, "greedy") == nil {
		continue
	}
	if n := fill(t, s, h, shardLimit+1, "a"); n != shardLimit {
		t.Fatalf("%d buckets in a shard, want %d", n, shardLimit)
	}
	now = now.Add(time.Second) // all but the greedy one's are full
	if n := fill(t, s, h, 10, "b"); n != 10 {
		t.Errorf("%d buckets after a sweep, want 10", n)
	}
	if len(h.changed) > len(h.buckets) {
		t.Errorf("%d keys to write for %d buckets", len(h.changed), len(h.buckets))
	}
	passed := 0
	for s.Take(t.Context(), CallPerson, "greedy") == nil {
		passed++
	}
	if want := int(time.Second / s.rules[CallPerson].Every); passed != want {
		t.Errorf("the greedy one took %d, want the %d of one second", passed, want)
	}
}

// Sweeps come by themselves: keys that call once do not pile up.
func TestMemoryForgets(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.November, 24, 4, 0, 0, 0, time.UTC)
	s := newTestService(t, &now)
	m := s.rules[CallPerson].memory
	for i := range 200_000 {
		now = now.Add(time.Millisecond)
		if err := s.Take(t.Context(), CallPerson, strconv.Itoa(i)); err != nil {
			t.Fatal(err)
		}
	}
	left := 0
	for i := range m.shards {
		left += len(m.shards[i].buckets)
	}
	if left > shards*shardFirst {
		t.Errorf("%d buckets are kept of which few are not full", left)
	}
	now = now.Add(-time.Hour) // a clock that is set back keeps nothing for an hour
	if _, err := s.Forget(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Minute)
	if _, err := s.Forget(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	for i := range m.shards {
		if n := len(m.shards[i].buckets); n != 0 {
			t.Fatalf("%d buckets are left in a shard", n)
		}
	}
}
