package entdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"github.com/minzhengtong/minzhengtong/gen/ent"
)

// errPanicked ends a transaction in which nested work panicked.
var errPanicked = errors.New("entdb: nested work panicked")

// txKey finds the transaction of one database in a context.
type txKey struct{ db *DB }

// tx is one try at a transaction.
type tx struct {
	raw    *sql.Tx
	name   string // Ent's name for the database
	client *ent.Client
	once   sync.Once // guards client

	mu     sync.Mutex // guards what follows
	failed error      // the first statement that failed; nothing runs after it
	after  []func()
}

func (db *DB) current(ctx context.Context) *tx {
	t, _ := ctx.Value(txKey{db}).(*tx)
	return t
}

// InTx does the work in one transaction: all of it or, when it returns an error
// or panics, nothing. Transactions behave as if they ran one after the other.
//
// The work may run several times, because a transaction that met another is
// begun anew: it must set its results afresh each time and must not reach
// outside the database. It hands its context on to everything it calls, and
// uses it from one goroutine at a time; another context would not see the
// transaction, and on SQLite a write under it would wait for this one.
//
// A call inside the work joins the transaction and can fail by itself: what it
// wrote is taken back, and the work goes on if it handles the error. Without
// that, once a statement has failed no other is let through, and InTx returns
// its error even if the work does not.
//
// It fails with the work's error, with [ErrUnavailable] when others were always
// first, the database cannot write or the connection broke before the commit, and
// with the context's error when that ended first. When the connection breaks during
// the commit, it fails otherwise and is not begun anew: nobody knows whether it took
// place. Whoever repeats such work looks first at what there is.
func (db *DB) InTx(ctx context.Context, work func(ctx context.Context) error) error {
	if t := db.current(ctx); t != nil {
		return t.nested(ctx, work)
	}
	err := db.retry(ctx, func() error { return db.attempt(ctx, work) })
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil && !errors.Is(err, ctx.Err()):
		return fmt.Errorf("%w: %w", ctx.Err(), err)
	case unavailable(err):
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return err
}

// AfterCommit has f run once when the outermost transaction has committed, on
// the goroutine that called InTx, and not at all if it or the nested call that
// asked is rolled back. Outside of a transaction f runs at once. What f does in
// the database needs the context that InTx was called with, not the work's.
//
// A process that dies between the two loses f: what must happen is a row.
func (db *DB) AfterCommit(ctx context.Context, f func()) {
	t := db.current(ctx)
	if t == nil {
		f()
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.after = append(t.after, f)
}

// attempt tries once.
func (db *DB) attempt(ctx context.Context, work func(context.Context) error) error {
	raw, err := db.writer.BeginTx(ctx, db.engine.txOptions())
	if err != nil {
		return err
	}
	// Also on a panic; after a commit it does nothing.
	defer func() { _ = raw.Rollback() }()

	t := &tx{raw: raw, name: db.engine.dialect()}
	if err := t.outcome(work(context.WithValue(ctx, txKey{db}, t))); err != nil {
		return err
	}
	if err := raw.Commit(); err != nil {
		return commitError{err}
	}
	for _, f := range t.after {
		f()
	}
	return nil
}

// nested does the work so that it can be taken back by itself.
func (t *tx) nested(ctx context.Context, work func(context.Context) error) error {
	if _, err := t.ExecContext(ctx, "SAVEPOINT nested"); err != nil {
		return err
	}
	hooks := len(t.after)
	returned := false
	defer func() {
		if !returned {
			_ = t.note(errPanicked)
		}
	}()
	err := t.outcome(work(ctx))
	returned = true
	if err == nil {
		_, err = t.ExecContext(ctx, "RELEASE SAVEPOINT nested")
		return err
	}
	t.takeBack(ctx, err, hooks)
	return err
}

// takeBack undoes what was done since the savepoint. The transaction can go on
// afterwards, unless it has to be begun anew or the database will not undo.
func (t *tx) takeBack(ctx context.Context, err error, hooks int) {
	if retryable(err) {
		_ = t.note(err)
		return
	}
	_, undo := t.raw.ExecContext(ctx, "ROLLBACK TO SAVEPOINT nested")
	if undo == nil {
		_, undo = t.raw.ExecContext(ctx, "RELEASE SAVEPOINT nested")
	}
	if undo != nil {
		_ = t.note(err)
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failed, t.after = nil, t.after[:hooks]
}

// outcome is the error of work that returned err: its own, or that of the
// statement that failed where the work hid it.
func (t *tx) outcome(err error) error {
	failed := t.failure()
	if failed != nil && (err == nil || retryable(failed)) {
		return failed
	}
	return err
}

func (t *tx) failure() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.failed
}

// note keeps the first error and returns err.
func (t *tx) note(err error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.failed == nil {
		t.failed = err
	}
	return err
}

func (t *tx) entClient() *ent.Client {
	t.once.Do(func() { t.client = newClient(t.name, t) })
	return t.client
}

// ExecContext implements Querier.
func (t *tx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := t.failure(); err != nil {
		return nil, err
	}
	result, err := t.raw.ExecContext(ctx, query, utc(args)...)
	return result, t.note(err)
}

// QueryContext implements Querier.
func (t *tx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := t.failure(); err != nil {
		return nil, err
	}
	rows, err := t.raw.QueryContext(ctx, query, utc(args)...)
	return rows, t.note(err)
}

// QueryRowContext implements Querier.
func (t *tx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if err := t.failure(); err != nil {
		return failedRow(ctx, err)
	}
	row := t.raw.QueryRowContext(ctx, query, utc(args)...)
	_ = t.note(row.Err())
	return row
}
