package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Inbox counts the notices of a document, so that they have an order in which
// none is missed.
type Inbox struct{ ent.Schema }

// Fields of the table. The ID is that of the document.
func (Inbox) Fields() []ent.Field {
	return []ent.Field{
		id(),
		field.Int64("last").Comment("The sequence of the newest notice."),
	}
}

// Notice is something that a person was told (通知).
type Notice struct{ ent.Schema }

// Fields of the table.
func (Notice) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("document_id"),
		field.Int64("sequence").Immutable().Comment("Its place in the inbox of the document, from 1, without a gap."),
		field.String("key").MaxLen(120).Immutable().Comment("What it is about, said once: alarm/…, campaign/…."),
		field.String("kind").MaxLen(48).Immutable().Comment("Its template: the message NOTICE_<KIND>_TITLE and _BODY of i18n."),
		field.String("topic").MaxLen(16).Immutable().Comment("What the reader chooses channels for: deadline, money, file, campaign."),
		field.Bytes("body_sealed").Immutable().Sensitive().Comment("Its arguments and lines as JSON, under the document's data key."),
		field.String("about").MaxLen(36).Default("").Immutable().Comment("The row it leads to: an obligation, a campaign."),
		field.Time("create_time").Immutable(),
		field.Time("read_time").Optional().Nillable(),
	}
}

// Edges of the table.
func (Notice) Edges() []ent.Edge {
	return []ent.Edge{edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable()}
}

// Indexes of the table: a key is told once, whatever the document.
func (Notice) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("key").Unique(),
		index.Fields("document_id", "sequence").Unique(),
		index.Fields("create_time"),
	}
}

// Endpoint is an address at which a person is reached: a browser's push
// subscription, a mail address, a phone of either shore.
type Endpoint struct{ ent.Schema }

// Fields of the table.
func (Endpoint) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("document_id"),
		field.Enum("channel").Values("push", "mail", "sms").Immutable(),
		field.Bytes("address_sealed").Immutable().Sensitive().Comment("Under the document's data key."),
		field.Bytes("hash").MaxLen(32).Immutable().Sensitive().Comment("Keyed hash of the address, so that it stands once."),
		field.Enum("state").Values("unverified", "active", "dead", "removed"),
		field.String("cause").MaxLen(32).Default("").Comment("Why it is dead: gone, bounced, refused, unsubscribed."),
		field.Int64("failures").Default(0).Comment("In a row."),
		field.Bytes("code_hash").MaxLen(32).Optional().Sensitive().Comment("Of the code that proves it, while unverified."),
		field.Time("code_expire_time").Optional().Nillable(),
		field.Int64("code_tries").Default(0),
		field.Bytes("unsubscribe_hash").MaxLen(32).Optional().Sensitive().Comment("SHA-256 of the token in mails."),
		field.Time("create_time").Immutable(),
		field.Time("change_time"),
		version(),
	}
}

// Edges of the table.
func (Endpoint) Edges() []ent.Edge {
	return []ent.Edge{edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable()}
}

// Indexes of the table.
func (Endpoint) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("document_id", "hash").Unique().Annotations(entsql.IndexWhere("state <> 'removed'")),
		index.Fields("unsubscribe_hash").Annotations(entsql.IndexWhere("unsubscribe_hash IS NOT NULL")),
	}
}

// ChannelChoice is through which channels a person is told about a topic, the
// first one first; the next one is tried when the one before failed.
type ChannelChoice struct{ ent.Schema }

// Fields of the table.
func (ChannelChoice) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("document_id"),
		field.String("topic").MaxLen(16).Immutable(),
		field.JSON("channels", []string{}).Comment("In order; none means the inbox alone."),
		field.Time("change_time"),
		version(),
	}
}

// Edges of the table.
func (ChannelChoice) Edges() []ent.Edge {
	return []ent.Edge{edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable()}
}

// Indexes of the table.
func (ChannelChoice) Indexes() []ent.Index {
	return []ent.Index{index.Fields("document_id", "topic").Unique()}
}

// Delivery is one notice through one channel. Its ID is the key that the
// supplier gets; it was committed before anything was sent.
type Delivery struct{ ent.Schema }

// Fields of the table.
func (Delivery) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("notice_id"),
		field.String("endpoint_id").MaxLen(36).Default("").Immutable(),
		field.Enum("channel").Values("push", "mail", "sms").Immutable(),
		field.Int64("place").Immutable().Comment("Its place in the order of the reader's channels, from 0."),
		field.Enum("state").Values("queued", "sending", "sent", "delivered", "failed", "unknown", "dropped"),
		field.String("cause").MaxLen(32).Default(""),
		field.String("supplier_ref").MaxLen(100).Default(""),
		field.Int64("attempts").Default(0),
		field.Time("create_time").Immutable(),
		field.Time("change_time"),
		version(),
	}
}

// Edges of the table.
func (Delivery) Edges() []ent.Edge {
	return []ent.Edge{edge.To("notice", Notice.Type).Field("notice_id").Unique().Required().Immutable().Annotations(entsql.OnDelete(entsql.Cascade))}
}

// Indexes of the table: a notice goes through an endpoint once.
func (Delivery) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("notice_id", "channel", "endpoint_id").Unique(),
		index.Fields("state", "change_time"),
	}
}

// Campaign is a message to a chosen population.
type Campaign struct{ ent.Schema }

// Fields of the table.
func (Campaign) Fields() []ent.Field {
	return []ent.Field{
		id(),
		field.Enum("state").Values("draft", "approved", "running", "paused", "done", "stopped"),
		field.String("title").MaxRuneLen(100).Immutable(),
		field.Text("body").Immutable(),
		field.String("language").MaxLen(16).Immutable().Comment("BCP 47 tag of title and body."),
		field.JSON("population", map[string]any{}).Immutable().Comment("Whom it is for, as domains/campaign reads it."),
		field.Int64("pace").Comment("People a minute; 0 is as fast as it goes."),
		field.String("department").MaxLen(64).Immutable(),
		field.String("author_id").MaxLen(36).Immutable(),
		field.String("approver_id").MaxLen(36).Default(""),
		field.Int64("expected").Default(0).Comment("How many people the preview counted."),
		field.String("position").MaxLen(36).Default("").Comment("The last document that was looked at."),
		field.Int64("told").Default(0),
		field.Int64("passed").Default(0).Comment("Documents that were looked at and not told: another one of the same file was."),
		field.Time("create_time").Immutable(),
		field.Time("approve_time").Optional().Nillable(),
		field.Time("start_time").Optional().Nillable(),
		field.Time("next_time").Optional().Nillable().Comment("When the next batch may go."),
		field.Time("end_time").Optional().Nillable(),
		version(),
	}
}

// Indexes of the table.
func (Campaign) Indexes() []ent.Index {
	return []ent.Index{index.Fields("state", "next_time"), index.Fields("department", "create_time")}
}
