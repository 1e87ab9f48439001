package subsidy

import (
	"context"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	row "github.com/minzhengtong/minzhengtong/gen/ent/payout"
)

// Position is where a page of payouts ends: the last one shown.
type Position struct {
	Created time.Time
	ID      PayoutID
}

// Payouts lists payouts of a policy, in some states or, without any, in all, after a
// position, the newest first, at most limit, and whether there are more. It fails as
// [Service.Preview] does.
func (s *Service) Payouts(ctx context.Context, by actor.Actor, name PolicyName, states []PayoutState, after Position, limit int) ([]Payout, bool, error) {
	if _, err := s.mayPay(by, name); err != nil {
		return nil, false, err
	}
	q := s.DB.Client(ctx).Payout.Query().Where(row.PolicyEQ(string(name)))
	if len(states) > 0 {
		among := make([]row.State, len(states))
		for i, state := range states {
			among[i] = row.State(state)
		}
		q.Where(row.StateIn(among...))
	}
	if after.ID != "" {
		q.Where(row.Or(row.CreateTimeLT(after.Created), row.And(row.CreateTime(after.Created), row.IDLT(string(after.ID)))))
	}
	rows, err := q.Order(row.ByCreateTime(sql.OrderDesc()), row.ByID(sql.OrderDesc())).Limit(limit + 1).All(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("list payouts: %w", err)
	}
	list := make([]Payout, min(len(rows), limit))
	for i := range list {
		list[i] = payoutOf(rows[i])
	}
	return list, len(rows) > limit, nil
}

// Find returns the payouts to the file of any document that was ever in it, the newest
// first, 200 at most. It fails with guard.ErrNotFound for whoever is no officer with the
// duty to pay, and as dossier.Service.Find does.
func (s *Service) Find(ctx context.Context, by actor.Actor, number document.Number) ([]Payout, error) {
	if err := payer(by); err != nil {
		return nil, err
	}
	file, err := s.Files.Find(ctx, by, number)
	if err != nil {
		return nil, err
	}
	return s.payoutsTo(ctx, file.Documents)
}
