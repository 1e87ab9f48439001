package vault

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"modernc.org/sqlite"
)

// sqliteReaders is how many connections read.
const sqliteReaders = 4

// The statements on SQLite. Owners are one JSON array, so that a statement is
// prepared once however many there are.
const (
	sqliteTable = `CREATE TABLE IF NOT EXISTS data_keys (
		owner text NOT NULL PRIMARY KEY, key_sealed blob NOT NULL,
		create_time datetime NOT NULL, shred_time datetime)`
	sqliteRead = `SELECT owner, key_sealed, shred_time FROM data_keys
		WHERE owner IN (SELECT value FROM json_each(?))`
	sqlitePage = `SELECT owner, key_sealed, shred_time FROM data_keys
		WHERE owner > ? AND shred_time IS NULL ORDER BY owner LIMIT ?`
	// Zeros of the same length go over the key where it lies, before the row
	// gets shorter and SQLite may move it.
	sqliteOverwrite = `UPDATE data_keys SET key_sealed = zeroblob(length(key_sealed))
		WHERE owner IN (SELECT value FROM json_each(?))`
	sqliteShred = `INSERT INTO data_keys (owner, key_sealed, create_time, shred_time)
		SELECT value, x'', ?, ? FROM json_each(?) WHERE true
		ON CONFLICT (owner) DO UPDATE SET key_sealed = x'', shred_time = coalesce(shred_time, excluded.shred_time)`
	sqliteRewrap = `UPDATE data_keys SET key_sealed = ? WHERE owner = ? AND key_sealed = ?`
)

// sqliteStore is a file. Rows keep the place where they were first written, so
// that shredding can overwrite them there.
type sqliteStore struct {
	writer, readers *sql.DB
	reading         *sql.Stmt // sqliteRead on readers
}

func openSQLite(ctx context.Context, path string) (store, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) // SQLite calls all of this "unable to open"
	if err != nil {
		return nil, err
	}
	if err := file.Close(); err != nil {
		return nil, err
	}
	s := &sqliteStore{}
	if s.writer, err = sqliteHandle(path, 1, "_txlock=immediate", "_pragma=secure_delete(1)"); err != nil {
		return nil, err
	}
	if err = s.prepare(ctx); err == nil {
		s.readers, err = sqliteHandle(path, sqliteReaders, "_pragma=query_only(1)")
	}
	if err == nil {
		s.reading, err = s.readers.PrepareContext(ctx, sqliteRead)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("sqlite:%s: %w", path, err), s.close())
	}
	return s, nil
}

// sqliteHandle opens the file. What was acknowledged survives a power cut.
func sqliteHandle(path string, conns int, more ...string) (*sql.DB, error) {
	options := append([]string{
		"_pragma=busy_timeout(5000)", "_pragma=journal_mode(WAL)", "_pragma=synchronous(FULL)",
		"_time_format=sqlite", "_timezone=UTC", "_dqs=0",
	}, more...)
	escaped := (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()
	connector, err := sqlite.NewConnector("file:" + escaped + "?" + strings.Join(options, "&"))
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

// prepare makes the table, in a file that holds nothing else.
func (s *sqliteStore) prepare(ctx context.Context) error {
	var foreign int
	row := s.writer.QueryRowContext(ctx,
		"SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name <> 'data_keys'")
	if err := row.Scan(&foreign); err != nil {
		return err
	}
	if foreign > 0 {
		return errors.New("this file holds other tables; name a file that is the vault's alone")
	}
	_, err := s.writer.ExecContext(ctx, sqliteTable)
	return err
}

func (s *sqliteStore) close() error {
	var err error
	if s.readers != nil {
		err = s.readers.Close()
	}
	return errors.Join(err, s.writer.Close()) // the last to close puts the log into the file
}

func (s *sqliteStore) read(ctx context.Context, owners []string) ([]entry, error) {
	rows, err := s.reading.QueryContext(ctx, array(owners))
	return entries(rows, err)
}

func (s *sqliteStore) page(ctx context.Context, after string, limit int) ([]entry, error) {
	rows, err := s.readers.QueryContext(ctx, sqlitePage, after, limit)
	return entries(rows, err)
}

// sqliteRows is how many rows one insert takes, by three parameters each:
// SQLite's limit is 32,766.
const sqliteRows = 10_000

// sqliteInsert is the statement for n rows.
func sqliteInsert(n int) string {
	return "INSERT INTO data_keys (owner, key_sealed, create_time) VALUES (?,?,?)" +
		strings.Repeat(",(?,?,?)", n-1) + " ON CONFLICT (owner) DO NOTHING"
}

func (s *sqliteStore) insert(ctx context.Context, rows []entry, at time.Time) (int, error) {
	added := 0
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		added = 0
		for len(rows) > 0 {
			part := rows[:min(len(rows), sqliteRows)]
			rows = rows[len(part):]
			args := make([]any, 0, 3*len(part))
			for _, r := range part {
				args = append(args, r.owner, r.sealed, at)
			}
			result, err := tx.ExecContext(ctx, sqliteInsert(len(part)), args...)
			if err != nil {
				return err
			}
			n, err := result.RowsAffected()
			if err != nil {
				return err
			}
			added += int(n)
		}
		return nil
	})
	return added, err
}

func (s *sqliteStore) rewrap(ctx context.Context, before, after []entry) error {
	return s.inTx(ctx, func(tx *sql.Tx) error {
		for i, r := range after {
			if _, err := tx.ExecContext(ctx, sqliteRewrap, r.sealed, r.owner, before[i].sealed); err != nil {
				return err
			}
		}
		return nil
	})
}

// shred overwrites the keys in the file, marks the owners and empties the log,
// which has the pages as they were before.
func (s *sqliteStore) shred(ctx context.Context, owners []string, at time.Time) error {
	list := array(owners)
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, sqliteOverwrite, list); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, sqliteShred, at, at, list)
		return err
	})
	if err != nil {
		return err
	}
	return s.compact(ctx)
}

// compact moves the log into the file and cuts it to nothing. It waits for
// readers as long as for any other lock.
func (s *sqliteStore) compact(ctx context.Context) error {
	var busy, frames, moved int
	if err := s.writer.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &moved); err != nil {
		return err
	}
	if busy != 0 {
		return errors.New("others were reading all the while; the log still has what was shredded")
	}
	return nil
}

func (s *sqliteStore) inTx(ctx context.Context, work func(*sql.Tx) error) error {
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	if err := work(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// array is owners as one parameter.
func array(owners []string) string {
	list, err := json.Marshal(owners)
	if err != nil {
		panic("vault: strings that are no JSON: " + err.Error())
	}
	return string(list)
}

// entries reads the rows of a query.
func entries(rows *sql.Rows, err error) ([]entry, error) {
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var list []entry
	for rows.Next() {
		var e entry
		if err := rows.Scan(&e.owner, &e.sealed, &e.shredded); err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, rows.Err()
}
