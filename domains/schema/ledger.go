package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// LedgerAccount is an account of the books (科目), in fen of RMB. Its totals are kept
// along with the transfers, in the same transaction.
type LedgerAccount struct{ ent.Schema }

// Fields of the table.
func (LedgerAccount) Fields() []ent.Field {
	return []ent.Field{
		id(),
		field.String("code").MaxLen(100).Immutable().Comment("Its name: budget/…, policy/…, payable/…, clearing/…, payee/…."),
		field.Enum("kind").Values("budget", "policy", "payable", "clearing", "payee").Immutable(),
		field.Bool("capped").Immutable().Comment("Its debits, reserved ones included, never exceed its credits."),
		field.Int64("debits").Default(0),
		field.Int64("credits").Default(0),
		field.Int64("reserved_debits").Default(0),
		field.Int64("reserved_credits").Default(0),
		field.Time("create_time").Immutable(),
	}
}

// Indexes of the table.
func (LedgerAccount) Indexes() []ent.Index { return []ent.Index{index.Fields("code").Unique()} }

// Annotations of the table: what the database itself refuses.
func (LedgerAccount) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Checks(map[string]string{
		"ledger_account_cap":      "NOT capped OR debits + reserved_debits <= credits",
		"ledger_account_positive": "debits >= 0 AND credits >= 0 AND reserved_debits >= 0 AND reserved_credits >= 0",
	})}
}

// LedgerTransfer is money that moved, or was set aside, from one account to another.
// One row is both sides, so no row can be out of balance. Rows are never changed or
// deleted; triggers of the database see to it.
type LedgerTransfer struct{ ent.Schema }

// Fields of the table. The ID is the caller's name for it: the same is taken once.
func (LedgerTransfer) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").MaxLen(64).Immutable(),
		field.Enum("kind").Values("move", "reserve", "post", "release").Immutable(),
		ref("debit_id"),
		ref("credit_id"),
		field.Int64("fen").Immutable(),
		field.String("reserve_id").MaxLen(64).Optional().Nillable().Immutable().Comment("The reserve that it posts or releases; each is once."),
		field.String("reason").MaxLen(32).Immutable().Comment("Why, as a word of the domain that moves it."),
		field.String("about").MaxLen(36).Immutable().Comment("The row that it is for, such as a payout."),
		field.Time("create_time").Immutable(),
	}
}

// Edges of the table.
func (LedgerTransfer) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("debit", LedgerAccount.Type).Field("debit_id").Unique().Required().Immutable(),
		edge.To("credit", LedgerAccount.Type).Field("credit_id").Unique().Required().Immutable(),
	}
}

// Indexes of the table.
func (LedgerTransfer) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("reserve_id").Unique(),
		index.Fields("debit_id", "create_time"),
		index.Fields("credit_id", "create_time"),
		index.Fields("about"),
	}
}

// Annotations of the table.
func (LedgerTransfer) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Checks(map[string]string{
		"ledger_transfer_fen":   "fen > 0",
		"ledger_transfer_sides": "debit_id <> credit_id",
	})}
}
