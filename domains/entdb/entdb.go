// Package entdb opens the database, SQLite or PostgreSQL, and is the only
// package that tells the two apart.
//
// Reads go through [DB.Client] anywhere. Writes belong inside [DB.InTx], which
// makes them all or nothing, one after the other, and repeats the work when two
// callers met; so the work must not reach outside the database. What follows a
// commit, a notice or a wake-up, is handed to [DB.AfterCommit].
//
// The two databases are made to behave alike. Times are stored in UTC, cut to
// microseconds, whatever zone they come in. Foreign keys are enforced. A write
// outside InTx is refused with [ErrOutsideTx]. Inside, a statement that fails
// ends the transaction, as PostgreSQL has it; a nested InTx is the place for
// what may fail. Errors are told apart with [IsNotFound], [IsUniqueViolation]
// and their like, which look at codes and never at text.
//
// The schema comes from numbered SQL files that only ever move forward:
// [DB.Migrate] applies them, [DB.CheckVersion] says whether this program and
// this database belong together.
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
	"github.com/riverqueue/river/riverdriver"

	"github.com/minzhengtong/minzhengtong/gen/ent"
)

// Config says which database to open. Only URL has no useful zero value.
type Config struct {
	// URL is sqlite:PATH, or postgres://user:password@host:port/name with the
	// options of libpq. A SQLite file that is missing is created, its folder is
	// not.
	URL string

	// MaxConns is the most connections that are open at once. Zero stands for
	// 16 of PostgreSQL, unless the URL names pool_max_conns, and for 8 readers
	// of SQLite, which has one writer besides.
	MaxConns int

	// NoSync lets SQLite answer before a commit is on the disk, so that a power
	// cut loses what was acknowledged. It is for tests. PostgreSQL has a
	// setting of its own.
	NoSync bool
}

// DB is an open database. It is safe for use by many goroutines.
type DB struct {
	log    *slog.Logger
	engine engine

	readers *sql.DB
	writer  *sql.DB     // the same as readers on PostgreSQL
	reading Querier     // on readers
	client  *ent.Client // on reading

	migrations fs.FS // numbered files of this database
	queueless  bool  // leaves the queue's tables alone; for tests
}

// engine is what differs between the two databases beyond their handles.
type engine interface {
	// dialect is Ent's name for the database.
	dialect() string
	// rebind puts the database's placeholders where query has question marks.
	rebind(query string) string
	// oneOf compares with a list that is one argument.
	oneOf(list []string) (text string, arg any)
	// txOptions are those of a transaction that may write.
	txOptions() *sql.TxOptions
	// tries is how often a transaction is begun before its caller is told no.
	tries() int
	// hasTable is a query that says whether the table named by its argument is
	// there.
	hasTable() string
	// migrator returns a handle that migrations may use, while no other process
	// does the same, and what ends that.
	migrator(ctx context.Context) (*sql.DB, func(), error)
	// queueDriver is the work queue's driver on a handle, which may be nil.
	queueDriver(handle *sql.DB) riverdriver.Driver[*sql.Tx]
	// openQueueDriver is the driver on connections of its own, with what closes
	// them.
	openQueueDriver(ctx context.Context) (riverdriver.Driver[*sql.Tx], func() error, error)
	// close ends what the handles stand on.
	close()
}

// Open connects to the database and checks that it can be used, but not which
// version its schema has: that is [DB.CheckVersion]. The caller closes it.
//
// Errors say which part of the setting is wrong and what to do, and never
// contain a password. They match [ErrNotDatabase], [IsReadOnly] or [IsFull]
// where that is the cause.
func Open(ctx context.Context, cfg Config, log *slog.Logger) (*DB, error) {
	switch {
	case strings.HasPrefix(cfg.URL, "sqlite:"):
		return openSQLite(ctx, cfg, log)
	case strings.HasPrefix(cfg.URL, "postgres://"), strings.HasPrefix(cfg.URL, "postgresql://"):
		return openPostgres(ctx, cfg, log)
	case cfg.URL == "":
		return nil, errors.New("database URL is empty: set it to sqlite:PATH or postgres://user@host/name")
	}
	scheme, _, _ := strings.Cut(cfg.URL, ":")
	if len(scheme) == len(cfg.URL) || strings.ContainsAny(scheme, "@/=") {
		scheme = "no scheme"
	}
	return nil, fmt.Errorf("database URL has %s: it must begin with sqlite: or postgres://", scheme)
}

// silent is for libraries whose every step is logged here.
var silent = slog.New(slog.DiscardHandler)

// newDB completes a database whose handles are open.
func newDB(log *slog.Logger, e engine, readers, writer *sql.DB, migrations fs.FS) *DB {
	db := &DB{log: log, engine: e, readers: readers, writer: writer, migrations: migrations}
	db.reading = readConn{db: readers}
	if e.dialect() == dialect.SQLite {
		db.reading = readConn{readers, newStatements(readers)}
	}
	db.client = newClient(e.dialect(), db.reading)
	return db
}

// Close waits for running queries and closes every connection.
func (db *DB) Close() error {
	err := db.readers.Close()
	if db.writer != db.readers {
		// The writer goes last: the last to close puts the log into the file.
		err = errors.Join(err, db.writer.Close())
	}
	db.engine.close()
	return err
}

// Client returns Ent's client: inside [DB.InTx], with the context that the work
// was given, that of the transaction; elsewhere one that only reads.
func (db *DB) Client(ctx context.Context) *ent.Client {
	if t := db.current(ctx); t != nil {
		return t.entClient()
	}
	return db.client
}
