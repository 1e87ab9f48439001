package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// TaxRegistration says that somebody has to file a tax (稅種登記), and how often.
// The subject is a document: a person's, or a firm's credit code.
type TaxRegistration struct{ ent.Schema }

// Fields of the table.
func (TaxRegistration) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("document_id"),
		field.String("tax").MaxLen(48).Immutable().Comment("A kind of the catalogue of domains/tax."),
		field.Enum("cycle").Values("month", "quarter", "year", "event").Immutable().Comment("The registered filing period; it is read and never inferred."),
		field.String("area").MaxLen(6).Immutable().Comment("GB/T 2260 of the tax bureau; local overrides are by area."),
		date("valid_from"),
		date("valid_to"),
		field.String("source").MaxLen(64).Immutable(),
		field.String("source_ref").MaxLen(100).Immutable().Comment("The source's own name for it; makes taking it repeatable."),
		field.String("planned_to").MaxLen(10).Default("").Comment("The last due date up to which obligations were worked out."),
		field.Time("create_time").Immutable(),
		version(),
	}
}

// Edges of the table.
func (TaxRegistration) Edges() []ent.Edge {
	return []ent.Edge{edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable()}
}

// Indexes of the table.
func (TaxRegistration) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("source", "source_ref").Unique(),
		index.Fields("document_id"),
		index.Fields("planned_to", "id"),
	}
}

// Obligation is something that is due (義務): a return for one period, a document
// to renew, a benefit to confirm again. Why its date is what it is can be worked
// out anew from its calendar.
type Obligation struct{ ent.Schema }

// Fields of the table.
func (Obligation) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("document_id"),
		field.String("kind").MaxLen(48).Immutable().Comment("A kind of the catalogue of domains/tax."),
		field.String("period").MaxLen(16).Immutable().Comment("2026-10, 2026-Q4, 2026, or the day of an event."),
		field.String("name").MaxLen(64).Default("").Immutable().Comment("Which one, where several of a kind end on one day: the licence's own name at its source."),
		field.String("registration_id").MaxLen(36).Default("").Immutable().Comment("The registration it comes from; empty where there is none."),
		field.String("area").MaxLen(6).Default("").Immutable(),
		field.String("due_date").MaxLen(10).Comment("The last day, in the zone of the law that sets it."),
		field.Enum("basis").Values("local", "national", "computed", "provisional", "printed").Comment("What made the date: an override, the year's notice, the rule, the rule without the year's holidays, or the document itself."),
		field.Int64("moves").Default(0).Comment("How often the date was changed: SEQUENCE of the calendar feed."),
		field.Enum("state").Values("open", "done", "void"),
		field.String("done_by").MaxLen(16).Default("").Comment("filing, hand, or empty."),
		field.Time("done_time").Optional().Nillable(),
		field.String("done_ref").MaxLen(100).Default("").Comment("The return that was accepted."),
		field.Time("create_time").Immutable(),
		field.Time("change_time").Comment("When anything of it changed last."),
		version(),
	}
}

// Edges of the table.
func (Obligation) Edges() []ent.Edge {
	return []ent.Edge{edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable()}
}

// Indexes of the table: one obligation of each kind and period. A subject's are
// listed by their date; a change of the calendar goes over those of its months.
func (Obligation) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("document_id", "kind", "period", "name").Unique(),
		index.Fields("document_id", "due_date"),
		index.Fields("due_date", "id").Annotations(entsql.IndexWhere("state = 'open'")),
		index.Fields("due_date", "id").StorageKey("obligation_printed").Annotations(entsql.IndexWhere("state = 'open' AND registration_id = ''")),
	}
}

// CalendarFile is a year of holidays and filing deadlines, a local override, or a
// year of Taiwan dates, that was imported beside those that the program brings.
type CalendarFile struct{ ent.Schema }

// Fields of the table.
func (CalendarFile) Fields() []ent.Field {
	return []ent.Field{
		id(),
		field.Enum("kind").Values("year", "override", "taiwan").Immutable(),
		field.String("name").MaxLen(100).Immutable().Comment("The year, or area and month of an override."),
		field.String("digest").MaxLen(64).Immutable().Comment("SHA-256 of the text, hex."),
		field.Text("text").Immutable().Comment("The file as it was imported."),
		field.String("notice").MaxRuneLen(200).Immutable().Comment("The official paper it comes from."),
		field.Time("create_time").Immutable(),
		field.Time("end_time").Optional().Nillable().Comment("When another one replaced it."),
	}
}

// Indexes of the table: one file of each name holds at a time.
func (CalendarFile) Indexes() []ent.Index {
	return []ent.Index{index.Fields("kind", "name").Unique().Annotations(entsql.IndexWhere("end_time IS NULL"))}
}
