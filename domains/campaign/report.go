package campaign

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/notice"
)

// Report is what became of a campaign's notices. How many people were told and
// passed over is in the [Campaign].
type Report struct {
	// Read is how many have read it.
	Read int64
	// Lines are the deliveries by channel and state, in this order.
	Lines []Line
}

// Line counts deliveries.
type Line struct {
	Channel notice.Channel
	State   notice.State
	Count   int64
}

// report counts. Notices are found by their keys, which are indexed; a key ends
// with a file's ID, which sorts before the letter g.
func (s *Service) report(ctx context.Context, c Campaign) (Report, error) {
	const ours = `n.key >= ? AND n.key < ?`
	first, end := c.keys(), c.keys()+"g"
	var r Report
	err := s.db.SQL(ctx).QueryRowContext(ctx, s.db.Rebind(`SELECT count(n.read_time) FROM notices n WHERE `+ours), first, end).Scan(&r.Read)
	if err != nil {
		return Report{}, fmt.Errorf("count readers: %w", err)
	}
	// What is being sent counts as queued: nobody has taken it yet.
	query := `SELECT e.channel, CASE e.state WHEN 'sending' THEN 'queued' ELSE e.state END AS stands, count(*)
		FROM notices n JOIN deliveries e ON e.notice_id = n.id WHERE ` + ours + ` GROUP BY e.channel, stands ORDER BY e.channel, stands`
	err = s.eachRow(ctx, query, []any{first, end}, func(rows *sql.Rows) error {
		var l Line
		err := rows.Scan(&l.Channel, &l.State, &l.Count)
		r.Lines = append(r.Lines, l)
		return err
	})
	if err != nil {
		return Report{}, fmt.Errorf("count deliveries: %w", err)
	}
	return r, nil
}
