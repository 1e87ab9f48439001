package audit

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/minzhengtong/minzhengtong/domains/actor"
)

// Proof shows that an entry stands in the log: whoever has the verifier key can
// check it with tlog.CheckRecord and note.Open, and needs nothing else of ours.
type Proof struct {
	Body       []byte // as it is hashed
	Position   int64
	Checkpoint []byte // a signed note
	Hashes     []tlog.Hash
}

// Prove proves that an entry about the caller's file stands in the log. It fails
// with [ErrEntryNotFound] or [ErrNotNumbered].
func (r *Reader) Prove(ctx context.Context, by actor.Actor, entryID string) (Proof, error) {
	e, _, err := r.mine(ctx, by, entryID)
	if err != nil {
		return Proof{}, err
	}
	if e.Position == Unnumbered {
		return Proof{}, ErrNotNumbered
	}
	now, err := readHead(ctx, r.db)
	if err != nil {
		return Proof{}, err
	}
	path, err := tlog.ProveRecord(now.size, e.Position, storedHashes{ctx, r.db})
	if err != nil {
		return Proof{}, fmt.Errorf("prove audit entry %s: %w", e.ID, err)
	}
	return Proof{Body: e.raw, Position: e.Position, Checkpoint: now.note, Hashes: path}, nil
}

// mine reads an entry about the caller's file, and returns the file's documents
// too. It fails with [ErrEntryNotFound].
func (r *Reader) mine(ctx context.Context, by actor.Actor, entryID string) (Entry, []actor.DocumentID, error) {
	documents, err := r.files.FileDocuments(ctx, by.Document)
	if err != nil {
		return Entry{}, nil, err
	}
	if len(documents) == 0 {
		return Entry{}, nil, ErrEntryNotFound
	}
	args := append([]any{entryID}, texts(documents)...)
	found, err := r.entries(ctx, "e.id = ? AND EXISTS (SELECT 1 FROM audit_subjects s WHERE s.entry_id = e.id AND s.document_id IN ("+
		marks(len(documents))+"))", args...)
	if err != nil {
		return Entry{}, nil, err
	}
	if len(found) == 0 {
		return Entry{}, nil, ErrEntryNotFound
	}
	return found[0], documents, nil
}
