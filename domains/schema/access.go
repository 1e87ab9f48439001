package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Challenge is a one-time code on its way. It is stored before it is sent, and
// for documents that nobody knows too, so that both look the same.
type Challenge struct{ ent.Schema }

// Fields of the table.
func (Challenge) Fields() []ent.Field {
	return []ent.Field{
		id(),
		field.Enum("purpose").Values("sign_in", "registration").Immutable(),
		field.Bytes("subject").MaxLen(32).Immutable().Comment("Keyed hash of the document asked for; counts tries."),
		field.String("document_id").MaxLen(36).Default("").Immutable().Comment("Empty where no document was found."),
		field.Bytes("code_hash").Immutable().Sensitive(),
		field.Bytes("payload_sealed").Optional().Sensitive().Comment("Phone and code until sent; what a registration said until it is over."),
		field.Int("tries").Default(0),
		field.Time("create_time").Immutable(),
		field.Time("expire_time").Immutable(),
		field.Time("send_time").Optional().Nillable().Comment("When the sender looks at it next: to send it, or to forget what it keeps once it is over."),
		field.Time("use_time").Optional().Nillable(),
		version(),
	}
}

// Indexes of the table.
func (Challenge) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("subject", "create_time"),
		index.Fields("send_time"),
		index.Fields("expire_time"),
	}
}
