package entdb_test

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"entgo.io/ent/dialect"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/entdb/migrations"
)

// A database of every version that ever was, with rows in every table, comes to
// the present with each value that still has a column.
//
// A migration that is meant to lose something fails here; it is then named here
// with its reason.
func TestMigrationsKeepRows(t *testing.T) {
	t.Parallel()
	names, err := fs.Glob(migrations.Files, "sqlite/*.sql")
	if err != nil || len(names) == 0 {
		t.Fatalf("no migrations: %v", err)
	}
	for i, name := range names {
		t.Run(strings.TrimPrefix(name, "sqlite/"), func(t *testing.T) {
			t.Parallel()
			entdbtest.EachEmpty(t, func(t *testing.T, url string) { keepRows(t, url, i+1) })
		})
	}
}

// keepRows migrates an empty database with the first n files, fills it, and
// applies the rest.
func keepRows(t *testing.T, url string, n int) {
	t.Helper()
	db := openURL(t, url)
	all := db.Migrations()
	db.UseMigrations(firstFiles(t, all, n))
	if err := db.Migrate(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	before := tables(t, db)
	if len(before) == 0 {
		t.Fatal("no tables found")
	}
	fill(t, db, before)
	want := values(t, db, before)

	db.UseMigrations(all)
	if err := db.Migrate(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	after := tables(t, db)
	got := values(t, db, after)
	for key, n := range want {
		table, column, _ := strings.Cut(key, ".")
		if _, there := after[table]; !there {
			t.Errorf("table %s is gone", table)
		} else if _, there := after[table][column]; there && got[key] < n {
			t.Errorf("%s had %d values and has %d", key, n, got[key])
		}
	}
}

// firstFiles holds the first n migrations of fsys.
func firstFiles(t *testing.T, fsys fs.FS, n int) fs.FS {
	t.Helper()
	names, err := fs.Glob(fsys, "*.sql")
	if err != nil || len(names) < n {
		t.Fatalf("%d files, want %d: the two databases differ in their migrations: %v", len(names), n, err)
	}
	first := fstest.MapFS{}
	for _, name := range names[:n] {
		content, err := fs.ReadFile(fsys, name)
		if err != nil {
			t.Fatal(err)
		}
		first[name] = &fstest.MapFile{Data: content}
	}
	return first
}

// columns of a table, with their types.
type columns map[string]string

// tables reads the schema from the database.
func tables(t *testing.T, db *entdb.DB) map[string]columns {
	t.Helper()
	query := `SELECT t.name, c.name, c.type FROM sqlite_master t JOIN pragma_table_info(t.name) c
		WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name <> 'goose_db_version'`
	if db.Dialect() == dialect.Postgres {
		query = `SELECT table_name, column_name, data_type FROM information_schema.columns
			WHERE table_schema = 'public' AND table_name <> 'goose_db_version'`
	}
	rows, err := db.SQL(t.Context()).QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	found := map[string]columns{}
	for rows.Next() {
		var table, column, kind string
		if err := rows.Scan(&table, &column, &kind); err != nil {
			t.Fatal(err)
		}
		if found[table] == nil {
			found[table] = columns{}
		}
		found[table][column] = strings.ToLower(kind)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return found
}

// fill puts two rows into every table. All values of one row are alike, so that
// every reference finds its row whatever the schema is.
func fill(t *testing.T, db *entdb.DB, schema map[string]columns) {
	t.Helper()
	late := "PRAGMA defer_foreign_keys = on"
	if db.Dialect() == dialect.Postgres {
		late = "SET LOCAL session_replication_role = replica"
	}
	write(t, db, func(ctx context.Context) error {
		if _, err := db.SQL(ctx).ExecContext(ctx, late); err != nil {
			return err
		}
		for table, columns := range schema {
			for n := range 2 {
				var names []string
				var args []any
				for name, kind := range columns {
					names = append(names, `"`+name+`"`)
					args = append(args, value(t, kind, n))
				}
				query := fmt.Sprintf(`INSERT INTO %q (%s) VALUES (?%s)`, table, strings.Join(names, ", "), strings.Repeat(", ?", len(args)-1))
				if _, err := db.SQL(ctx).ExecContext(ctx, db.Rebind(query), args...); err != nil {
					return fmt.Errorf("table %s: %w", table, err)
				}
			}
		}
		return nil
	})
}

// value is the nth value of a type, short enough for any column.
func value(t *testing.T, kind string, n int) any {
	t.Helper()
	text := string(rune('x' + n))
	for part, v := range map[string]any{
		"text": text, "char": text, "json": "[]", "bytea": []byte(text), "blob": []byte(text),
		"int": int64(n + 1), "real": 1.5, "double": 1.5, "numeric": 1.5, "bool": true,
		"time": noon.Add(time.Duration(n) * time.Second), "date": noon.AddDate(0, 0, n),
	} {
		if strings.Contains(kind, part) && (part != "date" || kind == "date") {
			return v
		}
	}
	t.Fatalf("no value for a column of type %q: add one", kind)
	return nil
}

// values counts what is not null, by table and column.
func values(t *testing.T, db *entdb.DB, schema map[string]columns) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for table, columns := range schema {
		for name := range columns {
			counts[table+"."+name] = count(t, db, fmt.Sprintf("SELECT count(%q) FROM %q", name, table))
		}
	}
	return counts
}
