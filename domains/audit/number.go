package audit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
)

// numberBatch is how many entries one checkpoint adds at most. While a batch is
// written, SQLite writes nothing else.
const numberBatch = 1000

// mostOvertaken is how often Number lets others go first before it leaves the
// work to them.
const mostOvertaken = 5

// errOvertaken: another process gave these places away.
var errOvertaken = errors.New("audit: overtaken")

// Number gives up to limit entries that are committed their places in the log,
// in batches with one signed checkpoint each, and says how many got one. It may
// be killed and repeated anywhere. Of several processes that do it at once, each
// place is given by one.
//
// It fails with a *[Damage] where the tree is not the one that was signed last:
// nothing is built on what was tampered with.
func (s *Service) Number(ctx context.Context, limit int) (int, error) {
	done, overtaken := 0, 0
	for done < limit {
		want := min(limit-done, numberBatch)
		n, err := s.numberSome(ctx, want)
		if errors.Is(err, errOvertaken) {
			if overtaken++; overtaken == mostOvertaken {
				return done, nil // somebody else is at it
			}
			continue
		}
		done += n
		if err != nil || n < want {
			return done, err
		}
	}
	return done, nil
}

// numberSome numbers one batch. What can be done before the transaction is.
func (s *Service) numberSome(ctx context.Context, limit int) (int, error) {
	from, err := readHead(ctx, s.db)
	if err != nil {
		return 0, err
	}
	ids, bodies, err := s.unnumbered(ctx, limit)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	t, err := s.trunk(ctx, from)
	if err != nil {
		return 0, s.orOvertaken(ctx, from, err)
	}
	var hashes [][]any
	for _, raw := range bodies {
		first := tlog.StoredHashIndex(0, t.size)
		more, err := t.add(tlog.RecordHash(raw))
		if err != nil {
			return 0, err
		}
		for i, h := range more {
			hashes = append(hashes, []any{first + int64(i), h[:]})
		}
	}
	root, err := t.root()
	if err != nil {
		return 0, err
	}
	signed, err := s.signer.sign(t.size, root)
	if err != nil {
		return 0, err
	}
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		return s.writeBatch(ctx, from, ids, hashes, head{t.size, signed})
	})
	if entdb.IsUniqueViolation(err) {
		err = s.orOvertaken(ctx, from, &Damage{Position: from.size, What: "something stands beyond the last checkpoint"})
	}
	if err != nil {
		return 0, err
	}
	s.log.DebugContext(ctx, "audit entries numbered", slog.Int("entries", len(ids)), slog.Int64("size", t.size))
	return len(ids), nil
}

// trunk is the tree that the newest checkpoint signs.
func (s *Service) trunk(ctx context.Context, from head) (tree, error) {
	t, root, err := storedTree(ctx, s.db, from.size)
	if err != nil || from.size == 0 {
		return t, err
	}
	signed, err := openCheckpoint(from.note, s.signer.verifier)
	if err != nil || signed.N != from.size || signed.Hash != root {
		return tree{}, &Damage{Position: from.size - 1, Checkpoint: from.size, What: "the newest checkpoint does not sign the tree"}
	}
	return t, nil
}

// orOvertaken is err, unless the newest checkpoint is another by now.
func (s *Service) orOvertaken(ctx context.Context, from head, err error) error {
	now, headErr := readHead(ctx, s.db)
	switch {
	case headErr != nil:
		return headErr
	case now.size != from.size:
		return errOvertaken
	}
	return err
}

// unnumbered reads the first entries without a place, by ID.
func (s *Service) unnumbered(ctx context.Context, limit int) (ids []string, bodies [][]byte, err error) {
	rows, err := s.db.SQL(ctx).QueryContext(ctx,
		s.db.Rebind("SELECT id, body FROM audit_entries WHERE position IS NULL ORDER BY id LIMIT ?"), limit)
	if err != nil {
		return nil, nil, fmt.Errorf("read unnumbered audit entries: %w", err)
	}
	defer func() { err = closing(rows, err) }()
	for rows.Next() {
		var id string
		var raw []byte
		if err := rows.Scan(&id, &raw); err != nil {
			return nil, nil, fmt.Errorf("read unnumbered audit entries: %w", err)
		}
		ids, bodies = append(ids, id), append(bodies, raw)
	}
	return ids, bodies, rows.Err()
}

// writeBatch gives the entries their places, in the caller's transaction. It
// fails with errOvertaken where another process was first.
func (s *Service) writeBatch(ctx context.Context, from head, ids []string, hashes [][]any, to head) error {
	now, err := readHead(ctx, s.db)
	if err != nil {
		return err
	}
	if now.size != from.size {
		return errOvertaken
	}
	for first := 0; first < len(ids); first += insertChunk {
		some := ids[first:min(first+insertChunk, len(ids))]
		if err := s.place(ctx, from.size+int64(first), some); err != nil {
			return err
		}
	}
	err = s.insertRows(ctx, "audit_hashes (id, hash)", hashes)
	if err == nil {
		err = s.insertRows(ctx, "audit_checkpoints (id, note, create_time)", [][]any{{to.size, to.note, s.moment()}})
	}
	if err != nil {
		return fmt.Errorf("write the audit tree: %w", err)
	}
	return nil
}

// place numbers entries from a position on.
func (s *Service) place(ctx context.Context, first int64, ids []string) error {
	args := make([]any, 0, 2*len(ids))
	for i, id := range ids {
		args = append(args, id, first+int64(i))
	}
	// The plus keeps SQLite from walking all entries without a place for each.
	query := "UPDATE audit_entries SET position = place.column2 FROM (VALUES (?, CAST(? AS bigint))" +
		strings.Repeat(", (?, CAST(? AS bigint))", len(ids)-1) +
		") AS place WHERE audit_entries.id = place.column1 AND +audit_entries.position IS NULL"
	result, err := s.db.SQL(ctx).ExecContext(ctx, s.db.Rebind(query), args...)
	if err != nil {
		return fmt.Errorf("number audit entries: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n != int64(len(ids)) {
		return errors.Join(errOvertaken, err)
	}
	return nil
}
