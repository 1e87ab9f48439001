package dossier

import (
	"context"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/gen/ent/document"
	"github.com/minzhengtong/minzhengtong/gen/ent/inquiry"
	"github.com/minzhengtong/minzhengtong/gen/ent/locator"
)

// Erase marks documents as forgotten, in the caller's transaction if there is
// one: neither numbers nor names find them any more, how their holder reads is
// forgotten, and open questions about them are closed. It may be repeated. Whoever calls it shreds the documents' data keys
// once that is committed; until then what was sealed could still be opened, but
// nothing here opens it. What is left are rows without a person.
func (s *Service) Erase(ctx context.Context, ids ...DocumentID) error {
	if len(ids) == 0 {
		return nil
	}
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		c := s.db.Client(ctx)
		names := entdb.Texts(ids)
		if _, err := c.Locator.Delete().Where(locator.DocumentIDIn(names...)).Exec(ctx); err != nil {
			return err
		}
		err := c.Inquiry.Update().Where(inquiry.DocumentIDIn(names...), inquiry.StateIn(inquiry.StatePending, inquiry.StateInReview)).
			SetState(inquiry.StateRefused).SetCloseTime(s.time()).AddVersion(1).Exec(ctx)
		if err != nil {
			return err
		}
		return c.Document.Update().Where(document.IDIn(names...), document.EraseTimeIsNil()).
			SetEraseTime(s.time()).SetLanguage("").SetCalendar("").AddVersion(1).Exec(ctx)
	})
	if err != nil {
		return fmt.Errorf("erase documents: %w", err)
	}
	return nil
}
