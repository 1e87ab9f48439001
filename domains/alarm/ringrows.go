package alarm

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/tax"
	row "github.com/minzhengtong/minzhengtong/gen/ent/alarm"
)

// place is where an alarm stands in the order of ringing.
type place struct {
	at       time.Time
	document actor.DocumentID
}

// due lists what is due after a place, the longest waiting first. The partial
// index answers it: what lies in the future or has rung costs nothing. The limit is in
// the text, because PostgreSQL takes an argument there for a tenth of the table, and so
// plans the query anew each time where the table is large.
func (s *Service) due(ctx context.Context, now time.Time, after place, limit int) ([]place, error) {
	text := `SELECT ring_time, document_id FROM alarms WHERE state = 'pending' AND ring_time <= ?
		AND (ring_time, document_id) > (?, ?) ORDER BY ring_time, document_id LIMIT ` + strconv.Itoa(limit)
	args := []any{now, after.at.UTC(), string(after.document)}
	list, err := entdb.Query(ctx, s.db, text, args, func(rows *sql.Rows) (p place, err error) {
		return p, rows.Scan(&p.at, &p.document)
	})
	if err != nil {
		return nil, fmt.Errorf("look for what is due: %w", err)
	}
	return list, nil
}

// take marks everything that is due for the people of a batch as rung. The states
// are named so that no database thinks of the partial index, which would be gone
// through whole for each batch of a backlog.
func (s *Service) take(ctx context.Context, batch []place, now time.Time) ([]due, error) {
	documents := make([]actor.DocumentID, len(batch))
	for i, p := range batch {
		documents[i] = p.document
	}
	among, ids := s.db.OneOf(entdb.Texts(each(documents)))
	text := `UPDATE alarms SET state = 'rung', end_time = ? WHERE ring_time >= ? AND ring_time <= ?
		AND state NOT IN ('rung', 'silenced') AND document_id ` + among + ` RETURNING id, document_id, obligation_id, slot, ring_time`
	taken, err := entdb.Query(ctx, s.db, text, []any{now, batch[0].at, now, ids}, func(rows *sql.Rows) (d due, err error) {
		return d, rows.Scan(&d.id, &d.document, &d.obligation, &d.slot, &d.at)
	})
	if err != nil {
		return nil, fmt.Errorf("take what is due: %w", err)
	}
	// Neither database promises an order.
	slices.SortFunc(taken, due.compare)
	return taken, nil
}

// overtake marks what was taken and does not ring.
func (s *Service) overtake(ctx context.Context, list []due, now time.Time) error {
	for part := range slices.Chunk(list, mostAtOnce) {
		ids := make([]string, len(part))
		for i, d := range part {
			ids[i] = d.id
		}
		err := s.db.Client(ctx).Alarm.Update().Where(row.IDIn(ids...)).SetState(silenced).SetEndTime(now).Exec(ctx)
		if err != nil {
			return fmt.Errorf("silence what was overtaken: %w", err)
		}
	}
	return nil
}

// waitingRow is an alarm that waits.
type waitingRow struct {
	at         time.Time
	obligation tax.ID
}

// next lists what waits under some documents, the next one first.
func (s *Service) next(ctx context.Context, documents []actor.DocumentID, limit int) ([]waitingRow, error) {
	rows, err := s.db.Client(ctx).Alarm.Query().Where(row.DocumentIDIn(entdb.Texts(documents)...), row.StateEQ(pending)).
		Order(row.ByRingTime(), row.ByObligationID()).Limit(limit).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read alarms: %w", err)
	}
	list := make([]waitingRow, len(rows))
	for i, r := range rows {
		list[i] = waitingRow{r.RingTime.UTC(), tax.ID(r.ObligationID)}
	}
	return list, nil
}
