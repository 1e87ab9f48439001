package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// WriteKey is an idempotency key that a caller gave with a write, kept with the
// first answer so that a repetition gets the same one.
type WriteKey struct{ ent.Schema }

// Fields of the table. The ID is the hash of caller, procedure and key.
func (WriteKey) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").MaxLen(64).Immutable(),
		field.Bytes("input_hash").MaxLen(32).Immutable(),
		field.Strings("subjects").Optional().Comment("The documents it was about: a repetition is answered only to who may still touch them."),
		field.String("owner").MaxLen(36).Default("").Immutable().Comment("Under whose data key the answer is sealed; empty for the keyring."),
		field.Bytes("answer_sealed").Optional().Sensitive().Comment("None while the first call is under way."),
		field.Time("create_time").Immutable(),
		field.Time("expire_time").Immutable(),
	}
}

// Indexes of the table.
func (WriteKey) Indexes() []ent.Index { return []ent.Index{index.Fields("expire_time")} }

// LimitBucket is one token bucket, kept as the time at which it is full again.
type LimitBucket struct{ ent.Schema }

// Fields of the table. The ID is the rule's name and a keyed hash of who is
// limited.
func (LimitBucket) Fields() []ent.Field {
	return []ent.Field{field.String("id").MaxLen(100).Immutable(), field.Time("full_time")}
}

// Indexes of the table.
func (LimitBucket) Indexes() []ent.Index { return []ent.Index{index.Fields("full_time")} }
