package limit

import (
	"context"
	"encoding/base64"
	"fmt"
	"time"

	row "github.com/minzhengtong/minzhengtong/gen/ent/limitbucket"
)

// patience is how long counting a failure may take for a caller who has left.
const patience = 10 * time.Second

// durable makes the move in the database and returns how long to wait.
//
// A bucket only ever becomes emptier by what is written, so a refusal that a
// plain read shows is right without a transaction: an attacker who is refused
// costs one read.
func (s *Service) durable(ctx context.Context, l *limiter, key string, m move) (time.Duration, error) {
	if s.inTx(ctx) {
		return 0, fmt.Errorf("%w: %s", ErrInTx, l.Name)
	}
	ids := s.ids(l, key)
	if m == spend {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
	} else {
		full, err := s.stored(ctx, ids)
		if err != nil {
			return 0, err
		}
		after, wait := l.move(full, s.micros(), look)
		if after == full && (m == look || wait > 0) {
			return micros(wait), nil
		}
	}
	var wait int64
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		full, err := s.stored(ctx, ids)
		if err != nil {
			return err
		}
		var after int64
		after, wait = l.move(full, s.micros(), m)
		if after == full {
			return nil
		}
		return s.put(ctx, []stored{{ids[0], after}}, "")
	})
	if err != nil {
		return 0, fmt.Errorf("limit %s: %w", l.Name, err)
	}
	return micros(wait), nil
}

// inTx reports whether the context is that of a transaction's work: only
// outside of one is a hook run at once.
func (s *Service) inTx(ctx context.Context) bool {
	outside := false
	s.db.AfterCommit(ctx, func() { outside = true })
	return !outside
}

// ids are the row IDs of a bucket, one for each index key in use, the primary's
// first: the bucket may have been written under another.
func (s *Service) ids(l *limiter, key string) []string {
	indexes := s.keys.Indexes("limit", string(l.Name)+"/"+key)
	ids := make([]string, len(indexes))
	for i, index := range indexes {
		ids[i] = string(l.Name) + "/" + base64.RawURLEncoding.EncodeToString(index.Hash)
	}
	return ids
}

// stored reads when a bucket is full again, or 0 where none is stored.
func (s *Service) stored(ctx context.Context, ids []string) (int64, error) {
	rows, err := s.db.Client(ctx).LimitBucket.Query().Where(row.IDIn(ids...)).All(ctx)
	if err != nil {
		return 0, fmt.Errorf("read buckets: %w", err)
	}
	full := int64(0)
	for _, r := range rows {
		full = max(full, r.FullTime.UnixMicro())
	}
	return full, nil
}
