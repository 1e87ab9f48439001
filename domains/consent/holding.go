package consent

import (
	"context"
	"fmt"

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
