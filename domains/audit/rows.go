package audit

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
)

// row is an entry as it is stored: its body, and the columns that repeat it.
type row struct {
	id       string
	body     []byte
	time     time.Time
	actor    string
	office   string
	action   string
	outcome  string
	subjects []actor.DocumentID
}

// rowOf returns the row of an entry.
func rowOf(e Entry) (row, error) {
	raw, err := encode(e)
	if err != nil {
		return row{}, err
	}
	e, err = decode(raw)
	if err != nil {
		return row{}, err
	}
	return row{
		id: e.ID, body: raw, time: e.Time, actor: e.acted(), office: e.Office, action: e.Action, outcome: e.Outcome,
		subjects: e.Subjects,
	}, nil
}

// writeAll writes entries in a transaction of their own.
func (s *Service) writeAll(ctx context.Context, rows []row) error {
	return s.db.InTx(ctx, func(ctx context.Context) error { return s.insert(ctx, rows) })
}

// insert writes entries and their subjects, in the caller's transaction.
func (s *Service) insert(ctx context.Context, rows []row) error {
	entries, subjects := make([][]any, 0, len(rows)), make([][]any, 0, len(rows))
	for _, r := range rows {
		entries = append(entries, []any{r.id, r.body, r.time, r.actor, r.office, r.action, r.outcome})
		for _, d := range r.subjects {
			subjects = append(subjects, []any{r.id, string(d)})
		}
	}
	err := s.insertRows(ctx, "audit_entries (id, body, time, actor, office, action, outcome)", entries)
	if err == nil {
		err = s.insertRows(ctx, "audit_subjects (entry_id, document_id)", subjects)
	}
	if err != nil {
		return fmt.Errorf("write audit entries: %w", err)
	}
	return nil
}

// insertChunk is how many rows one statement inserts at most; both databases
// take many more values than that gives.
const insertChunk = 500

// insertRows inserts rows of equal length.
func (s *Service) insertRows(ctx context.Context, into string, rows [][]any) error {
	for len(rows) > 0 {
		n := min(len(rows), insertChunk)
		one := "(?" + strings.Repeat(", ?", len(rows[0])-1) + ")"
		args := make([]any, 0, n*len(rows[0]))
		for _, r := range rows[:n] {
			args = append(args, r...)
		}
		query := "INSERT INTO " + into + " VALUES " + one + strings.Repeat(", "+one, n-1)
		if _, err := s.db.SQL(ctx).ExecContext(ctx, s.db.Rebind(query), args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}
