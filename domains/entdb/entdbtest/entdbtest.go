// Package entdbtest gives every test a database of its own, made by the real
// migrations.
//
// SQLite is always there. PostgreSQL is used where MINZHENGTONG_TEST_POSTGRES
// holds the URL of a server on which databases may be created; postgres.sh in
// this folder starts one. Where it is unset those tests are skipped, or fail if
// MINZHENGTONG_TEST_REQUIRE contains "postgres", as it does in CI.
package entdbtest

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
)

// New returns a migrated SQLite database that is closed and deleted with the
// test.
func New(t testing.TB) *entdb.DB {
	t.Helper()
	return open(t, "sqlite:"+File(t))
}

// File returns the path of a migrated SQLite file that nobody has open. It is
// deleted with the test.
func File(t testing.TB) string {
	t.Helper()
	content, err := template()
	if err != nil {
		t.Fatalf("migrate a SQLite file: %v", err)
	}
	path := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Each runs f once for each kind of database, side by side, as subtests "sqlite"
// and "postgres".
func Each(t *testing.T, f func(t *testing.T, db *entdb.DB)) {
	t.Helper()
	each(t, func(t *testing.T, sqlite bool) {
		if sqlite {
			f(t, New(t))
			return
		}
		f(t, Postgres(t))
	})
}

// EachEmpty is [Each] for tests of what opens or migrates: f gets the URL of a
// database without tables.
func EachEmpty(t *testing.T, f func(t *testing.T, url string)) {
	t.Helper()
	each(t, func(t *testing.T, sqlite bool) {
		if sqlite {
			f(t, "sqlite:"+filepath.Join(t.TempDir(), "empty.db"))
			return
		}
		f(t, create(t, "template0"))
	})
}

// EachURL is [Each] for tests of several processes: f gets the URL of a migrated
// database that nobody has open.
func EachURL(t *testing.T, f func(t *testing.T, url string)) {
	t.Helper()
	each(t, func(t *testing.T, sqlite bool) {
		if sqlite {
			f(t, "sqlite:"+File(t))
			return
		}
		f(t, postgresURL(t))
	})
}

func each(t *testing.T, f func(t *testing.T, sqlite bool)) {
	t.Helper()
	for _, name := range []string{"sqlite", "postgres"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f(t, name == "sqlite")
		})
	}
}

// open opens a database that is closed with the test.
func open(t testing.TB, url string) *entdb.DB {
	t.Helper()
	db, err := entdb.Open(t.Context(), entdb.Config{URL: url, MaxConns: 8, NoSync: true}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close the database: %v", err)
		}
	})
	return db
}

var quiet = slog.New(slog.DiscardHandler)

// template is the content of a migrated SQLite file.
var template = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "entdbtest")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // the system cleans up what stays
	path := filepath.Join(dir, "template.db")
	if err := migrate(context.Background(), "sqlite:"+path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// migrate makes the database at the URL ready.
func migrate(ctx context.Context, url string) error {
	db, err := entdb.Open(ctx, entdb.Config{URL: url, NoSync: true}, quiet)
	if err != nil {
		return err
	}
	if err := db.Migrate(ctx, nil); err != nil {
		_ = db.Close() // err says more
		return err
	}
	return db.Close()
}
