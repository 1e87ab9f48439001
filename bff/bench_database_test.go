package bff_test

import (
	"context"
	"database/sql"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the reference opens PostgreSQL by itself

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
)

// conns is how many connections either side may use.
const conns = 8

// database is one database that both sides use, each over handles of its own.
type database struct {
	db     *entdb.DB
	byHand *sql.DB
	engine string // the name among stores
}

// stores are the databases of the contest.
var stores = []struct {
	name string
	open func(testing.TB) database
}{{"sqlite", openSQLite}, {"postgres", openPostgres}}

// openSQLite opens a migrated file twice, the second time with the settings that
// entdb gives its readers.
func openSQLite(t testing.TB) database {
	t.Helper()
	path := entdbtest.File(t)
	db, err := entdb.Open(t.Context(), entdb.Config{URL: "sqlite:" + path, MaxConns: conns, NoSync: true}, slog.New(slog.DiscardHandler))
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	source := "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?" + strings.Join([]string{
		"_pragma=busy_timeout(5000)", "_pragma=journal_mode(WAL)", "_pragma=synchronous(OFF)",
		"_time_format=sqlite", "_timezone=UTC", "_dqs=0", "_pragma=query_only(1)",
	}, "&")
	return database{db: db, byHand: openByHand(t, "sqlite", source), engine: "sqlite"}
}

// openPostgres opens a migrated database twice.
func openPostgres(t testing.TB) database {
	t.Helper()
	db := entdbtest.Postgres(t)
	var name string
	must(t, db.SQL(t.Context()).QueryRowContext(t.Context(), "SELECT current_database()").Scan(&name))
	u, err := url.Parse(os.Getenv("MINZHENGTONG_TEST_POSTGRES"))
	must(t, err)
	u.Path = "/" + name
	return database{db: db, byHand: openByHand(t, "pgx", u.String()), engine: "postgres"}
}

func openByHand(t testing.TB, driver, source string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, source)
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db
}

// settle has PostgreSQL learn what is in its tables, as it does by itself when
// somebody leaves it alone for a while.
func (d database) settle(t testing.TB) {
	t.Helper()
	if d.engine == "sqlite" {
		return
	}
	must(t, d.db.InTx(t.Context(), func(ctx context.Context) error {
		_, err := d.db.SQL(ctx).ExecContext(ctx, "ANALYZE")
		return err
	}))
}
