package dispute

import (
	"context"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	row "github.com/minzhengtong/minzhengtong/gen/ent/dispute"
)

// Holdings returns the disputes under some documents, the newest first, at most limit of
// them, whoever asks. What lies under a key that is gone is left empty.
func (s *Service) Holdings(ctx context.Context, limit int, documents ...actor.DocumentID) ([]Dispute, error) {
	return s.newest(ctx, entdb.Texts(documents), Cursor{}, limit)
}

// Forget blanks what was said under some documents, in the caller's transaction, and
// closes what is open. It may be repeated.
func (s *Service) Forget(ctx context.Context, documents ...actor.DocumentID) error {
	c, list, nothing := s.DB.Client(ctx), entdb.Texts(documents), []byte{}
	err := c.Dispute.Update().Where(row.DocumentIDIn(list...), row.StateEQ(row.StateOpen)).
		SetState(row.StateWithdrawn).SetDecideTime(s.time()).AddVersion(1).Exec(ctx)
	if err != nil {
		return fmt.Errorf("close disputes: %w", err)
	}
	err = c.Dispute.Update().Where(row.DocumentIDIn(list...), row.Or(row.ReasonSealedNEQ(nothing), row.AnswerSealedNotNil())).
		SetReasonSealed(nothing).ClearAnswerSealed().AddVersion(1).Exec(ctx)
	if err != nil {
		return fmt.Errorf("forget disputes: %w", err)
	}
	return nil
}
