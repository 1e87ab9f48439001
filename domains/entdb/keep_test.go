package entdb_test

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/entdb/migrations"
)

// A database of every version that ever was, with rows in every table, comes to
// the present with each value that still has a column.
//
// A migration that is meant to lose or change something fails here; it is then
// named here with its reason.
func TestMigrationsKeepRows(t *testing.T) {
	t.Parallel()
	names, err := fs.Glob(migrations.Files, "sqlite/*.sql")
	if err != nil || len(names) == 0 {
		t.Fatalf("no migrations: %v", err)
	}
	for i, name := range names {
		t.Run(strings.TrimPrefix(name, "sqlite/"), func(t *testing.T) {
			t.Parallel()
			entdbtest.EachEmpty(t, func(t *testing.T, url string) {
				db := openURL(t, url)
				for _, what := range lost(t, db, db.Migrations(), i+1) {
					t.Error(what)
				}
			})
		})
	}
}

// TestLostValuesAreSeen: the test above finds what it is there to find.
func TestLostValuesAreSeen(t *testing.T) {
	t.Parallel()
	const first = `CREATE TABLE parents (id text NOT NULL, name text NOT NULL, note text NULL, PRIMARY KEY (id));
CREATE TABLE children (id bigint NOT NULL, parent_id text NOT NULL REFERENCES parents (id), PRIMARY KEY (id));`
	const moved = `CREATE TABLE fresh (id text NOT NULL, name text NOT NULL, note text NULL, PRIMARY KEY (id));
INSERT INTO fresh (id, name, note) SELECT %s FROM parents;
CREATE TABLE young (id bigint NOT NULL, parent_id text NOT NULL REFERENCES fresh (id), PRIMARY KEY (id));
INSERT INTO young SELECT id, parent_id FROM children;
DROP TABLE children;
DROP TABLE parents;
ALTER TABLE fresh RENAME TO parents;
ALTER TABLE young RENAME TO children;`
	tests := map[string]struct {
		then string
		want int // how many things are lost
	}{
		"a table is moved":             {fmt.Sprintf(moved, "id, name, note"), 0},
		"a column is added":            {"ALTER TABLE parents ADD COLUMN age bigint NOT NULL DEFAULT 0;", 0},
		"a column goes":                {"ALTER TABLE parents DROP COLUMN note;", 0},
		"columns are swapped":          {fmt.Sprintf(moved, "id, note, name"), 4},
		"a column takes another's":     {"UPDATE parents SET note = name;", 2},
		"a column is emptied":          {"UPDATE parents SET note = NULL;", 2},
		"a text is emptied":            {"UPDATE parents SET name = '';", 2},
		"references point elsewhere":   {"UPDATE children SET parent_id = (SELECT min(id) FROM parents);", 1},
		"a row goes":                   {"DELETE FROM children WHERE id = (SELECT min(id) FROM children);", 1},
		"a row has another key":        {"UPDATE children SET id = id + 10;", 2},
		"a table goes":                 {"DROP TABLE children;", 1},
		"a value moves to another row": {"UPDATE parents SET note = (SELECT max(note) FROM parents);", 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			entdbtest.EachEmpty(t, func(t *testing.T, url string) {
				all := files(map[string]string{"1_first.sql": first, "2_then.sql": tt.then})
				if got := lost(t, openURL(t, url), all, 1); len(got) != tt.want {
					t.Errorf("%d things are lost, want %d: %v", len(got), tt.want, got)
				}
			})
		})
	}
}

// lost migrates an empty database with the first n files, fills it, applies the
// rest, and names what is not there any more.
func lost(t *testing.T, db *entdb.DB, all fs.FS, n int) []string {
	t.Helper()
	db.UseMigrations(firstFiles(t, all, n))
	if err := db.Migrate(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	before := tables(t, db)
	if len(before) == 0 {
		t.Fatal("no tables found")
	}
	fill(t, db, before)
	want := content(t, db, before)
	db.UseMigrations(all)
	if err := db.Migrate(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	after := tables(t, db)
	got := content(t, db, after)
	var gone []string
	for _, table := range slices.Sorted(maps.Keys(want)) {
		if after[table] == nil {
			gone = append(gone, fmt.Sprintf("table %s is gone", table))
			continue
		}
		gone = append(gone, differences(table, want[table], got[table], after[table])...)
	}
	return gone
}

// differences names the rows and values of a table that are not as they were, in
// the columns that it still has.
func differences(table string, want, got rows, still columns) []string {
	var gone []string
	for _, id := range slices.Sorted(maps.Keys(want)) {
		if got[id] == nil {
			gone = append(gone, fmt.Sprintf("row %s of %s is gone", id, table))
			continue
		}
		for _, column := range slices.Sorted(maps.Keys(want[id])) {
			if _, there := still[column]; there && got[id][column] != want[id][column] {
				gone = append(gone, fmt.Sprintf("%s.%s of row %s is %q, was %q", table, column, id, got[id][column], want[id][column]))
			}
		}
	}
	return gone
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
