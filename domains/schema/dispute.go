package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Dispute is what somebody says is wrong in something that stands on the file (異議), and
// the answer of the department that owns it. It is answered once; another one may follow.
type Dispute struct{ ent.Schema }

// Fields of the table.
func (Dispute) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("document_id"),
		field.String("subject_kind").MaxLen(32).Immutable().Comment("A kind that is registered with domains/dispute."),
		field.String("subject_id").MaxLen(64).Immutable(),
		field.String("department").MaxLen(36).Immutable().Comment("That owns the subject, and answers."),
		field.Enum("state").Values("open", "corrected", "dismissed", "withdrawn").Comment("Withdrawn: the person was forgotten before it was answered."),
		field.Bytes("reason_sealed").Sensitive().Comment("The person's words, under the document's data key, as the answer."),
		field.Bytes("answer_sealed").Optional().Sensitive(),
		field.Time("create_time").Immutable(),
		field.Time("due_time").Immutable().Comment("By when it is to be answered: the end of a day in Shanghai."),
		field.Time("late_time").Optional().Nillable().Comment("When it was found late, and the person was told."),
		field.Time("decide_time").Optional().Nillable(),
		field.String("decided_by").MaxLen(36).Default(""),
		version(),
	}
}

// Edges of the table.
func (Dispute) Edges() []ent.Edge {
	return []ent.Edge{edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable()}
}

// Indexes of the table: under a document one dispute about a subject is open at a time.
func (Dispute) Indexes() []ent.Index {
	open := entsql.IndexWhere("state = 'open'")
	return []ent.Index{
		index.Fields("document_id", "subject_kind", "subject_id").Unique().StorageKey("dispute_subject_open").Annotations(open),
		index.Fields("document_id", "create_time", "id"),
		index.Fields("department", "due_time", "id").StorageKey("dispute_queue").Annotations(open),
		index.Fields("due_time", "id").StorageKey("dispute_late").Annotations(entsql.IndexWhere("state = 'open' AND late_time IS NULL")),
	}
}

// Annotations of the table.
func (Dispute) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Checks(map[string]string{
		"dispute_open":    "state <> 'open' OR decide_time IS NULL AND decided_by = ''",
		"dispute_decided": "state <> 'corrected' AND state <> 'dismissed' OR decide_time IS NOT NULL AND decided_by <> ''",
	})}
}
