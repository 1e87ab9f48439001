package privacy_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
)

// hits names the columns in which one of the songs is.
func (w *world) hits(t *testing.T, db *entdb.DB, songs []string) []string {
	t.Helper()
	var found []string
	for _, table := range tables(t, db) {
		rows, err := db.SQL(t.Context()).QueryContext(t.Context(), `SELECT * FROM "`+table+`"`)
		must(t, table, err)
		columns, err := rows.Columns()
		must(t, table, err)
		for rows.Next() {
			values := make([]any, len(columns))
			for i := range values {
				values[i] = new(any)
			}
			must(t, table, rows.Scan(values...))
			for i, v := range values {
				text := fmt.Sprint(*v.(*any))
				if raw, ok := (*v.(*any)).([]byte); ok {
					text = string(raw)
				}
				name := table + "." + columns[i]
				if slices.ContainsFunc(songs, func(s string) bool { return strings.Contains(text, s) }) && !slices.Contains(found, name) {
					found = append(found, name)
				}
			}
		}
		must(t, table, errors.Join(rows.Err(), rows.Close()))
	}
	return found
}

// tables are all tables of a database.
func tables(t *testing.T, db *entdb.DB) []string {
	t.Helper()
	query := `SELECT name FROM sqlite_master WHERE type = 'table'`
	if sqlitePath(t, db) == "" {
		query = `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`
	}
	rows, err := db.SQL(t.Context()).QueryContext(t.Context(), query)
	must(t, "tables", err)
	var names []string
	for rows.Next() {
		var name string
		must(t, "tables", rows.Scan(&name))
		names = append(names, name)
	}
	must(t, "tables", errors.Join(rows.Err(), rows.Close()))
	if len(names) < 30 {
		t.Fatalf("only %d tables", len(names))
	}
	return names
}

// sqlitePath is the file of a SQLite database, or "".
func sqlitePath(t *testing.T, db *entdb.DB) string {
	t.Helper()
	if db.Rebind("?") != "?" {
		return ""
	}
	var seq int
	var name, path string
	must(t, "path", db.SQL(t.Context()).QueryRowContext(t.Context(), "PRAGMA database_list").Scan(&seq, &name, &path))
	return path
}

// searchFiles reads the bytes of SQLite's files.
func (w *world) searchFiles(t *testing.T, songs []string) {
	t.Helper()
	path := sqlitePath(t, w.deps.DB)
	if path == "" {
		return
	}
	names, err := filepath.Glob(path + "*")
	must(t, "files", err)
	for _, name := range names {
		raw, err := os.ReadFile(name)
		must(t, "read", err)
		for _, song := range songs {
			if bytes.Contains(raw, []byte(song)) {
				t.Errorf("%q is in the bytes of %s", song, filepath.Base(name))
			}
		}
	}
}

func (w *world) searchLog(t *testing.T, songs []string) {
	t.Helper()
	for _, song := range songs {
		if strings.Contains(w.told.heard.String(), song) {
			t.Errorf("%q is in the log", song)
		}
	}
}

func (w *world) searchExport(t *testing.T, by actor.Actor, songs []string) {
	t.Helper()
	e, err := w.Export(t.Context(), by)
	must(t, "export of somebody else", err)
	json, err := e.JSON()
	must(t, "write", err)
	for _, song := range songs {
		if bytes.Contains(json, []byte(song)) {
			t.Errorf("%q is in somebody else's export", song)
		}
	}
}
