package entdb

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
)

// queueConns is how many connections the queue's workers have on PostgreSQL,
// one of which listens.
const queueConns = 4

// RawTx lends the transaction of ctx. It is for jobs/queue alone, whose library
// knows no other way to write in it; everybody else has [DB.SQL]. Outside of a
// transaction it fails with [ErrOutsideTx], and an error of use counts as that
// of a statement.
func (db *DB) RawTx(ctx context.Context, use func(*sql.Tx) error) error {
	t := db.current(ctx)
	if t == nil {
		return ErrOutsideTx
	}
	if err := t.failure(); err != nil {
		return err
	}
	if err := use(t.raw); err != nil {
		return t.note(err)
	}
	return nil
}

// QueueDriver is the library's driver for what runs in [DB.RawTx]. It has no
// connections. It is for jobs/queue alone.
func (db *DB) QueueDriver() riverdriver.Driver[*sql.Tx] { return db.engine.queueDriver(nil) }

// OpenQueueDriver opens connections for the queue's workers, apart from those of
// callers, so that neither waits for the other. They are closed by the function
// that it returns. It is for jobs/queue alone.
func (db *DB) OpenQueueDriver(ctx context.Context) (riverdriver.Driver[*sql.Tx], func() error, error) {
	return db.engine.openQueueDriver(ctx)
}

func (*sqliteEngine) queueDriver(handle *sql.DB) riverdriver.Driver[*sql.Tx] {
	return riversqlite.New(handle)
}

func (e *sqliteEngine) openQueueDriver(context.Context) (riverdriver.Driver[*sql.Tx], func() error, error) {
	handle, err := e.openWriter()
	if err != nil {
		return nil, nil, e.explain(err)
	}
	return riversqlite.New(handle), handle.Close, nil
}

func (*postgresEngine) queueDriver(handle *sql.DB) riverdriver.Driver[*sql.Tx] {
	return riverdatabasesql.New(handle)
}

func (e *postgresEngine) openQueueDriver(ctx context.Context) (riverdriver.Driver[*sql.Tx], func() error, error) {
	config := e.pool.Config()
	config.MinConns, config.MinIdleConns, config.MaxConns = 0, 0, queueConns
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, nil, explainPostgres(config, err)
	}
	handle := stdlib.OpenDBFromPool(pool)
	end := func() error {
		err := handle.Close()
		pool.Close()
		return err
	}
	return riverdatabasesql.NewWithPgxListener(handle, pool), end, nil
}

// The queue's tables come from its library, in numbered steps of their own. A
// step is named as a migration file is.
const queueStep = "queue_"

type queueTables struct {
	*rivermigrate.Migrator[*sql.Tx]
}

// newQueueTables returns what reads and migrates the queue's tables.
func newQueueTables(e engine, handle *sql.DB) (queueTables, error) {
	migrator, err := rivermigrate.New(e.queueDriver(handle), &rivermigrate.Config{Logger: silent})
	if err != nil {
		return queueTables{}, fmt.Errorf("queue's migrations: %w", err)
	}
	return queueTables{migrator}, nil
}

// pending names the steps that are missing after the newest that was applied. It
// fails with [ErrNewer] like [DB.Pending].
func (q queueTables) pending(newest int) ([]string, error) {
	all := q.AllVersions()
	if newest > all[len(all)-1].Version {
		return nil, fmt.Errorf("%w (its queue has migration %d)", ErrNewer, newest)
	}
	var names []string
	for _, step := range all {
		if step.Version > newest {
			names = append(names, fmt.Sprintf("%s%03d", queueStep, step.Version))
		}
	}
	return names, nil
}

// queueVersion is the newest step that was applied, 0 without any.
func (db *DB) queueVersion(ctx context.Context) (newest int, err error) {
	var there bool
	if err := db.reading.QueryRowContext(ctx, db.engine.hasTable(), "river_migration").Scan(&there); err != nil || !there {
		return 0, err
	}
	err = db.reading.QueryRowContext(ctx, "SELECT coalesce(max(version), 0) FROM river_migration").Scan(&newest)
	return newest, err
}

// apply does one step.
func (q queueTables) apply(ctx context.Context, name string) error {
	version, err := strconv.Atoi(strings.TrimPrefix(name, queueStep))
	if err != nil {
		return err
	}
	_, err = q.Migrate(ctx, rivermigrate.DirectionUp, &rivermigrate.MigrateOpts{TargetVersion: version})
	return err
}
