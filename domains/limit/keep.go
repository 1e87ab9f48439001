package limit

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/limitbucket"
)

// restored are the buckets of memory rules as an earlier process left them,
// until their keys call again. Only hashes are known of those.
type restored struct {
	left atomic.Int64 // len(full), read without mu
	mu   sync.Mutex   // guards full
	full map[string]int64
}

func (r *restored) some() bool { return r.left.Load() > 0 }

// take takes out what stands under any of the ids and returns the latest, or 0.
func (r *restored) take(ids []string) int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	full := int64(0)
	for _, id := range ids {
		full = max(full, r.full[id])
		delete(r.full, id)
	}
	r.left.Store(int64(len(r.full)))
	return full
}

// forget drops what is full.
func (r *restored) forget(now int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, full := range r.full {
		if full <= now {
			delete(r.full, id)
		}
	}
	r.left.Store(int64(len(r.full)))
}

// Load takes up the buckets of memory rules that an earlier process has written.
// It is called once, before calls are served.
func (s *Service) Load(ctx context.Context) error {
	found := make(map[string]int64)
	now := s.now().UTC()
	for after := ""; ; {
		rows, err := s.db.Client(ctx).LimitBucket.Query().Where(row.IDGT(after), row.FullTimeGT(now)).
			Order(ent.Asc(row.FieldID)).Limit(batch).All(ctx)
		if err != nil {
			return fmt.Errorf("load buckets: %w", err)
		}
		for _, r := range rows {
			name, _, _ := strings.Cut(r.ID, "/")
			if l := s.rules[Name(name)]; l != nil && !l.Durable {
				found[r.ID] = r.FullTime.UnixMicro()
			}
		}
		if len(rows) < batch {
			break
		}
		after = rows[len(rows)-1].ID
	}
	s.restored.mu.Lock()
	defer s.restored.mu.Unlock()
	s.restored.full = found
	s.restored.left.Store(int64(len(found)))
	return nil
}

// Forget deletes up to limit rows of buckets that are full again, and drops such
// buckets from memory. It returns how many rows went; a job repeats it until
// that is fewer than limit.
func (s *Service) Forget(ctx context.Context, limit int) (int, error) {
	now := s.now().UTC()
	for _, l := range s.rules {
		if l.memory != nil {
			l.memory.forget(now.UnixMicro())
		}
	}
	s.restored.forget(now.UnixMicro())
	gone := 0
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		table := s.db.Client(ctx).LimitBucket
		ids, err := table.Query().Where(row.FullTimeLTE(now)).Order(ent.Asc(row.FieldFullTime)).Limit(limit).IDs(ctx)
		if err != nil {
			return err
		}
		gone, err = table.Delete().Where(row.IDIn(ids...)).Exec(ctx)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("forget buckets: %w", err)
	}
	return gone, nil
}
