// Package schema is the Ent data model, written by hand; gen/ent is made of it.
//
// It imports nothing of ours, and its enums are plain strings that each domain
// converts in its rows.go: a change in a domain must not rebuild gen/ent. There
// are no Go defaults for times and IDs, because the domain supplies both, so
// that a test's clock reaches the row. Times are UTC, cut to microseconds;
// dates are text, YYYY-MM-DD. Fields named …_sealed are ciphertext of
// domains/keyring. A version column counts writes: whoever writes names the one
// it read.
package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
)

// id is the primary key of every table that has rows one can point at: a
// UUIDv7, so that new rows stand together.
func id() ent.Field { return field.String("id").MaxLen(36).Immutable() }

// ref is the ID of another row.
func ref(name string) ent.Field { return field.String(name).MaxLen(36).Immutable() }

// version counts writes.
func version() ent.Field {
	return field.Int64("version").Default(1).Comment("Counts writes; a writer must name the one it read.")
}

// date is a calendar date, YYYY-MM-DD, or empty where unknown.
func date(name string) ent.Field { return field.String(name).MaxLen(10).Default("") }
