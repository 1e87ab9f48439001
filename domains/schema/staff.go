package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Department is one department of the government (部門): the party that a
// consent names, and the border that a read across departments passes.
type Department struct{ ent.Schema }

// Fields of the table. The ID is the department's code.
func (Department) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").MaxLen(36).Immutable(),
		field.String("name").MaxRuneLen(100),
		field.Time("create_time").Immutable(),
	}
}

// Office is where officers of a department work, in one region.
type Office struct{ ent.Schema }

// Fields of the table. The ID is the office's code.
func (Office) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").MaxLen(36).Immutable(),
		field.String("department_id").MaxLen(36).Immutable(),
		field.String("name").MaxRuneLen(100),
		field.String("area").MaxLen(6).Comment("GB/T 2260; the office serves it and all that lies within."),
		field.Time("create_time").Immutable(),
	}
}

// Edges of the table.
func (Office) Edges() []ent.Edge {
	return []ent.Edge{edge.To("department", Department.Type).Field("department_id").Unique().Required().Immutable()}
}

// Officer is one staff account.
type Officer struct{ ent.Schema }

// Fields of the table.
func (Officer) Fields() []ent.Field {
	return []ent.Field{
		id(),
		field.String("login").MaxLen(64).Immutable().Comment("Lower case."),
		field.String("name").MaxRuneLen(100),
		field.String("office_id").MaxLen(36),
		field.Strings("duties"),
		field.Enum("state").Values("active", "disabled"),
		field.String("password_hash").MaxLen(200).Default("").Sensitive().Comment("argon2id in PHC form; empty where the organisation's provider signs in."),
		field.Bool("password_expired").Default(false).Comment("It was set by somebody else and opens nothing but its own change."),
		field.Bytes("totp_sealed").Optional().Sensitive(),
		field.Int64("totp_step").Default(0).Comment("The last time step whose code was used (RFC 6238); none works twice."),
		field.String("provider_subject").MaxLen(200).Optional().Nillable().Comment("Issuer and subject at the organisation's OpenID provider."),
		field.String("language").MaxLen(16).Default("").Comment("How the officer reads: BCP 47 tag, or empty."),
		field.String("calendar").MaxLen(16).Default("").Comment("How the officer counts years: gregorian, republic, or empty."),
		field.Time("create_time").Immutable(),
		version(),
	}
}

// Edges of the table.
func (Officer) Edges() []ent.Edge {
	return []ent.Edge{edge.To("office", Office.Type).Field("office_id").Unique().Required()}
}

// Indexes of the table.
func (Officer) Indexes() []ent.Index {
	return []ent.Index{index.Fields("login").Unique(), index.Fields("provider_subject").Unique(), index.Fields("office_id")}
}

// OfficerRelation is a declared tie between an officer and the holder of a
// document: the officer's own, or a relative's.
type OfficerRelation struct{ ent.Schema }

// Fields of the table.
func (OfficerRelation) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("officer_id"),
		field.Enum("relation").Values("self", "spouse", "parent", "child", "sibling", "other").Immutable(),
		field.String("document_kind").MaxLen(32).Immutable(),
		field.Bytes("number_sealed").Sensitive(),
		field.Time("create_time").Immutable(),
		field.Time("end_time").Optional().Nillable(),
	}
}

// Edges of the table.
func (OfficerRelation) Edges() []ent.Edge {
	return []ent.Edge{edge.To("officer", Officer.Type).Field("officer_id").Unique().Required().Immutable()}
}

// Indexes of the table.
func (OfficerRelation) Indexes() []ent.Index { return []ent.Index{index.Fields("officer_id")} }

// RoamingGrant lets an officer work in a region outside the office's own, for
// some duties and for a time (全域通辦).
type RoamingGrant struct{ ent.Schema }

// Fields of the table.
func (RoamingGrant) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("officer_id"),
		field.String("area").MaxLen(6).Immutable(),
		field.Strings("duties").Immutable(),
		field.String("reason").MaxRuneLen(500).Immutable(),
		ref("granted_by"),
		field.Time("create_time").Immutable(),
		field.Time("expire_time").Immutable(),
		field.Time("revoke_time").Optional().Nillable(),
		field.String("revoked_by").MaxLen(36).Default(""),
	}
}

// Edges of the table.
func (RoamingGrant) Edges() []ent.Edge {
	return []ent.Edge{edge.To("officer", Officer.Type).Field("officer_id").Unique().Required().Immutable()}
}

// Indexes of the table.
func (RoamingGrant) Indexes() []ent.Index {
	return []ent.Index{index.Fields("officer_id", "expire_time")}
}

// SystemAccount is another department's program. It proves itself with a key of
// its own (RFC 7523).
type SystemAccount struct{ ent.Schema }

// Fields of the table. The ID is the name by which the program calls.
func (SystemAccount) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").MaxLen(36).Immutable(),
		field.String("department_id").MaxLen(36).Immutable(),
		field.String("name").MaxRuneLen(100),
		field.Bytes("public_key").MaxLen(32).Comment("Ed25519."),
		field.Enum("state").Values("active", "disabled"),
		field.Time("create_time").Immutable(),
		version(),
	}
}

// Edges of the table.
func (SystemAccount) Edges() []ent.Edge {
	return []ent.Edge{edge.To("department", Department.Type).Field("department_id").Unique().Required().Immutable()}
}

// ProviderSignIn is a sign-in on its way to the organisation's OpenID provider
// and back. A row is used once.
type ProviderSignIn struct{ ent.Schema }

// Fields of the table. The ID is the hash of the state parameter.
func (ProviderSignIn) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").MaxLen(64).Immutable(),
		field.Bytes("secret_sealed").Immutable().Sensitive().Comment("Nonce and PKCE verifier."),
		field.Time("expire_time").Immutable(),
		field.Time("use_time").Optional().Nillable(),
	}
}

// Indexes of the table.
func (ProviderSignIn) Indexes() []ent.Index { return []ent.Index{index.Fields("expire_time")} }

// SpentAssertion is a system's assertion that was used: none works twice.
type SpentAssertion struct{ ent.Schema }

// Fields of the table. The ID is the hash of issuer and jti.
func (SpentAssertion) Fields() []ent.Field {
	return []ent.Field{field.String("id").MaxLen(64).Immutable(), field.Time("expire_time").Immutable()}
}

// Indexes of the table.
func (SpentAssertion) Indexes() []ent.Index {
	return []ent.Index{index.Fields("expire_time")}
}
