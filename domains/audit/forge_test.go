package audit_test

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/minzhengtong/minzhengtong/domains/audit/audittest"
)

// at is the ID of the entry at a position.
func at(t *testing.T, w *audittest.World, position int64) string {
	t.Helper()
	return ask[string](t, w, "SELECT id FROM audit_entries WHERE position = ?", position)
}

// forgeTree makes all hashes anew from the bodies that are there, as they are
// numbered, and returns how many there are and the root.
func forgeTree(t *testing.T, w *audittest.World) (int64, tlog.Hash) {
	t.Helper()
	var bodies [][]byte
	rows, err := w.DB.SQL(t.Context()).QueryContext(t.Context(), "SELECT body FROM audit_entries WHERE position IS NOT NULL ORDER BY position")
	must(t, "read bodies", err)
	for rows.Next() {
		var raw []byte
		must(t, "read a body", rows.Scan(&raw))
		bodies = append(bodies, raw)
	}
	must(t, "read bodies", rows.Err())
	must(t, "read bodies", rows.Close())
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			out[i] = stored[index]
		}
		return out, nil
	})
	for i, raw := range bodies {
		more, err := tlog.StoredHashes(int64(i), raw, reader)
		must(t, "hash", err)
		stored = append(stored, more...)
	}
	must(t, "write hashes", w.DB.InTx(t.Context(), func(ctx context.Context) error {
		if _, err := w.DB.SQL(ctx).ExecContext(ctx, "DELETE FROM audit_hashes"); err != nil {
			return err
		}
		for i, h := range stored {
			if _, err := w.DB.SQL(ctx).ExecContext(ctx, w.DB.Rebind("INSERT INTO audit_hashes (id, hash) VALUES (?, ?)"), i, h[:]); err != nil {
				return err
			}
		}
		return nil
	}))
	root, err := tlog.TreeHash(int64(len(bodies)), reader)
	must(t, "hash the tree", err)
	return int64(len(bodies)), root
}

// forger signs as the log does, with a key of its own.
func forger(t *testing.T) note.Signer {
	t.Helper()
	private, _, err := note.GenerateKey(rand.Reader, "minzhengtong/audit")
	must(t, "make a key", err)
	s, err := note.NewSigner(private)
	must(t, "make a signer", err)
	return s
}

// forgeNote is a checkpoint that a forger signs.
func forgeNote(t *testing.T, by note.Signer, size int64, root tlog.Hash) []byte {
	t.Helper()
	text := fmt.Sprintf("minzhengtong/audit\n%d\n%s\n", size, base64.StdEncoding.EncodeToString(root[:]))
	signed, err := note.Sign(&note.Note{Text: text}, by)
	must(t, "sign", err)
	return signed
}

// copied is all rows of the log's tables.
type copied map[string][][]any

var tables = map[string]string{
	"audit_entries":     "id, position, body, time, actor, office, action, outcome",
	"audit_subjects":    "entry_id, document_id",
	"audit_hashes":      "id, hash",
	"audit_checkpoints": "id, note, create_time",
}

// backUp copies the log.
func backUp(t *testing.T, w *audittest.World) copied {
	t.Helper()
	out := copied{}
	for table, columns := range tables {
		rows, err := w.DB.SQL(t.Context()).QueryContext(t.Context(), "SELECT "+columns+" FROM "+table)
		must(t, "read "+table, err)
		names, err := rows.Columns()
		must(t, "read "+table, err)
		for rows.Next() {
			values, into := make([]any, len(names)), make([]any, len(names))
			for i := range values {
				into[i] = &values[i]
			}
			must(t, "read "+table, rows.Scan(into...))
			out[table] = append(out[table], values)
		}
		must(t, "read "+table, rows.Err())
		must(t, "read "+table, rows.Close())
	}
	return out
}

// rollBack puts a copy in place of the log.
func rollBack(t *testing.T, w *audittest.World, back copied) {
	t.Helper()
	must(t, "roll back", w.DB.InTx(t.Context(), func(ctx context.Context) error {
		run := func(query string, args ...any) error {
			_, err := w.DB.SQL(ctx).ExecContext(ctx, w.DB.Rebind(query), args...)
			return err
		}
		for _, table := range []string{"audit_subjects", "audit_entries", "audit_hashes", "audit_checkpoints"} {
			if err := run("DELETE FROM " + table); err != nil {
				return err
			}
		}
		for _, table := range []string{"audit_entries", "audit_subjects", "audit_hashes", "audit_checkpoints"} {
			for _, values := range back[table] {
				marks := "?"
				for range values[1:] {
					marks += ", ?"
				}
				if err := run("INSERT INTO "+table+" ("+tables[table]+") VALUES ("+marks+")", values...); err != nil {
					return err
				}
			}
		}
		return nil
	}))
}
