package tax

import (
	"context"
	"fmt"
	"log/slog"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	row "github.com/minzhengtong/minzhengtong/gen/ent/obligation"
	"github.com/minzhengtong/minzhengtong/gen/ent/taxregistration"
)

// Holdings is everything that is held about some documents.
type Holdings struct {
	Registrations []Registration
	Obligations   []Obligation
}

// LogValue keeps holdings out of logs.
func (Holdings) LogValue() slog.Value { return slog.StringValue("[holdings]") }

// Holdings returns everything that is held about some documents, the newest first,
// at most limit of each list, whoever asks.
func (s *Service) Holdings(ctx context.Context, limit int, documents ...actor.DocumentID) (Holdings, error) {
	var h Holdings
	c, ids := s.db.Client(ctx), entdb.Texts(documents)
	var err error
	h.Registrations, err = registrations(c.TaxRegistration.Query().Where(taxregistration.DocumentIDIn(ids...)).
		Order(taxregistration.ByCreateTime(entsql.OrderDesc()), taxregistration.ByID(entsql.OrderDesc())).Limit(limit).All(ctx))
	if err != nil {
		return Holdings{}, err
	}
	h.Obligations, err = fromRows(c.Obligation.Query().Where(row.DocumentIDIn(ids...)).
		Order(row.ByDueDate(entsql.OrderDesc()), row.ByID(entsql.OrderDesc())).Limit(limit).All(ctx))
	return h, err
}

// Forget deletes what is held about some documents, in the caller's transaction. What
// rings for an obligation goes with it. It may be repeated.
func (s *Service) Forget(ctx context.Context, documents ...actor.DocumentID) error {
	c, ids := s.db.Client(ctx), entdb.Texts(documents)
	if _, err := c.Obligation.Delete().Where(row.DocumentIDIn(ids...)).Exec(ctx); err != nil {
		return fmt.Errorf("forget obligations: %w", err)
	}
	if _, err := c.TaxRegistration.Delete().Where(taxregistration.DocumentIDIn(ids...)).Exec(ctx); err != nil {
		return fmt.Errorf("forget registrations: %w", err)
	}
	return nil
}
