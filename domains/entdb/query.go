package entdb

import (
	"context"
	"database/sql"
)

// Query reads rows by SQL of our own, in the caller's transaction if there is one; the
// text has question marks for its arguments. Ent spends several times as long on a
// query, which counts where every request passes.
func Query[T any](ctx context.Context, db *DB, text string, args []any, scan func(*sql.Rows) (T, error)) ([]T, error) {
	rows, err := db.SQL(ctx).QueryContext(ctx, db.Rebind(text), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // Err says what went wrong
	var list []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, rows.Err()
}
