package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
)

// SceneSwitch says whether a scene of the catalogue takes the residence permit
// like a resident identity card. A scene without a row is off.
type SceneSwitch struct{ ent.Schema }

// Fields of the table. The ID is the scene's code.
func (SceneSwitch) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").MaxLen(64).Immutable(),
		field.Bool("on"),
		field.String("officer_id").MaxLen(36).Comment("Who switched it last."),
		field.Time("change_time"),
		version(),
	}
}
