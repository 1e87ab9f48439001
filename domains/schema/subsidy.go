package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Entitlement is what a policy came to for somebody in a period (資格認定), as it was
// decided once. What comes later is another row, and the one before is kept.
type Entitlement struct{ ent.Schema }

// Fields of the table.
func (Entitlement) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("document_id"),
		field.String("policy").MaxLen(48).Immutable().Comment("A policy of domains/subsidy."),
		field.String("period").MaxLen(16).Immutable().Comment("2025."),
		field.Int64("number").Immutable().Comment("The first decision under the document is 1."),
		field.Bool("latest").Comment("No later one stands in its place."),
		field.Enum("outcome").Values("entitled", "not_entitled", "not_yet").Immutable(),
		field.Int64("fen").Immutable().Comment("What the period comes to in all; 0 unless entitled."),
		field.String("version_name").MaxRuneLen(64).Immutable().Comment("The version of the policy; empty where none holds."),
		field.Bytes("statement_sealed").Sensitive().Comment("The facts, the trace and what was left out, as JSON, under the document's data key."),
		field.Time("create_time").Immutable(),
	}
}

// Edges of the table.
func (Entitlement) Edges() []ent.Edge {
	return []ent.Edge{edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable()}
}

// Indexes of the table: one decision holds for a document, a policy and a period.
func (Entitlement) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("document_id", "policy", "period", "number").Unique(),
		index.Fields("policy", "period", "document_id").Unique().Annotations(entsql.IndexWhere("latest")),
	}
}

// Annotations of the table.
func (Entitlement) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Checks(map[string]string{
		"entitlement_fen": "fen >= 0 AND (fen = 0 OR outcome <> 'not_entitled' AND outcome <> 'not_yet')",
	})}
}

// SpentReceipt is a tax receipt that counted under a policy: it counts once, whoever
// shows it.
type SpentReceipt struct{ ent.Schema }

// Fields of the table.
func (SpentReceipt) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("document_id"),
		field.String("policy").MaxLen(48).Immutable(),
		field.String("period").MaxLen(16).Immutable(),
		field.Bytes("hash").MaxLen(32).Immutable().Sensitive().Comment("SHA-256 of the receipt's number: it has to be found for ever, whichever keys come and go, and says nothing of a person."),
		field.Time("create_time").Immutable(),
	}
}

// Edges of the table.
func (SpentReceipt) Edges() []ent.Edge {
	return []ent.Edge{edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable()}
}

// Indexes of the table.
func (SpentReceipt) Indexes() []ent.Index {
	return []ent.Index{index.Fields("policy", "hash").Unique(), index.Fields("document_id", "policy", "period")}
}

// Claim is money that a decision added to what is owed to somebody, or took off it
// (應付項). The claims of a file for a period sum up to what it is entitled to.
type Claim struct{ ent.Schema }

// Fields of the table.
func (Claim) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("document_id"),
		ref("entitlement_id"),
		field.String("policy").MaxLen(48).Immutable(),
		field.String("period").MaxLen(16).Immutable(),
		field.Int64("fen").Immutable().Comment("Below zero where a correction takes off what was owed before."),
		field.String("payout_id").MaxLen(36).Default("").Comment("The payout that settles it; empty while none does."),
		field.Time("create_time").Immutable(),
		version(),
	}
}

// Edges of the table.
func (Claim) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable(),
		edge.To("entitlement", Entitlement.Type).Field("entitlement_id").Unique().Required().Immutable(),
	}
}

// Indexes of the table.
func (Claim) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("entitlement_id").Unique(),
		index.Fields("document_id", "policy", "period"),
		index.Fields("policy", "document_id").StorageKey("claim_open").Annotations(entsql.IndexWhere("payout_id = ''")),
		index.Fields("payout_id").Annotations(entsql.IndexWhere("payout_id <> ''")),
	}
}

// Annotations of the table.
func (Claim) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Checks(map[string]string{"claim_fen": "fen <> 0"})}
}

// PayeeAccount is where somebody wants to be paid: a bank account or an e-CNY wallet,
// as the gateway's token. Its number is nowhere.
type PayeeAccount struct{ ent.Schema }

// Fields of the table. The ID is the key under which the gateway was asked.
func (PayeeAccount) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("document_id"),
		field.Enum("kind").Values("bank_account", "ecny_wallet").Immutable(),
		field.Bytes("token_sealed").Sensitive().Comment("The gateway's token, under the document's data key."),
		field.Bytes("tail_sealed").Sensitive().Comment("The last four characters of the number, for display."),
		field.Enum("state").Values("active", "removed"),
		field.Time("create_time").Immutable(),
		field.Time("change_time"),
		version(),
	}
}

// Edges of the table.
func (PayeeAccount) Edges() []ent.Edge {
	return []ent.Edge{edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable()}
}

// Indexes of the table: a document has one account at a time.
func (PayeeAccount) Indexes() []ent.Index {
	return []ent.Index{index.Fields("document_id").Unique().Annotations(entsql.IndexWhere("state = 'active'"))}
}

// PayoutBatch is payouts that one officer prepared and another one approves (發放批次).
type PayoutBatch struct{ ent.Schema }

// Fields of the table.
func (PayoutBatch) Fields() []ent.Field {
	return []ent.Field{
		id(),
		field.String("policy").MaxLen(48).Immutable(),
		field.Enum("state").Values("prepared", "approved", "withdrawn"),
		field.Int64("payouts").Immutable(),
		field.Int64("fen").Immutable().Comment("In all."),
		field.Bytes("digest").MaxLen(32).Immutable().Comment("SHA-256 over the payouts: what was shown is what is approved."),
		field.String("prepared_by").MaxLen(36).Immutable(),
		field.String("decided_by").MaxLen(36).Default(""),
		field.Time("create_time").Immutable(),
		field.Time("decide_time").Optional().Nillable(),
		version(),
	}
}

// Indexes of the table.
func (PayoutBatch) Indexes() []ent.Index {
	return []ent.Index{index.Fields("policy", "create_time")}
}

// Payout is an amount on its way to one payee (發放). Its ID is the key under which the
// gateway gets the order.
type Payout struct{ ent.Schema }

// Fields of the table.
func (Payout) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("batch_id"),
		ref("document_id"),
		ref("account_id"),
		field.String("policy").MaxLen(48).Immutable(),
		field.Int64("fen").Immutable(),
		field.Enum("state").Values("prepared", "approved", "sent", "unknown", "paid", "refused", "returned", "dropped"),
		field.Bool("pending").Default(false).Comment("It left, and its end is not known."),
		field.String("cause").MaxLen(48).Default("").Comment("Why it was refused, returned or dropped, or what is unknown."),
		field.String("reference").MaxLen(128).Default("").Comment("The gateway's name for it."),
		field.Int64("sendings").Default(0).Comment("How often the order left, each time after the gateway had said that it has none."),
		field.Time("create_time").Immutable(),
		field.Time("approve_time").Optional().Nillable(),
		field.Time("send_time").Optional().Nillable().Comment("When it left last."),
		field.Time("settle_time").Optional().Nillable().Comment("When it was paid, refused or returned, by the gateway's clock."),
		field.Time("change_time"),
		version(),
	}
}

// Edges of the table.
func (Payout) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("batch", PayoutBatch.Type).Field("batch_id").Unique().Required().Immutable(),
		edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable(),
		edge.To("account", PayeeAccount.Type).Field("account_id").Unique().Required().Immutable(),
	}
}

// Indexes of the table. What is on its way is few; the gateway is asked about it in the
// order of change.
func (Payout) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("batch_id", "state", "id"),
		index.Fields("document_id", "create_time"),
		index.Fields("change_time", "id").StorageKey("payout_open").Annotations(entsql.IndexWhere("pending")),
		index.Fields("policy", "settle_time"),
	}
}

// Annotations of the table.
func (Payout) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Checks(map[string]string{"payout_fen": "fen > 0"})}
}

// PayoutTask is a difference between the books and the gateway, or a decision of which an
// objection was upheld, that somebody has to look into.
type PayoutTask struct{ ent.Schema }

// Fields of the table.
func (PayoutTask) Fields() []ent.Field {
	return []ent.Field{
		id(),
		field.String("key").MaxLen(120).Immutable().Comment("What it is about, said once."),
		field.Enum("kind").Values("amount_differs", "order_differs", "no_payout", "not_in_statement", "not_settled", "objection_upheld").Immutable(),
		field.String("payout_id").MaxLen(36).Default("").Immutable(),
		field.Int64("expected_fen").Immutable(),
		field.Int64("found_fen").Immutable(),
		field.Time("create_time").Immutable(),
		field.Time("close_time").Optional().Nillable(),
		field.String("closed_by").MaxLen(36).Default(""),
		field.String("note").MaxRuneLen(500).Default("").Sensitive(),
		version(),
	}
}

// Indexes of the table.
func (PayoutTask) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("key").Unique(),
		index.Fields("create_time", "id").Annotations(entsql.IndexWhere("close_time IS NULL")),
	}
}

// SubsidyObjection is what somebody has against a decision about a subsidy (異議). It is
// answered once, and changes no decision.
type SubsidyObjection struct{ ent.Schema }

// Fields of the table.
func (SubsidyObjection) Fields() []ent.Field {
	return []ent.Field{
		id(),
		ref("document_id"),
		ref("entitlement_id"),
		field.Enum("state").Values("open", "upheld", "dismissed", "withdrawn").Comment("Withdrawn: the person was forgotten before it was answered."),
		field.Bytes("reason_sealed").Sensitive().Comment("The person's words, under the document's data key, as the answer."),
		field.Bytes("answer_sealed").Optional().Sensitive(),
		field.Time("create_time").Immutable(),
		field.Time("due_time").Immutable().Comment("By when it is to be answered: the end of a day in Shanghai."),
		field.Time("decide_time").Optional().Nillable(),
		field.String("decided_by").MaxLen(36).Default(""),
		version(),
	}
}

// Edges of the table.
func (SubsidyObjection) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("document", Document.Type).Field("document_id").Unique().Required().Immutable(),
		edge.To("entitlement", Entitlement.Type).Field("entitlement_id").Unique().Required().Immutable(),
	}
}

// Indexes of the table: a decision has one objection.
func (SubsidyObjection) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("entitlement_id").Unique(),
		index.Fields("document_id", "create_time"),
		index.Fields("due_time", "id").StorageKey("subsidy_objection_queue").Annotations(entsql.IndexWhere("state = 'open'")),
	}
}

// Annotations of the table.
func (SubsidyObjection) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Checks(map[string]string{
		"subsidy_objection_open":    "state <> 'open' OR decide_time IS NULL AND decided_by = ''",
		"subsidy_objection_decided": "state <> 'upheld' AND state <> 'dismissed' OR decide_time IS NOT NULL AND decided_by <> ''",
	})}
}
