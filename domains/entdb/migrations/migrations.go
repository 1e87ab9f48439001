// Package migrations holds the numbered SQL files that make the schema, in one
// folder for each kind of database.
//
// Files are only ever added: domains/entdb/internal/diff writes them from the
// Ent schema. A file that was released is never changed, since databases exist
// that it made; atlas.sum in the folder holds the digests.
package migrations

import "embed"

// Files has the folders sqlite and postgres.
//
//go:embed sqlite/*.sql postgres/*.sql
var Files embed.FS
