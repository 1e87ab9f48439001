package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Dossier is one file (檔). It owns nothing itself: documents point at it, and
// what was done points at documents. A file that another one took in stays as
// a signpost to it.
type Dossier struct{ ent.Schema }

// Fields of the table.
func (Dossier) Fields() []ent.Field {
	return []ent.Field{
		id(),
		field.Enum("kind").Values("person", "firm").Immutable(),
		field.String("merged_into").MaxLen(36).Optional().Nillable().Comment("The file that took this one in."),
		field.Time("create_time").Immutable(),
	}
}

// Edges of the table.
func (Dossier) Edges() []ent.Edge {
	return []ent.Edge{edge.To("merged", Dossier.Type).From("target").Field("merged_into").Unique()}
}

// Document is one document, known by kind and number. Renewals under the same
// number update it and leave a Printing; a renewal under another number is
// another Document, which this one names as its successor.
type Document struct{ ent.Schema }

// Fields of the table.
func (Document) Fields() []ent.Field {
	return []ent.Field{
		id(),
		field.Enum("kind").Values("taiwan_pass", "taiwan_permit", "hkmo_permit", "resident_id", "foreign_permanent", "credit_code").Immutable(),
		field.String("dossier_id").MaxLen(36).Comment("The file in which it is now."),
		ref("origin_id"),
		field.Bytes("number_sealed").Sensitive(),
		field.Bytes("names_pass_sealed").Optional().Sensitive().Comment("The exit-entry number that a permit carries."),
		field.String("issue_count").MaxLen(4).Default(""),
		date("valid_from"),
		date("valid_to"),
		field.Enum("recorded").Values("valid", "replaced", "lost", "revoked").Comment("What was recorded; expiry is derived from valid_to."),
		field.String("replaced_by").MaxLen(36).Optional().Nillable(),
		field.Bytes("holder_sealed").Optional().Sensitive().Comment("Names, birth date and sex, under the document's data key. Empty for firms and after an erasure."),
		field.String("area").MaxLen(6).Default("").Comment("Where it was issued, GB/T 2260; empty where no region is known."),
		field.Time("erase_time").Optional().Nillable().Comment("When the person had it forgotten; its data key is gone since."),
		field.Enum("origin").Values("register", "authority", "window").Comment("Who vouched for it first: an imported register, an authority's answer, an officer."),
		field.String("language").MaxLen(16).Default("").Comment("How the holder reads: BCP 47 tag, or empty. The same on all documents of a file."),
		field.String("calendar").MaxLen(16).Default("").Comment("How the holder counts years: gregorian, republic, or empty."),
		field.Time("create_time").Immutable(),
		version(),
	}
}

// Edges of the table.
func (Document) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("dossier", Dossier.Type).Field("dossier_id").Unique().Required(),
		edge.To("first_dossier", Dossier.Type).Field("origin_id").Unique().Required().Immutable(),
		edge.To("predecessors", Document.Type).From("successor").Field("replaced_by").Unique(),
	}
}

// Indexes of the table. What runs out soon is found among the documents in force.
func (Document) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("dossier_id"),
		index.Fields("origin_id"),
		index.Fields("valid_to", "id").Annotations(entsql.IndexWhere("recorded = 'valid'")),
	}
}

// Locator finds a document by the keyed hash of a number, or of its holder's name
// and birth date. There is one row for
// each enabled index key, so that two processes that write under different keys
// during a rotation still meet on the unique index.
type Locator struct{ ent.Schema }

// Fields of the table.
func (Locator) Fields() []ent.Field {
	return []ent.Field{
		field.Enum("purpose").Values("number", "names_pass", "holder_name").Immutable(),
		field.Int64("key_id").Immutable().Comment("The index key under which the hash was made."),
		field.Bytes("hash").MaxLen(32).Immutable().Comment("Of purpose, kind and canonical number; for a name, of its folded form and the birth date."),
		ref("document_id"),
	}
}

// Edges of the table.
func (Locator) Edges() []ent.Edge {
	return []ent.Edge{edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable()}
}

// Indexes of the table: a number names one document, while several permits may
// name one pass, and several people share a name and a birth date.
func (Locator) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("hash").Unique().StorageKey("locator_number").Annotations(entsql.IndexWhere("purpose = 'number'")),
		index.Fields("hash").StorageKey("locator_names_pass").Annotations(entsql.IndexWhere("purpose = 'names_pass'")),
		index.Fields("hash").StorageKey("locator_holder_name").Annotations(entsql.IndexWhere("purpose = 'holder_name'")),
		index.Fields("document_id"),
	}
}

// Printing is an earlier issue of a document whose number did not change.
type Printing struct{ ent.Schema }

// Fields of the table.
func (Printing) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("document_id"),
		field.String("issue_count").MaxLen(4).Immutable(),
		date("valid_from"),
		date("valid_to"),
		field.Time("end_time").Immutable().Comment("When the next one was recorded."),
	}
}

// Edges of the table.
func (Printing) Edges() []ent.Edge {
	return []ent.Edge{edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable()}
}

// Indexes of the table.
func (Printing) Indexes() []ent.Index { return []ent.Index{index.Fields("document_id")} }

// Firm holds what the register says of a firm. Its ID is that of its dossier.
type Firm struct{ ent.Schema }

// Fields of the table.
func (Firm) Fields() []ent.Field {
	return []ent.Field{
		id(),
		field.String("name").MaxRuneLen(200),
		field.String("category").MaxRuneLen(64).Comment("Registration category, from the register; the code does not tell it."),
		field.String("area").MaxLen(6).Comment("GB/T 2260."),
		version(),
	}
}

// FirmRole says that a person, known by a document, holds a role in a firm.
type FirmRole struct{ ent.Schema }

// Fields of the table.
func (FirmRole) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("firm_id"),
		ref("document_id"),
		field.String("role").MaxLen(32).Immutable(),
		field.Time("create_time").Immutable(),
		field.Time("end_time").Optional().Nillable(),
	}
}

// Edges of the table.
func (FirmRole) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("firm", Firm.Type).Field("firm_id").Unique().Required().Immutable(),
		edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable(),
	}
}

// Indexes of the table.
func (FirmRole) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("firm_id", "document_id", "role").Unique().Annotations(entsql.IndexWhere("end_time IS NULL")),
		index.Fields("document_id"),
	}
}
