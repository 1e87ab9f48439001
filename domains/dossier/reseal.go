package dossier

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/document"
	"github.com/minzhengtong/minzhengtong/gen/ent/locator"
)

// resealBatch is how many documents one transaction looks at.
const resealBatch = 200

// Reseal brings what stands under the keyring to its present keys: documents get
// the locators of every enabled index key and lose those of keys that are
// enabled no more; those of names are made anew where names fold otherwise than
// when they were written. What is sealed stands under data keys and stays as it is; the
// data keys themselves are the vault's to wrap anew. Locators of documents that
// were forgotten, which an older database brings back, are deleted.
//
// It works while the program serves, may be interrupted and repeated, and tells
// progress how many documents it has looked at and how many locators it wrote
// or deleted.
func (s *Service) Reseal(ctx context.Context, progress func(seen, written int)) error {
	seen, written := 0, 0
	for after := ""; ; {
		var batch []Document
		var changed int
		err := s.db.InTx(ctx, func(ctx context.Context) error {
			rows, err := s.db.Client(ctx).Document.Query().Where(row.IDGT(after)).Order(row.ByID()).Limit(resealBatch).All(ctx)
			if err != nil || len(rows) == 0 {
				batch = nil
				return err
			}
			if batch, err = s.opened(ctx, rows); err != nil {
				return err
			}
			changed, err = s.relocate(ctx, batch)
			return err
		})
		if err != nil {
			return fmt.Errorf("index documents anew: %w", err)
		}
		if len(batch) == 0 {
			return nil
		}
		seen, written = seen+len(batch), written+changed
		progress(seen, written)
		for _, d := range batch {
			after = max(after, string(d.ID))
		}
	}
}

// relocate brings the locators of some documents to the enabled index keys.
func (s *Service) relocate(ctx context.Context, documents []Document) (int, error) {
	ids := entdb.Texts(documentIDs(documents))
	rows, err := s.db.Client(ctx).Locator.Query().Where(locator.DocumentIDIn(ids...)).All(ctx)
	if err != nil {
		return 0, err
	}
	have := make(map[string][]*ent.Locator)
	for _, r := range rows {
		have[r.DocumentID] = append(have[r.DocumentID], r)
	}
	changed := 0
	var stale []int
	var forgotten []DocumentID
	missing := newLocatorBulk()
	for _, d := range documents {
		if d.erased() {
			forgotten = append(forgotten, d.ID)
			continue
		}
		wanted, rows := s.locatorsOf(d), have[string(d.ID)]
		for _, l := range wanted {
			if !slices.ContainsFunc(rows, l.is) {
				missing.Add(l.purpose, l.key, l.hash, string(d.ID))
				changed++
			}
		}
		stale = append(stale, staleNames(rows, wanted)...)
	}
	for _, id := range forgotten {
		changed += len(have[string(id)])
	}
	if err := s.Erase(ctx, forgotten...); err != nil {
		return 0, err
	}
	if _, err := missing.Flush(ctx, s.db); err != nil {
		return 0, err
	}
	if _, err := s.db.Client(ctx).Locator.Delete().Where(locator.IDIn(stale...)).Exec(ctx); err != nil {
		return 0, err
	}
	enabled := make([]int64, 0, 2)
	for _, key := range s.keys.IndexKeys() {
		enabled = append(enabled, int64(key))
	}
	gone, err := s.db.Client(ctx).Locator.Delete().Where(locator.DocumentIDIn(ids...), locator.KeyIDNotIn(enabled...)).Exec(ctx)
	return changed + len(stale) + gone, err
}

// is reports whether a row is this locator.
func (l locatorRow) is(r *ent.Locator) bool { return bytes.Equal(r.Hash, l.hash) }

// staleNames are the rows that find a document by a name which is folded
// otherwise since the tables of package hanname have changed. Those of keys that
// are enabled no more are left to whoever deletes these.
func staleNames(rows []*ent.Locator, wanted []locatorRow) []int {
	var stale []int
	for _, r := range rows {
		enabled := slices.ContainsFunc(wanted, func(l locatorRow) bool { return l.key == r.KeyID })
		if r.Purpose == locator.PurposeHolderName && enabled && !slices.ContainsFunc(wanted, func(l locatorRow) bool { return l.is(r) }) {
			stale = append(stale, r.ID)
		}
	}
	return stale
}
