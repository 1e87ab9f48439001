package entdb

import "io/fs"

// Unexported parts that tests look at.
var (
	Numbered    = numbered
	Retryable   = retryable
	Unavailable = unavailable
)

// Migrations are the files for this database.
func (db *DB) Migrations() fs.FS { return db.migrations }

// UseMigrations has db take others, and leave the queue's tables alone.
func (db *DB) UseMigrations(fsys fs.FS) { db.migrations, db.queueless = fsys, true }

// Dialect is Ent's name for the database.
func (db *DB) Dialect() string { return db.engine.dialect() }
