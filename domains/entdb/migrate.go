package entdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"

	"entgo.io/ent/dialect"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"

	"github.com/minzhengtong/minzhengtong/domains/entdb/migrations"
)

// versionTable is where goose keeps which migrations were applied.
const versionTable = "goose_db_version"

// Migrate brings the schema to the version of this program, and does nothing
// when it is there. progress, which may be nil, is told each file's name before
// it is applied.
//
// The tables of the work queue follow, in steps that its library brings.
//
// Each file is one transaction: a process that is killed leaves the schema
// between two files, and the next Migrate goes on from there. Processes that
// migrate at once take turns. A database newer than the program is left alone
// with [ErrNewer]. A SQLite file whose rows would no longer fit together is left
// as it was before the file that did it.
func (db *DB) Migrate(ctx context.Context, progress func(name string)) error {
	handle, release, err := db.engine.migrator(ctx)
	if err != nil {
		return fmt.Errorf("prepare migration: %w", err)
	}
	defer release()
	provider, err := newProvider(db.engine.dialect(), handle, db.migrations)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	queue, err := newQueueTables(db.engine, handle)
	if err != nil {
		return err
	}
	for {
		pending, err := db.Pending(ctx)
		if err != nil || len(pending) == 0 {
			return err
		}
		if progress != nil {
			progress(pending[0])
		}
		if strings.HasPrefix(pending[0], queueStep) {
			err = queue.apply(ctx, pending[0])
		} else if _, err = provider.UpByOne(ctx); errors.Is(err, goose.ErrNoNextVersion) {
			err = nil
		}
		if err != nil {
			return fmt.Errorf("migrate: %s: %w", pending[0], err)
		}
		db.log.InfoContext(ctx, "database migrated", slog.String("file", pending[0]))
	}
}

// migrationsIn returns the files in one of the embedded folders.
func migrationsIn(folder string) fs.FS {
	fsys, err := fs.Sub(migrations.Files, folder)
	if err != nil {
		panic(err) // only for a name that cannot be a folder's
	}
	return fsys
}

// newProvider returns what applies the files in fsys, on a handle that nobody
// else migrates.
func newProvider(name string, handle *sql.DB, fsys fs.FS) (*goose.Provider, error) {
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if name == dialect.Postgres {
		return goose.NewProvider(goose.DialectPostgres, handle, fsys, options...)
	}
	store, err := database.NewStore(database.DialectSQLite3, versionTable)
	if err != nil {
		return nil, err
	}
	options = append(options, goose.WithStore(checkedStore{store}))
	return goose.NewProvider(goose.DialectCustom, handle, fsys, options...)
}

// checkedStore records a version only if every row still finds the rows it
// points at.
//
// SQLite changes most columns by building the table anew and dropping the old
// one. With foreign keys enforced that would delete or detach every row that
// points at it, and inside a transaction enforcement cannot be switched off. So
// migrations run on a handle that never enforces them, and what the database
// did not check is checked here, before the commit.
type checkedStore struct{ database.Store }

// Insert implements database.Store.
func (s checkedStore) Insert(ctx context.Context, db database.DBTxConn, req database.InsertRequest) error {
	var broken int64
	var table sql.NullString
	row := db.QueryRowContext(ctx, `SELECT count(*), min("table") FROM pragma_foreign_key_check`)
	if err := row.Scan(&broken, &table); err != nil {
		return err
	}
	if broken > 0 {
		return fmt.Errorf("%d rows, first in table %s, point at rows that are not there", broken, table.String)
	}
	return s.Store.Insert(ctx, db, req)
}
