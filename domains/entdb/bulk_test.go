package entdb_test

import (
	"context"
	"database/sql"
	"slices"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
)

// TestBulkOver: what is there is written over where its version is one less, and left as it
// is where somebody else was first; what is not there is written.
func TestBulkOver(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		rows := func() *entdb.Bulk { return entdb.NewBulk("bulk_over", "id", "what", "version") }
		write(t, db, func(ctx context.Context) error {
			if _, err := db.SQL(ctx).ExecContext(ctx, `CREATE TABLE bulk_over (id text PRIMARY KEY, what text NOT NULL, version integer NOT NULL)`); err != nil {
				return err
			}
			first := rows()
			first.Add("next", "old", 1)
			first.Add("overtaken", "theirs", 3)
			first.Add("same", "old", 2)
			_, err := first.Flush(ctx, db)
			return err
		})
		var n int64
		var got []string
		write(t, db, func(ctx context.Context) (err error) {
			second := rows().Over("id", "version")
			for _, id := range []string{"next", "overtaken", "same", "new"} {
				second.Add(id, "ours", 2)
			}
			if n, err = second.Flush(ctx, db); err != nil {
				return err
			}
			got, err = entdb.Query(ctx, db, `SELECT id || ' ' || what FROM bulk_over ORDER BY id`, nil, scanText)
			return err
		})
		if want := []string{"new ours", "next ours", "overtaken theirs", "same old"}; n != 2 || !slices.Equal(got, want) {
			t.Errorf("%d written, %v, want 2 and %v", n, got, want)
		}
	})
}

func scanText(rows *sql.Rows) (text string, err error) { return text, rows.Scan(&text) }
