package access

import (
	"context"
	"log/slog"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	row "github.com/minzhengtong/minzhengtong/gen/ent/session"
)

// OpenForOperator opens a session for an officer without any proof of who that
// is. It is for whoever runs the program on its machine, who could as well sign
// a token by hand, and for nothing that the network reaches. The log says that
// it was done. It fails with [ErrFailed] where the account may not act.
func (s *Service) OpenForOperator(ctx context.Context, id actor.OfficerID) (Session, error) {
	s.log.WarnContext(ctx, "a session is opened from the command line", slog.String("officer", string(id)))
	return s.open(ctx, holder{row.RoleStaff, string(id)}, "command line")
}
