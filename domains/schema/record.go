package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Record is something that was done under a document. It never moves to
// another document, so that a wrong link comes apart cleanly.
type Record struct{ ent.Schema }

// Fields of the table.
func (Record) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("document_id"),
		field.String("kind").MaxLen(64).Immutable(),
		field.Bytes("title_sealed").Immutable().Sensitive().Comment("Under the document's data key."),
		field.String("authority").MaxRuneLen(100).Immutable(),
		field.Time("occur_time").Immutable(),
		field.Int64("amount_fen").Optional().Nillable().Immutable().Comment("Fen of RMB."),
		field.String("source").MaxLen(64).Immutable(),
		field.String("source_ref").MaxLen(100).Immutable().Comment("The source's own name for it; makes an import repeatable."),
	}
}

// Edges of the table.
func (Record) Edges() []ent.Edge {
	return []ent.Edge{edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable()}
}

// Indexes of the table.
func (Record) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("source", "source_ref").Unique(),
		index.Fields("document_id", "occur_time", "id"),
	}
}

// Datum is one collect-once item as it was given under a document. Another
// value supersedes it; the earlier one stays as history.
type Datum struct{ ent.Schema }

// Fields of the table.
func (Datum) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("document_id"),
		field.String("code").MaxLen(64).Immutable(),
		field.String("item").MaxLen(36).Default("").Immutable().
			Comment("Which of several things the value belongs to, as a firm's vehicles; all values of one thing have the same."),
		field.Bytes("value_sealed").Sensitive(),
		field.Enum("origin").Values("register", "person", "officer").Immutable(),
		field.String("proof_id").MaxLen(36).Default("").Immutable(),
		field.Time("record_time").Immutable(),
		field.Time("end_time").Optional().Nillable().Comment("When another value superseded it."),
	}
}

// Edges of the table.
func (Datum) Edges() []ent.Edge {
	return []ent.Edge{edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable()}
}

// Indexes of the table: one value of each code, thing and origin holds at a time.
func (Datum) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("document_id", "code", "item", "origin").Unique().Annotations(entsql.IndexWhere("end_time IS NULL")),
	}
}

// ImportRun is one file's way into the database. It moves in the transaction
// of the rows that it counts, so an interrupted import goes on where it was.
type ImportRun struct{ ent.Schema }

// Fields of the table.
func (ImportRun) Fields() []ent.Field {
	return []ent.Field{
		id(),
		field.Enum("kind").Values("passes", "permits", "firms", "records", "registrations", "filings").Immutable(),
		field.String("digest").MaxLen(64).Immutable().Comment("SHA-256 of the file, hex."),
		field.Int64("offset").Default(0).Comment("Bytes of the file that are done."),
		field.Int64("line").Default(0).Comment("Lines of the file that are done."),
		field.Int64("added").Default(0),
		field.Int64("changed").Default(0),
		field.Int64("unchanged").Default(0),
		field.Int64("rejected").Default(0),
		field.Time("start_time").Immutable(),
		field.Time("finish_time").Optional().Nillable(),
		version(),
	}
}

// Indexes of the table.
func (ImportRun) Indexes() []ent.Index { return []ent.Index{index.Fields("kind", "digest").Unique()} }
