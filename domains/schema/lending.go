package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// LendingCase is a need for a loan that somebody sent to one bank for one of its products
// (融資磋合), and what became of it.
type LendingCase struct{ ent.Schema }

// Fields of the table.
func (LendingCase) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("document_id"),
		field.String("firm_id").MaxLen(36).Default("").Immutable().Comment("The firm whose need it is; empty for a person."),
		field.String("applicant_id").MaxLen(36).Immutable().Comment("The document of whoever sent it, and is told."),
		field.String("bank").MaxLen(36).Immutable().Comment("The department that is the bank."),
		field.String("product").MaxLen(40).Immutable(),
		field.Enum("state").Values("open", "accepted", "granted", "refused", "withdrawn"),
		field.Bytes("need_sealed").Sensitive().Comment("JSON: what is needed and how the product fitted; under the document's data key, as all texts."),
		field.Bytes("answer_sealed").Optional().Sensitive().Comment("Why the bank refused."),
		field.Int64("granted_fen").Default(0).Comment("What was paid out, as the bank says."),
		field.Time("create_time").Immutable(),
		field.Time("offer_time").Optional().Nillable().Comment("Of the first offer."),
		field.Time("accept_time").Optional().Nillable(),
		field.Time("end_time").Optional().Nillable().Comment("When it was granted, refused or withdrawn."),
		field.String("ended_by").MaxLen(36).Default(""),
		version(),
	}
}

// Edges of the table.
func (LendingCase) Edges() []ent.Edge {
	return []ent.Edge{edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable()}
}

// Indexes of the table: under a document one case for a product is open at a time.
func (LendingCase) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("document_id", "product").Unique().StorageKey("lending_case_open").
			Annotations(entsql.IndexWhere("state = 'open' OR state = 'accepted'")),
		index.Fields("document_id", "create_time", "id"),
		index.Fields("bank", "create_time", "id"),
	}
}

// Annotations of the table.
func (LendingCase) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Checks(map[string]string{
		"lending_case_open":    "state <> 'open' AND state <> 'accepted' OR end_time IS NULL AND granted_fen = 0",
		"lending_case_ended":   "state <> 'refused' AND state <> 'withdrawn' OR end_time IS NOT NULL AND granted_fen = 0",
		"lending_case_granted": "state <> 'granted' OR end_time IS NOT NULL AND accept_time IS NOT NULL AND granted_fen > 0",
	})}
}

// LendingOffer is what a bank offers in a case. A later one takes its place.
type LendingOffer struct{ ent.Schema }

// Fields of the table.
func (LendingOffer) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("case_id"),
		field.Int("number").Immutable().Positive().Comment("It counts the offers of the case."),
		field.Enum("state").Values("standing", "superseded", "accepted", "declined"),
		field.Int64("amount_fen").Immutable().Positive(),
		field.Int("rate_bp").Immutable().NonNegative().Comment("The rate of a year in hundredths of a percent."),
		field.Int("months").Immutable().Positive(),
		field.Bytes("terms_sealed").Optional().Sensitive().Comment("In the bank's words; under the data key of the case's document."),
		field.Time("until").Immutable().Comment("When it can no longer be accepted: the end of a day in Shanghai."),
		field.String("made_by").MaxLen(36).Immutable(),
		field.Time("create_time").Immutable(),
		field.Time("answer_time").Optional().Nillable(),
		version(),
	}
}

// Edges of the table.
func (LendingOffer) Edges() []ent.Edge {
	return []ent.Edge{edge.To("case", LendingCase.Type).Field("case_id").Unique().Required().Immutable()}
}

// Indexes of the table: of a case one offer stands at a time.
func (LendingOffer) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("case_id", "number").Unique(),
		index.Fields("case_id").Unique().StorageKey("lending_offer_standing").Annotations(entsql.IndexWhere("state = 'standing'")),
	}
}

// Annotations of the table.
func (LendingOffer) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Checks(map[string]string{
		"lending_offer_answered": "state <> 'accepted' AND state <> 'declined' OR answer_time IS NOT NULL",
	})}
}

// LendingNote is what one side says in a case, or a paper that it puts in (盡調資料).
type LendingNote struct{ ent.Schema }

// Fields of the table.
func (LendingNote) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("case_id"),
		field.Enum("side").Values("applicant", "bank").Immutable(),
		field.String("author_id").MaxLen(36).Immutable().Comment("The document of the applicant, or the officer."),
		field.String("about").MaxLen(40).Default("").Immutable().Comment("The source of the credit report that it is about; empty for the case."),
		field.Bytes("text_sealed").Optional().Sensitive().Comment("Under the data key of the case's document, as all of it."),
		field.Bytes("name_sealed").Optional().Sensitive().Comment("The name of the paper; empty without one."),
		field.Bytes("content_sealed").Optional().Sensitive(),
		field.String("media").MaxLen(80).Default("").Immutable().Comment("What the paper is: a media type."),
		field.Int("size").Default(0).NonNegative().Immutable().Comment("The paper's bytes."),
		field.Time("create_time").Immutable(),
	}
}

// Edges of the table.
func (LendingNote) Edges() []ent.Edge {
	return []ent.Edge{edge.To("case", LendingCase.Type).Field("case_id").Unique().Required().Immutable()}
}

// Indexes of the table.
func (LendingNote) Indexes() []ent.Index {
	return []ent.Index{index.Fields("case_id", "create_time", "id")}
}

// Annotations of the table.
func (LendingNote) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Checks(map[string]string{
		"lending_note_paper": "size = 0 AND media = '' OR size > 0 AND media <> ''",
	})}
}
