package entdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// migrationLock names PostgreSQL's lock; the number means nothing.
const migrationLock int64 = 0x6d7a745f6d6967

// migrator implements engine. The handle is a single connection on which
// foreign keys are never enforced; see checkedStore. Others are kept out by a
// lock on a second, empty file, which stays: one that is deleted could be locked
// twice. The operating system lets go of it when the process dies.
func (e *sqliteEngine) migrator(ctx context.Context) (*sql.DB, func(), error) {
	lock := &sqliteEngine{path: e.path + "-migrate"}
	if err := lock.prepareFile(); err != nil {
		return nil, nil, lock.explain(err)
	}
	unlock, err := lock.hold(ctx)
	if err != nil {
		return nil, nil, lock.explain(err)
	}
	handle, err := e.open(1, "_txlock=immediate", "_pragma=foreign_keys(0)")
	if err != nil {
		unlock()
		return nil, nil, err
	}
	return handle, func() {
		_ = handle.Close() // every migration has been committed or rolled back
		unlock()
	}, nil
}

// hold keeps the file for itself until the function it returns is called. It
// waits for others to leave, and looks every second whether ctx has ended.
func (e *sqliteEngine) hold(ctx context.Context) (func(), error) {
	// Without a write-ahead log, which would let others in to read.
	db, err := sql.Open("sqlite", "file:"+e.escaped()+"?_txlock=exclusive&_pragma=busy_timeout(1000)")
	if err != nil {
		return nil, err
	}
	for {
		tx, err := db.BeginTx(context.WithoutCancel(ctx), nil)
		if err == nil {
			return func() { _ = errors.Join(tx.Rollback(), db.Close()) }, nil
		}
		if !retryable(err) || ctx.Err() != nil {
			return nil, errors.Join(err, ctx.Err(), db.Close())
		}
	}
}

// migrator implements engine. The lock belongs to a session of its own, outside
// of the pool, and ends with it.
func (e *postgresEngine) migrator(ctx context.Context) (*sql.DB, func(), error) {
	session, err := pgx.ConnectConfig(ctx, e.pool.Config().ConnConfig)
	if err != nil {
		return nil, nil, err
	}
	end := func() { _ = session.Close(context.WithoutCancel(ctx)) }
	if _, err := session.Exec(ctx, "SELECT pg_advisory_lock($1)", migrationLock); err != nil {
		end()
		return nil, nil, fmt.Errorf("wait for another migration: %w", err)
	}
	handle := stdlib.OpenDBFromPool(e.pool)
	return handle, func() {
		_ = handle.Close() // connections belong to the pool
		end()
	}, nil
}
