package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Consent is what a person, or a firm through somebody with a role in it, lets
// one department read, for one purpose and until a time (授權).
type Consent struct{ ent.Schema }

// Fields of the table.
func (Consent) Fields() []ent.Field {
	return []ent.Field{
		id(),
		field.String("document_id").MaxLen(36).Immutable().Comment("Under which it was given; of a firm, the firm's document."),
		field.String("given_by").MaxLen(36).Immutable().Comment("The document of the person who gave it."),
		field.String("delegation_id").MaxLen(36).Default("").Immutable().Comment("Where somebody else gave it for the person."),
		field.String("party_id").MaxLen(36).Immutable().Comment("The department."),
		field.String("purpose").MaxLen(64).Immutable(),
		field.Strings("scopes").Immutable().Comment("Codes of the data that may be read."),
		field.String("text_version").MaxLen(32).Immutable(),
		field.String("text_language").MaxLen(16).Immutable(),
		field.Bytes("text_hash").MaxLen(32).Immutable().Comment("SHA-256 of the text as shown."),
		field.Time("create_time").Immutable(),
		field.Time("expire_time").Immutable(),
		field.Time("revoke_time").Optional().Nillable(),
		field.String("revoked_by").MaxLen(36).Default(""),
		field.Int("uses").Default(0),
		field.Time("use_time").Optional().Nillable().Comment("The last use."),
	}
}

// Edges of the table.
func (Consent) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable(),
		edge.To("party", Department.Type).Field("party_id").Unique().Required().Immutable(),
	}
}

// Indexes of the table.
func (Consent) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("document_id", "create_time"),
		index.Fields("purpose", "id").Annotations(entsql.IndexWhere("revoke_time IS NULL")),
	}
}

// DataCall is one read across departments (協查): by whom, of whose data, on
// which consent or legal basis. Its number is the voucher (調用憑證) that takes
// the place of the paper.
type DataCall struct{ ent.Schema }

// Fields of the table.
func (DataCall) Fields() []ent.Field {
	return []ent.Field{
		id(),
		field.String("voucher").MaxLen(32).Immutable().Comment("With a check character; what people type."),
		field.String("document_id").MaxLen(36).Immutable().Comment("Whose data, under which document it was asked for."),
		field.String("consent_id").MaxLen(36).Optional().Nillable().Immutable(),
		field.String("legal_basis").MaxLen(64).Default("").Immutable(),
		field.String("party_id").MaxLen(36).Immutable(),
		field.String("officer_id").MaxLen(36).Default("").Immutable(),
		field.String("office_id").MaxLen(36).Default("").Immutable(),
		field.String("system_id").MaxLen(36).Default("").Immutable(),
		field.String("purpose").MaxLen(64).Immutable(),
		field.Strings("scopes").Immutable(),
		field.Time("decide_time").Immutable(),
	}
}

// Edges of the table.
func (DataCall) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable(),
		edge.To("consent", Consent.Type).Field("consent_id").Unique().Immutable(),
	}
}

// Indexes of the table.
func (DataCall) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("voucher").Unique(),
		index.Fields("consent_id", "decide_time"),
		index.Fields("document_id", "decide_time"),
	}
}

// Delegation lets one person act for another, in one matter and until a time
// (委託).
type Delegation struct{ ent.Schema }

// Fields of the table.
func (Delegation) Fields() []ent.Field {
	return []ent.Field{
		id(),
		field.String("principal_id").MaxLen(36).Immutable().Comment("The document of the person for whom somebody acts."),
		field.String("delegate_id").MaxLen(36).Default("").Immutable().Comment("The document of the person who acts; empty where it is on no file, which nobody is told."),
		field.Bytes("delegate_sealed").Immutable().Sensitive().Comment("The delegate's number as it was typed."),
		field.String("matter").MaxLen(64).Immutable(),
		field.Strings("licences").Optional().Comment("Numbers of the licences to which a charge to show licences is limited; none is all of them."),
		field.Time("create_time").Immutable(),
		field.Time("expire_time").Immutable(),
		field.Time("revoke_time").Optional().Nillable(),
	}
}

// Edges of the table.
func (Delegation) Edges() []ent.Edge {
	return []ent.Edge{edge.To("principal", Document.Type).Field("principal_id").Unique().Required().Immutable()}
}

// Indexes of the table.
func (Delegation) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("principal_id", "create_time"),
		index.Fields("delegate_id", "create_time").Annotations(entsql.IndexWhere("delegate_id <> ''")),
	}
}
