package jobs

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// row is what all processes know of a line. Zero times are empty.
type row struct {
	past
	paused   bool
	pausedBy string
	start    time.Time // of the newest run
	end      time.Time // empty while a planned run goes on, or was cut off
	outcome  string
	wanted   time.Time
	holder   string
	lease    time.Time
	version  int64
}

// Outcomes of a run.
const (
	ok     = "ok"
	failed = "failed"
)

// Rows of gaps, and of the queue's processes, lie beside those of the lines.
const (
	gapMark   = "@"
	processes = "process-"
)

// errTaken says that another process wrote the row first.
var errTaken = errors.New("another process was first")

// rows reads what is known of all lines.
func (r *Runner) rows(ctx context.Context) (map[string]row, error) {
	return r.query(ctx, "id NOT LIKE ?", processes+"%")
}

// row reads one line, and makes its row if there is none. The times of a line
// with a leader count from then on.
func (r *Runner) row(ctx context.Context, job *planned) (row, error) {
	rows, err := r.query(ctx, "id = ? OR id LIKE ?", job.Name, job.Name+gapMark+"%")
	if err != nil {
		return row{}, err
	}
	if found, there := rows[job.Name]; there {
		return found, nil
	}
	fresh := row{version: 1}
	if job.Leader {
		fresh.past = beginning(r.Now())
	}
	if err := r.insert(ctx, job.Name, fresh.last, time.Time{}); err != nil {
		return row{}, err
	}
	return fresh, r.saveGaps(ctx, job.Name, fresh.gaps)
}

func (r *Runner) insert(ctx context.Context, id string, planned, end time.Time) error {
	_, err := r.DB.SQL(ctx).ExecContext(ctx, r.DB.Rebind(`INSERT INTO job_runs (id, paused, paused_by, planned_time, end_time, outcome, holder, version)
		VALUES (?, false, '', ?, ?, '', '', 1) ON CONFLICT (id) DO NOTHING`), id, orNull(planned), orNull(end))
	if err != nil {
		return fmt.Errorf("add row %s: %w", id, err)
	}
	return nil
}

func (r *Runner) query(ctx context.Context, where string, args ...any) (map[string]row, error) {
	found, err := r.DB.SQL(ctx).QueryContext(ctx, r.DB.Rebind(`SELECT id, paused, paused_by, planned_time, start_time, end_time,
		outcome, wanted_time, holder, lease_time, version FROM job_runs WHERE `+where), args...)
	if err != nil {
		return nil, fmt.Errorf("read the timetable's rows: %w", err)
	}
	defer func() { _ = found.Close() }() // found.Err tells more
	rows, gaps := map[string]row{}, map[string][]gap{}
	for found.Next() {
		var name string
		var w row
		var last, start, end, wanted, lease sql.NullTime
		if err := found.Scan(&name, &w.paused, &w.pausedBy, &last, &start, &end, &w.outcome, &wanted, &w.holder, &lease, &w.version); err != nil {
			return nil, fmt.Errorf("read the timetable's rows: %w", err)
		}
		if line, _, isGap := strings.Cut(name, gapMark); isGap {
			gaps[line] = append(gaps[line], gap{last.Time, end.Time})
			continue
		}
		w.last, w.start, w.end, w.wanted, w.lease = last.Time, start.Time, end.Time, wanted.Time, lease.Time
		rows[name] = w
	}
	for name, w := range rows {
		w.gaps = gaps[name]
		slices.SortFunc(w.gaps, func(a, b gap) int { return cmp.Compare(a.to.Unix(), b.to.Unix()) })
		rows[name] = w
	}
	return rows, found.Err()
}

// save writes a row if nobody has since it was read.
func (r *Runner) save(ctx context.Context, name string, w row) error {
	result, err := r.DB.SQL(ctx).ExecContext(ctx, r.DB.Rebind(`UPDATE job_runs SET paused = ?, paused_by = ?, planned_time = ?,
		start_time = ?, end_time = ?, outcome = ?, wanted_time = ?, holder = ?, lease_time = ?, version = version + 1
		WHERE id = ? AND version = ?`),
		w.paused, w.pausedBy, orNull(w.last), orNull(w.start), orNull(w.end), w.outcome, orNull(w.wanted), w.holder, orNull(w.lease), name, w.version)
	if err != nil {
		return fmt.Errorf("write row of %s: %w", name, err)
	}
	n, err := result.RowsAffected()
	if err == nil && n == 0 {
		return errTaken
	}
	return err
}

// saveGaps replaces the gaps of a line.
func (r *Runner) saveGaps(ctx context.Context, name string, gaps []gap) error {
	_, err := r.DB.SQL(ctx).ExecContext(ctx, r.DB.Rebind("DELETE FROM job_runs WHERE id LIKE ?"), name+gapMark+"%")
	for _, g := range gaps {
		if err != nil {
			break
		}
		err = r.insert(ctx, fmt.Sprint(name, gapMark, g.to.Unix()), g.from, g.to)
	}
	if err != nil {
		return fmt.Errorf("write gaps of %s: %w", name, err)
	}
	return nil
}

func orNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

// change reads a line's row, changes it, and writes it, in one transaction. The
// change may be asked several times, and fails with what it returns.
func (r *Runner) change(ctx context.Context, job *planned, change func(*row) error) error {
	return r.DB.InTx(ctx, func(ctx context.Context) error {
		before, err := r.row(ctx, job)
		if err != nil {
			return err
		}
		after := before
		if err := change(&after); err != nil {
			return err
		}
		if !slices.Equal(before.gaps, after.gaps) {
			if err := r.saveGaps(ctx, job.Name, after.gaps); err != nil {
				return err
			}
		}
		return r.save(ctx, job.Name, after)
	})
}
