package consent

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	row "github.com/minzhengtong/minzhengtong/gen/ent/consent"
)

// Holding returns consents for a purpose that hold now, of whomever, after one and at
// most limit of them, in the order of their IDs. It decides no read: [Service.Use] does,
// one by one. The cost grows with the consents of that purpose that were not taken back.
func (s *Service) Holding(ctx context.Context, code PurposeCode, after ID, limit int) ([]Consent, error) {
	rows, err := s.db.Client(ctx).Consent.Query().
		Where(row.Purpose(string(code)), row.IDGT(string(after)), row.RevokeTimeIsNil(), row.ExpireTimeGT(s.time())).
		Order(row.ByID()).Limit(limit).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read consents: %w", err)
	}
	consents := make([]Consent, len(rows))
	for i, r := range rows {
		consents[i] = fromRow(r)
	}
	return consents, nil
}

// Held returns a consent that holds now, whosever. It fails with [ErrNotFound] for any
// other one, and decides no read.
func (s *Service) Held(ctx context.Context, id ID) (Consent, error) {
	rows, err := s.db.Client(ctx).Consent.Query().Where(row.ID(string(id)), row.RevokeTimeIsNil(), row.ExpireTimeGT(s.time())).All(ctx)
	if err != nil {
		return Consent{}, fmt.Errorf("read consent: %w", err)
	}
	if len(rows) == 0 {
		return Consent{}, ErrNotFound
	}
	return fromRow(rows[0]), nil
}

// StillHeld is [Service.Held] for the end of something that was begun on a consent, in the
// caller's transaction: nobody else writes the consent's row until that ends. So a
// withdrawal comes before, and is seen, or after what the transaction writes.
func (s *Service) StillHeld(ctx context.Context, id ID) (Consent, error) {
	n, err := s.db.Client(ctx).Consent.Update().Where(row.ID(string(id)), row.RevokeTimeIsNil()).AddUses(0).Save(ctx)
	if err != nil {
		return Consent{}, fmt.Errorf("hold consent: %w", err)
	}
	if n == 0 {
		return Consent{}, ErrNotFound
	}
	return s.Held(ctx, id)
}

// HeldBy returns the newest consent that lets a party read for a purpose, was given under
// one of some documents, and holds now. It fails with [ErrNotFound], and decides no read.
func (s *Service) HeldBy(ctx context.Context, party PartyID, code PurposeCode, documents []actor.DocumentID) (Consent, error) {
	rows, err := s.db.Client(ctx).Consent.Query().
		Where(row.PartyID(string(party)), row.Purpose(string(code)), row.DocumentIDIn(entdb.Texts(documents)...), row.RevokeTimeIsNil(), row.ExpireTimeGT(s.time())).
		Order(row.ByCreateTime(sql.OrderDesc()), row.ByID(sql.OrderDesc())).Limit(1).All(ctx)
	if err != nil {
		return Consent{}, fmt.Errorf("read consents: %w", err)
	}
	if len(rows) == 0 {
		return Consent{}, ErrNotFound
	}
	return fromRow(rows[0]), nil
}

// Given says of some documents, 500 at most, under which ones a consent for a purpose
// was given that holds now. Within a transaction of PostgreSQL or SQLite no withdrawal
// comes between this and its end.
func (s *Service) Given(ctx context.Context, code PurposeCode, documents []actor.DocumentID) (map[actor.DocumentID]bool, error) {
	rows, err := s.db.Client(ctx).Consent.Query().
		Where(row.Purpose(string(code)), row.DocumentIDIn(entdb.Texts(documents)...), row.RevokeTimeIsNil(), row.ExpireTimeGT(s.time())).
		Select(row.FieldDocumentID).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read consents: %w", err)
	}
	given := make(map[actor.DocumentID]bool, len(rows))
	for _, r := range rows {
		given[actor.DocumentID(r.DocumentID)] = true
	}
	return given, nil
}
