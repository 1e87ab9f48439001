package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// AuditEntry is one look at personal data, one change, or one try that was
// refused. The body is what counts; the other columns repeat it for searching.
// Rows are written without a number and numbered later, in batches, so that no
// request waits for another one's place in the log.
type AuditEntry struct{ ent.Schema }

// Fields of the table.
func (AuditEntry) Fields() []ent.Field {
	return []ent.Field{
		id(),
		field.Int64("position").Optional().Nillable().Comment("Its place in the Merkle log, from 0; none before it was numbered."),
		field.Bytes("body").Immutable().Comment("What is hashed: JSON in one canonical form."),
		field.Time("time").Immutable(),
		field.String("actor").MaxLen(36).Default("").Immutable().Comment("The document, officer or system that acted."),
		field.String("office").MaxLen(36).Default("").Immutable(),
		field.String("action").MaxLen(128).Immutable(),
		field.String("outcome").MaxLen(64).Immutable(),
	}
}

// Indexes of the table.
func (AuditEntry) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("position").Unique(),
		index.Fields("id").StorageKey("audit_unnumbered").Annotations(entsql.IndexWhere("position IS NULL")),
		index.Fields("actor", "id"),
		index.Fields("action", "id"),
		index.Fields("time"),
	}
}

// AuditSubject says whose data an entry is about. It has no foreign key: checking
// one reads the entry's page, and PostgreSQL would then count every transaction
// that writes an entry beside it as a conflict. The log's verification finds
// subjects without an entry.
type AuditSubject struct{ ent.Schema }

// Fields of the table.
func (AuditSubject) Fields() []ent.Field {
	return []ent.Field{ref("entry_id"), ref("document_id")}
}

// Indexes of the table.
func (AuditSubject) Indexes() []ent.Index {
	return []ent.Index{index.Fields("document_id", "entry_id").Unique(), index.Fields("entry_id")}
}

// AuditHash is one hash of the Merkle tree, at its index in the order of
// golang.org/x/mod/sumdb/tlog.
type AuditHash struct{ ent.Schema }

// Fields of the table.
func (AuditHash) Fields() []ent.Field {
	return []ent.Field{field.Int64("id").Immutable(), field.Bytes("hash").MaxLen(32).Immutable()}
}

// AuditCheckpoint is the signed head of the log at one size.
type AuditCheckpoint struct{ ent.Schema }

// Fields of the table. The ID is the size.
func (AuditCheckpoint) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id").Immutable(),
		field.Bytes("note").Immutable().Comment("A signed note (golang.org/x/mod/sumdb/note)."),
		field.Time("create_time").Immutable(),
	}
}

// Objection is a person's objection to a look at the own file.
type Objection struct{ ent.Schema }

// Fields of the table.
func (Objection) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("entry_id"),
		ref("document_id"),
		field.Bytes("text_sealed").Sensitive().Comment("Under the document's data key, as the answer."),
		field.Enum("state").Values("open", "answered"),
		field.Time("create_time").Immutable(),
		field.Time("due_time").Immutable(),
		field.Bytes("answer_sealed").Optional().Sensitive(),
		field.Enum("finding").Values("justified", "not_justified").Optional().Nillable().Comment("Whether the look was in order."),
		field.String("answered_by").MaxLen(36).Default(""),
		field.Time("answer_time").Optional().Nillable(),
		version(),
	}
}

// Edges of the table.
func (Objection) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("entry", AuditEntry.Type).Field("entry_id").Unique().Required().Immutable(),
		edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable(),
	}
}

// Indexes of the table.
func (Objection) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("entry_id", "document_id").Unique(),
		index.Fields("document_id", "create_time"),
		index.Fields("due_time", "id").StorageKey("objection_queue").Annotations(entsql.IndexWhere("state = 'open'")),
	}
}
