package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Proof is what an authority or officers stated, and when. Proofs are written
// once and never changed.
type Proof struct{ ent.Schema }

// Fields of the table.
func (Proof) Fields() []ent.Field {
	return []ent.Field{
		id(),
		field.Enum("kind").Values("permit_check", "pass_check", "national_check", "window", "paper").Immutable(),
		field.String("trace_id").MaxLen(128).Default("").Immutable().Comment("The authority's name for its answer, or the paper's number."),
		field.Time("check_time").Immutable(),
		field.String("first_officer").MaxLen(36).Default("").Immutable(),
		field.String("second_officer").MaxLen(36).Default("").Immutable(),
		field.Bytes("note_sealed").Optional().Immutable().Sensitive(),
		field.Time("create_time").Immutable(),
	}
}

// Link states that two documents are one person's. The proof is not optional:
// the database refuses a link without one.
type Link struct{ ent.Schema }

// Fields of the table.
func (Link) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("first_id"),
		ref("second_id"),
		field.String("first_kind").MaxLen(32).Immutable(),
		field.String("second_kind").MaxLen(32).Immutable(),
		field.Enum("level").Values("permit_names_pass", "national_check", "both_at_window", "paper_two_officers").Immutable(),
		ref("proof_id"),
		field.Time("create_time").Immutable(),
		field.Time("cut_time").Optional().Nillable(),
		field.String("cut_by").MaxLen(36).Default(""),
		field.Bytes("cut_reason_sealed").Optional().Sensitive(),
		version(),
	}
}

// Edges of the table.
func (Link) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("first", Document.Type).Field("first_id").Unique().Required().Immutable(),
		edge.To("second", Document.Type).Field("second_id").Unique().Required().Immutable(),
		edge.To("proof", Proof.Type).Field("proof_id").Unique().Required().Immutable(),
	}
}

// Indexes of the table: while a link holds, a document has no second partner of
// the same kind.
func (Link) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("first_id", "second_kind").Unique().Annotations(entsql.IndexWhere("cut_time IS NULL")),
		index.Fields("second_id", "first_kind").Unique().Annotations(entsql.IndexWhere("cut_time IS NULL")),
		index.Fields("first_id"),
		index.Fields("second_id"),
	}
}

// Inquiry is a question that authorities must answer before a file changes. It
// is stored before anybody is asked, so a crash leaves a question and not half
// an answer.
type Inquiry struct{ ent.Schema }

// Fields of the table.
func (Inquiry) Fields() []ent.Field {
	return []ent.Field{
		id(),
		field.Enum("kind").Values("link", "renewal").Immutable(),
		field.Enum("asked_by").Values("holder", "register").Immutable().Comment("Only a holder starts the national check."),
		ref("document_id"),
		field.Enum("target_kind").Values("taiwan_pass", "taiwan_permit", "hkmo_permit", "resident_id", "foreign_permanent").Immutable(),
		field.Bytes("target_sealed").Immutable().Sensitive().Comment("The number asked about."),
		field.Enum("state").Values("pending", "done", "refused", "in_review"),
		field.Strings("reasons").Optional(),
		field.Int("tries").Default(0),
		field.Time("next_try_time").Comment("When it is due; while somebody works on it, when it is due if they die."),
		field.String("link_id").MaxLen(36).Default(""),
		field.String("result_id").MaxLen(36).Default("").Comment("The document that holds after a renewal."),
		field.Time("create_time").Immutable(),
		field.Time("close_time").Optional().Nillable(),
		version(),
	}
}

// Edges of the table.
func (Inquiry) Edges() []ent.Edge {
	return []ent.Edge{edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable()}
}

// Indexes of the table.
func (Inquiry) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("document_id", "kind", "target_kind").Unique().StorageKey("inquiry_open").Annotations(entsql.IndexWhere("state = 'pending'")),
		index.Fields("next_try_time", "id").StorageKey("inquiry_due").Annotations(entsql.IndexWhere("state = 'pending'")),
		index.Fields("document_id"),
	}
}

// Review is a pair of documents in the officers' queue.
type Review struct{ ent.Schema }

// Fields of the table.
func (Review) Fields() []ent.Field {
	return []ent.Field{
		id(),
		field.Enum("kind").Values("proposal", "contradiction").Immutable(),
		ref("first_id"),
		ref("second_id"),
		field.Strings("reasons"),
		field.Enum("state").Values("open", "linked", "kept_apart"),
		field.Time("create_time").Immutable(),
		field.Time("close_time").Optional().Nillable(),
		field.String("close_by").MaxLen(36).Default(""),
		field.Bytes("close_reason_sealed").Optional().Sensitive(),
		version(),
	}
}

// Edges of the table.
func (Review) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("first", Document.Type).Field("first_id").Unique().Required().Immutable(),
		edge.To("second", Document.Type).Field("second_id").Unique().Required().Immutable(),
	}
}

// Indexes of the table.
func (Review) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("first_id", "second_id").Unique().StorageKey("review_open").Annotations(entsql.IndexWhere("state = 'open'")),
		index.Fields("create_time", "id").StorageKey("review_queue").Annotations(entsql.IndexWhere("state = 'open'")),
		index.Fields("second_id"),
	}
}

// PaperEntry is one officer's reading of a paper answer. Two that agree, by two
// officers, become a proof.
type PaperEntry struct{ ent.Schema }

// Fields of the table.
func (PaperEntry) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("first_id"),
		ref("second_id"),
		field.String("paper_number").MaxLen(64).Immutable(),
		date("paper_date"),
		field.String("officer").MaxLen(36).Immutable(),
		field.Time("create_time").Immutable(),
	}
}

// Edges of the table.
func (PaperEntry) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("first", Document.Type).Field("first_id").Unique().Required().Immutable(),
		edge.To("second", Document.Type).Field("second_id").Unique().Required().Immutable(),
	}
}

// Indexes of the table: an officer enters a paper once.
func (PaperEntry) Indexes() []ent.Index {
	return []ent.Index{index.Fields("paper_number", "officer").Unique()}
}
