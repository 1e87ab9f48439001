package entdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strconv"
	"time"

	"entgo.io/ent/dialect"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// postgresConns is how many connections are open at most by default.
const postgresConns = 16

// postgresEngine is a server. All connections come from one pool.
type postgresEngine struct{ pool *pgxpool.Pool }

func openPostgres(ctx context.Context, cfg Config, log *slog.Logger) (*DB, error) {
	pc, err := parsePostgres(cfg)
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(ctx, pc)
	if err != nil {
		return nil, explainPostgres(pc, err)
	}
	if err := checkServer(ctx, pool, log); err != nil {
		pool.Close()
		return nil, explainPostgres(pc, err)
	}
	handle := stdlib.OpenDBFromPool(pool)
	return newDB(log, &postgresEngine{pool}, handle, handle, migrationsIn("postgres")), nil
}

// parsePostgres reads the URL. Nothing of a URL that cannot be read gets into
// the error, since nobody knows where in it the password is.
func parsePostgres(cfg Config) (*pgxpool.Config, error) {
	pc, err := pgxpool.ParseConfig(cfg.URL)
	if err != nil {
		return nil, errors.New("database URL: not readable as postgres://user:password@host:port/name?sslmode=…; " +
			"write special characters of the password as %XX")
	}
	if cfg.MaxConns > 0 {
		pc.MaxConns = int32(min(cfg.MaxConns, 10_000))
	} else if u, err := url.Parse(cfg.URL); err == nil && !u.Query().Has("pool_max_conns") {
		pc.MaxConns = postgresConns
	}
	params := pc.ConnConfig.RuntimeParams
	params["timezone"] = "UTC"
	if params["application_name"] == "" {
		params["application_name"] = "minzhengtong"
	}
	if params[idleParameter] == "" {
		params[idleParameter] = strconv.FormatInt(mostIdle.Milliseconds(), 10)
	}
	pc.AfterConnect = func(_ context.Context, c *pgx.Conn) error {
		c.TypeMap().RegisterType(&pgtype.Type{
			Name: "timestamptz", OID: pgtype.TimestamptzOID,
			Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
		})
		return nil
	}
	return pc, nil
}

// The server ends a transaction in which nothing happens for so long, unless the
// URL says otherwise: its process sleeps, or its machine stands still, and what it
// has locked holds up all others.
const (
	idleParameter = "idle_in_transaction_session_timeout"
	mostIdle      = 30 * time.Second
)

// checkServer refuses a database that cannot hold every name, and warns of one
// that sorts text otherwise than SQLite. Identifiers sort alike in both.
func checkServer(ctx context.Context, pool *pgxpool.Pool, log *slog.Logger) error {
	var encoding string
	var bytewise bool
	row := pool.QueryRow(ctx, "SELECT current_setting('server_encoding'), 'B'::text < 'a'::text")
	if err := row.Scan(&encoding, &bytewise); err != nil {
		return err
	}
	if encoding != "UTF8" {
		return fmt.Errorf("its encoding is %s; create it anew with ENCODING 'UTF8' TEMPLATE template0", encoding)
	}
	if !bytewise {
		log.WarnContext(ctx, "database does not sort text by bytes; create it with LOCALE 'C' to have the order of SQLite")
	}
	return nil
}

// explainPostgres says what is wrong with the server and what to do about it.
// The driver keeps passwords out of its errors.
func explainPostgres(pc *pgxpool.Config, err error) error {
	c := pc.ConnConfig
	advice := "see whether the server runs and its address is right"
	switch code := postgresCode(err); {
	case code == "28P01", code == "28000":
		advice = "see whether user and password are right and the server lets them in"
	case code == "3D000":
		advice = "create it with ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0"
	case code == "53300":
		advice = "raise the server's max_connections or lower the pool's size"
	case code != "":
		advice = "the server refused"
	}
	return fmt.Errorf("database URL, database %q of user %q on %s:%d: %s: %w", c.Database, c.User, c.Host, c.Port, advice, err)
}

func (*postgresEngine) dialect() string            { return dialect.Postgres }
func (*postgresEngine) rebind(query string) string { return numbered(query) }

func (*postgresEngine) oneOf(list []string) (string, any) { return "= ANY (?)", list }
func (*postgresEngine) hasTable() string                  { return "SELECT to_regclass($1) IS NOT NULL" }
func (e *postgresEngine) close()                          { e.pool.Close() }

func (*postgresEngine) txOptions() *sql.TxOptions {
	return &sql.TxOptions{Isolation: sql.LevelSerializable}
}

// tries is large: a failed one took no longer than the work, and of many that
// want one row a single one succeeds each time.
func (*postgresEngine) tries() int { return 200 }
