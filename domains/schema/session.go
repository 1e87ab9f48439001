package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Session is one sign-in on one device. It is the family of its refresh tokens:
// when one of them is used twice, the session ends with all of them.
type Session struct{ ent.Schema }

// Fields of the table.
func (Session) Fields() []ent.Field {
	return []ent.Field{
		id(),
		field.Enum("role").Values("person", "staff", "system").Immutable(),
		field.String("holder_id").MaxLen(36).Immutable().Comment("The document, officer or system that signed in."),
		field.String("device_id").MaxLen(36).Immutable(),
		field.Bytes("device_name_sealed").Optional().Immutable().Sensitive().Comment("What the client calls itself, under the data key of the document or, for staff, the keyring."),
		field.Time("create_time").Immutable(),
		field.Time("expire_time").Immutable().Comment("When it ends whatever happens."),
		field.Time("refresh_time").Comment("When it was refreshed last."),
		field.Time("end_time").Optional().Nillable(),
		field.Enum("end_reason").Values("signed_out", "signed_out_everywhere", "refresh_reused", "holder_changed").Optional().Nillable(),
		version(),
	}
}

// Indexes of the table.
func (Session) Indexes() []ent.Index {
	return []ent.Index{index.Fields("holder_id", "create_time"), index.Fields("expire_time"), index.Fields("end_time")}
}

// RefreshToken is one token of a session's chain. Only its keyed hash stays.
type RefreshToken struct{ ent.Schema }

// Fields of the table.
func (RefreshToken) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("session_id"),
		field.Bytes("hash").MaxLen(32).Immutable().Sensitive().Comment("SHA-256; the token is random, so nothing can be tried."),
		field.Time("create_time").Immutable(),
		field.Time("expire_time").Immutable(),
		field.Time("use_time").Optional().Nillable(),
	}
}

// Edges of the table.
func (RefreshToken) Edges() []ent.Edge {
	return []ent.Edge{edge.To("session", Session.Type).Field("session_id").Unique().Required().Immutable()}
}

// Indexes of the table.
func (RefreshToken) Indexes() []ent.Index {
	return []ent.Index{index.Fields("hash").Unique(), index.Fields("session_id")}
}

// TokenKey is one key that signs access tokens.
type TokenKey struct{ ent.Schema }

// Fields of the table. The ID is the key's thumbprint, the kid of its tokens.
func (TokenKey) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").MaxLen(64).Immutable(),
		field.Bytes("private_sealed").Sensitive(),
		field.Bytes("public").MaxLen(32).Immutable(),
		field.Time("create_time").Immutable(),
		field.Time("sign_time").Comment("From when it signs; before that it is only published."),
		field.Time("retire_time").Optional().Nillable().Comment("From when it neither signs nor verifies."),
	}
}
