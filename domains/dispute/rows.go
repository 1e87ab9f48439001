package dispute

import (
	"context"
	"fmt"
	"time"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/dispute"
	"github.com/minzhengtong/minzhengtong/gen/ent/predicate"
)

// isOpen is written out and not a parameter: only then do both databases see that the
// indexes of what is open serve.
var isOpen predicate.Dispute = func(q *entsql.Selector) { q.Where(entsql.ExprP("state = 'open'")) }

// one reads a dispute, or fails with [ErrNotFound].
func (s *Service) one(ctx context.Context, id ID) (Dispute, error) {
	list, err := s.read(ctx, s.DB.Client(ctx).Dispute.Query().Where(row.ID(string(id))))
	if err != nil {
		return Dispute{}, err
	}
	if len(list) == 0 {
		return Dispute{}, ErrNotFound
	}
	return list[0], nil
}

// openAbout reads the open one about a subject that stands under a document; without one,
// there is no ID.
func (s *Service) openAbout(ctx context.Context, document actor.DocumentID, subject Subject) (Dispute, error) {
	list, err := s.read(ctx, s.DB.Client(ctx).Dispute.Query().Where(
		row.DocumentID(string(document)), row.SubjectKind(string(subject.Kind)), row.SubjectID(subject.ID), isOpen))
	if err != nil || len(list) == 0 {
		return Dispute{}, err
	}
	return list[0], nil
}

// newest is a page of those of some documents, the newest first.
func (s *Service) newest(ctx context.Context, documents []string, after Cursor, limit int) ([]Dispute, error) {
	q := s.DB.Client(ctx).Dispute.Query().Where(row.DocumentIDIn(documents...))
	if after.ID != "" {
		q.Where(row.Or(row.CreateTimeLT(after.Time), row.And(row.CreateTimeEQ(after.Time), row.IDLT(string(after.ID)))))
	}
	return s.read(ctx, q.Order(row.ByCreateTime(entsql.OrderDesc()), row.ByID(entsql.OrderDesc())).Limit(limit))
}

// queue is a page of a department's open ones, the first deadline first.
func (s *Service) queue(ctx context.Context, owner Department, after Cursor, limit int) ([]Dispute, error) {
	q := s.DB.Client(ctx).Dispute.Query().Where(row.Department(string(owner)), isOpen)
	if after.ID != "" {
		q.Where(row.Or(row.DueTimeGT(after.Time), row.And(row.DueTimeEQ(after.Time), row.IDGT(string(after.ID)))))
	}
	return s.read(ctx, q.Order(row.ByDueTime(), row.ByID()).Limit(limit))
}

// overdue are open ones whose answer is late by a moment, and of which nobody was told.
func (s *Service) overdue(ctx context.Context, now time.Time, limit int) ([]Dispute, error) {
	return s.read(ctx, s.DB.Client(ctx).Dispute.Query().
		Where(isOpen, row.LateTimeIsNil(), row.DueTimeLTE(now)).Order(row.ByDueTime(), row.ByID()).Limit(limit))
}

// read runs a query and opens the texts. What lies under a key that is gone is left empty.
func (s *Service) read(ctx context.Context, q *ent.DisputeQuery) ([]Dispute, error) {
	rows, err := q.All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read disputes: %w", err)
	}
	owners := make([]string, len(rows))
	for i, r := range rows {
		owners[i] = r.DocumentID
	}
	keys, err := s.Vault.Keys(ctx, owners...)
	if err != nil {
		return nil, err
	}
	list := make([]Dispute, len(rows))
	for i, r := range rows {
		if list[i], err = fromRow(keys, r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func fromRow(keys vault.Set, r *ent.Dispute) (d Dispute, err error) {
	d = Dispute{
		ID: ID(r.ID), Subject: Subject{Kind(r.SubjectKind), r.SubjectID}, Document: actor.DocumentID(r.DocumentID),
		Owner: Department(r.Department), State: State(r.State), Filed: r.CreateTime.UTC(), Due: r.DueTime.UTC(),
		Told: entdb.Moment(r.LateTime), Decided: entdb.Moment(r.DecideTime),
	}
	if d.Reason, err = d.unseal(keys, "reason", r.ReasonSealed); err != nil {
		return Dispute{}, err
	}
	d.Answer, err = d.unseal(keys, "answer", r.AnswerSealed)
	return d, err
}

// place is what a text of a dispute is sealed for.
func (d Dispute) place(field string) string { return "dispute/" + string(d.ID) + "/" + field }

// seal seals a text of a dispute under its document's data key, which is made if there is
// none yet.
func (s *Service) seal(ctx context.Context, d Dispute, field, text string) ([]byte, error) {
	keys, err := s.Vault.Make(ctx, string(d.Document))
	if err != nil {
		return nil, err
	}
	sealed, err := keys.Seal(string(d.Document), []byte(text), d.place(field))
	if err != nil {
		return nil, fmt.Errorf("seal the %s of dispute %s: %w", field, d.ID, err)
	}
	return sealed, nil
}

func (d Dispute) unseal(keys vault.Set, field string, sealed []byte) (string, error) {
	if len(sealed) == 0 || !keys.Has(string(d.Document)) {
		return "", nil
	}
	text, err := keys.Unseal(string(d.Document), sealed, d.place(field))
	if err != nil {
		return "", fmt.Errorf("open the %s of dispute %s: %w", field, d.ID, err)
	}
	return string(text), nil
}

// insert writes one that is filed.
func (s *Service) insert(ctx context.Context, d Dispute) error {
	sealed, err := s.seal(ctx, d, "reason", d.Reason)
	if err != nil {
		return err
	}
	err = s.DB.Client(ctx).Dispute.Create().SetID(string(d.ID)).SetDocumentID(string(d.Document)).
		SetSubjectKind(string(d.Subject.Kind)).SetSubjectID(d.Subject.ID).SetDepartment(string(d.Owner)).
		SetState(row.State(d.State)).SetReasonSealed(sealed).SetCreateTime(d.Filed).SetDueTime(d.Due).Exec(ctx)
	if err != nil {
		return fmt.Errorf("save a dispute: %w", err)
	}
	return nil
}

// saveAnswer writes the answer to an open dispute, or fails with [ErrDecided].
func (s *Service) saveAnswer(ctx context.Context, by actor.Actor, d Dispute) error {
	sealed, err := s.seal(ctx, d, "answer", d.Answer)
	if err != nil {
		return err
	}
	n, err := s.DB.Client(ctx).Dispute.Update().Where(row.ID(string(d.ID)), row.StateEQ(row.StateOpen)).
		SetState(row.State(d.State)).SetAnswerSealed(sealed).SetDecideTime(d.Decided).SetDecidedBy(by.ID()).AddVersion(1).Save(ctx)
	if err == nil && n == 0 {
		err = ErrDecided
	}
	if err != nil {
		return fmt.Errorf("save an answer: %w", err)
	}
	return nil
}

// markLate notes that people are told.
func (s *Service) markLate(ctx context.Context, late []Dispute) error {
	list := make([]string, len(late))
	for i, d := range late {
		list[i] = string(d.ID)
	}
	err := s.DB.Client(ctx).Dispute.Update().Where(row.IDIn(list...), row.StateEQ(row.StateOpen), row.LateTimeIsNil()).
		SetLateTime(s.time()).AddVersion(1).Exec(ctx)
	if err != nil {
		return fmt.Errorf("mark late disputes: %w", err)
	}
	return nil
}
