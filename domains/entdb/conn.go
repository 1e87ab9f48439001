package entdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"strings"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/gen/ent"
)

// ErrOutsideTx is returned for a write that was not inside [DB.InTx]. It is a
// mistake in the program.
var ErrOutsideTx = errors.New("entdb: a write outside InTx")

// readConn reads, and refuses what looks like a write before it is sent.
// SQLite's reading connections refuse what does not look like one too.
type readConn struct {
	db   *sql.DB
	kept *statements // nil where the driver keeps its own
}

// ExecContext implements Querier.
func (readConn) ExecContext(context.Context, string, ...any) (sql.Result, error) {
	return nil, ErrOutsideTx
}

// QueryContext implements Querier.
func (c readConn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if writes(query) {
		return nil, ErrOutsideTx
	}
	statement, err := c.kept.get(ctx, query) //nolint:sqlclosecheck // it is kept, and ends with the handle
	if err != nil {
		return nil, err
	}
	if statement != nil {
		return statement.QueryContext(ctx, utc(args)...)
	}
	return c.db.QueryContext(ctx, query, utc(args)...)
}

// QueryRowContext implements Querier.
func (c readConn) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if writes(query) {
		return failedRow(ctx, ErrOutsideTx)
	}
	return c.db.QueryRowContext(ctx, query, utc(args)...)
}

// writes reports whether the statement's first word changes rows.
func writes(query string) bool {
	word, _, _ := strings.Cut(strings.TrimSpace(query), " ")
	switch strings.ToUpper(word) {
	case "INSERT", "UPDATE", "DELETE", "REPLACE":
		return true
	}
	return false
}

// utc returns the arguments with every time in UTC, cut to the microsecond that
// both databases keep. SQLite stores times as text, which sorts rightly only
// within one zone.
func utc(args []any) []any {
	out := make([]any, len(args))
	for i, arg := range args {
		switch v := arg.(type) {
		case time.Time:
			arg = v.UTC().Truncate(time.Microsecond)
		case *time.Time:
			if v != nil {
				arg = v.UTC().Truncate(time.Microsecond)
			}
		case sql.NullTime:
			v.Time = v.Time.UTC().Truncate(time.Microsecond)
			arg = v
		}
		out[i] = arg
	}
	return out
}

// newClient returns Ent's client on a connection.
func newClient(name string, c Querier) *ent.Client {
	return ent.NewClient(ent.Driver(entDriver{entsql.NewDriver(name, entsql.Conn{ExecQuerier: c})}))
}

// entDriver lets Ent's larger writes, which want a transaction, use the one
// they are in. Outside of one, their first statement is refused.
type entDriver struct{ *entsql.Driver }

// Tx implements dialect.Driver.
func (d entDriver) Tx(context.Context) (dialect.Tx, error) { return dialect.NopTx(d), nil }

// Close implements dialect.Driver; handles are closed by [DB.Close].
func (entDriver) Close() error { return nil }

// failedRow is a row that yields err. Only database/sql can make one.
func failedRow(ctx context.Context, err error) *sql.Row {
	db := sql.OpenDB(refusal{err})
	defer func() { _ = db.Close() }() // holds nothing
	return db.QueryRowContext(ctx, "")
}

// refusal is a connector that never connects.
type refusal struct{ err error }

// Connect implements driver.Connector.
func (r refusal) Connect(context.Context) (driver.Conn, error) { return nil, r.err }

// Driver implements driver.Connector.
func (r refusal) Driver() driver.Driver { return r }

// Open implements driver.Driver.
func (r refusal) Open(string) (driver.Conn, error) { return nil, r.err }
