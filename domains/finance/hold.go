package finance

import (
	"context"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	row "github.com/minzhengtong/minzhengtong/gen/ent/financeapplication"
)

// Holdings returns the applications under some documents, the newest first, at most limit
// of them, whoever asks. What lies under a key that is gone is left empty.
func (s *Service) Holdings(ctx context.Context, limit int, documents ...actor.DocumentID) ([]Application, error) {
	return s.newest(ctx, documents, limit)
}

// Forget blanks what was said under some documents, in the caller's transaction, and closes
// what is open or not issued yet. It may be repeated.
func (s *Service) Forget(ctx context.Context, documents ...actor.DocumentID) error {
	c, list, nothing := s.DB.Client(ctx), entdb.Texts(documents), []byte{}
	err := c.FinanceApplication.Update().
		Where(row.DocumentIDIn(list...), row.Or(row.StateIn(row.StateApplied, row.StateReview), row.And(row.StateEQ(row.StateApproved), row.IssueTimeIsNil()))).
		SetState(row.StateWithdrawn).SetDecideTime(s.time()).AddVersion(1).Exec(ctx)
	if err != nil {
		return fmt.Errorf("close applications: %w", err)
	}
	err = c.FinanceApplication.Update().
		Where(row.DocumentIDIn(list...), row.Or(row.StatementSealedNEQ(nothing), row.FindingSealedNotNil(), row.AnswerSealedNotNil())).
		SetStatementSealed(nothing).ClearFindingSealed().ClearAnswerSealed().AddVersion(1).Exec(ctx)
	if err != nil {
		return fmt.Errorf("forget applications: %w", err)
	}
	return nil
}
