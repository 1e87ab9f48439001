package audit

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
)

// errCheckpoint: a note that is no checkpoint of this log under this key.
var errCheckpoint = errors.New("audit: not a checkpoint signed by the log's key")

// sign makes a checkpoint: a signed note of three lines, the log's name, the
// size, and the tree's hash in base64 (c2sp.org/tlog-checkpoint).
func (s *Signer) sign(size int64, root tlog.Hash) ([]byte, error) {
	signed, err := note.Sign(&note.Note{Text: checkpointText(size, root)}, s.signer)
	if err != nil {
		return nil, fmt.Errorf("sign an audit checkpoint: %w", err)
	}
	return signed, nil
}

func checkpointText(size int64, root tlog.Hash) string {
	return origin + "\n" + strconv.FormatInt(size, 10) + "\n" + base64.StdEncoding.EncodeToString(root[:]) + "\n"
}

// openCheckpoint checks a checkpoint's signature and returns what it says.
func openCheckpoint(signed []byte, verifier note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, errCheckpoint
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 {
		return tlog.Tree{}, errCheckpoint
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	root, rootErr := tlog.ParseHash(lines[2])
	if err != nil || rootErr != nil || size < 0 || opened.Text != checkpointText(size, root) {
		return tlog.Tree{}, errCheckpoint
	}
	return tlog.Tree{N: size, Hash: root}, nil
}

// head is the newest checkpoint; size 0 and no note where there is none.
type head struct {
	size int64
	note []byte
}

// readHead reads the newest checkpoint.
func readHead(ctx context.Context, db *entdb.DB) (head, error) {
	var h head
	row := db.SQL(ctx).QueryRowContext(ctx, "SELECT id, note FROM audit_checkpoints ORDER BY id DESC LIMIT 1")
	if err := row.Scan(&h.size, &h.note); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return head{}, fmt.Errorf("read the audit checkpoint: %w", err)
	}
	return h, nil
}

// closing closes rows, and keeps the first error.
func closing(rows *sql.Rows, err error) error { return errors.Join(err, rows.Close()) }
