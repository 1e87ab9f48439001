package alarm

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/tax"
	row "github.com/minzhengtong/minzhengtong/gen/ent/alarm"
)

// The states of an alarm.
const (
	pending  = row.StatePending
	rung     = row.StateRung
	silenced = row.StateSilenced
)

// mostAtOnce is how many obligations or documents one statement names.
const mostAtOnce = 500

// overdueDays is more than a plan goes on after the due date, and endOfTime the
// last day of a list without an end.
const overdueDays = 60

var endOfTime = civil.Date{Year: 9999, Month: time.December, Day: 31}

// add writes what a plan makes; slots that are there stay as they are.
func (s *Service) add(ctx context.Context, p plan) error { return s.insert(ctx, p, nil) }

// replace takes away the rows of a plan in some states, but for snoozes, and
// writes what the plan makes. What stays keeps its slot, and nothing rings before
// a snooze that waits.
func (s *Service) replace(ctx context.Context, p plan, states ...row.State) error {
	snoozed := snoozes{}
	for part := range slices.Chunk(p.open, mostAtOnce) {
		if err := s.remove(ctx, p, part, states); err != nil {
			return err
		}
		rows, err := s.db.Client(ctx).Alarm.Query().Where(row.ObligationIDIn(idsOf(part)...), row.StateEQ(pending),
			row.SlotHasPrefix(snoozeSlot)).All(ctx)
		if err != nil {
			return fmt.Errorf("read snoozes: %w", err)
		}
		for _, r := range rows {
			snoozed[snooze{tax.ID(r.ObligationID), actor.DocumentID(r.DocumentID)}] = r.RingTime
		}
	}
	return s.insert(ctx, p, snoozed)
}

// remove takes away rows of some obligations of a plan, of its holders alone.
func (s *Service) remove(ctx context.Context, p plan, part []tax.Obligation, states []row.State) error {
	var told []actor.DocumentID
	for _, o := range part {
		for _, h := range p.holders[o.Document] {
			told = append(told, h.file...)
		}
	}
	for documents := range slices.Chunk(each(told), mostAtOnce) {
		_, err := s.db.Client(ctx).Alarm.Delete().Where(row.ObligationIDIn(idsOf(part)...), row.DocumentIDIn(entdb.Texts(documents)...),
			row.StateIn(states...), row.Not(row.SlotHasPrefix(snoozeSlot))).Exec(ctx)
		if err != nil {
			return fmt.Errorf("take alarms away: %w", err)
		}
	}
	return nil
}

// snoozes are when those ring that wait.
type snoozes map[snooze]time.Time

type snooze struct {
	obligation tax.ID
	document   actor.DocumentID
}

// until is when an obligation's snooze rings for a holder, whichever document of
// the file it stands under, or no time.
func (z snoozes) until(o tax.ID, h holder) (last time.Time) {
	for _, id := range h.file {
		if at := z[snooze{o, id}]; at.After(last) {
			last = at
		}
	}
	return last
}

// insert writes what a plan makes, but nothing before a snooze.
func (s *Service) insert(ctx context.Context, p plan, snoozed snoozes) error {
	rows := newBulk().Skipping()
	for _, o := range p.open {
		for _, h := range p.holders[o.Document] {
			until := snoozed.until(o.ID, h)
			for _, r := range p.rings(o, h) {
				if r.At.After(until) {
					rows.Add(s.newID(), string(h.document), string(o.ID), r.Slot, r.At, string(pending))
				}
			}
		}
	}
	_, err := rows.Flush(ctx, s.db)
	return err
}

func newBulk() *entdb.Bulk {
	return entdb.NewBulk(row.Table, row.FieldID, row.FieldDocumentID, row.FieldObligationID, row.FieldSlot, row.FieldRingTime, row.FieldState)
}

// silence ends what waits of some obligations.
func (s *Service) silence(ctx context.Context, obligations []tax.Obligation) error {
	for part := range slices.Chunk(obligations, mostAtOnce) {
		err := s.db.Client(ctx).Alarm.Update().Where(row.ObligationIDIn(idsOf(part)...), row.StateEQ(pending)).
			SetState(silenced).SetEndTime(s.time()).Exec(ctx)
		if err != nil {
			return fmt.Errorf("silence alarms: %w", err)
		}
	}
	return nil
}

// waiting counts the alarms that wait under some documents.
func (s *Service) waiting(ctx context.Context, documents []actor.DocumentID) (int, error) {
	n, err := s.db.Client(ctx).Alarm.Query().Where(row.DocumentIDIn(entdb.Texts(documents)...), row.StateEQ(pending)).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count alarms: %w", err)
	}
	return n, nil
}

// idsOf are the IDs of obligations.
func idsOf(obligations []tax.Obligation) []string {
	ids := make([]string, len(obligations))
	for i, o := range obligations {
		ids[i] = string(o.ID)
	}
	return ids
}

// each is every document once, in order.
func each(documents []actor.DocumentID) []actor.DocumentID {
	documents = slices.Clone(documents)
	slices.Sort(documents)
	return slices.Compact(documents)
}
