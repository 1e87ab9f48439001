package subsidy

import (
	"context"
	"fmt"
	"log/slog"

	"entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/rules"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/entitlement"
	payoutrow "github.com/minzhengtong/minzhengtong/gen/ent/payout"
)

// mostListed is how many decisions or payouts of a file a list shows.
const mostListed = 200

// Explained is a decision with its trace.
type Explained struct {
	Decision
	Trace rules.Trace
	// Counted are the receipts that an entitled decision counted.
	Counted []CountedReceipt
}

// LogValue keeps what is explained out of logs.
func (e Explained) LogValue() slog.Value { return slog.StringValue(string(e.ID)) }

// Mine is what somebody sees of the own subsidies.
type Mine struct {
	// Decisions are those that hold, the newest first, each explained.
	Decisions []Explained
	// Payouts are the newest first, at most 200.
	Payouts []SeenPayout
	// Objections are those of the file, the newest first, at most 200; also those to
	// decisions that do not hold any more.
	Objections []Objection
	// Holds says for each programme why nothing would be paid now; those that would be
	// paid are left out.
	Holds map[PolicyName]Hold
}

// LogValue keeps all of it out of logs.
func (Mine) LogValue() slog.Value { return slog.StringValue("[mine]") }

// Mine returns the subsidies of the actor's own file. It fails as guard.Own does.
func (s *Service) Mine(ctx context.Context, by actor.Actor) (m Mine, err error) {
	file, _, err := s.own(ctx, by)
	if err != nil {
		return Mine{}, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		m = Mine{Holds: map[PolicyName]Hold{}}
		if m.Decisions, err = s.decisionsOf(ctx, file); err != nil {
			return err
		}
		payouts, err := s.payoutsTo(ctx, file)
		if err != nil {
			return err
		}
		if m.Payouts, err = s.seen(ctx, payouts); err != nil {
			return err
		}
		if m.Objections, err = s.objectionsOf(ctx, mostListed, entdb.Texts(ids(file))); err != nil {
			return err
		}
		for _, p := range programmes {
			all, err := s.standings(ctx, p, []actor.DocumentID{by.Document})
			if err != nil {
				return err
			}
			if hold := all[by.Document].hold; hold != "" {
				m.Holds[p.Policy] = hold
			}
		}
		return nil
	})
	if err != nil {
		return Mine{}, fmt.Errorf("read subsidies: %w", err)
	}
	return m, nil
}

// decisionsOf are the decisions that hold for a file.
func (s *Service) decisionsOf(ctx context.Context, file []dossier.Document) ([]Explained, error) {
	rows, err := s.DB.Client(ctx).Entitlement.Query().Where(row.DocumentIDIn(entdb.Texts(ids(file))...), row.Latest(true)).
		Order(row.ByCreateTime(sql.OrderDesc()), row.ByID(sql.OrderDesc())).Limit(mostListed).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read decisions: %w", err)
	}
	list, err := s.explain(ctx, rows)
	if err != nil {
		return nil, err
	}
	return list, s.counts(ctx, list)
}

// explain opens decisions.
func (s *Service) explain(ctx context.Context, rows []*ent.Entitlement) ([]Explained, error) {
	owners := make([]string, len(rows))
	for i, r := range rows {
		owners[i] = r.DocumentID
	}
	keys, err := s.Vault.Keys(ctx, owners...)
	if err != nil {
		return nil, err
	}
	list := make([]Explained, len(rows))
	for i, r := range rows {
		d := fromRow(r)
		if d.Statement, err = openStatement(keys, r.DocumentID, d.ID, r.StatementSealed); err != nil {
			return nil, err
		}
		list[i].Decision = d
		if list[i].Trace, err = d.trace(); err != nil {
			return nil, fmt.Errorf("decision %s: %w", d.ID, err)
		}
	}
	return list, nil
}

// payoutsTo are the payouts to a file.
func (s *Service) payoutsTo(ctx context.Context, file []dossier.Document) ([]Payout, error) {
	rows, err := s.DB.Client(ctx).Payout.Query().Where(payoutrow.DocumentIDIn(entdb.Texts(ids(file))...)).
		Order(payoutrow.ByCreateTime(sql.OrderDesc()), payoutrow.ByID(sql.OrderDesc())).Limit(mostListed).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read payouts: %w", err)
	}
	list := make([]Payout, len(rows))
	for i, r := range rows {
		list[i] = payoutOf(r)
	}
	return list, nil
}
