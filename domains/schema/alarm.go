package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// AlarmSetting is how somebody wants to be reminded: of everything, of one kind
// of obligation, of one firm's, or of one kind of one firm's. The narrowest holds.
type AlarmSetting struct{ ent.Schema }

// Fields of the table.
func (AlarmSetting) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("document_id"),
		field.String("kind").MaxLen(48).Default("").Immutable().Comment("A kind of obligation; empty is every kind."),
		field.String("subject_id").MaxLen(36).Default("").Immutable().Comment("The document of a firm; empty is every subject."),
		field.Bool("off").Default(false),
		field.JSON("leads", []int{}).Optional().Comment("Working days before the due date, 0 is the day itself; none where a cron expression stands."),
		field.String("at").MaxLen(5).Default("").Comment("The hour, HH:MM in Asia/Shanghai."),
		field.String("cron").MaxLen(100).Default("").Comment("An own timetable between the first lead and the due date, five fields."),
		field.String("quiet_from").MaxLen(5).Default(""),
		field.String("quiet_to").MaxLen(5).Default(""),
		field.Time("change_time"),
		version(),
	}
}

// Edges of the table.
func (AlarmSetting) Edges() []ent.Edge {
	return []ent.Edge{edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable()}
}

// Indexes of the table.
func (AlarmSetting) Indexes() []ent.Index {
	return []ent.Index{index.Fields("document_id", "kind", "subject_id").Unique()}
}

// Alarm is one ring that was planned (鬧鐘): of one obligation, for one person.
type Alarm struct{ ent.Schema }

// Fields of the table.
func (Alarm) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("document_id"),
		ref("obligation_id"),
		field.String("slot").MaxLen(24).Immutable().Comment("Which of the obligation's rings: lead-7, cron-20261103T0900, snooze-1, overdue-1."),
		field.Time("ring_time"),
		field.Enum("state").Values("pending", "rung", "silenced"),
		field.Time("end_time").Optional().Nillable().Comment("When it rang or was silenced."),
	}
}

// Edges of the table.
func (Alarm) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable(),
		edge.To("obligation", Obligation.Type).Field("obligation_id").Unique().Required().Immutable().Annotations(entsql.OnDelete(entsql.Cascade)),
	}
}

// Indexes of the table: what is due is found by its time alone, however many
// alarms lie in the future or in the past.
func (Alarm) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("obligation_id", "document_id", "slot").Unique(),
		index.Fields("ring_time", "document_id").Annotations(entsql.IndexWhere("state = 'pending'")),
		index.Fields("document_id", "ring_time"),
	}
}

// CalendarFeed is a private address under which a phone reads somebody's
// deadlines. Only the keyed hash of its token stays.
type CalendarFeed struct{ ent.Schema }

// Fields of the table.
func (CalendarFeed) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("document_id"),
		field.Bytes("hash").MaxLen(32).Immutable().Sensitive().Comment("SHA-256; the token is random, so nothing can be tried."),
		field.Time("create_time").Immutable(),
		field.Time("use_time").Optional().Nillable(),
		field.Time("end_time").Optional().Nillable(),
	}
}

// Edges of the table.
func (CalendarFeed) Edges() []ent.Edge {
	return []ent.Edge{edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable()}
}

// Indexes of the table.
func (CalendarFeed) Indexes() []ent.Index {
	return []ent.Index{index.Fields("hash").Unique(), index.Fields("document_id")}
}
