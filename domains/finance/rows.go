package finance

import (
	"context"
	stdsql "database/sql"
	"encoding/json"
	"fmt"
	"time"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/credit"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/financeapplication"
	"github.com/minzhengtong/minzhengtong/gen/ent/predicate"
)

// These are written out and not parameters: only then do both databases see that the
// indexes of what is open and of what is not issued serve.
var (
	isOpen     predicate.FinanceApplication = func(q *entsql.Selector) { q.Where(entsql.ExprP("(state = 'applied' OR state = 'review')")) }
	isUnissued predicate.FinanceApplication = func(q *entsql.Selector) { q.Where(entsql.ExprP("(state = 'approved' AND issue_time IS NULL)")) }
)

// one reads an application, or fails with [ErrNotFound].
func (s *Service) one(ctx context.Context, id ID) (Application, error) {
	a, err := s.first(ctx, s.applications(ctx).Where(row.ID(string(id))))
	if err == nil && a.ID == "" {
		err = ErrNotFound
	}
	return a, err
}

func (s *Service) applications(ctx context.Context) *ent.FinanceApplicationQuery {
	return s.DB.Client(ctx).FinanceApplication.Query()
}

// first is the first of a query, or one without an ID.
func (s *Service) first(ctx context.Context, q *ent.FinanceApplicationQuery) (Application, error) {
	list, err := s.read(ctx, q.Limit(1))
	if err != nil || len(list) == 0 {
		return Application{}, err
	}
	return list[0], nil
}

// openOf reads the one of a file that waits for a decision or for its certificate; without
// one, there is no ID.
func (s *Service) openOf(ctx context.Context, file []actor.DocumentID) (Application, error) {
	return s.first(ctx, s.applications(ctx).Where(row.DocumentIDIn(entdb.Texts(file)...), row.Or(isOpen, isUnissued)))
}

// standing reads the newest one of a file that made a certificate which nobody revoked;
// without one, there is no ID.
func (s *Service) standing(ctx context.Context, file []actor.DocumentID) (Application, error) {
	return s.first(ctx, s.applications(ctx).
		Where(row.DocumentIDIn(entdb.Texts(file)...), row.IssueTimeNotNil(), row.RevokeTimeIsNil()).
		Order(row.ByIssueTime(entsql.OrderDesc()), row.ByID(entsql.OrderDesc())))
}

// laterEdition reports whether another application made a later edition of a certificate.
func (s *Service) laterEdition(ctx context.Context, a Application) (bool, error) {
	later, err := s.applications(ctx).Where(row.MatterNEQ(""), row.Matter(string(a.matter)), row.EditionGT(a.Edition)).Exist(ctx)
	if err != nil {
		return false, fmt.Errorf("read applications: %w", err)
	}
	return later, nil
}

// newest are those of some documents, the newest first.
func (s *Service) newest(ctx context.Context, documents []actor.DocumentID, limit int) ([]Application, error) {
	return s.read(ctx, s.applications(ctx).Where(row.DocumentIDIn(entdb.Texts(documents)...)).
		Order(row.ByCreateTime(entsql.OrderDesc()), row.ByID(entsql.OrderDesc())).Limit(limit))
}

// queue is a page of the department's open ones, the first deadline first.
func (s *Service) queue(ctx context.Context, after Cursor, limit int) ([]Application, error) {
	q := s.applications(ctx).Where(row.Department(Owner), isOpen)
	if after.ID != "" {
		q.Where(row.Or(row.DueTimeGT(after.Due), row.And(row.DueTimeEQ(after.Due), row.IDGT(string(after.ID)))))
	}
	return s.read(ctx, q.Order(row.ByDueTime(), row.ByID()).Limit(limit))
}

// unissued are approved ones without their certificate, the first approved first.
func (s *Service) unissued(ctx context.Context, limit int) ([]Application, error) {
	return s.read(ctx, s.applications(ctx).Where(isUnissued).Order(row.ByDecideTime(), row.ByID()).Limit(limit))
}

// read runs a query and opens the texts. What lies under a key that is gone is left empty.
func (s *Service) read(ctx context.Context, q *ent.FinanceApplicationQuery) ([]Application, error) {
	rows, err := q.All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read applications: %w", err)
	}
	owners := make([]string, len(rows))
	for i, r := range rows {
		owners[i] = r.DocumentID
	}
	keys, err := s.Vault.Keys(ctx, owners...)
	if err != nil {
		return nil, err
	}
	list := make([]Application, len(rows))
	for i, r := range rows {
		if list[i], err = fromRow(keys, r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func fromRow(keys vault.Set, r *ent.FinanceApplication) (a Application, err error) {
	a = Application{
		ID: ID(r.ID), Document: actor.DocumentID(r.DocumentID), Report: credit.ReportID(r.ReportID), State: State(r.State),
		Created: r.CreateTime.UTC(), Due: r.DueTime.UTC(), Reviewed: entdb.Moment(r.ReviewTime), Decided: entdb.Moment(r.DecideTime),
		Number: credential.Number(r.Certificate), Edition: r.Edition, Issued: entdb.Moment(r.IssueTime), Revoked: entdb.Moment(r.RevokeTime),
		applicant: actor.DocumentID(r.ApplicantID), reviewedBy: r.ReviewedBy, decidedBy: r.DecidedBy, matter: ID(r.Matter),
	}
	raw, err := a.unseal(keys, "statement", r.StatementSealed)
	if err != nil {
		return Application{}, err
	}
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &a.said); err != nil {
			return Application{}, fmt.Errorf("read the statement of application %s: %w", a.ID, err)
		}
	}
	a.Purpose = a.said.Purpose
	finding, err := a.unseal(keys, "finding", r.FindingSealed)
	if err != nil {
		return Application{}, err
	}
	answer, err := a.unseal(keys, "answer", r.AnswerSealed)
	a.Finding, a.Answer = string(finding), string(answer)
	return a, err
}

// place is what a text of an application is sealed for.
func (a Application) place(field string) string { return "finance/" + string(a.ID) + "/" + field }

// seal seals a text of an application under its document's data key, which is made if there
// is none yet. An empty text is none.
func (s *Service) seal(ctx context.Context, a Application, field string, text []byte) ([]byte, error) {
	if len(text) == 0 {
		return nil, nil
	}
	keys, err := s.Vault.Make(ctx, string(a.Document))
	if err != nil {
		return nil, err
	}
	sealed, err := keys.Seal(string(a.Document), text, a.place(field))
	if err != nil {
		return nil, fmt.Errorf("seal the %s of application %s: %w", field, a.ID, err)
	}
	return sealed, nil
}

func (a Application) unseal(keys vault.Set, field string, sealed []byte) ([]byte, error) {
	if len(sealed) == 0 || !keys.Has(string(a.Document)) {
		return nil, nil
	}
	text, err := keys.Unseal(string(a.Document), sealed, a.place(field))
	if err != nil {
		return nil, fmt.Errorf("open the %s of application %s: %w", field, a.ID, err)
	}
	return text, nil
}

// sealedStatement is what an application says, sealed.
func (s *Service) sealedStatement(ctx context.Context, a Application) ([]byte, error) {
	raw, err := a.said.bytes()
	if err != nil {
		return nil, err
	}
	return s.seal(ctx, a, "statement", raw)
}

// insert writes one that is made.
func (s *Service) insert(ctx context.Context, a Application) error {
	sealed, err := s.sealedStatement(ctx, a)
	if err != nil {
		return err
	}
	err = s.DB.Client(ctx).FinanceApplication.Create().SetID(string(a.ID)).SetDocumentID(string(a.Document)).
		SetApplicantID(string(a.applicant)).SetDepartment(Owner).SetReportID(string(a.Report)).SetState(row.State(a.State)).
		SetStatementSealed(sealed).SetCreateTime(a.Created).SetDueTime(a.Due).Exec(ctx)
	if err != nil {
		return fmt.Errorf("save an application: %w", err)
	}
	return nil
}

// change changes an application that is so, or fails with a fault.
func (s *Service) change(ctx context.Context, a Application, set *ent.FinanceApplicationUpdate, otherwise error) error {
	n, err := set.Where(row.ID(string(a.ID))).AddVersion(1).Save(ctx)
	if err == nil && n == 0 {
		err = otherwise
	}
	if err != nil {
		return fmt.Errorf("save application %s: %w", a.ID, err)
	}
	return nil
}

func (s *Service) update(ctx context.Context) *ent.FinanceApplicationUpdate {
	return s.DB.Client(ctx).FinanceApplication.Update()
}

// saveReview writes who reviews an open application, and what was found.
func (s *Service) saveReview(ctx context.Context, a Application) error {
	sealed, err := s.seal(ctx, a, "finding", []byte(a.Finding))
	if err != nil {
		return err
	}
	set := s.update(ctx).Where(isOpen).SetState(row.State(a.State)).SetReviewTime(a.Reviewed).SetReviewedBy(a.reviewedBy)
	if sealed != nil {
		set.SetFindingSealed(sealed)
	}
	return s.change(ctx, a, set, ErrDecided)
}

// saveDecision writes the decision on an open application.
func (s *Service) saveDecision(ctx context.Context, a Application) error {
	answer, err := s.seal(ctx, a, "answer", []byte(a.Answer))
	if err != nil {
		return err
	}
	said, err := s.sealedStatement(ctx, a)
	if err != nil {
		return err
	}
	return s.change(ctx, a, s.update(ctx).Where(isOpen).SetState(row.State(a.State)).SetAnswerSealed(answer).SetStatementSealed(said).
		SetMatter(string(a.matter)).SetDecideTime(a.Decided).SetDecidedBy(a.decidedBy), ErrDecided)
}

// saveWithdrawn writes that an open application was taken back.
func (s *Service) saveWithdrawn(ctx context.Context, a Application) error {
	return s.change(ctx, a, s.update(ctx).Where(isOpen).SetState(row.State(a.State)).SetDecideTime(a.Decided), ErrDecided)
}

// saveIssued writes which certificate an application made.
func (s *Service) saveIssued(ctx context.Context, a Application) error {
	return s.change(ctx, a, s.update(ctx).Where(isUnissued).SetCertificate(string(a.Number)).SetEdition(a.Edition).
		SetMatter(string(a.matter)).SetIssueTime(a.Issued), ErrStale)
}

// saveRevoked writes that the certificate of an application was revoked.
func (s *Service) saveRevoked(ctx context.Context, by actor.Actor, a Application) error {
	return s.change(ctx, a, s.update(ctx).Where(row.RevokeTimeIsNil()).SetRevokeTime(a.Revoked).SetRevokedBy(by.ID()), ErrStale)
}

// count counts what happened from a moment to before another one.
func (s *Service) count(ctx context.Context, from, to time.Time) (Figures, error) {
	const within = " >= ? AND %[1]s < ? THEN 1 ELSE 0 END), 0)"
	text, args := "SELECT ", []any{}
	for i, when := range []struct{ column, state string }{
		{"create_time", ""}, {"issue_time", ""}, {"decide_time", "refused"}, {"decide_time", "withdrawn"}, {"revoke_time", ""},
	} {
		if i > 0 {
			text += ", "
		}
		text += "coalesce(sum(CASE WHEN "
		if when.state != "" {
			text += "state = '" + when.state + "' AND "
		}
		text += when.column + fmt.Sprintf(within, when.column)
		args = append(args, from, to)
	}
	list, err := entdb.Query(ctx, s.DB, text+" FROM finance_applications", args, func(rows *stdsql.Rows) (f Figures, err error) {
		return f, rows.Scan(&f.Applied, &f.Issued, &f.Refused, &f.Withdrawn, &f.Revoked)
	})
	if err != nil {
		return Figures{}, err
	}
	return list[0], nil
}
