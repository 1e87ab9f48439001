package dispute

import (
	"context"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/notice"
)

// job is who does what the timetable asks for.
var job = actor.Actor{Role: actor.System, Officer: "remind-disputes"}

// Remind marks disputes whose answer is late, at most limit of them, the longest overdue
// first, tells their people, each once, and returns how many that were. It may be killed,
// repeated, and run by several processes at once.
func (s *Service) Remind(ctx context.Context, limit int) (n int, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		late, err := s.overdue(ctx, s.time(), limit)
		if err != nil || len(late) == 0 {
			n = 0
			return err
		}
		n = len(late)
		return s.remind(ctx, late)
	})
	if err != nil {
		return 0, fmt.Errorf("remind of disputes: %w", err)
	}
	return n, nil
}

func (s *Service) remind(ctx context.Context, late []Dispute) error {
	messages, documents := make([]notice.Message, len(late)), make([]actor.DocumentID, len(late))
	for i, d := range late {
		messages[i], documents[i] = d.message(kindLate), d.Document
	}
	if err := s.markLate(ctx, late); err != nil {
		return err
	}
	if _, err := s.Notices.TellMany(ctx, messages); err != nil {
		return err
	}
	return s.Audit.Change(ctx, "job/remind-disputes", job, documents...)
}
