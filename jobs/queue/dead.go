package queue

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/minzhengtong/minzhengtong/domains/work"
)

// ErrNoLetter says that no dead letter has this number.
var ErrNoLetter = errors.New("no dead letter has this number")

// Letter is a job that was given up.
type Letter struct {
	// Number names it to an operator.
	Number int64
	Job    work.Job // without a time
	Tries  int
	// Since is when it was given up.
	Since time.Time
	// Cause is the error of its last try, cut to 500 characters.
	Cause string
}

// Dead lists dead letters, the newest first, at most as many as limit says.
func (q *Queue) Dead(ctx context.Context, limit int) ([]Letter, error) {
	var letters []Letter
	params := river.NewJobListParams().States(dead()...).OrderBy(river.JobListOrderByID, river.SortOrderDesc).First(min(max(limit, 1), 10_000))
	err := q.inRaw(ctx, func(ctx context.Context, tx *sql.Tx) error {
		letters = nil
		found, err := q.client.JobListTx(ctx, tx, params)
		if err != nil {
			return fmt.Errorf("list dead letters: %w", err)
		}
		for _, row := range found.Jobs {
			letters = append(letters, letter(row))
		}
		return nil
	})
	return letters, err
}

// Retry gives a dead letter all its tries again, under another number. If a job
// of its kind and ID waits or runs already, that one will do.
func (q *Queue) Retry(ctx context.Context, number int64) error {
	return q.take(ctx, number, func(ctx context.Context, l Letter) error { return q.Enqueue(ctx, l.Job) })
}

// Drop deletes a dead letter. What it was to do stays undone.
func (q *Queue) Drop(ctx context.Context, number int64) error {
	return q.take(ctx, number, func(context.Context, Letter) error { return nil })
}

// take deletes a dead letter and does something with it, in one transaction. It
// fails with [ErrNoLetter].
func (q *Queue) take(ctx context.Context, number int64, use func(context.Context, Letter) error) error {
	return q.inRaw(ctx, func(ctx context.Context, tx *sql.Tx) error {
		found, err := q.client.JobListTx(ctx, tx, river.NewJobListParams().IDs(number).States(dead()...))
		if err != nil {
			return fmt.Errorf("dead letter %d: %w", number, err)
		}
		if len(found.Jobs) == 0 {
			return fmt.Errorf("dead letter %d: %w", number, ErrNoLetter)
		}
		if _, err := q.client.JobDeleteTx(ctx, tx, number); err != nil {
			return fmt.Errorf("dead letter %d: %w", number, err)
		}
		return use(ctx, letter(found.Jobs[0]))
	})
}

// inRaw is a transaction in which River can work too.
func (q *Queue) inRaw(ctx context.Context, use func(context.Context, *sql.Tx) error) error {
	return q.DB.InTx(ctx, func(ctx context.Context) error {
		return q.DB.RawTx(ctx, func(tx *sql.Tx) error { return use(ctx, tx) })
	})
}

// letter reads River's row.
func letter(row *rivertype.JobRow) Letter {
	l := Letter{Number: row.ID, Job: read(row), Tries: row.Attempt}
	if row.FinalizedAt != nil {
		l.Since = row.FinalizedAt.UTC()
	}
	if n := len(row.Errors); n > 0 {
		l.Cause = row.Errors[n-1].Error
	}
	return l
}
