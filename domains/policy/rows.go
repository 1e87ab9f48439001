package policy

import (
	"context"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/policytext"
	"github.com/minzhengtong/minzhengtong/gen/ent/predicate"
)

// insert writes a draft.
func (s *Service) insert(ctx context.Context, p Policy) error {
	return s.db.Client(ctx).PolicyText.Create().SetID(string(p.ID)).SetState(row.State(p.State)).
		SetTitle(p.Title).SetBody(p.Body).SetIssuer(p.Issuer).SetLanguage(p.Language).
		SetDocumentNumber(p.Number).SetURL(p.URL).SetValidFrom(written(p.From)).SetValidTo(written(p.To)).
		SetDepartment(p.Department).SetAuthorID(string(p.Author)).SetCreateTime(p.Created).Exec(ctx)
}

// savePublished writes that a draft is public, if nobody changed it since it was
// read. It fails with [ErrStale].
func (s *Service) savePublished(ctx context.Context, p Policy, by actor.Actor) error {
	n, err := s.update(ctx, p).SetPublishTime(p.Published).SetPublisherID(string(by.Officer)).Save(ctx)
	return stale(n, err)
}

// saveWithdrawn writes that a text is withdrawn, if nobody changed it since it
// was read. It fails with [ErrStale].
func (s *Service) saveWithdrawn(ctx context.Context, p Policy) error {
	n, err := s.update(ctx, p).SetWithdrawTime(s.time()).Save(ctx)
	return stale(n, err)
}

// update writes the state of the version that was read.
func (s *Service) update(ctx context.Context, p Policy) *ent.PolicyTextUpdate {
	return s.db.Client(ctx).PolicyText.Update().Where(row.ID(string(p.ID)), row.Version(p.version)).
		SetState(row.State(p.State)).AddVersion(1)
}

// stale tells from the number of written rows whether somebody was first.
func stale(n int, err error) error {
	if err == nil && n == 0 {
		return ErrStale
	}
	return err
}

// policy reads a text, whole. It fails with [ErrNotFound].
func (s *Service) policy(ctx context.Context, id ID) (Policy, error) {
	r, err := s.db.Client(ctx).PolicyText.Get(ctx, string(id))
	if ent.IsNotFound(err) {
		return Policy{}, ErrNotFound
	}
	if err != nil {
		return Policy{}, err
	}
	return fromRow(r), nil
}

// drafts reads a page of a department's drafts.
func (s *Service) drafts(ctx context.Context, department string, after Cursor, limit int) ([]Policy, error) {
	where := []predicate.PolicyText{row.Department(department), row.StateEQ(row.StateDraft)}
	if after.ID != "" {
		where = append(where, row.Or(
			row.CreateTimeGT(after.Created),
			row.And(row.CreateTimeEQ(after.Created), row.IDGT(string(after.ID)))))
	}
	rows, err := s.db.Client(ctx).PolicyText.Query().Where(where...).Order(row.ByCreateTime(), row.ByID()).Limit(limit).All(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]Policy, len(rows))
	for i, r := range rows {
		list[i] = fromRow(r)
	}
	return list, nil
}

// published reads published texts in the order of their IDs given, without their
// bodies; what is not public is left out.
func (s *Service) published(ctx context.Context, ids []string) ([]Policy, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := s.db.Client(ctx).PolicyText.Query().Where(row.IDIn(ids...), row.StateEQ(row.StatePublished)).
		Select(row.FieldID, row.FieldState, row.FieldTitle, row.FieldIssuer, row.FieldLanguage, row.FieldDocumentNumber, row.FieldURL,
			row.FieldValidFrom, row.FieldValidTo, row.FieldPublishTime).All(ctx)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]Policy, len(rows))
	for _, r := range rows {
		byID[r.ID] = fromRow(r)
	}
	list := make([]Policy, 0, len(rows))
	for _, id := range ids {
		if p, ok := byID[id]; ok {
			list = append(list, p)
		}
	}
	return list, nil
}

// fromRow reads what a row holds.
func fromRow(r *ent.PolicyText) Policy {
	p := Policy{
		ID: ID(r.ID), State: State(r.State), Title: r.Title, Body: r.Body, Issuer: r.Issuer, Language: r.Language,
		Number: r.DocumentNumber, URL: r.URL, From: read(r.ValidFrom), To: read(r.ValidTo),
		Department: r.Department, Author: actor.OfficerID(r.AuthorID), Created: r.CreateTime.UTC(), version: r.Version,
	}
	if r.PublishTime != nil {
		p.Published = r.PublishTime.UTC().Truncate(time.Microsecond)
	}
	return p
}

// written is a day as rows keep it; zero is empty.
func written(d civil.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// read is the reverse. Rows hold only what written wrote.
func read(text string) civil.Date {
	d, err := civil.ParseDate(text)
	if err != nil {
		return civil.Date{}
	}
	return d
}
