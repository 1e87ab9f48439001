package consent

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
)

// count counts a use of each consent that some claims rest on and that is not taken
// back, and returns those consents, as far as decisions need them. From then on nobody
// else writes them until the transaction ends. The caller takes the counts back where a
// use is refused.
func (s *Service) count(ctx context.Context, claims []Claim) (map[ID]Consent, error) {
	var ids []string
	for _, c := range claims {
		if c.Consent != "" {
			ids = append(ids, string(c.Consent))
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	slices.Sort(ids)
	if len(slices.Compact(slices.Clone(ids))) < len(ids) {
		return nil, errClaim
	}
	among, list := s.db.OneOf(ids)
	counted, err := entdb.Query(ctx, s.db, `UPDATE consents SET uses = uses + 1 WHERE revoke_time IS NULL AND id `+among+`
		RETURNING id, document_id, party_id, purpose, scopes, expire_time, use_time`, []any{list}, scanHeld)
	if err != nil {
		return nil, fmt.Errorf("count uses: %w", err)
	}
	held := make(map[ID]Consent, len(counted))
	for _, c := range counted {
		held[c.ID] = c
	}
	return held, nil
}

// scanHeld reads a consent as far as a decision needs it.
func scanHeld(rows *sql.Rows) (c Consent, err error) {
	var scopes []byte
	var used sql.NullTime
	if err := rows.Scan(&c.ID, &c.Document, &c.Party, &c.Purpose, &scopes, &c.Expires, &used); err != nil {
		return Consent{}, err
	}
	if used.Valid {
		c.Used = used.Time.UTC()
	}
	c.Expires = c.Expires.UTC()
	return c, json.Unmarshal(scopes, &c.Scopes)
}

// saveUsed writes when consents were used last.
func (s *Service) saveUsed(ctx context.Context, used map[time.Time][]ID) error {
	for at, ids := range used {
		among, list := s.db.OneOf(entdb.Texts(ids))
		if _, err := s.db.SQL(ctx).ExecContext(ctx, s.db.Rebind(`UPDATE consents SET use_time = ? WHERE id `+among), at, list); err != nil {
			return fmt.Errorf("save uses: %w", err)
		}
	}
	return nil
}
