package notice

import (
	"context"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/work"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/delivery"
)

// Arrived notes a supplier's receipt: the letter of a delivery arrived. It may be
// repeated; of a delivery that is not there it does nothing.
func (s *Service) Arrived(ctx context.Context, delivery string) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		err := s.db.Client(ctx).Delivery.Update().
			Where(row.ID(delivery), row.StateIn(row.StateSending, row.StateSent, row.StateUnknown)).
			SetState(row.StateDelivered).SetCause("").SetChangeTime(s.time()).AddVersion(1).Exec(ctx)
		if err != nil {
			return fmt.Errorf("note a receipt: %w", err)
		}
		return nil
	})
}

// ReturnedMail notes that a mail came back after it had been taken; for good
// says that its address does not work any more and is switched off. The next
// channel is tried. It may be repeated; of a delivery that is not there it does
// nothing.
func (s *Service) ReturnedMail(ctx context.Context, delivery string, forGood bool) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		c := s.db.Client(ctx).Delivery
		n, err := c.Update().Where(row.ID(delivery), row.ChannelEQ(row.ChannelMail), row.StateIn(row.StateSending, row.StateSent, row.StateUnknown)).
			SetState(row.StateFailed).SetCause(string(Bounced)).SetChangeTime(s.time()).AddVersion(1).Save(ctx)
		if err != nil || n == 0 {
			return err
		}
		r, err := c.Get(ctx, delivery)
		if ent.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("note a bounce: %w", err)
		}
		if forGood {
			if err := s.kill(ctx, EndpointID(r.EndpointID), Bounced, s.time()); err != nil {
				return err
			}
		}
		return s.queue.Enqueue(ctx, work.Job{Kind: DeliverWork, ID: r.NoticeID})
	})
}
