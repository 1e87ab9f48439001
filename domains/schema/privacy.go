package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Correction is a person's wish to have something corrected that a register
// says (PIPL, right to correction). What was there before stays as history.
type Correction struct{ ent.Schema }

// Fields of the table.
func (Correction) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("document_id"),
		field.String("item").MaxLen(64).Immutable().Comment("A field of the document, or the code of a datum."),
		field.Bytes("before_sealed").Optional().Immutable().Sensitive().Comment("Under the document's data key, as all that follows."),
		field.Bytes("value_sealed").Immutable().Sensitive(),
		field.Bytes("reason_sealed").Immutable().Sensitive(),
		field.Enum("state").Values("open", "accepted", "refused"),
		field.Time("create_time").Immutable(),
		field.Time("decide_time").Optional().Nillable(),
		field.String("decided_by").MaxLen(36).Default(""),
		field.Bytes("answer_sealed").Optional().Sensitive(),
		version(),
	}
}

// Edges of the table.
func (Correction) Edges() []ent.Edge {
	return []ent.Edge{edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable()}
}

// Indexes of the table.
func (Correction) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("document_id", "item").Unique().StorageKey("correction_open").Annotations(entsql.IndexWhere("state = 'open'")),
		index.Fields("create_time", "id").StorageKey("correction_queue").Annotations(entsql.IndexWhere("state = 'open'")),
	}
}

// Erasure is a person's wish to be forgotten, and what became of it. It stays,
// without any personal data, as the proof that it was carried out.
type Erasure struct{ ent.Schema }

// Fields of the table.
func (Erasure) Fields() []ent.Field {
	return []ent.Field{
		id(),
		field.Strings("document_ids").Immutable(),
		field.Enum("state").Values("started", "done"),
		field.Strings("kept").Comment("Codes of what the law makes us keep."),
		field.Time("create_time").Immutable(),
		field.Time("done_time").Optional().Nillable(),
	}
}

// Indexes of the table.
func (Erasure) Indexes() []ent.Index {
	return []ent.Index{index.Fields("create_time").StorageKey("erasure_started").Annotations(entsql.IndexWhere("state = 'started'"))}
}
