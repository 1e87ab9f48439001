package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// FinanceApplication is what somebody asks a finance credit certificate (金融信用證) for, and
// what became of it. The certificate itself is a credential.
type FinanceApplication struct{ ent.Schema }

// Fields of the table.
func (FinanceApplication) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("document_id"),
		field.String("applicant_id").MaxLen(36).Immutable().Comment("The document of whoever applied, and is told: a firm's application is made by a person."),
		field.String("department").MaxLen(36).Immutable().Comment("That decides, and issues."),
		field.String("report_id").MaxLen(36).Immutable().Comment("The version of the credit report; it may be gone by now."),
		field.Enum("state").Values("applied", "review", "approved", "refused", "withdrawn"),
		field.Bytes("statement_sealed").Sensitive().Comment("JSON: what for, and what the certificate says; under the document's data key, as all texts."),
		field.Bytes("finding_sealed").Optional().Sensitive().Comment("What the officer who reviewed it found."),
		field.Bytes("answer_sealed").Optional().Sensitive(),
		field.String("matter").MaxLen(36).Default("").Comment("The first application of a certificate, by which its later editions find it."),
		field.String("certificate").MaxLen(32).Default("").Comment("The number of the credential, once it is issued."),
		field.Int("edition").Default(0).Comment("Which edition of the certificate this application made."),
		field.Time("create_time").Immutable(),
		field.Time("due_time").Immutable().Comment("By when it is to be decided: the end of a day in Shanghai."),
		field.Time("review_time").Optional().Nillable(),
		field.String("reviewed_by").MaxLen(36).Default(""),
		field.Time("decide_time").Optional().Nillable().Comment("Also of a withdrawal."),
		field.String("decided_by").MaxLen(36).Default(""),
		field.Time("issue_time").Optional().Nillable(),
		field.Time("revoke_time").Optional().Nillable(),
		field.String("revoked_by").MaxLen(36).Default(""),
		version(),
	}
}

// Edges of the table.
func (FinanceApplication) Edges() []ent.Edge {
	return []ent.Edge{edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable()}
}

// Indexes of the table: under a document one application is open at a time.
func (FinanceApplication) Indexes() []ent.Index {
	open := entsql.IndexWhere("state = 'applied' OR state = 'review'")
	return []ent.Index{
		index.Fields("document_id").Unique().StorageKey("finance_application_open").Annotations(open),
		index.Fields("document_id", "create_time", "id"),
		index.Fields("matter", "edition").Annotations(entsql.IndexWhere("matter <> ''")),
		index.Fields("department", "due_time", "id").StorageKey("finance_application_queue").Annotations(open),
		index.Fields("decide_time", "id").StorageKey("finance_application_unissued").
			Annotations(entsql.IndexWhere("state = 'approved' AND issue_time IS NULL")),
	}
}

// Annotations of the table.
func (FinanceApplication) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Checks(map[string]string{
		"finance_application_open":    "state <> 'applied' AND state <> 'review' OR decide_time IS NULL AND decided_by = ''",
		"finance_application_decided": "state <> 'approved' AND state <> 'refused' OR decide_time IS NOT NULL AND decided_by <> ''",
		"finance_application_checked": "state <> 'approved' OR reviewed_by <> '' AND reviewed_by <> decided_by AND matter <> ''",
	})}
}
