package main

import (
	"context"
	"crypto/rand"
	"database/sql"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// openSQLite returns an empty database in memory.
func openSQLite() (*sql.DB, error) {
	db, err := sql.Open("sqlite", "file::memory:?_pragma=foreign_keys(1)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // each connection has a memory of its own
	return db, nil
}

// openPostgres makes an empty database on the server, and returns it with what
// removes it.
func openPostgres(ctx context.Context, url string) (*sql.DB, func(), error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, nil, err
	}
	server := stdlib.OpenDB(*config)
	name := pgx.Identifier{"diff_" + rand.Text()}
	if _, err := server.ExecContext(ctx, "CREATE DATABASE "+name.Sanitize()+" ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0"); err != nil {
		_ = server.Close() // err says more
		return nil, nil, err
	}
	config.Database = name[0]
	db := stdlib.OpenDB(*config)
	return db, func() {
		_ = db.Close()
		_, _ = server.ExecContext(context.WithoutCancel(ctx), "DROP DATABASE "+name.Sanitize())
		_ = server.Close() // a throw-away server: what stays does no harm
	}, nil
}
