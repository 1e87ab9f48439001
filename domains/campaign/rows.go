package campaign

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/campaign"
	"github.com/minzhengtong/minzhengtong/gen/ent/predicate"
)

// insert writes a draft.
func (s *Service) insert(ctx context.Context, c Campaign) error {
	population, err := translate[map[string]any](c.Population)
	if err != nil {
		return err
	}
	return s.db.Client(ctx).Campaign.Create().SetID(string(c.ID)).SetState(row.State(c.State)).
		SetTitle(c.Title).SetBody(c.Body).SetLanguage(c.Language).SetPopulation(population).SetPace(c.Pace).
		SetDepartment(c.Department).SetAuthorID(string(c.Author)).SetExpected(c.Expected).SetCreateTime(c.Created).Exec(ctx)
}

// save writes what can change of a campaign, if nobody changed it since it was
// read. It fails with [ErrStale].
func (s *Service) save(ctx context.Context, c Campaign) error {
	n, err := s.db.Client(ctx).Campaign.Update().Where(row.ID(string(c.ID)), row.Version(c.version)).
		SetState(row.State(c.State)).SetPace(c.Pace).SetApproverID(string(c.Approver)).
		SetPosition(c.position).SetTold(c.Told).SetPassed(c.Passed).
		SetNillableApproveTime(set(c.approved)).SetNillableStartTime(set(c.Started)).
		SetNillableNextTime(set(c.next)).SetNillableEndTime(set(c.Ended)).AddVersion(1).Save(ctx)
	if err == nil && n == 0 {
		return ErrStale
	}
	return err
}

// campaign reads one. It fails with [ErrNotFound].
func (s *Service) campaign(ctx context.Context, id ID) (Campaign, error) {
	r, err := s.db.Client(ctx).Campaign.Get(ctx, string(id))
	if ent.IsNotFound(err) {
		return Campaign{}, ErrNotFound
	}
	if err != nil {
		return Campaign{}, err
	}
	return fromRow(r)
}

// page reads campaigns of a department, the newest first.
func (s *Service) page(ctx context.Context, department string, after Cursor, limit int) ([]Campaign, error) {
	where := []predicate.Campaign{row.Department(department)}
	if after.ID != "" {
		where = append(where, row.Or(
			row.CreateTimeLT(after.Created),
			row.And(row.CreateTimeEQ(after.Created), row.IDLT(string(after.ID)))))
	}
	rows, err := s.db.Client(ctx).Campaign.Query().Where(where...).
		Order(row.ByCreateTime(sql.OrderDesc()), row.ByID(sql.OrderDesc())).Limit(limit).All(ctx)
	if err != nil {
		return nil, err
	}
	return fromRows(rows)
}

// due reads the campaigns whose time has come, those that wait longest first.
func (s *Service) due(ctx context.Context, now time.Time, limit int) ([]Campaign, error) {
	rows, err := s.db.Client(ctx).Campaign.Query().
		Where(row.StateIn(row.StateApproved, row.StateRunning), row.NextTimeLTE(now)).
		Order(row.ByNextTime(), row.ByID()).Limit(limit).All(ctx)
	if err != nil {
		return nil, err
	}
	return fromRows(rows)
}

func fromRows(rows []*ent.Campaign) ([]Campaign, error) {
	list := make([]Campaign, len(rows))
	for i, r := range rows {
		var err error
		if list[i], err = fromRow(r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// fromRow reads what a row holds.
func fromRow(r *ent.Campaign) (Campaign, error) {
	population, err := translate[Population](r.Population)
	if err != nil {
		return Campaign{}, err
	}
	return Campaign{
		ID: ID(r.ID), State: State(r.State), Title: r.Title, Body: r.Body, Language: r.Language,
		Population: population, Pace: r.Pace, Department: r.Department,
		Author: actor.OfficerID(r.AuthorID), Approver: actor.OfficerID(r.ApproverID),
		Expected: r.Expected, Told: r.Told, Passed: r.Passed, Created: r.CreateTime.UTC(),
		Started: entdb.Moment(r.StartTime), Ended: entdb.Moment(r.EndTime),
		position: r.Position, approved: entdb.Moment(r.ApproveTime), next: entdb.Moment(r.NextTime), version: r.Version,
	}, nil
}

// translate turns a population into its column, and back.
func translate[To any](from any) (To, error) {
	var to To
	raw, err := json.Marshal(from)
	if err == nil {
		err = json.Unmarshal(raw, &to)
	}
	if err != nil {
		return to, fmt.Errorf("translate a population: %w", err)
	}
	return to, nil
}

// set is the reverse.
func set(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
