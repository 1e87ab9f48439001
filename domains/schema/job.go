package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
)

// JobRun is what is known of one line of the timetable. The ID is its name. Beside
// the lines stand the processes that are alive (process-…) and the runs of a line
// that were missed and are caught up (NAME@…).
type JobRun struct{ ent.Schema }

// Fields of the table.
func (JobRun) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").MaxLen(64).Immutable(),
		field.Bool("paused").Default(false),
		field.String("paused_by").MaxLen(36).Default(""),
		field.Time("planned_time").Optional().Nillable().Comment("The planned time of the newest run that began."),
		field.Time("start_time").Optional().Nillable(),
		field.Time("end_time").Optional().Nillable().Comment("When the newest run ended; empty while it goes on."),
		field.String("outcome").MaxLen(16).Default("").Comment("ok, failed, or empty."),
		field.Time("wanted_time").Optional().Nillable().Comment("When somebody asked to have it run now; empty once it has."),
		field.String("holder").MaxLen(64).Default("").Comment("The process that has it."),
		field.Time("lease_time").Optional().Nillable().Comment("Until when the holder has it."),
		version(),
	}
}
