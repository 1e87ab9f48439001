package limit

import (
	"context"
	"fmt"
	"strings"
	"time"
)

const (
	// batch is how many rows one statement writes or reads.
	batch = 500
	// soon is how long a bucket must still take to be full for it to be worth a
	// row: a restart takes about as long.
	soon = int64(5 * time.Second / time.Microsecond)
)

// stored is one row: a bucket and when it is full again.
type stored struct {
	id   string
	full int64
}

// unwritten is a bucket that is on its way to its row.
type unwritten struct {
	shard *shard
	key   string
	stored
}

// Flush writes the buckets of memory rules that have changed since the last
// time. A job calls it every second, and the program once more when it stops;
// repeating it writes nothing new. What fails to be written is tried again the
// next time.
//
// A process that is killed loses what happened since the last Flush; buckets
// that will be full again within five seconds are not written at all. Several
// processes count memory rules each for itself, and the row keeps the emptiest.
func (s *Service) Flush(ctx context.Context) error {
	due := s.collect(s.micros())
	for len(due) > 0 {
		n := min(batch, len(due))
		rows := make([]stored, n)
		for i, u := range due[:n] {
			rows[i] = u.stored
		}
		err := s.db.InTx(ctx, func(ctx context.Context) error {
			return s.put(ctx, rows, ` WHERE excluded."full_time" > "limit_buckets"."full_time"`)
		})
		if err != nil {
			for _, u := range due {
				u.again()
			}
			return fmt.Errorf("flush buckets: %w", err)
		}
		due = due[n:]
	}
	return nil
}

// collect returns the buckets that have changed and are worth a row, and takes
// all that have changed for written.
func (s *Service) collect(now int64) []unwritten {
	var due []unwritten
	for _, l := range s.rules {
		if l.memory == nil {
			continue
		}
		first := len(due)
		for i := range l.memory.shards {
			due = l.memory.shards[i].collect(due, now)
		}
		for i := first; i < len(due); i++ {
			due[i].id = s.ids(l, due[i].key)[0]
		}
	}
	return due
}

// collect appends a shard's buckets, without their IDs.
func (h *shard) collect(due []unwritten, now int64) []unwritten {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, key := range h.changed {
		b := h.buckets[key]
		h.buckets[key] = bucket{full: b.full}
		if b.full > now+soon {
			due = append(due, unwritten{h, key, stored{full: b.full}})
		}
	}
	clear(h.changed) // lets go of the keys
	h.changed = h.changed[:0]
	return due
}

// again marks a bucket as changed, unless it is gone or marked already.
func (u unwritten) again() {
	u.shard.mu.Lock()
	defer u.shard.mu.Unlock()
	if b, there := u.shard.buckets[u.key]; there && !b.changed {
		u.shard.buckets[u.key] = bucket{full: b.full, changed: true}
		u.shard.changed = append(u.shard.changed, u.key)
	}
}

// put writes buckets, over those that are there or only where a condition on
// both holds.
func (s *Service) put(ctx context.Context, rows []stored, where string) error {
	query := `INSERT INTO "limit_buckets" ("id", "full_time") VALUES ` + strings.Repeat("(?, ?), ", len(rows)-1) +
		`(?, ?) ON CONFLICT ("id") DO UPDATE SET "full_time" = excluded."full_time"` + where
	args := make([]any, 0, 2*len(rows))
	for _, r := range rows {
		args = append(args, r.id, time.UnixMicro(r.full))
	}
	if _, err := s.db.SQL(ctx).ExecContext(ctx, s.db.Rebind(query), args...); err != nil {
		return fmt.Errorf("write buckets: %w", err)
	}
	return nil
}
