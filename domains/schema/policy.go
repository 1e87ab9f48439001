package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// PolicyText is a policy or a notice, stored once in the script in which it was
// issued. What was published never changes; it can be withdrawn.
type PolicyText struct{ ent.Schema }

// Fields of the table.
func (PolicyText) Fields() []ent.Field {
	return []ent.Field{
		id(),
		field.Enum("state").Values("draft", "published", "withdrawn"),
		field.String("title").MaxRuneLen(200).Immutable(),
		field.Text("body").Immutable(),
		field.String("language").MaxLen(16).Immutable().Comment("BCP 47 tag of title, body and issuer."),
		field.String("issuer").MaxRuneLen(200).Immutable(),
		field.String("document_number").MaxRuneLen(100).Default("").Immutable().Comment("文號, as printed."),
		field.String("url").MaxLen(400).Default("").Immutable(),
		date("valid_from"),
		date("valid_to"),
		field.String("department").MaxLen(64).Immutable().Comment("Of the officer who drafted it."),
		field.String("author_id").MaxLen(36).Immutable().Comment("The officer who drafted it."),
		field.String("publisher_id").MaxLen(36).Optional().Nillable().Comment("The officer who published it: another one."),
		field.Time("create_time").Immutable(),
		field.Time("publish_time").Optional().Nillable(),
		field.Time("withdraw_time").Optional().Nillable(),
		version(),
	}
}

// Indexes of the table.
func (PolicyText) Indexes() []ent.Index {
	return []ent.Index{index.Fields("state", "publish_time"), index.Fields("department", "state", "create_time")}
}

// SearchText is a text as search sees it: folded to Simplified characters, with
// its marks gone. Which row it belongs to is told by kind and owner.
type SearchText struct{ ent.Schema }

// Fields of the table.
func (SearchText) Fields() []ent.Field {
	return []ent.Field{
		id(),
		field.String("kind").MaxLen(16).Immutable().Comment("What kind of thing the text is of."),
		ref("owner_id"),
		field.Text("head_key").Comment("The normalised title or name."),
		field.Text("body_key").Default("").Comment("The normalised rest."),
		field.Time("order_time").Comment("The newest come first."),
	}
}

// Indexes of the table.
func (SearchText) Indexes() []ent.Index {
	return []ent.Index{index.Fields("kind", "owner_id").Unique()}
}

// SearchGram says that a text holds a character, a pair of characters or a word.
type SearchGram struct{ ent.Schema }

// Fields of the table.
func (SearchGram) Fields() []ent.Field {
	return []ent.Field{
		field.String("kind").MaxLen(16).Immutable(),
		field.String("gram").MaxRuneLen(32).Immutable(),
		ref("text_id"),
	}
}

// Edges of the table.
func (SearchGram) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("text", SearchText.Type).Field("text_id").Unique().Required().Immutable().Annotations(entsql.OnDelete(entsql.Cascade)),
	}
}

// Indexes of the table.
func (SearchGram) Indexes() []ent.Index {
	return []ent.Index{index.Fields("kind", "gram", "text_id").Unique(), index.Fields("text_id")}
}
