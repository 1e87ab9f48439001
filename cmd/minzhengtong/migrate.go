package main

import (
	"context"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
)

// migrateCommand brings the database to this program's version.
type migrateCommand struct{}

// Run applies what is missing. Running it again, or twice at once, is safe.
func (migrateCommand) Run(ctx context.Context, s *Settings, t *terminal) error {
	if err := s.makeData(); err != nil {
		return err
	}
	db, err := entdb.Open(ctx, entdb.Config{URL: s.databaseURL(), MaxConns: s.Connections}, s.logger(t.err))
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing is left to do about it
	if err := db.Migrate(ctx, func(name string) { t.printf("migrated: %s\n", name) }); err != nil {
		return err
	}
	version, err := db.Version(ctx)
	if err == nil {
		t.printf("The database is at version %d.\n", version)
	}
	return err
}
