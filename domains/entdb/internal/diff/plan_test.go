package main

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"entgo.io/ent/dialect"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
)

// empty opens the empty database that entdbtest made, and names its dialect and
// folder.
func empty(t *testing.T, url string) (db *sql.DB, name, folder string) {
	t.Helper()
	name, folder = dialect.SQLite, "sqlite"
	db, err := openSQLite()
	if strings.HasPrefix(url, "postgres:") {
		name, folder = dialect.Postgres, "postgres"
		var config *pgx.ConnConfig
		if config, err = pgx.ParseConfig(url); err == nil {
			db = stdlib.OpenDB(*config)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db, name, filepath.Join("..", "..", "migrations", folder)
}

func TestMigrationsAgreeWithSchema(t *testing.T) {
	t.Parallel()
	entdbtest.EachEmpty(t, func(t *testing.T, url string) {
		db, name, dir := empty(t, url)
		if err := (migration{name: "missing", check: true}).plan(t.Context(), name, db, dir); err != nil {
			t.Errorf("run go run ./domains/entdb/internal/diff -name …: %v", err)
		}
	})
}

func TestPlan(t *testing.T) {
	t.Parallel()
	entdbtest.EachEmpty(t, func(t *testing.T, url string) {
		db, name, _ := empty(t, url)
		dir := t.TempDir()
		next := migration{name: "initial", version: "20261123000001"}
		if err := next.plan(t.Context(), name, db, dir); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, "20261123000001_initial.sql")
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(content), "-- +goose Up\n") || strings.Contains(string(content), "+goose Down") {
			t.Errorf("file is not one that only goes up")
		}

		// Nothing is missing now, so nothing more is written.
		if err := (migration{name: "again", version: "20261123000002"}).plan(t.Context(), name, db, dir); err != nil {
			t.Fatalf("plan again: %v", err)
		}
		if files, _ := filepath.Glob(filepath.Join(dir, "*.sql")); len(files) != 1 {
			t.Errorf("files after planning twice: %d, want 1", len(files))
		}

		// A file that was changed later is noticed.
		if err := os.WriteFile(file, append(content, "-- changed\n"...), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := (migration{name: "after", check: true}).plan(t.Context(), name, db, dir); err == nil {
			t.Error("a changed file went unnoticed")
		}
	})
}

func TestCheckNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	entdbtest.EachEmpty(t, func(t *testing.T, url string) {
		db, name, _ := empty(t, url)
		dir := t.TempDir()
		err := (migration{name: "missing", check: true}).plan(t.Context(), name, db, dir)
		if err == nil || !strings.Contains(err.Error(), "CREATE TABLE") {
			t.Errorf("check of an empty folder: %v, want the missing tables", err)
		}
		if files, _ := os.ReadDir(dir); len(files) != 0 {
			t.Errorf("check wrote %d files", len(files))
		}
	})
}
