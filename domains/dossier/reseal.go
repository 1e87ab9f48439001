package dossier

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/keyring"
	datumrow "github.com/minzhengtong/minzhengtong/gen/ent/datum"
	row "github.com/minzhengtong/minzhengtong/gen/ent/document"
	inquiryrow "github.com/minzhengtong/minzhengtong/gen/ent/inquiry"
	linkrow "github.com/minzhengtong/minzhengtong/gen/ent/link"
	"github.com/minzhengtong/minzhengtong/gen/ent/locator"
	proofrow "github.com/minzhengtong/minzhengtong/gen/ent/proof"
	reviewrow "github.com/minzhengtong/minzhengtong/gen/ent/review"
)

// resealBatch is how many rows one transaction re-encrypts.
const resealBatch = 200

// sealedColumn is one column of ciphertext, and the words that bind it.
type sealedColumn struct{ table, column, noun, field string }

// sealedColumns are all columns of this package that hold ciphertext. A test
// compares them with the schema.
var sealedColumns = []sealedColumn{
	{row.Table, row.FieldNumberSealed, "document", "number"},
	{row.Table, row.FieldNamesPassSealed, "document", "names_pass"},
	{inquiryrow.Table, inquiryrow.FieldTargetSealed, "inquiry", "target"},
	{datumrow.Table, datumrow.FieldValueSealed, "datum", "value"},
	{proofrow.Table, proofrow.FieldNoteSealed, "proof", "note"},
	{linkrow.Table, linkrow.FieldCutReasonSealed, "link", "cut_reason"},
	{reviewrow.Table, reviewrow.FieldCloseReasonSealed, "review", "close_reason"},
}

// Reseal brings everything to the present keys: what is encrypted under another
// sealing key is encrypted anew, and documents get the locators of every enabled
// index key and lose those of keys that are enabled no more. It works while the
// program serves, may be interrupted and repeated, and tells progress how many
// rows it has looked at and how many it wrote.
func (s *Service) Reseal(ctx context.Context, progress func(seen, written int)) error {
	seen, written := 0, 0
	tell := func(rows, changed int) {
		seen, written = seen+rows, written+changed
		progress(seen, written)
	}
	for _, c := range sealedColumns {
		if err := s.walk(ctx, c, tell, s.resealRows); err != nil {
			return fmt.Errorf("reseal %s.%s: %w", c.table, c.column, err)
		}
	}
	if err := s.walk(ctx, sealedColumns[0], tell, s.relocateRows); err != nil {
		return fmt.Errorf("index documents anew: %w", err)
	}
	return nil
}

// sealedRow is one ciphertext with the row that it stands in.
type sealedRow struct {
	id     string
	sealed []byte
}

// walk hands a column's rows to work, in batches in the order of IDs, each in a
// transaction of its own.
func (s *Service) walk(ctx context.Context, c sealedColumn, tell func(rows, changed int),
	work func(context.Context, sealedColumn, []sealedRow) (int, error),
) error {
	for after := ""; ; {
		var batch []sealedRow
		var changed int
		err := s.db.InTx(ctx, func(ctx context.Context) error {
			var err error
			if batch, err = s.sealedRows(ctx, c, after); err != nil || len(batch) == 0 {
				return err
			}
			changed, err = work(ctx, c, batch)
			return err
		})
		if err != nil || len(batch) == 0 {
			return err
		}
		tell(len(batch), changed)
		after = batch[len(batch)-1].id
	}
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

// resealRows encrypts what stands under another key than the present one.
func (s *Service) resealRows(ctx context.Context, c sealedColumn, batch []sealedRow) (int, error) {
	update := s.db.Rebind(fmt.Sprintf(`UPDATE "%s" SET "%s" = ? WHERE "id" = ?`, c.table, c.column))
	changed := 0
	for _, r := range batch {
		if key, ok := keyring.SealedBy(r.sealed); ok && key == s.keys.SealingKey() {
			continue
		}
		bound := sealContext(c.noun, r.id, c.field)
		plain, err := s.keys.Unseal(r.sealed, bound)
		if err != nil {
			return 0, fmt.Errorf("open %s %s: %w", c.noun, r.id, err)
		}
		sealed, err := s.keys.Seal(plain, bound)
		if err != nil {
			return 0, fmt.Errorf("seal %s %s: %w", c.noun, r.id, err)
		}
		if _, err := s.db.SQL(ctx).ExecContext(ctx, update, sealed, r.id); err != nil {
			return 0, err
		}
		changed++
	}
	return changed, nil
}

// relocateRows brings the locators of some documents to the enabled index keys.
func (s *Service) relocateRows(ctx context.Context, _ sealedColumn, batch []sealedRow) (int, error) {
	ids := make([]string, len(batch))
	for i, r := range batch {
		ids[i] = r.id
	}
	documents, err := s.find(ctx, row.IDIn(ids...))
	if err != nil {
		return 0, err
	}
	rows, err := s.db.Client(ctx).Locator.Query().Where(locator.DocumentIDIn(ids...)).All(ctx)
	if err != nil {
		return 0, err
	}
	have := make(map[string][][]byte)
	for _, r := range rows {
		have[r.DocumentID] = append(have[r.DocumentID], r.Hash)
	}
	changed := 0
	missing := newLocatorBulk()
	for _, d := range documents {
		for _, l := range s.locatorsOf(d) {
			if !slices.ContainsFunc(have[string(d.ID)], func(h []byte) bool { return bytes.Equal(h, l.hash) }) {
				missing.add(l.purpose, l.key, l.hash, string(d.ID))
				changed++
			}
		}
	}
	if err := missing.flush(ctx, s); err != nil {
		return 0, err
	}
	enabled := make([]int64, 0, 2)
	for _, key := range s.keys.IndexKeys() {
		enabled = append(enabled, int64(key))
	}
	gone, err := s.db.Client(ctx).Locator.Delete().Where(locator.DocumentIDIn(ids...), locator.KeyIDNotIn(enabled...)).Exec(ctx)
	return changed + gone, err
}
