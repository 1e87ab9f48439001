package entdb

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"entgo.io/ent/dialect"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

var (
	errReadOnlyFile = errors.New("no permission to write")
	errDiskFull     = errors.New("no space left")
)

// sqliteReaders is how many readers are open by default. They cost little and
// never wait for the writer.
const sqliteReaders = 8

// sqliteEngine is a file. One connection writes, because SQLite has one writer
// anyway and a queue in the process is fairer than its locks; the others cannot.
// What it deletes it overwrites.
type sqliteEngine struct {
	path   string
	noSync bool
}

func openSQLite(ctx context.Context, cfg Config, log *slog.Logger) (*DB, error) {
	e := &sqliteEngine{path: strings.TrimPrefix(cfg.URL, "sqlite:"), noSync: cfg.NoSync}
	if err := e.prepareFile(); err != nil {
		return nil, e.explain(err)
	}
	writer, err := e.openWriter()
	if err != nil {
		return nil, e.explain(err)
	}
	if err := checkJournal(ctx, writer); err != nil {
		return nil, errors.Join(e.explain(err), writer.Close())
	}
	conns := cfg.MaxConns
	if conns <= 0 {
		conns = sqliteReaders
	}
	readers, err := e.open(conns, "_pragma=query_only(1)")
	if err != nil {
		return nil, errors.Join(e.explain(err), writer.Close())
	}
	return newDB(log, e, readers, writer, migrationsIn("sqlite")), nil
}

// prepareFile sees to it that the file is there and can be written, with errors
// that SQLite would all call "unable to open". Only its owner may read it: it
// holds personal data. The files beside it inherit that.
func (e *sqliteEngine) prepareFile() error {
	if e.path == "" || e.path == ":memory:" {
		return errors.New("name a file")
	}
	file, err := os.OpenFile(e.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return file.Close()
}

// open returns a handle of conns connections with more options.
//
// An acknowledged write survives a power cut: synchronous is FULL, since NORMAL
// may lose the last commits of a write-ahead log. A lock that another process
// holds is waited for. Quotes mean names and nothing else, as elsewhere.
func (e *sqliteEngine) open(conns int, more ...string) (*sql.DB, error) {
	synchronous := "FULL"
	if e.noSync {
		synchronous = "OFF"
	}
	options := append([]string{
		"_pragma=busy_timeout(5000)", "_pragma=journal_mode(WAL)", "_pragma=synchronous(" + synchronous + ")",
		"_time_format=sqlite", "_timezone=UTC", "_dqs=0",
	}, more...)
	connector, err := sqlite.NewConnector("file:" + e.escaped() + "?" + strings.Join(options, "&"))
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

// openWriter returns a handle that writes.
func (e *sqliteEngine) openWriter() (*sql.DB, error) {
	return e.open(1, "_txlock=immediate", "_pragma=foreign_keys(1)", "_pragma=secure_delete(1)")
}

// escaped is the path as a URI has it.
func (e *sqliteEngine) escaped() string {
	return (&url.URL{Path: filepath.ToSlash(e.path)}).EscapedPath()
}

// EmptyLog leaves no bytes in SQLite's files of what was deleted before: it puts
// the write-ahead log into the database, where deleted content is overwritten,
// and cuts the log to nothing. It waits for readers, so it is for rare occasions,
// and is called outside of a transaction. On PostgreSQL it does nothing.
func (db *DB) EmptyLog(ctx context.Context) error {
	if db.engine.dialect() != dialect.SQLite {
		return nil
	}
	var busy, frames, moved int
	if err := db.writer.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &moved); err != nil {
		return fmt.Errorf("empty the write-ahead log: %w", err)
	}
	if busy != 0 {
		return fmt.Errorf("empty the write-ahead log: %w", ErrUnavailable)
	}
	return nil
}

// checkJournal connects, and makes sure of the mode in which readers do not
// wait for the writer.
func checkJournal(ctx context.Context, db *sql.DB) error {
	var mode string
	if err := db.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" {
		return errors.New("its file system has no shared memory (a network drive?); put it on a local disk")
	}
	return nil
}

// explain says what is wrong with the file and what to do about it.
func (e *sqliteEngine) explain(err error) error {
	wrap := func(advice string, cause error) error {
		return fmt.Errorf("database URL sqlite:%s: %s: %w", e.path, advice, cause)
	}
	dir := filepath.Dir(e.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return wrap(fmt.Sprintf("there is no folder %s; create it or name another", dir), err)
	case errors.Is(err, syscall.EISDIR):
		return wrap("this is a folder; name a file in it", err)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS), IsReadOnly(err):
		return wrap("let this user write the file and its folder", fmt.Errorf("%w: %w", errReadOnlyFile, err))
	case errors.Is(err, syscall.ENOSPC), IsFull(err):
		return wrap("make room on the disk", fmt.Errorf("%w: %w", errDiskFull, err))
	case failedWith(err, "", sqlite3.SQLITE_CANTOPEN):
		return wrap("let this user create files in its folder", fmt.Errorf("%w: %w", errReadOnlyFile, err))
	case failedWith(err, "", sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
		return wrap("name another file or restore a backup", fmt.Errorf("%w: %w", ErrNotDatabase, err))
	}
	return fmt.Errorf("database URL sqlite:%s: %w", e.path, err)
}

func (*sqliteEngine) dialect() string            { return dialect.SQLite }
func (*sqliteEngine) rebind(query string) string { return query }

func (*sqliteEngine) oneOf(list []string) (string, any) {
	raw, err := json.Marshal(list)
	if err != nil {
		panic(err) // texts are always JSON
	}
	return "IN (SELECT value FROM json_each(?))", string(raw)
}
func (*sqliteEngine) txOptions() *sql.TxOptions { return nil }
func (*sqliteEngine) close()                    {}

// tries is small: each has waited for the lock before it failed.
func (*sqliteEngine) tries() int { return 10 }

func (*sqliteEngine) hasTable() string {
	return "SELECT count(*) > 0 FROM sqlite_master WHERE type = 'table' AND name = ?"
}
