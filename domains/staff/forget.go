package staff

import (
	"context"
	"fmt"
	"time"

	signinrow "github.com/minzhengtong/minzhengtong/gen/ent/providersignin"
	spentrow "github.com/minzhengtong/minzhengtong/gen/ent/spentassertion"
)

// forgetAfter is how long rows stay past their time, for processes whose clocks
// differ: an assertion that is forgotten must be over for all of them.
const forgetAfter = time.Hour

// Forget removes sign-ins at the provider and used assertions that are past
// their time, at most limit of each, and says how many. It may be killed and
// repeated; a job calls it until it says 0.
func (s *Service) Forget(ctx context.Context, limit int) (int, error) {
	var gone int
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		past := s.time().Add(-forgetAfter)
		c := s.db.Client(ctx)
		errands, err := c.ProviderSignIn.Query().Where(signinrow.ExpireTimeLT(past)).Order(signinrow.ByExpireTime()).Limit(limit).IDs(ctx)
		if err != nil {
			return err
		}
		assertions, err := c.SpentAssertion.Query().Where(spentrow.ExpireTimeLT(past)).Order(spentrow.ByExpireTime()).Limit(limit).IDs(ctx)
		if err != nil {
			return err
		}
		if _, err := c.ProviderSignIn.Delete().Where(signinrow.IDIn(errands...)).Exec(ctx); err != nil {
			return err
		}
		if _, err := c.SpentAssertion.Delete().Where(spentrow.IDIn(assertions...)).Exec(ctx); err != nil {
			return err
		}
		gone = len(errands) + len(assertions)
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("forget: %w", err)
	}
	return gone, nil
}
