package audit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/minzhengtong/minzhengtong/domains/actor"
)

// stored is a row as Verify finds it, whatever was done to it.
type stored struct {
	position int64
	row
	timeOK bool // the time column holds a time
}

// wrong compares a row's body with its columns and subjects, and says what does
// not agree.
func (r stored) wrong() string {
	e, err := decode(r.body)
	if err != nil {
		return "the body is not an entry"
	}
	slices.Sort(r.subjects)
	switch {
	case e.ID != r.id:
		return "the id column is not that of the body"
	case !r.timeOK || !e.Time.Equal(r.time):
		return "the time column is not that of the body"
	case e.acted() != r.actor:
		return "the actor column is not that of the body"
	case e.Office != r.office:
		return "the office column is not that of the body"
	case e.Action != r.action:
		return "the action column is not that of the body"
	case e.Outcome != r.outcome:
		return "the outcome column is not that of the body"
	case !slices.Equal(e.Subjects, r.subjects):
		return "its subjects are not those of the body"
	}
	return ""
}

const storedColumns = "SELECT e.id, e.position, e.body, e.time, e.actor, e.office, e.action, e.outcome FROM audit_entries e WHERE "

// numbered reads the entries of some positions, in order, those of one position
// by ID.
func (v *verification) numbered(ctx context.Context, from, to int64) ([]stored, error) {
	const where = "e.position >= ? AND e.position < ?"
	rows, err := v.read(ctx, storedColumns+where+" ORDER BY e.position, e.id LIMIT ?", from, to, to-from+1)
	if err != nil {
		return nil, err
	}
	return rows, v.subjects(ctx, rows, where, from, to)
}

// read reads rows without their subjects.
func (v *verification) read(ctx context.Context, query string, args ...any) (_ []stored, err error) {
	rows, err := v.db.SQL(ctx).QueryContext(ctx, v.db.Rebind(query), args...)
	if err != nil {
		return nil, fmt.Errorf("read audit entries: %w", err)
	}
	defer func() { err = closing(rows, err) }()
	var out []stored
	for rows.Next() {
		var r stored
		var position sql.NullInt64
		// SQLite keeps whatever is put into a column.
		var at any
		if err := rows.Scan(&r.id, &position, &r.body, &at, &r.actor, &r.office, &r.action, &r.outcome); err != nil {
			return nil, fmt.Errorf("read audit entries after %s: %w", last(out).id, err)
		}
		r.position = Unnumbered
		if position.Valid {
			r.position = position.Int64
		}
		r.time, r.timeOK = at.(time.Time)
		out = append(out, r)
	}
	return out, rows.Err()
}

// last is the last row, or an empty one.
func last(rows []stored) stored {
	if len(rows) == 0 {
		return stored{}
	}
	return rows[len(rows)-1]
}

// subjects fills in the subjects of rows that a condition names.
func (v *verification) subjects(ctx context.Context, into []stored, where string, args ...any) (err error) {
	index := make(map[string]int, len(into))
	for i, r := range into {
		index[r.id] = i
	}
	rows, err := v.db.SQL(ctx).QueryContext(ctx, v.db.Rebind(
		"SELECT s.entry_id, s.document_id FROM audit_subjects s JOIN audit_entries e ON e.id = s.entry_id WHERE "+where), args...)
	if err != nil {
		return fmt.Errorf("read audit subjects: %w", err)
	}
	defer func() { err = closing(rows, err) }()
	for rows.Next() {
		var entry string
		var document actor.DocumentID
		if err := rows.Scan(&entry, &document); err != nil {
			return fmt.Errorf("read audit subjects: %w", err)
		}
		if i, ok := index[entry]; ok {
			into[i].subjects = append(into[i].subjects, document)
		}
	}
	return rows.Err()
}

// checkpoints reads the notes of the sizes after from up to to.
func (v *verification) checkpoints(ctx context.Context, from, to int64) (_ map[int64][]byte, err error) {
	rows, err := v.db.SQL(ctx).QueryContext(ctx, v.db.Rebind("SELECT id, note FROM audit_checkpoints WHERE id > ? AND id <= ?"), from, to)
	if err != nil {
		return nil, fmt.Errorf("read audit checkpoints: %w", err)
	}
	defer func() { err = closing(rows, err) }()
	out := map[int64][]byte{}
	for rows.Next() {
		var size int64
		var raw []byte
		if err := rows.Scan(&size, &raw); err != nil {
			return nil, fmt.Errorf("read audit checkpoints: %w", err)
		}
		out[size] = raw
	}
	return out, rows.Err()
}

// beforeStart looks for rows that stand before the first place.
func (v *verification) beforeStart(ctx context.Context) error {
	for _, q := range []struct{ query, what string }{
		{"SELECT position, id FROM audit_entries WHERE position < 0 ORDER BY position LIMIT 1", "the entry stands before the beginning"},
		{"SELECT id, '' FROM audit_hashes WHERE id < 0 ORDER BY id LIMIT 1", "a hash stands before the beginning"},
		{"SELECT id, '' FROM audit_checkpoints WHERE id < 1 ORDER BY id LIMIT 1", "a checkpoint stands before the beginning"},
	} {
		_, id, there, err := v.one(ctx, q.query)
		if err != nil {
			return err
		}
		if there {
			return &Damage{Position: 0, EntryID: id, What: q.what}
		}
	}
	return nil
}

// beyondEnd looks for rows that no checkpoint covers. Each query sees one moment.
func (v *verification) beyondEnd(ctx context.Context) error {
	position, id, there, err := v.one(ctx, `SELECT CAST(position AS bigint), id FROM audit_entries
		WHERE position >= (SELECT COALESCE(MAX(id), 0) FROM audit_checkpoints) ORDER BY position LIMIT 1`)
	if err != nil {
		return err
	}
	if there {
		return &Damage{Position: position, EntryID: id, What: "the entry stands beyond the last checkpoint"}
	}
	var size, lastHash int64
	err = v.db.SQL(ctx).QueryRowContext(ctx, `SELECT (SELECT COALESCE(MAX(id), 0) FROM audit_checkpoints),
		(SELECT COALESCE(MAX(id), -1) FROM audit_hashes)`).Scan(&size, &lastHash)
	if err != nil {
		return fmt.Errorf("read the audit log: %w", err)
	}
	if lastHash >= tlog.StoredHashCount(size) {
		return &Damage{Position: size, What: "a hash stands beyond the last checkpoint"}
	}
	return nil
}

// unnumbered checks the entries without a place against their own columns.
func (v *verification) unnumbered(ctx context.Context) error {
	after := ""
	for {
		rows, err := v.read(ctx, storedColumns+"e.position IS NULL AND e.id > ? ORDER BY e.id LIMIT ?", after, verifyBatch)
		if err != nil || len(rows) == 0 {
			return err
		}
		// Some may have got their place meanwhile, so they are named by ID.
		if err := v.subjects(ctx, rows, "e.id > ? AND e.id <= ?", after, last(rows).id); err != nil {
			return err
		}
		for _, r := range rows {
			if what := r.wrong(); what != "" {
				return &Damage{Position: Unnumbered, EntryID: r.id, What: what}
			}
		}
		v.report.Unnumbered += int64(len(rows))
		after = last(rows).id
	}
}

// orphans looks for subjects without an entry.
func (v *verification) orphans(ctx context.Context) error {
	_, id, there, err := v.one(ctx, `SELECT 0, s.entry_id FROM audit_subjects s
		LEFT JOIN audit_entries e ON e.id = s.entry_id WHERE e.id IS NULL LIMIT 1`)
	if err != nil || !there {
		return err
	}
	return &Damage{Position: Unnumbered, EntryID: id, What: "a subject's entry is not there"}
}

// one reads a number and an ID, if the query yields a row.
func (v *verification) one(ctx context.Context, query string) (n int64, id string, there bool, err error) {
	err = v.db.SQL(ctx).QueryRowContext(ctx, query).Scan(&n, &id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, "", false, nil
	}
	if err != nil {
		return 0, "", false, fmt.Errorf("read the audit log: %w", err)
	}
	return n, id, true, nil
}
