package dispute

import (
	"context"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	row "github.com/minzhengtong/minzhengtong/gen/ent/dispute"
)

// Holdings returns the disputes under some documents, the newest first, at most limit of
// them, whoever asks. What lies under a key that is gone is left empty.
func (s *Service) Holdings(ctx context.Context, limit int, documents ...actor.DocumentID) ([]Dispute, error) {
	return s.newest(ctx, texts(documents), Cursor{}, limit)
}

// Forget blanks what was said under some documents, in the caller's transaction, and
// closes what is open. It may be repeated.
func (s *Service) Forget(ctx context.Context, documents ...actor.DocumentID) error {
	c, list, nothing := s.DB.Client(ctx), texts(documents), []byte{}
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

// texts turns typed IDs into plain texts.
func texts(documents []actor.DocumentID) []string {
	list := make([]string, len(documents))
	for i, id := range documents {
		list[i] = string(id)
	}
	return list
}
