package entdb

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
)

// Querier runs SQL of the program's own, on the readers or in a transaction.
// Queries are written with question marks and passed through [DB.Rebind]. Times
// among the arguments may have any zone.
type Querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// SQL returns what runs SQL by hand: the transaction inside [DB.InTx], else the
// readers. Rows are closed by the caller, before the next statement of the same
// transaction.
func (db *DB) SQL(ctx context.Context) Querier {
	if t := db.current(ctx); t != nil {
		return t
	}
	return db.reading
}

// Rebind turns the question marks of a query into the placeholders of the
// database. Those in literals, quoted names and line comments stay, so
// PostgreSQL's operators with question marks cannot be used; their functions
// can.
func (db *DB) Rebind(query string) string { return db.engine.rebind(query) }

// OneOf is what follows a column in a query to ask whether it is one of some texts,
// with the argument for its question mark. However many texts there are, it is one
// argument and the same query, which is quicker than one mark for each.
func (db *DB) OneOf(list []string) (text string, arg any) { return db.engine.oneOf(list) }

// numbered replaces question marks by $1, $2 and so on.
func numbered(query string) string {
	var b strings.Builder
	for n := 1; query != ""; {
		i := strings.IndexAny(query, `?'"-`)
		if i < 0 {
			break
		}
		b.WriteString(query[:i])
		query = query[i:]
		if query[0] == '?' {
			b.WriteString("$" + strconv.Itoa(n))
			query, n = query[1:], n+1
			continue
		}
		end := skip(query)
		b.WriteString(query[:end])
		query = query[end:]
	}
	return b.String() + query
}

// skip returns the length of the literal, name or comment that begins query, or
// of the single dash.
func skip(query string) int {
	end := query[:1]
	if query[0] == '-' {
		if !strings.HasPrefix(query, "--") {
			return 1
		}
		end = "\n"
	}
	i := strings.Index(query[1:], end)
	if i < 0 {
		return len(query)
	}
	return 1 + i + len(end)
}
