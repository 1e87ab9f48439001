package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// CreditReport is one version of the public-credit report (公共信用報告) of a person or a
// firm. What comes later is another row; a row is deleted when its time is up.
type CreditReport struct{ ent.Schema }

// Fields of the table.
func (CreditReport) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("document_id"), // under which the authorisation stands that it was made on
		field.Int64("number").Immutable().Comment("The first version under the document is 1."),
		field.String("consent_id").MaxLen(36).Immutable().Comment("The authorisation."),
		field.Bytes("content_sealed").Immutable().Sensitive().Comment("What the sources said and how the grade came about, as JSON, under the document's data key."),
		field.Time("create_time").Immutable(),
		field.Time("confirm_time").Comment("When the sources last said the same."),
	}
}

// Edges of the table.
func (CreditReport) Edges() []ent.Edge {
	return []ent.Edge{edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable()}
}

// Indexes of the table: one row is a version; what is over is found by its time.
func (CreditReport) Indexes() []ent.Index {
	return []ent.Index{index.Fields("document_id", "number").Unique(), index.Fields("confirm_time")}
}

// CreditQuery is one query of a credit report (查詢記錄): by the holder or by an officer,
// refused or not. It is never deleted, and says nothing of what the report holds.
type CreditQuery struct{ ent.Schema }

// Fields of the table.
func (CreditQuery) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("document_id"), // of the person or the firm that was asked about
		field.Enum("kind").Values("obtain", "read").Immutable().Comment("Obtained by the subject, or read by an officer."),
		field.Enum("result").Values("started", "made", "unchanged", "shown", "refused").Comment("Started stays where a process died."),
		field.String("reason").MaxLen(48).Default("").Comment("Why it was refused: a stable code."),
		field.String("party_id").MaxLen(36).Default("").Immutable().Comment("For or by which department."),
		field.String("office_id").MaxLen(36).Default("").Immutable(),
		field.String("purpose").MaxLen(64).Default("credit_report").Immutable().Comment("What the consent was asked for: a code of consents."),
		field.String("consent_id").MaxLen(36).Default("").Immutable(),
		field.String("voucher").MaxLen(32).Default("").Immutable(),
		field.Int64("number").Default(0).Comment("Of the version that came of it; 0 where none did."),
		field.Time("query_time").Immutable(),
	}
}

// Edges of the table.
func (CreditQuery) Edges() []ent.Edge {
	return []ent.Edge{edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable()}
}

// Indexes of the table: the subject's list, and the figures of a day.
func (CreditQuery) Indexes() []ent.Index {
	return []ent.Index{index.Fields("document_id", "query_time", "id"), index.Fields("query_time")}
}
