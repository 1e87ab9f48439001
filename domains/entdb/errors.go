package entdb

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
)

// ErrUnavailable is returned by [DB.InTx] when the database did not take the
// work now: too much at once, full, read-only or gone. Nothing was written, and
// the same call may succeed later. The cause stays in the chain.
var ErrUnavailable = fault.New(fault.Unavailable, "STORAGE_UNAVAILABLE")

// ErrNotDatabase says that the file of a SQLite URL is not one, or is damaged.
var ErrNotDatabase = errors.New("not a SQLite database, or damaged")

// IsNotFound reports whether a row was asked for that is not there.
func IsNotFound(err error) bool { return ent.IsNotFound(err) || errors.Is(err, sql.ErrNoRows) }

// IsUniqueViolation reports whether a row with the same key exists already.
func IsUniqueViolation(err error) bool {
	return failedWith(err, "23505", sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}

// IsForeignKeyViolation reports whether a row points at one that is not there,
// or would be left doing so.
func IsForeignKeyViolation(err error) bool {
	return failedWith(err, "23503", sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY)
}

// IsReadOnly reports whether the database cannot be written: a file without
// write permission, a standby server.
func IsReadOnly(err error) bool {
	return failedWith(err, "25006", sqlite3.SQLITE_READONLY) || errors.Is(err, errReadOnlyFile)
}

// IsFull reports whether the disk, or the space that the database may use, is
// used up.
func IsFull(err error) bool {
	return failedWith(err, "53100", sqlite3.SQLITE_FULL) || errors.Is(err, errDiskFull)
}

// retryable reports whether the transaction met another one and can be begun
// anew: a serialisation failure or deadlock, or a SQLite file that another
// process was writing all the while.
func retryable(err error) bool {
	return failedWith(err, "40001", sqlite3.SQLITE_BUSY) || failedWith(err, "40P01")
}

// unavailable reports whether the database, not the work, is at fault.
func unavailable(err error) bool {
	if retryable(err) || IsReadOnly(err) || IsFull(err) {
		return true
	}
	// Nobody knows what became of a commit whose answer was lost, whatever the driver
	// says: it calls a connection that broke meanwhile safe to try again.
	var doubt commitError
	if errors.As(err, &doubt) {
		return false
	}
	if broken(err) {
		return true
	}
	// Connection lost, resources used up, server shutting down; 57014 is a
	// query that was cancelled, which a caller does who left.
	code := postgresCode(err)
	return code != "57014" && len(code) == 5 && slices.Contains([]string{"08", "53", "57"}, code[:2])
}

// commitError is what a commit failed with.
type commitError struct{ error }

// Unwrap gives the cause.
func (e commitError) Unwrap() error { return e.error }

// broken reports whether there was no connection, or no longer.
func broken(err error) bool {
	var connect *pgconn.ConnectError
	var network *net.OpError
	return errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) || pgconn.SafeToRetry(err) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}

// failedWith reports whether err has PostgreSQL's code, or one of SQLite's. A
// SQLite code of one byte stands for all codes that refine it.
func failedWith(err error, postgres string, codes ...int) bool {
	if code := postgresCode(err); code != "" {
		return strings.EqualFold(code, postgres)
	}
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	return slices.ContainsFunc(codes, func(code int) bool {
		return e.Code() == code || code <= 0xff && e.Code()&0xff == code
	})
}

// postgresCode is the SQLSTATE in err, or "".
func postgresCode(err error) string {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return ""
	}
	return e.Code
}
