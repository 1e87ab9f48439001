// Command diff writes the next migration from the Ent schema, for both
// databases at once:
//
//	go run ./domains/entdb/internal/diff -name add_phone
//
// It plays the existing files on empty databases, compares the result with the
// schema, and writes what is missing: SQLite in memory, PostgreSQL in a database
// made for it on the server that -postgres or MINZHENGTONG_TEST_POSTGRES names.
// With -check it writes nothing and fails where something is missing.
//
// Read what it wrote before committing it. It never guesses a rename: it drops
// one column and adds another. A file that was released is never changed;
// atlas.sum beside the files tells.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"entgo.io/ent/dialect"
)

func main() {
	var next migration
	flag.StringVar(&next.name, "name", "", "what the migration does, lower_snake_case")
	flag.StringVar(&next.version, "version", time.Now().UTC().Format("20060102150405"), "number of the migration")
	flag.BoolVar(&next.check, "check", false, "write nothing; fail where schema and migrations differ")
	dir := flag.String("dir", filepath.Join("domains", "entdb", "migrations"), "folder that holds sqlite and postgres")
	postgres := flag.String("postgres", os.Getenv("MINZHENGTONG_TEST_POSTGRES"), "URL of a PostgreSQL server where a database may be made")
	flag.Parse()

	if err := run(context.Background(), next, *dir, *postgres); err != nil {
		fmt.Fprintln(os.Stderr, "diff:", err)
		os.Exit(1)
	}
}

// run plans the migration for both databases.
func run(ctx context.Context, next migration, dir, postgres string) error {
	switch {
	case next.name == "" && !next.check:
		return errors.New("-name is missing")
	case postgres == "":
		return errors.New("-postgres is missing: domains/entdb/entdbtest/postgres.sh start prints one")
	}
	lite, err := openSQLite()
	if err != nil {
		return err
	}
	defer func() { _ = lite.Close() }() // in memory
	if err := next.plan(ctx, dialect.SQLite, lite, filepath.Join(dir, "sqlite")); err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	server, drop, err := openPostgres(ctx, postgres)
	if err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	defer drop()
	if err := next.plan(ctx, dialect.Postgres, server, filepath.Join(dir, "postgres")); err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	return nil
}
