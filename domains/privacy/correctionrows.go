package privacy

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/correction"
)

// sealContext binds a text to its row and field.
func sealContext(id CorrectionID, field string) string {
	return "correction/" + string(id) + "/" + field
}

// insertCorrection writes a correction, its texts under the document's data key.
func (s *Service) insertCorrection(ctx context.Context, c Correction) error {
	set, err := s.vault.Make(ctx, string(c.Document))
	if err != nil {
		return fmt.Errorf("key of a document: %w", err)
	}
	sealed := make(map[string][]byte)
	for field, text := range map[string]string{"before": c.Before, "value": c.Value, "reason": c.Reason} {
		if sealed[field], err = set.Seal(string(c.Document), []byte(text), sealContext(c.ID, field)); err != nil {
			return fmt.Errorf("seal correction: %w", err)
		}
	}
	err = s.db.Client(ctx).Correction.Create().SetID(string(c.ID)).SetDocumentID(string(c.Document)).SetItem(c.Item).
		SetBeforeSealed(sealed["before"]).SetValueSealed(sealed["value"]).SetReasonSealed(sealed["reason"]).
		SetState(row.State(c.State)).SetCreateTime(c.Created).Exec(ctx)
	if err != nil {
		return fmt.Errorf("keep correction: %w", err)
	}
	return nil
}

// saveDecided writes what was decided. It fails with [ErrStale].
func (s *Service) saveDecided(ctx context.Context, c Correction, by actor.Actor) error {
	set, err := s.vault.Keys(ctx, string(c.Document))
	if err != nil {
		return fmt.Errorf("key of a document: %w", err)
	}
	answer, err := set.Seal(string(c.Document), []byte(c.Answer), sealContext(c.ID, "answer"))
	if err != nil {
		return fmt.Errorf("seal answer: %w", err)
	}
	n, err := s.db.Client(ctx).Correction.Update().
		Where(row.ID(string(c.ID)), row.Version(c.version), row.StateEQ(row.StateOpen)).
		SetState(row.State(c.State)).SetDecideTime(c.Decided).SetDecidedBy(by.ID()).SetAnswerSealed(answer).
		AddVersion(1).Save(ctx)
	if err != nil {
		return fmt.Errorf("save correction: %w", err)
	}
	if n == 0 {
		return ErrStale
	}
	return nil
}

// correction reads one, or fails with guard.ErrNotFound.
func (s *Service) correction(ctx context.Context, id CorrectionID) (Correction, error) {
	rows, err := s.db.Client(ctx).Correction.Query().Where(row.ID(string(id))).All(ctx)
	if err != nil {
		return Correction{}, fmt.Errorf("read correction: %w", err)
	}
	if len(rows) == 0 {
		return Correction{}, guard.ErrNotFound
	}
	list, err := s.opened(ctx, rows)
	if err != nil {
		return Correction{}, err
	}
	return list[0], nil
}

// openCorrection is the open one for an item of a document, or the zero one.
func (s *Service) openCorrection(ctx context.Context, id actor.DocumentID, item string) (Correction, error) {
	rows, err := s.db.Client(ctx).Correction.Query().
		Where(row.DocumentID(string(id)), row.Item(item), row.StateEQ(row.StateOpen)).All(ctx)
	if err != nil {
		return Correction{}, fmt.Errorf("read corrections: %w", err)
	}
	list, err := s.opened(ctx, rows)
	if err != nil || len(list) == 0 {
		return Correction{}, err
	}
	return list[0], nil
}

// correctionsOf returns those about some documents, the newest first.
func (s *Service) correctionsOf(ctx context.Context, documents []actor.DocumentID, limit int) ([]Correction, error) {
	rows, err := s.db.Client(ctx).Correction.Query().Where(row.DocumentIDIn(entdb.Texts(documents)...)).
		Order(row.ByCreateTime(sql.OrderDesc()), row.ByID(sql.OrderDesc())).Limit(limit).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read corrections: %w", err)
	}
	return s.opened(ctx, rows)
}

// openAfter returns open corrections after a cursor, the oldest first.
func (s *Service) openAfter(ctx context.Context, after Cursor, limit int) ([]Correction, error) {
	query := s.db.Client(ctx).Correction.Query().Where(row.StateEQ(row.StateOpen))
	if after.ID != "" {
		query.Where(row.Or(row.CreateTimeGT(after.Created),
			row.And(row.CreateTimeEQ(after.Created), row.IDGT(string(after.ID)))))
	}
	rows, err := query.Order(row.ByCreateTime(), row.ByID()).Limit(limit).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read corrections: %w", err)
	}
	return s.opened(ctx, rows)
}

// opened opens rows. Texts that were forgotten are empty.
func (s *Service) opened(ctx context.Context, rows []*ent.Correction) ([]Correction, error) {
	owners := make([]string, len(rows))
	for i, r := range rows {
		owners[i] = r.DocumentID
	}
	set, err := s.vault.Keys(ctx, owners...)
	if err != nil {
		return nil, fmt.Errorf("keys of documents: %w", err)
	}
	list := make([]Correction, len(rows))
	for i, r := range rows {
		if list[i], err = fromRow(set, r); err != nil {
			return nil, fmt.Errorf("open correction %s: %w", r.ID, err)
		}
	}
	return list, nil
}

func fromRow(set vault.Set, r *ent.Correction) (Correction, error) {
	c := Correction{
		ID: CorrectionID(r.ID), Document: actor.DocumentID(r.DocumentID), Item: r.Item, State: State(r.State),
		Created: r.CreateTime.UTC(), version: r.Version,
	}
	if r.DecideTime != nil {
		c.Decided = r.DecideTime.UTC()
	}
	for _, f := range []struct {
		name   string
		sealed []byte
		into   *string
	}{
		{"before", r.BeforeSealed, &c.Before}, {"value", r.ValueSealed, &c.Value},
		{"reason", r.ReasonSealed, &c.Reason}, {"answer", r.AnswerSealed, &c.Answer},
	} {
		if len(f.sealed) == 0 || set.Shredded(r.DocumentID) {
			continue
		}
		plain, err := set.Unseal(r.DocumentID, f.sealed, sealContext(c.ID, f.name))
		if err != nil {
			return Correction{}, err
		}
		*f.into = string(plain)
	}
	return c, nil
}
