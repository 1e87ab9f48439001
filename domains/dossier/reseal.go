package dossier

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	row "github.com/minzhengtong/minzhengtong/gen/ent/document"
	"github.com/minzhengtong/minzhengtong/gen/ent/locator"
)

// resealBatch is how many documents one transaction looks at.
const resealBatch = 200

// Reseal brings what stands under the keyring to its present keys: documents get
// the locators of every enabled index key and lose those of keys that are
// enabled no more. What is sealed stands under data keys and stays as it is; the
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
	ids := texts(documentIDs(documents))
	rows, err := s.db.Client(ctx).Locator.Query().Where(locator.DocumentIDIn(ids...)).All(ctx)
	if err != nil {
		return 0, err
	}
	have := make(map[string][][]byte)
	for _, r := range rows {
		have[r.DocumentID] = append(have[r.DocumentID], r.Hash)
	}
	changed := 0
	var forgotten []DocumentID
	missing := newLocatorBulk()
	for _, d := range documents {
		if d.erased() {
			forgotten = append(forgotten, d.ID)
			continue
		}
		for _, l := range s.locatorsOf(d) {
			if !slices.ContainsFunc(have[string(d.ID)], func(h []byte) bool { return bytes.Equal(h, l.hash) }) {
				missing.add(l.purpose, l.key, l.hash, string(d.ID))
				changed++
			}
		}
	}
	for _, id := range forgotten {
		changed += len(have[string(id)])
	}
	if err := s.Erase(ctx, forgotten...); err != nil {
		return 0, err
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
