package entdb_test

import (
	"context"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"entgo.io/ent/dialect"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
)

// columns of a table, with their types.
type columns map[string]string

// rows of a table by id: each column's value as text, "<nil>" for null.
type rows map[string]map[string]string

// tables reads the schema from the database.
func tables(t *testing.T, db *entdb.DB) map[string]columns {
	t.Helper()
	query := `SELECT t.name, c.name, c.type FROM sqlite_master t JOIN pragma_table_info(t.name) c
		WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name <> 'goose_db_version'`
	if db.Dialect() == dialect.Postgres {
		query = `SELECT table_name, column_name, data_type FROM information_schema.columns
			WHERE table_schema = 'public' AND table_name <> 'goose_db_version'`
	}
	found := map[string]columns{}
	for _, row := range texts(t, db, query) {
		table, column, kind := row[0], row[1], row[2]
		if found[table] == nil {
			found[table] = columns{}
		}
		found[table][column] = strings.ToLower(kind)
	}
	return found
}

// references are the columns that point at other rows, as table.column.
func references(t *testing.T, db *entdb.DB) map[string]bool {
	t.Helper()
	query := `SELECT t.name, f."from" FROM sqlite_master t JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table'`
	if db.Dialect() == dialect.Postgres {
		query = `SELECT k.table_name, k.column_name FROM information_schema.key_column_usage k
			JOIN information_schema.table_constraints c USING (constraint_schema, constraint_name)
			WHERE c.constraint_type = 'FOREIGN KEY'`
	}
	found := map[string]bool{}
	for _, row := range texts(t, db, query) {
		found[row[0]+"."+row[1]] = true
	}
	return found
}

// content reads all rows of all tables.
func content(t *testing.T, db *entdb.DB, schema map[string]columns) map[string]rows {
	t.Helper()
	all := map[string]rows{}
	for table, columns := range schema {
		names := slices.Sorted(maps.Keys(columns))
		all[table] = rows{}
		for _, values := range texts(t, db, fmt.Sprintf(`SELECT "%s" FROM %q`, strings.Join(names, `", "`), table)) {
			row := map[string]string{}
			for i, name := range names {
				row[name] = values[i]
			}
			all[table][row["id"]] = row
		}
	}
	return all
}

// texts runs a query and returns each row's values as text.
func texts(t *testing.T, db *entdb.DB, query string) [][]string {
	t.Helper()
	found, err := db.SQL(t.Context()).QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = found.Close() }()
	names, err := found.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var all [][]string
	for found.Next() {
		values := make([]any, len(names))
		for i := range values {
			values[i] = new(any)
		}
		if err := found.Scan(values...); err != nil {
			t.Fatal(err)
		}
		row := make([]string, len(values))
		for i, v := range values {
			row[i] = text(*v.(*any))
		}
		all = append(all, row)
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// text is a value of a column as text.
func text(v any) string {
	switch v := v.(type) {
	case []byte:
		return string(v)
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	default:
		return fmt.Sprint(v)
	}
}

// fill puts two rows into every table. Keys are alike in all tables, so that every
// reference finds its row whatever the schema is; the references of one row point at
// one row and the other in turn. Every other value is of its column alone.
func fill(t *testing.T, db *entdb.DB, schema map[string]columns) {
	t.Helper()
	late := "PRAGMA defer_foreign_keys = on"
	if db.Dialect() == dialect.Postgres {
		late = "SET LOCAL session_replication_role = replica"
	}
	refers := references(t, db)
	write(t, db, func(ctx context.Context) error {
		if _, err := db.SQL(ctx).ExecContext(ctx, late); err != nil {
			return err
		}
		for table, columns := range schema {
			for n := range 2 {
				var names []string
				var args []any
				turn := n
				for _, name := range slices.Sorted(maps.Keys(columns)) {
					owner, to := table+"."+name, n
					switch {
					case name == "id":
						owner = ""
					case refers[owner]:
						owner, to, turn = "", turn, 1-turn
					}
					names, args = append(names, `"`+name+`"`), append(args, value(t, columns[name], owner, to))
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

// value is the nth value of a type in a column, or of a key if owner is "".
func value(t *testing.T, kind, owner string, n int) any {
	t.Helper()
	text, number := string(rune('x'+n)), int64(n+1)
	if owner != "" {
		hash := fnv.New32a()
		_, _ = hash.Write([]byte(owner)) // it never fails
		text, number = fmt.Sprintf("%s of %s", text, owner), int64(hash.Sum32()%1_000_000)*2+number
	}
	for part, v := range map[string]any{
		"text": text, "char": text, "json": `["` + text + `"]`, "bytea": []byte(text), "blob": []byte(text),
		"int": number, "real": float64(number), "double": float64(number), "numeric": float64(number), "bool": number%2 == 0,
		"time": noon.Add(time.Duration(number) * time.Second), "date": noon.AddDate(0, 0, int(number%20_000)),
	} {
		if strings.Contains(kind, part) && (part != "date" || kind == "date") {
			return v
		}
	}
	t.Fatalf("no value for a column of type %q: add one", kind)
	return nil
}
