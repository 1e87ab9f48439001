package audit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
)

// nextAnchored is the record of the first checkpoint beyond a tree, and the tree
// with it; no record where there is none. It fails with a *Damage where the
// checkpoint does not sign the entries.
func (s *Service) nextAnchored(ctx context.Context, t tree) (anchored, tree, error) {
	t.edge = slices.Clone(t.edge)
	out := anchored{first: t.size}
	to, err := nextCheckpoint(ctx, s.db, t.size)
	if err != nil || to.size == 0 {
		return anchored{}, t, err
	}
	for t.size < to.size {
		some, err := readLeaves(ctx, s.db, t.size, min(t.size+numberBatch, to.size))
		if err != nil {
			return anchored{}, t, err
		}
		if len(some) == 0 {
			return anchored{}, t, &Damage{Position: t.size, What: "no entry has this position, and a checkpoint signs one"}
		}
		for _, l := range some {
			if l.stored != l.hash {
				return anchored{}, t, &Damage{Position: t.size, EntryID: l.id, What: "its hash in the tree is not that of its body"}
			}
			out.leaves = append(out.leaves, l.hash[:]...)
			if _, err := t.add(l.hash); err != nil {
				return anchored{}, t, err
			}
		}
	}
	root, err := t.root()
	if err != nil {
		return anchored{}, t, err
	}
	signed, err := openCheckpoint(to.note, s.signer.verifier)
	if err != nil || signed.N != t.size || signed.Hash != root {
		return anchored{}, t, &Damage{Position: out.first, Checkpoint: to.size, What: "the checkpoint does not sign the entries"}
	}
	out.note = to.note
	return out, t, nil
}

// nextCheckpoint is the first one beyond a size, or none.
func nextCheckpoint(ctx context.Context, db *entdb.DB, size int64) (head, error) {
	var h head
	row := db.SQL(ctx).QueryRowContext(ctx, db.Rebind("SELECT id, note FROM audit_checkpoints WHERE id > ? ORDER BY id LIMIT 1"), size)
	if err := row.Scan(&h.size, &h.note); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return head{}, fmt.Errorf("read an audit checkpoint: %w", err)
	}
	return h, nil
}

// leaf is an entry's place in the tree: the hash of its body, and the one that
// is stored.
type leaf struct {
	id           string
	hash, stored tlog.Hash
}

// readLeaves reads the leaves from one position up to another, without it, and
// stops before one that is not there.
func readLeaves(ctx context.Context, db *entdb.DB, from, to int64) (_ []leaf, err error) {
	first, last := tlog.StoredHashIndex(0, from), tlog.StoredHashIndex(0, to-1)
	hashes, err := readHashes(ctx, db, "id >= ? AND id <= ?", first, last)
	if err != nil {
		return nil, err
	}
	rows, err := db.SQL(ctx).QueryContext(ctx,
		db.Rebind("SELECT id, position, body FROM audit_entries WHERE position >= ? AND position < ? ORDER BY position"), from, to)
	if err != nil {
		return nil, fmt.Errorf("read audit entries: %w", err)
	}
	defer func() { err = closing(rows, err) }()
	var out []leaf
	for rows.Next() {
		var l leaf
		var position int64
		var raw []byte
		if err := rows.Scan(&l.id, &position, &raw); err != nil {
			return nil, fmt.Errorf("read audit entries: %w", err)
		}
		if position != from+int64(len(out)) {
			break
		}
		l.hash, l.stored = tlog.RecordHash(raw), hashes[tlog.StoredHashIndex(0, position)]
		out = append(out, l)
	}
	return out, rows.Err()
}
