package audit

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
)

// tree is the right edge of the log's Merkle tree: the largest complete subtrees
// that its entries make, from left to right. The zero tree is empty.
type tree struct {
	size int64
	edge []tlog.Hash
}

// add appends a leaf and returns the hashes to be stored for it, from
// StoredHashIndex(0, size) on.
func (t *tree) add(leaf tlog.Hash) ([]tlog.Hash, error) {
	siblings := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		return t.edge[len(t.edge)-len(indexes):], nil
	})
	hashes, err := tlog.StoredHashesForRecordHash(t.size, leaf, siblings)
	if err != nil {
		return nil, fmt.Errorf("audit tree: %w", err)
	}
	t.edge = append(t.edge[:len(t.edge)-len(hashes)+1], hashes[len(hashes)-1])
	t.size++
	return hashes, nil
}

// root is the tree's hash.
func (t *tree) root() (tlog.Hash, error) {
	return tlog.TreeHash(t.size, tlog.HashReaderFunc(func([]int64) ([]tlog.Hash, error) { return t.edge, nil }))
}

// storedTree is the tree of that size as the database has it, and its hash.
func storedTree(ctx context.Context, db *entdb.DB, size int64) (tree, tlog.Hash, error) {
	t := tree{size: size}
	root, err := tlog.TreeHash(size, tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var err error
		t.edge, err = storedHashes{ctx, db}.ReadHashes(indexes)
		return t.edge, err
	}))
	return t, root, err
}

// storedHashes reads the tree's hashes from the database.
type storedHashes struct {
	ctx context.Context //nolint:containedctx // tlog.HashReader takes none, and this lives for one call
	db  *entdb.DB
}

// ReadHashes implements tlog.HashReader. A hash that is missing is a *Damage.
func (h storedHashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	if len(indexes) == 0 {
		return nil, nil
	}
	args := make([]any, len(indexes))
	for i, index := range indexes {
		args[i] = index
	}
	found, err := readHashes(h.ctx, h.db, "id IN (?"+strings.Repeat(", ?", len(args)-1)+")", args...)
	if err != nil {
		return nil, err
	}
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		hash, ok := found[index]
		if !ok {
			return nil, &Damage{Position: keeper(index), What: "a hash of the tree is missing"}
		}
		out[i] = hash
	}
	return out, nil
}

// keeper is the position of the entry with which a hash was stored.
func keeper(index int64) int64 {
	level, n := tlog.SplitStoredHashIndex(index)
	return (n+1)<<level - 1
}

// readHashes reads those hashes that a condition names, by index. One that is
// not as long as a hash is left out.
func readHashes(ctx context.Context, db *entdb.DB, where string, args ...any) (_ map[int64]tlog.Hash, err error) {
	rows, err := db.SQL(ctx).QueryContext(ctx, db.Rebind("SELECT id, hash FROM audit_hashes WHERE "+where), args...)
	if err != nil {
		return nil, fmt.Errorf("read audit hashes: %w", err)
	}
	defer func() { err = closing(rows, err) }()
	out := map[int64]tlog.Hash{}
	for rows.Next() {
		var index int64
		var raw []byte
		if err := rows.Scan(&index, &raw); err != nil {
			return nil, fmt.Errorf("read audit hashes: %w", err)
		}
		if len(raw) == sha256.Size {
			out[index] = tlog.Hash(raw)
		}
	}
	return out, rows.Err()
}
