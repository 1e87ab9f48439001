package entdb

import (
	"context"
	"fmt"
	"strings"
)

// bulkParams is how many parameters one statement takes at most: SQLite's limit
// is 32,766, PostgreSQL's 65,535.
const bulkParams = 30_000

// Bulk is rows of one table on their way in few statements. Whatever writes many
// rows goes through it, because Ent spends several times as long on a row. It is
// for one goroutine; its zero value is of no use.
type Bulk struct {
	table   string
	columns []string
	end     string // of the statement
	values  []any
}

// NewBulk begins rows of a table with these columns. Both are names of the
// program's own, never a caller's.
func NewBulk(table string, columns ...string) *Bulk { return &Bulk{table: table, columns: columns} }

// Skipping has rows that meet a unique index left out, without an error.
func (b *Bulk) Skipping() *Bulk {
	b.end = ` ON CONFLICT DO NOTHING`
	return b
}

// Over has rows whose key is there written over it in all columns, where the stored
// version is one less than theirs. Others of the key are left as they are, without an
// error: whoever wants to know counts what was written. No key comes twice.
func (b *Bulk) Over(key, version string) *Bulk {
	var sets []string
	for _, c := range b.columns {
		if c != key {
			sets = append(sets, `"`+c+`" = excluded."`+c+`"`)
		}
	}
	b.end = ` ON CONFLICT ("` + key + `") DO UPDATE SET ` + strings.Join(sets, ", ") +
		` WHERE "` + b.table + `"."` + version + `" = excluded."` + version + `" - 1`
	return b
}

// Add appends a row, one value for each column.
func (b *Bulk) Add(values ...any) { b.values = append(b.values, values...) }

// Len is how many rows wait.
func (b *Bulk) Len() int { return len(b.values) / len(b.columns) }

// Flush writes the rows that wait, in the caller's transaction, and says how many
// were written. It must be called inside [DB.InTx].
func (b *Bulk) Flush(ctx context.Context, db *DB) (written int64, err error) {
	width := len(b.columns)
	most := bulkParams / width * width
	for len(b.values) > 0 {
		part := b.values[:min(most, len(b.values))]
		b.values = b.values[len(part):]
		result, err := db.SQL(ctx).ExecContext(ctx, db.Rebind(b.insert(len(part)/width)), part...)
		if err != nil {
			return written, fmt.Errorf("write %s: %w", b.table, err)
		}
		n, err := result.RowsAffected()
		if err != nil {
			return written, fmt.Errorf("write %s: %w", b.table, err)
		}
		written += n
	}
	return written, nil
}

// insert is the statement for n rows. Both databases know ON CONFLICT.
func (b *Bulk) insert(n int) string {
	one := "(?" + strings.Repeat(",?", len(b.columns)-1) + ")"
	return `INSERT INTO "` + b.table + `" ("` + strings.Join(b.columns, `","`) + `") VALUES ` + one + strings.Repeat(","+one, n-1) + b.end
}
