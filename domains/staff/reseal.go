package staff

import (
	"context"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/keyring"
	officerrow "github.com/minzhengtong/minzhengtong/gen/ent/officer"
	relationrow "github.com/minzhengtong/minzhengtong/gen/ent/officerrelation"
	signinrow "github.com/minzhengtong/minzhengtong/gen/ent/providersignin"
)

// resealBatch is how many rows one transaction re-encrypts.
const resealBatch = 200

// sealedColumn is one column of ciphertext, and the words that bind it.
type sealedColumn struct{ table, column, noun, field string }

// sealedColumns are all columns of this package that hold ciphertext.
var sealedColumns = []sealedColumn{
	{officerrow.Table, officerrow.FieldTotpSealed, "officer", "totp"},
	{relationrow.Table, relationrow.FieldNumberSealed, "relation", "number"},
	{signinrow.Table, signinrow.FieldSecretSealed, "provider_sign_in", "secret"},
}

// Reseal encrypts anew what stands under another sealing key than the present
// one. It works while the program serves, may be interrupted and repeated, and
// tells progress how many rows it has looked at and how many it wrote.
func (s *Service) Reseal(ctx context.Context, progress func(seen, written int)) error {
	seen, written := 0, 0
	for _, c := range sealedColumns {
		for after := ""; ; {
			rows, changed, last, err := s.resealSome(ctx, c, after)
			if err != nil {
				return fmt.Errorf("reseal %s.%s: %w", c.table, c.column, err)
			}
			if rows == 0 {
				break
			}
			seen, written, after = seen+rows, written+changed, last
			progress(seen, written)
		}
	}
	return nil
}

// resealSome does one batch of a column's rows, in the order of IDs.
func (s *Service) resealSome(ctx context.Context, c sealedColumn, after string) (seen, changed int, last string, err error) {
	update := s.db.Rebind(fmt.Sprintf(`UPDATE "%s" SET "%s" = ? WHERE "id" = ?`, c.table, c.column))
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		changed = 0
		batch, err := s.sealedRows(ctx, c, after)
		if err != nil {
			return err
		}
		seen = len(batch)
		for _, r := range batch {
			last = r.id
			if key, ok := keyring.SealedBy(r.sealed); ok && key == s.keys.SealingKey() {
				continue
			}
			bound := sealContext(c.noun, r.id, c.field)
			plain, err := s.keys.Unseal(r.sealed, bound)
			if err != nil {
				return fmt.Errorf("open %s %s: %w", c.noun, r.id, err)
			}
			sealed, err := s.keys.Seal(plain, bound)
			if err != nil {
				return fmt.Errorf("seal %s %s: %w", c.noun, r.id, err)
			}
			if _, err := s.db.SQL(ctx).ExecContext(ctx, update, sealed, r.id); err != nil {
				return err
			}
			changed++
		}
		return nil
	})
	return seen, changed, last, err
}

// sealedRow is one ciphertext with the row that it stands in.
type sealedRow struct {
	id     string
	sealed []byte
}

// sealedRows reads the next rows that have a ciphertext in the column.
func (s *Service) sealedRows(ctx context.Context, c sealedColumn, after string) ([]sealedRow, error) {
	query := fmt.Sprintf(`SELECT "id", "%[2]s" FROM "%[1]s" WHERE "id" > ? AND "%[2]s" IS NOT NULL ORDER BY "id" LIMIT ?`, c.table, c.column)
	rows, err := s.db.SQL(ctx).QueryContext(ctx, s.db.Rebind(query), after, resealBatch)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // Err says what went wrong
	var batch []sealedRow
	for rows.Next() {
		var r sealedRow
		if err := rows.Scan(&r.id, &r.sealed); err != nil {
			return nil, err
		}
		batch = append(batch, r)
	}
	return batch, rows.Err()
}
