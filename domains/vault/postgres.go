package vault

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// postgresConns is how many connections are open at most, unless the URL names
// pool_max_conns.
const postgresConns = 8

// postgresLock keeps processes that start at once from making the table at
// once. The number means nothing.
const postgresLock int64 = 0x6d7a745f7661756c

// The statements on PostgreSQL.
const (
	postgresTable = `CREATE SCHEMA IF NOT EXISTS vault;
		CREATE TABLE IF NOT EXISTS vault.data_keys (
			owner text NOT NULL PRIMARY KEY, key_sealed bytea NOT NULL,
			create_time timestamptz NOT NULL, shred_time timestamptz)`
	postgresRead = `SELECT owner, key_sealed, shred_time FROM vault.data_keys WHERE owner = ANY($1)`
	postgresPage = `SELECT owner, key_sealed, shred_time FROM vault.data_keys
		WHERE owner > $1 AND shred_time IS NULL ORDER BY owner LIMIT $2`
	postgresInsert = `INSERT INTO vault.data_keys (owner, key_sealed, create_time)
		SELECT owner, key_sealed, $3 FROM unnest($1::text[], $2::bytea[]) AS new (owner, key_sealed)
		ON CONFLICT (owner) DO NOTHING`
	postgresShred = `INSERT INTO vault.data_keys AS old (owner, key_sealed, create_time, shred_time)
		SELECT owner, '', $2, $2 FROM unnest($1::text[]) AS gone (owner)
		ON CONFLICT (owner) DO UPDATE SET key_sealed = '', shred_time = coalesce(old.shred_time, excluded.shred_time)`
	postgresRewrap = `UPDATE vault.data_keys AS old SET key_sealed = new.after
		FROM unnest($1::text[], $2::bytea[], $3::bytea[]) AS new (owner, before, after)
		WHERE old.owner = new.owner AND old.key_sealed = new.before`
)

// postgresStore is a server. Each statement is a transaction of its own.
type postgresStore struct{ pool *pgxpool.Pool }

func openPostgres(ctx context.Context, raw string) (store, error) {
	config, err := pgxpool.ParseConfig(raw)
	if err != nil {
		// Nobody knows where in a URL that cannot be read the password is.
		return nil, errors.New("not readable as postgres://user:password@host:port/name?sslmode=…; write special characters of the password as %XX")
	}
	if u, err := url.Parse(raw); err == nil && !u.Query().Has("pool_max_conns") {
		config.MaxConns = postgresConns
	}
	params := config.ConnConfig.RuntimeParams
	params["timezone"] = "UTC"
	if params["application_name"] == "" {
		params["application_name"] = "minzhengtong-vault"
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	s := &postgresStore{pool}
	if err := s.prepare(ctx); err != nil {
		pool.Close()
		c := config.ConnConfig
		return nil, fmt.Errorf("database %q of user %q on %s:%d: %w", c.Database, c.User, c.Host, c.Port, err)
	}
	return s, nil
}

// prepare makes schema and table, unless the user finds them made.
func (s *postgresStore) prepare(ctx context.Context) error {
	var there bool
	if err := s.pool.QueryRow(ctx, "SELECT to_regclass('vault.data_keys') IS NOT NULL").Scan(&there); err != nil || there {
		return err
	}
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", postgresLock); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, postgresTable)
		return err
	})
}

func (s *postgresStore) close() error {
	s.pool.Close()
	return nil
}

func (s *postgresStore) read(ctx context.Context, owners []string) ([]entry, error) {
	return s.entries(ctx, postgresRead, owners)
}

func (s *postgresStore) page(ctx context.Context, after string, limit int) ([]entry, error) {
	return s.entries(ctx, postgresPage, after, limit)
}

func (s *postgresStore) entries(ctx context.Context, query string, args ...any) ([]entry, error) {
	rows, err := s.pool.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (entry, error) {
		var e entry
		err := row.Scan(&e.owner, &e.sealed, &e.shredded)
		return e, err
	})
}

func (s *postgresStore) insert(ctx context.Context, rows []entry, at time.Time) (int, error) {
	owners, sealed := columns(rows)
	tag, err := s.pool.Exec(ctx, postgresInsert, owners, sealed, at)
	return int(tag.RowsAffected()), err
}

func (s *postgresStore) rewrap(ctx context.Context, before, after []entry) error {
	_, old := columns(before)
	owners, sealed := columns(after)
	_, err := s.pool.Exec(ctx, postgresRewrap, owners, old, sealed)
	return err
}

func (s *postgresStore) shred(ctx context.Context, owners []string, at time.Time) error {
	_, err := s.pool.Exec(ctx, postgresShred, owners, at)
	return err
}

// columns are rows as arrays.
func columns(rows []entry) (owners []string, sealed [][]byte) {
	for _, r := range rows {
		owners, sealed = append(owners, r.owner), append(sealed, r.sealed)
	}
	return owners, sealed
}
