package entdb

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// ErrNewer says that a later program has changed the database, so that this one
// could misread it.
var ErrNewer = errors.New("the database is newer than this program: install the newer program")

// ErrOlder says that the schema is not yet what this program needs.
var ErrOlder = errors.New("the database is older than this program: run minzhengtong migrate")

// Version is the number of the last file that was applied, 0 in an empty
// database. Numbers are times, YYYYMMDDhhmmss.
func (db *DB) Version(ctx context.Context) (int64, error) {
	applied, err := db.applied(ctx)
	if err != nil {
		return 0, err
	}
	var last int64
	for version := range applied {
		last = max(last, version)
	}
	return last, nil
}

// Pending names the files that [DB.Migrate] would apply, in order, and then the
// steps of the work queue's tables. It fails with [ErrNewer] when the database
// has a version that this program does not know.
func (db *DB) Pending(ctx context.Context) ([]string, error) {
	applied, err := db.applied(ctx)
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(db.migrations, "*.sql")
	if err != nil {
		return nil, fmt.Errorf("list migrations: %w", err)
	}
	var pending []string
	for _, name := range names { // sorted, and so are the numbers they begin with
		number, _, _ := strings.Cut(name, "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("migration %s: its name must begin with a number: %w", name, err)
		}
		if !applied[version] {
			pending = append(pending, name)
		}
		delete(applied, version)
	}
	if len(applied) > 0 {
		unknown := slices.Sorted(maps.Keys(applied))
		return nil, fmt.Errorf("%w (it has migration %d)", ErrNewer, unknown[0])
	}
	if db.queueless {
		return pending, nil
	}
	queue, err := newQueueTables(db.engine, db.readers)
	if err != nil {
		return nil, err
	}
	newest, err := db.queueVersion(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the version of the queue's tables: %w", err)
	}
	steps, err := queue.pending(newest)
	return append(pending, steps...), err
}

// CheckVersion returns nil when the schema is the one that this program needs,
// [ErrOlder] when migrations are pending, and [ErrNewer].
func (db *DB) CheckVersion(ctx context.Context) error {
	pending, err := db.Pending(ctx)
	if err != nil {
		return err
	}
	if len(pending) > 0 {
		return fmt.Errorf("%w (pending: %s)", ErrOlder, strings.Join(pending, ", "))
	}
	return nil
}

// applied is the set of versions in the database. It writes nothing.
func (db *DB) applied(ctx context.Context) (_ map[int64]bool, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("read the database's version: %w", err)
		}
	}()
	var there bool
	if err := db.reading.QueryRowContext(ctx, db.engine.hasTable(), versionTable).Scan(&there); err != nil {
		return nil, err
	}
	versions := map[int64]bool{}
	if !there {
		return versions, nil
	}
	rows, err := db.reading.QueryContext(ctx, "SELECT version_id FROM "+versionTable+" WHERE is_applied AND version_id > 0")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells more
	for rows.Next() {
		var version int64
		if err := rows.Scan(&version); err != nil {
			return nil, err
		}
		versions[version] = true
	}
	return versions, rows.Err()
}
