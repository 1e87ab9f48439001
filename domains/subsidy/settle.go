package subsidy

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/ledger"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/payout"
)

// quiet is how long a payout is left alone before the gateway is asked about it: longer
// than any order may be on the wire.
const quiet = time.Minute

// onWire is how long an order may be on its way, from before it was marked as sent.
const onWire = quiet / 2

// Settle asks the gateway what became of at most limit payouts that left and whose end is
// not known, those that were looked at the longest ago first, and returns how many it
// asked about. One of which the gateway has nothing is sent again, under the same key, if
// its payee may still be paid; else it is dropped. One whose promise has passed is a task.
// It may be stopped and repeated anywhere, and done by several processes at once.
func (s *Service) Settle(ctx context.Context, limit int) (int, error) {
	rows, err := s.DB.Client(ctx).Payout.Query().Where(row.Pending(true), row.ChangeTimeLTE(s.time().Add(-quiet))).
		Order(row.ByChangeTime(), row.ByID()).Limit(limit).All(ctx)
	if err != nil {
		return 0, fmt.Errorf("look for open payouts: %w", err)
	}
	answers := make([]said, 0, len(rows))
	var none []PayoutID
	for _, r := range rows {
		answer, err := s.Payments.Payment(ctx, r.ID)
		if errors.Is(err, upstream.ErrNoPayment) {
			none = append(none, PayoutID(r.ID))
			continue
		}
		if err != nil && ctx.Err() != nil {
			break
		}
		answers = append(answers, said{PayoutID(r.ID), answer, err})
	}
	err = s.hearAll(context.WithoutCancel(ctx), answers)
	return len(rows), errors.Join(err, s.again(ctx, none), s.overdue(ctx, rows))
}

// overdue raises a task for each of the payouts, looked at just now, whose end should have
// been known by the day that is promised.
func (s *Service) overdue(ctx context.Context, rows []*ent.Payout) error {
	var tasks []Task
	c, now := calendar.Official(), s.Now()
	for _, r := range rows {
		if p := payoutOf(r); p.promise(c, now) == late {
			tasks = append(tasks, Task{Kind: TaskNotSettled, Key: string(TaskNotSettled) + "/" + r.ID, Payout: p.ID, Expected: p.Fen})
		}
	}
	if len(tasks) == 0 {
		return nil
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error { return s.raise(ctx, tasks...) })
}

// again sends payouts of which the gateway has nothing.
func (s *Service) again(ctx context.Context, list []PayoutID) error {
	var failed []error
	for _, id := range list {
		if err := s.sendAgain(ctx, id); err != nil {
			failed = append(failed, fmt.Errorf("send again: %w", err))
		}
	}
	return errors.Join(failed...)
}

func (s *Service) sendAgain(ctx context.Context, id PayoutID) error {
	wire, cancel := context.WithTimeout(ctx, onWire)
	defer cancel()
	var orders []order
	err := s.DB.InTx(ctx, func(ctx context.Context) error {
		orders = nil
		r, err := s.DB.Client(ctx).Payout.Query().Where(row.ID(string(id)), row.Pending(true)).All(ctx)
		if err != nil || len(r) == 0 {
			return err
		}
		right, err := s.stillRight(ctx, []Payout{payoutOf(r[0])})
		if err != nil {
			return err
		}
		orders, err = s.markSent(ctx, right, func(Payout) []ledger.Transfer { return nil })
		return err
	})
	if err != nil || len(orders) == 0 {
		return err
	}
	return s.send(ctx, wire, orders)
}

// Report takes a signed event of the gateway. It may come before the answer to its order,
// late, twice or in any order. One about an order that is not ours is a task. It fails with
// [ErrEvent], without a word on why.
func (s *Service) Report(ctx context.Context, raw, signature []byte) error {
	e, err := upstream.ReadPaymentEvent(raw, signature, s.GatewayKeys)
	if err != nil {
		return ErrEvent
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error { return s.line(ctx, e.Payment, "event") })
}

// line takes something that the gateway says by itself.
func (s *Service) line(ctx context.Context, a upstream.PaymentAnswer, where string) error {
	there, err := s.DB.Client(ctx).Payout.Query().Where(row.ID(a.Key)).Exist(ctx)
	if err != nil {
		return fmt.Errorf("read payout: %w", err)
	}
	if !there {
		return s.raise(ctx, Task{Kind: TaskNoPayout, Key: where + "/" + a.Reference, Found: a.Fen})
	}
	return s.hearEach(ctx, []said{{payout: PayoutID(a.Key), answer: a}})
}

// Reconcile holds a day's statement of the gateway against the books: what it says of a
// payout settles it, what is nobody's and what it lacks are tasks. It returns how many
// lines there were. It may be stopped and repeated.
func (s *Service) Reconcile(ctx context.Context, day civil.Date) (int, error) {
	listed := map[string]bool{}
	for cursor := ""; ; {
		page, err := s.Payments.Statement(ctx, day, cursor)
		if err != nil {
			return len(listed), fmt.Errorf("read the statement of %s: %w", day, err)
		}
		for _, a := range page.Lines {
			listed[a.Key] = true
			if err := s.DB.InTx(ctx, func(ctx context.Context) error { return s.line(ctx, a, "statement") }); err != nil {
				return len(listed), fmt.Errorf("take a line of %s: %w", day, err)
			}
		}
		if cursor = page.Next; cursor == "" {
			return len(listed), s.unlisted(ctx, day, listed)
		}
	}
}

// ReconcileYesterday is [Service.Reconcile] for the day before this one.
func (s *Service) ReconcileYesterday(ctx context.Context) (int, error) {
	return s.Reconcile(ctx, calendar.On(s.Now()).AddDays(-1))
}

// unlisted raises a task for each payout that was settled on a day and is not listed.
func (s *Service) unlisted(ctx context.Context, day civil.Date, listed map[string]bool) error {
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		rows, err := s.DB.Client(ctx).Payout.Query().Where(row.StateIn(row.StatePaid, row.StateReturned),
			row.SettleTimeGTE(calendar.Begins(day).UTC()), row.SettleTimeLT(calendar.Begins(day.AddDays(1)).UTC())).All(ctx)
		if err != nil {
			return fmt.Errorf("read payouts of %s: %w", day, err)
		}
		for _, r := range rows {
			if listed[r.ID] {
				continue
			}
			err := s.raise(ctx, Task{Kind: TaskNotInStatement, Key: "missing/" + day.String() + "/" + r.ID, Payout: PayoutID(r.ID), Expected: r.Fen})
			if err != nil {
				return err
			}
		}
		return nil
	})
}
