package subsidy

import (
	"context"
	"database/sql"
	"fmt"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	claimrow "github.com/minzhengtong/minzhengtong/gen/ent/claim"
	decisionrow "github.com/minzhengtong/minzhengtong/gen/ent/entitlement"
	"github.com/minzhengtong/minzhengtong/gen/ent/predicate"
	row "github.com/minzhengtong/minzhengtong/gen/ent/subsidyobjection"
)

// decisionIn finds a decision of a file, closed, and says whether it holds. It fails with
// [ErrDecision].
func (s *Service) decisionIn(ctx context.Context, file []actor.DocumentID, id DecisionID) (d Decision, latest bool, err error) {
	rows, err := s.DB.Client(ctx).Entitlement.Query().
		Where(decisionrow.ID(string(id)), decisionrow.DocumentIDIn(entdb.Texts(file)...)).All(ctx)
	if err != nil {
		return Decision{}, false, fmt.Errorf("read a decision: %w", err)
	}
	if len(rows) == 0 {
		return Decision{}, false, ErrDecision
	}
	return fromRow(rows[0]), rows[0].Latest, nil
}

// decided reads a decision, closed, with the payout that settles what it added; "" while
// none does.
func (s *Service) decided(ctx context.Context, id DecisionID) (d Decision, payout PayoutID, err error) {
	c := s.DB.Client(ctx)
	r, err := c.Entitlement.Get(ctx, string(id))
	if err != nil {
		return Decision{}, "", fmt.Errorf("read a decision: %w", err)
	}
	claims, err := c.Claim.Query().Where(claimrow.EntitlementID(string(id))).All(ctx)
	if err != nil {
		return Decision{}, "", fmt.Errorf("read claims: %w", err)
	}
	if len(claims) > 0 {
		payout = PayoutID(claims[0].PayoutID)
	}
	return fromRow(r), payout, nil
}

// payersOf are the officers who prepared or decided about the batch that settles what a
// decision added.
func (s *Service) payersOf(ctx context.Context, id DecisionID) ([]string, error) {
	type pair struct{ preparer, decider string }
	found, err := entdb.Query(ctx, s.DB, `SELECT b.prepared_by, b.decided_by FROM claims c JOIN payouts p ON p.id = c.payout_id
		JOIN payout_batches b ON b.id = p.batch_id WHERE c.entitlement_id = ?`, []any{string(id)},
		func(rows *sql.Rows) (p pair, err error) { return p, rows.Scan(&p.preparer, &p.decider) })
	if err != nil {
		return nil, fmt.Errorf("read who paid: %w", err)
	}
	var officers []string
	for _, p := range found {
		officers = append(officers, p.preparer, p.decider)
	}
	return officers, nil
}

// objection reads one, or fails with [ErrObjection].
func (s *Service) objection(ctx context.Context, id ObjectionID) (Objection, error) {
	o, err := s.oneObjection(ctx, row.ID(string(id)))
	if err == nil && o.ID == "" {
		err = ErrObjection
	}
	return o, err
}

// objectionTo reads the one to a decision; without one, there is no ID.
func (s *Service) objectionTo(ctx context.Context, id DecisionID) (Objection, error) {
	return s.oneObjection(ctx, row.EntitlementID(string(id)))
}

func (s *Service) oneObjection(ctx context.Context, which predicate.SubsidyObjection) (Objection, error) {
	rows, err := s.DB.Client(ctx).SubsidyObjection.Query().Where(which).All(ctx)
	if err != nil {
		return Objection{}, fmt.Errorf("read objections: %w", err)
	}
	list, err := s.openedObjections(ctx, rows)
	if err != nil || len(list) == 0 {
		return Objection{}, err
	}
	return list[0], nil
}

// objectionsOf are those of some documents, the newest first.
func (s *Service) objectionsOf(ctx context.Context, limit int, documents []string) ([]Objection, error) {
	rows, err := s.DB.Client(ctx).SubsidyObjection.Query().Where(row.DocumentIDIn(documents...)).
		Order(row.ByCreateTime(entsql.OrderDesc()), row.ByID(entsql.OrderDesc())).Limit(limit).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read objections: %w", err)
	}
	return s.openedObjections(ctx, rows)
}

// objectionQueue is a page of the open ones, the first deadline first; nil begins.
func (s *Service) objectionQueue(ctx context.Context, after *ent.SubsidyObjection) ([]*ent.SubsidyObjection, error) {
	q := s.DB.Client(ctx).SubsidyObjection.Query().Where(row.StateEQ(row.StateOpen))
	if after != nil {
		q.Where(row.Or(row.DueTimeGT(after.DueTime), row.And(row.DueTimeEQ(after.DueTime), row.IDGT(after.ID))))
	}
	rows, err := q.Order(row.ByDueTime(), row.ByID()).Limit(mostObjections).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read open objections: %w", err)
	}
	return rows, nil
}

// withDecisions puts the decisions to open objections.
func (s *Service) withDecisions(ctx context.Context, rows []*ent.SubsidyObjection) ([]OpenObjection, error) {
	objections, err := s.openedObjections(ctx, rows)
	if err != nil {
		return nil, err
	}
	about := make([]string, len(rows))
	for i, r := range rows {
		about[i] = r.EntitlementID
	}
	found, err := s.DB.Client(ctx).Entitlement.Query().Where(decisionrow.IDIn(about...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read decisions: %w", err)
	}
	explained, err := s.explain(ctx, found)
	if err != nil {
		return nil, err
	}
	at := make(map[DecisionID]int, len(found))
	for i, d := range explained {
		at[d.ID] = i
	}
	list := make([]OpenObjection, len(objections))
	for i, o := range objections {
		n := at[o.Decision] // a foreign key keeps it there
		list[i] = OpenObjection{Objection: o, Decision: explained[n], Overtaken: !found[n].Latest, Late: o.Late(s.Now())}
	}
	return list, nil
}

// openedObjections are rows with their texts; what lies under a key that is gone is left
// empty.
func (s *Service) openedObjections(ctx context.Context, rows []*ent.SubsidyObjection) ([]Objection, error) {
	owners := make([]string, len(rows))
	for i, r := range rows {
		owners[i] = r.DocumentID
	}
	keys, err := s.Vault.Keys(ctx, owners...)
	if err != nil {
		return nil, err
	}
	list := make([]Objection, len(rows))
	for i, r := range rows {
		o := Objection{
			ID: ObjectionID(r.ID), Decision: DecisionID(r.EntitlementID), Document: actor.DocumentID(r.DocumentID),
			State: ObjectionState(r.State), Filed: r.CreateTime.UTC(), Due: r.DueTime.UTC(), Decided: entdb.Moment(r.DecideTime),
		}
		if o.Reason, err = o.unseal(keys, "reason", r.ReasonSealed); err != nil {
			return nil, err
		}
		if o.Answer, err = o.unseal(keys, "answer", r.AnswerSealed); err != nil {
			return nil, err
		}
		list[i] = o
	}
	return list, nil
}

// place is what a text of an objection is sealed for.
func (o Objection) place(field string) string {
	return "subsidy_objection/" + string(o.ID) + "/" + field
}

func (o Objection) seal(keys vault.Set, field, text string) ([]byte, error) {
	sealed, err := keys.Seal(string(o.Document), []byte(text), o.place(field))
	if err != nil {
		return nil, fmt.Errorf("seal the %s of objection %s: %w", field, o.ID, err)
	}
	return sealed, nil
}

func (o Objection) unseal(keys vault.Set, field string, sealed []byte) (string, error) {
	if len(sealed) == 0 || !keys.Has(string(o.Document)) {
		return "", nil
	}
	text, err := keys.Unseal(string(o.Document), sealed, o.place(field))
	if err != nil {
		return "", fmt.Errorf("open the %s of objection %s: %w", field, o.ID, err)
	}
	return string(text), nil
}

// insertObjection writes one that is filed.
func (s *Service) insertObjection(ctx context.Context, o Objection) error {
	keys, err := s.Vault.Make(ctx, string(o.Document))
	if err != nil {
		return err
	}
	sealed, err := o.seal(keys, "reason", o.Reason)
	if err != nil {
		return err
	}
	err = s.DB.Client(ctx).SubsidyObjection.Create().SetID(string(o.ID)).SetDocumentID(string(o.Document)).
		SetEntitlementID(string(o.Decision)).SetState(row.State(o.State)).SetReasonSealed(sealed).SetCreateTime(o.Filed).
		SetDueTime(o.Due).Exec(ctx)
	if err != nil {
		return fmt.Errorf("save an objection: %w", err)
	}
	return nil
}

// saveAnswer writes the answer to an open objection, or fails with [ErrObjectionDecided].
func (s *Service) saveAnswer(ctx context.Context, by actor.Actor, o Objection) error {
	keys, err := s.Vault.Make(ctx, string(o.Document))
	if err != nil {
		return err
	}
	sealed, err := o.seal(keys, "answer", o.Answer)
	if err != nil {
		return err
	}
	n, err := s.DB.Client(ctx).SubsidyObjection.Update().Where(row.ID(string(o.ID)), row.StateEQ(row.StateOpen)).
		SetState(row.State(o.State)).SetAnswerSealed(sealed).SetDecideTime(o.Decided).SetDecidedBy(by.ID()).AddVersion(1).Save(ctx)
	if err == nil && n == 0 {
		err = ErrObjectionDecided
	}
	if err != nil {
		return fmt.Errorf("save an answer: %w", err)
	}
	return nil
}

// forgetObjections blanks what was said under some documents, and closes what is open.
func (s *Service) forgetObjections(ctx context.Context, documents []string) error {
	c, nothing := s.DB.Client(ctx), []byte{}
	err := c.SubsidyObjection.Update().Where(row.DocumentIDIn(documents...), row.StateEQ(row.StateOpen)).
		SetState(row.StateWithdrawn).SetDecideTime(s.time()).AddVersion(1).Exec(ctx)
	if err != nil {
		return fmt.Errorf("close objections: %w", err)
	}
	err = c.SubsidyObjection.Update().
		Where(row.DocumentIDIn(documents...), row.Or(row.ReasonSealedNEQ(nothing), row.AnswerSealedNotNil())).
		SetReasonSealed(nothing).ClearAnswerSealed().AddVersion(1).Exec(ctx)
	if err != nil {
		return fmt.Errorf("forget objections: %w", err)
	}
	return nil
}
