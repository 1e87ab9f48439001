package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Credential is one edition of an e-licence or e-proof (電子證照、電子證明). It is written
// before it is signed; what changes in it later is its state.
type Credential struct{ ent.Schema }

// Fields of the table.
func (Credential) Fields() []ent.Field {
	return []ent.Field{
		id(),
		field.String("number").MaxLen(32).Immutable().Comment("Of the licence, with a check character; the same in all its editions, and never used again."),
		field.Int("edition").Immutable().Comment("1 at first; annotating or renewing makes the next."),
		field.String("type_code").MaxLen(64).Immutable(),
		field.Int("type_version").Immutable(),
		ref("document_id"),
		field.String("matter_kind").MaxLen(64).Immutable().Comment("What it comes from."),
		field.String("matter_id").MaxLen(64).Immutable(),
		field.Enum("state").Values("pending", "valid", "suspended", "revoked", "superseded").Comment("Pending until it is signed. Whether it has run out the clock says."),
		field.String("key_id").MaxLen(64).Comment("Under which it is signed."),
		field.Int("list_number").Immutable().Comment("The status list, and the place in it."),
		field.Int("list_index").Immutable(),
		field.Bytes("content_sealed").Sensitive().Comment("Fields, salts and decoys, under the document's data key."),
		field.Bytes("token_sealed").Optional().Nillable().Sensitive().Comment("As it was signed, with all disclosures."),
		field.Bytes("check_hash").MaxLen(32).Immutable().Sensitive().Comment("SHA-256 of the code that stands in its QR code on paper; the code is random."),
		field.Time("from_time").Immutable(),
		field.Time("until_time").Optional().Nillable().Immutable().Comment("From when it is over; none for one without an end."),
		field.String("maker").MaxLen(36).Default("").Immutable().Comment("The officer who issued this edition, or a system; empty where the holder asked."),
		field.Time("create_time").Immutable(),
		field.Time("sign_time").Optional().Nillable(),
		field.Time("change_time"),
		version(),
	}
}

// Edges of the table.
func (Credential) Edges() []ent.Edge {
	return []ent.Edge{edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable()}
}

// Indexes of the table.
func (Credential) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("number", "edition").Unique(),
		index.Fields("type_code", "matter_kind", "matter_id", "edition").Unique(),
		index.Fields("list_number", "list_index").Unique(),
		index.Fields("check_hash").Unique(),
		index.Fields("document_id", "create_time"),
		index.Fields("key_id", "id"),
		index.Fields("create_time").Annotations(entsql.IndexWhere("state = 'pending'")).StorageKey("credential_pending"),
		index.Fields("list_number").Annotations(entsql.IndexWhere("state <> 'valid' AND state <> 'pending'")).StorageKey("credential_fallen"),
	}
}

// CredentialEvent is what happened to an edition. It is never changed.
type CredentialEvent struct{ ent.Schema }

// Fields of the table.
func (CredentialEvent) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("credential_id"),
		field.Enum("kind").Values("issued", "annotated", "renewed", "suspended", "resumed", "revoked", "resigned").Immutable(),
		field.String("type_code").MaxLen(64).Immutable(),
		field.String("actor_id").MaxLen(36).Immutable().Comment("Who did it, as in the audit log; empty for the holder and for jobs."),
		field.Bytes("note_sealed").Optional().Sensitive().Comment("Why, for the holder, under the document's data key."),
		field.Time("create_time").Immutable(),
	}
}

// Edges of the table.
func (CredentialEvent) Edges() []ent.Edge {
	return []ent.Edge{edge.To("credential", Credential.Type).Field("credential_id").Unique().Required().Immutable()}
}

// Indexes of the table.
func (CredentialEvent) Indexes() []ent.Index {
	return []ent.Index{index.Fields("credential_id", "create_time"), index.Fields("create_time", "type_code", "kind")}
}

// IssuerKey is one key that signs credentials. It stays for good: what it signed is
// verified by it as long as it is out.
type IssuerKey struct{ ent.Schema }

// Fields of the table. The ID is the key's thumbprint.
func (IssuerKey) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").MaxLen(64).Immutable(),
		field.String("suite").MaxLen(16).Immutable(),
		field.Bytes("private_sealed").Sensitive(),
		field.Bytes("public").MaxLen(128).Immutable(),
		field.Time("create_time").Immutable(),
		field.Time("sign_time").Comment("From when it signs; before that it is only published."),
		field.Time("retire_time").Optional().Nillable().Comment("From when it signs no more."),
		field.Time("compromise_time").Optional().Nillable().Comment("From when nothing that it signed is believed."),
	}
}

// StatusList counts the places of one status list that were handed out.
type StatusList struct{ ent.Schema }

// Fields of the table.
func (StatusList) Fields() []ent.Field {
	return []ent.Field{
		id(),
		field.Int("number").Unique().Immutable(),
		field.Int("used").Default(0).Comment("How many places were handed out, in blocks."),
		field.Bytes("seed").MaxLen(32).Immutable().Sensitive().Comment("Shuffles the places, so that neighbours in a list were not issued together."),
		field.Time("create_time").Immutable(),
		version(),
	}
}

// Presentation is leave to see some licences (亮證): a code on the screen, which lives for a
// minute and works once, or a share for a time and a purpose.
type Presentation struct{ ent.Schema }

// Fields of the table.
func (Presentation) Fields() []ent.Field {
	return []ent.Field{
		id(),
		field.Enum("kind").Values("code", "share").Immutable(),
		ref("document_id"),
		field.Bytes("hash").MaxLen(32).Immutable().Sensitive().Comment("SHA-256 of the token; the token is random."),
		field.Bytes("choice_sealed").Immutable().Sensitive().Comment("Which licences and which of their fields, and the purpose in the holder's words."),
		field.String("delegation_id").MaxLen(36).Default("").Immutable().Comment("Where somebody else shows them for the holder."),
		field.Int("uses").Default(0),
		field.Time("create_time").Immutable(),
		field.Time("expire_time").Immutable(),
		field.Time("revoke_time").Optional().Nillable(),
		field.Time("use_time").Optional().Nillable().Comment("The last use."),
	}
}

// Edges of the table.
func (Presentation) Edges() []ent.Edge {
	return []ent.Edge{edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable()}
}

// Indexes of the table.
func (Presentation) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("hash").Unique(),
		index.Fields("document_id", "create_time"),
		index.Fields("kind", "expire_time"),
	}
}

// CredentialUse is one time that somebody looked at a licence which the holder showed
// (用碼記錄).
type CredentialUse struct{ ent.Schema }

// Fields of the table.
func (CredentialUse) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("document_id"),
		field.String("number").MaxLen(32).Immutable().Comment("The licence."),
		field.Enum("way").Values("code", "share", "paper", "system").Immutable(),
		field.String("presentation_id").MaxLen(36).Default("").Immutable(),
		field.String("department_id").MaxLen(36).Default("").Immutable().Comment("Empty where nobody had signed in."),
		field.String("office_id").MaxLen(36).Default("").Immutable(),
		field.String("officer_id").MaxLen(36).Default("").Immutable(),
		field.String("result").MaxLen(16).Immutable().Comment("What the looker was told that it is worth."),
		field.Strings("shown").Immutable().Comment("Names of the fields that were shown."),
		field.Time("create_time").Immutable(),
	}
}

// Edges of the table.
func (CredentialUse) Edges() []ent.Edge {
	return []ent.Edge{edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable()}
}

// Indexes of the table.
func (CredentialUse) Indexes() []ent.Index {
	return []ent.Index{index.Fields("document_id", "create_time"), index.Fields("number", "create_time"), index.Fields("create_time")}
}
