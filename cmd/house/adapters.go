package house

import (
	"context"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/privacy"
)

// sessions shows and ends sign-ins for whoever gives people a copy of what is
// held, and forgets them.
type sessions struct{ access *access.Service }

// Sessions implements [privacy.Sessions].
func (s sessions) Sessions(ctx context.Context, documents []actor.DocumentID, limit int) ([]privacy.Session, error) {
	kept, err := s.access.KeptSessions(ctx, documents, limit)
	return contract.Each(kept, session), err
}

func session(k access.Kept) privacy.Session {
	return privacy.Session{
		ID: string(k.Session), Document: k.Document, Device: k.Device, Created: k.Created, Used: k.Refreshed,
		Expires: k.Expires, Ended: k.Ended,
	}
}

// EndSessions implements [privacy.Sessions].
func (s sessions) EndSessions(ctx context.Context, documents []actor.DocumentID) error {
	return s.access.EndSessions(ctx, documents)
}
