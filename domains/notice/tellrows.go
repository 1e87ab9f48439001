package notice

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	row "github.com/minzhengtong/minzhengtong/gen/ent/notice"
)

// newRow is a notice to be written.
type newRow struct {
	Message
	id       ID
	sequence int64
	sealed   []byte
	at       time.Time
}

// toldKeys are those of some keys that were told.
func (s *Service) toldKeys(ctx context.Context, keys []string) (map[string]bool, error) {
	among, list := s.db.OneOf(keys)
	found, err := entdb.Query(ctx, s.db, `SELECT key FROM notices WHERE key `+among, []any{list}, func(rows *sql.Rows) (key string, err error) {
		return key, rows.Scan(&key)
	})
	if err != nil {
		return nil, fmt.Errorf("look for keys: %w", err)
	}
	told := make(map[string]bool, len(keys))
	for _, k := range found {
		told[k] = true
	}
	return told, nil
}

// takeSequences counts messages into their inboxes and returns the first
// sequence of each. It locks the inboxes until the transaction ends, so a
// sequence is seen only after all that come before it.
func (s *Service) takeSequences(ctx context.Context, messages []Message) (map[actor.DocumentID]int64, error) {
	counts := map[actor.DocumentID]int64{}
	for _, m := range messages {
		counts[m.Document]++
	}
	var args []any
	for _, id := range documentsOf(messages) {
		args = append(args, string(id), counts[id])
	}
	const end = ` ON CONFLICT (id) DO UPDATE SET last = inboxes.last + excluded.last RETURNING id, last`
	query := `INSERT INTO inboxes (id, last) VALUES (?, ?)` + strings.Repeat(", (?, ?)", len(counts)-1) + end
	rows, err := s.db.SQL(ctx).QueryContext(ctx, s.db.Rebind(query), args...)
	if err != nil {
		return nil, fmt.Errorf("take sequences: %w", err)
	}
	lasts, err := readLasts(rows)
	if err != nil {
		return nil, fmt.Errorf("take sequences: %w", err)
	}
	for id, n := range counts {
		lasts[id] += 1 - n
	}
	return lasts, nil
}

// insert writes notices.
func (s *Service) insert(ctx context.Context, list []newRow) error {
	rows := entdb.NewBulk(row.Table, row.FieldID, row.FieldSequence, row.FieldKey, row.FieldKind, row.FieldTopic,
		row.FieldBodySealed, row.FieldAbout, row.FieldCreateTime, row.FieldDocumentID)
	for _, r := range list {
		rows.Add(string(r.id), r.sequence, r.Key, r.Kind, string(r.Topic), r.sealed, r.About, r.at, string(r.Document))
	}
	_, err := rows.Flush(ctx, s.db)
	return err
}

// readLasts reads documents with a number each, and closes the rows.
func readLasts(rows *sql.Rows) (map[actor.DocumentID]int64, error) {
	lasts := map[actor.DocumentID]int64{}
	for rows.Next() {
		var id actor.DocumentID
		var last int64
		if err := rows.Scan(&id, &last); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		lasts[id] = last
	}
	return lasts, errors.Join(rows.Err(), rows.Close())
}
