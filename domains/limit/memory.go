package limit

import (
	"context"
	"hash/maphash"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"
)

// Sizes of a memory rule. A bucket takes some 120 bytes with its key.
const (
	shards     = 64
	shardLimit = 1 << 14 // buckets; a million for each rule
	shardFirst = 1 << 8  // at which a shard is swept for the first time
)

// memory holds the buckets of one rule that are not full. Keys are spread over
// shards, so that callers rarely wait for each other.
type memory struct {
	shape
	seed   maphash.Seed
	shards [shards]shard
}

// shard is a part of the buckets.
type shard struct {
	mu      sync.Mutex // guards all that follows
	buckets map[string]bucket
	changed []string // the keys of buckets with changed set
	sweepAt int      // how many buckets it takes before the full ones go
	noneAt  int64    // before this moment none is full: sweeping is in vain
}

// bucket is when it is full again, and whether the table knows that.
type bucket struct {
	full    int64
	changed bool
}

func newMemory(b shape) *memory {
	m := &memory{shape: b, seed: maphash.MakeSeed()}
	for i := range m.shards {
		m.shards[i].buckets = make(map[string]bucket)
		m.shards[i].sweepAt = shardFirst
	}
	return m
}

// inMemory makes the move and returns how long to wait.
func (s *Service) inMemory(ctx context.Context, l *limiter, key string, m move) time.Duration {
	now := s.micros()
	h := l.memory.shard(key)
	h.mu.Lock()
	defer h.mu.Unlock()
	b, there := h.buckets[key]
	if !there {
		if !l.memory.room(h, now) {
			s.log.WarnContext(ctx, "limit: no room for another bucket", slog.String("rule", string(l.Name)))
			return l.Every
		}
		if s.restored.some() {
			b.full = s.restored.take(s.ids(l, key))
		}
	}
	after, wait := l.move(b.full, now, m)
	if after == b.full && (there || b.full == 0) {
		return micros(wait)
	}
	if !there {
		key = strings.Clone(key) // it may be a part of something large
	}
	if !b.changed {
		h.changed = append(h.changed, key)
	}
	h.buckets[key] = bucket{full: after, changed: true}
	return micros(wait)
}

// shard is where a key's bucket is kept.
func (m *memory) shard(key string) *shard { return &m.shards[maphash.String(m.seed, key)%shards] }

// room reports whether there is room for one more bucket, and makes some where
// it can. It is asked with the shard's lock held. Sweeping is paid for by the
// buckets that came since the last time.
func (m *memory) room(h *shard, now int64) bool {
	if len(h.buckets) >= h.sweepAt && (now >= h.noneAt || h.noneAt > now+m.span+slack) {
		m.sweep(h, now)
	}
	return len(h.buckets) < shardLimit
}

// sweep forgets the buckets of a shard that are full. It is asked with the
// shard's lock held.
func (m *memory) sweep(h *shard, now int64) {
	h.noneAt = 0
	for key, b := range h.buckets {
		b.full, _ = m.move(b.full, now, look)
		if b.full <= now {
			delete(h.buckets, key)
			continue
		}
		h.buckets[key] = b
		if h.noneAt == 0 || b.full < h.noneAt {
			h.noneAt = b.full
		}
	}
	h.changed = slices.DeleteFunc(h.changed, func(key string) bool { return !h.buckets[key].changed })
	h.sweepAt = min(max(shardFirst, 2*len(h.buckets)), shardLimit)
}

// forget drops the buckets that are full.
func (m *memory) forget(now int64) {
	for i := range m.shards {
		h := &m.shards[i]
		h.mu.Lock()
		m.sweep(h, now)
		h.mu.Unlock()
	}
}

func micros(n int64) time.Duration { return time.Duration(n) * time.Microsecond }
