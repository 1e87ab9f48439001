package alarm

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/tax"
	row "github.com/minzhengtong/minzhengtong/gen/ent/alarm"
)

const (
	snoozeSlot  = "snooze-"
	mostSnoozed = 30 * 24 * time.Hour
)

// Waiting is an alarm that will ring.
type Waiting struct {
	At         time.Time
	Obligation tax.Obligation
}

// Waiting lists the actor's next alarms, at most limit of them, the next one
// first. It fails with [guard.ErrNotFound].
func (s *Service) Waiting(ctx context.Context, by actor.Actor, limit int) ([]Waiting, error) {
	file, err := s.own(ctx, by)
	if err != nil {
		return nil, err
	}
	charges, err := s.charges(ctx, by)
	if err != nil {
		return nil, err
	}
	rows, err := s.next(ctx, file, limit)
	if err != nil {
		return nil, err
	}
	ids := make([]tax.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.obligation
	}
	slices.Sort(ids)
	obligations, err := s.obligationsByID(ctx, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	var list []Waiting
	for _, r := range rows {
		i := slices.IndexFunc(obligations, func(o tax.Obligation) bool { return o.ID == r.obligation })
		if i >= 0 && slices.Contains(charges, obligations[i].Document) {
			list = append(list, Waiting{r.at, obligations[i]})
		}
	}
	return list, nil
}

// Snooze silences an obligation's alarms for the actor until a moment, at which,
// or at the end of quiet hours, it rings. Repeating it changes nothing; another
// moment takes the place of one that waits. It fails with [ErrTime], with
// [guard.ErrNotFound], and with [tax.ErrNotFound] also for what is not open.
func (s *Service) Snooze(ctx context.Context, by actor.Actor, id tax.ID, until time.Time) (Waiting, error) {
	now := s.time()
	until = until.UTC().Truncate(time.Microsecond)
	if !until.After(now) || until.Sub(now) > mostSnoozed {
		return Waiting{}, ErrTime.On("until")
	}
	var w Waiting
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		file, err := s.own(ctx, by)
		if err != nil {
			return err
		}
		o, told, err := s.charged(ctx, file, id)
		if err != nil {
			return err
		}
		list, err := s.kept(ctx, file)
		if err != nil {
			return err
		}
		w = Waiting{byScope(list).of(o.Kind, o.Document).outside(until).UTC(), o}
		return s.saveSnooze(ctx, file, told, w, now)
	})
	if err != nil {
		return Waiting{}, fmt.Errorf("snooze: %w", err)
	}
	return w, nil
}

// charged is an open obligation that the person of a file answers for, and the
// document under which the person is told. It fails with [tax.ErrNotFound].
func (s *Service) charged(ctx context.Context, file []actor.DocumentID, id tax.ID) (tax.Obligation, actor.DocumentID, error) {
	found, err := s.obligationsByID(ctx, []tax.ID{id})
	if err != nil {
		return tax.Obligation{}, "", err
	}
	if len(found) == 0 || found[0].State != tax.Open {
		return tax.Obligation{}, "", tax.ErrNotFound
	}
	o := found[0]
	holders, err := s.holdersOf(ctx, []actor.DocumentID{o.Document})
	if err != nil {
		return tax.Obligation{}, "", err
	}
	h, ok := personOf(holders[o.Document], file[0])
	if !ok {
		return tax.Obligation{}, "", tax.ErrNotFound
	}
	return o, h.document, nil
}

// saveSnooze silences what would ring before, and writes the snooze: over one that
// waits, or as the next in number.
func (s *Service) saveSnooze(ctx context.Context, file []actor.DocumentID, told actor.DocumentID, w Waiting, now time.Time) error {
	c := s.db.Client(ctx)
	mine := row.And(row.ObligationID(string(w.Obligation.ID)), row.DocumentIDIn(entdb.Texts(file)...))
	snoozes, err := c.Alarm.Query().Where(mine, row.SlotHasPrefix(snoozeSlot)).Order(row.ByRingTime(sql.OrderDesc())).All(ctx)
	if err != nil {
		return fmt.Errorf("read snoozes: %w", err)
	}
	err = c.Alarm.Update().Where(mine, row.StateEQ(pending), row.RingTimeLT(w.At), row.Not(row.SlotHasPrefix(snoozeSlot))).
		SetState(silenced).SetEndTime(now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("silence alarms: %w", err)
	}
	number := 0
	for _, r := range snoozes {
		if r.State == pending {
			return c.Alarm.UpdateOneID(r.ID).SetRingTime(w.At).Exec(ctx)
		}
		n, _ := strconv.Atoi(strings.TrimPrefix(r.Slot, snoozeSlot)) // only we write them
		number = max(number, n)
	}
	return c.Alarm.Create().SetID(s.newID()).SetDocumentID(string(told)).SetObligationID(string(w.Obligation.ID)).
		SetSlot(snoozeSlot + strconv.Itoa(number+1)).SetRingTime(w.At).SetState(pending).Exec(ctx)
}
