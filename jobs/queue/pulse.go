package queue

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"
)

// Looks at which a pulse stood still before its process counts as dead, and
// before it is forgotten.
const (
	looksDead      = 3
	looksForgotten = 100
)

// mostRunning is how many running jobs are looked at in one go.
const mostRunning = 1000

// pulse says that this process lives, and frees the jobs of those that do not.
// It compares no clocks: a process is dead when its pulse did not change while
// this one looked several times. A process that was only asleep does its job to
// the end beside the one that took it over, which the handler has to bear.
//
// A pulse is the version of a row beside those of the timetable, whose ID is the
// process.
type pulse struct {
	q     *Queue
	crew  *crew
	exec  riverdriver.Executor
	still map[string]seen // by process
}

// Processes begins the IDs of processes. No line of the timetable has such a name.
const Processes = "process-"

// seen is a pulse, and at how many looks it has not changed.
type seen struct {
	beat  int64
	looks int
}

// keep beats until the workers have stopped.
func (p *pulse) keep(ctx context.Context, stopped <-chan struct{}) {
	ctx = context.WithoutCancel(ctx) // running jobs outlive it
	ticker := time.NewTicker(p.q.beat)
	defer ticker.Stop()
	for {
		if err := p.look(ctx); err != nil {
			p.q.Log.WarnContext(ctx, "queue cannot see which processes live; it looks again", slog.Any("error", err))
		}
		select {
		case <-ticker.C:
		case <-stopped:
			_ = p.forget(ctx, p.q.id) // others do so in time
			return
		}
	}
}

// look beats, looks at the others, and frees what the dead left.
func (p *pulse) look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, max(10*time.Second, p.q.beat))
	defer cancel()
	if err := p.strike(ctx); err != nil {
		return fmt.Errorf("beat: %w", err)
	}
	beats, err := p.beats(ctx)
	if err != nil {
		return fmt.Errorf("look: %w", err)
	}
	running, err := p.exec.JobGetStuck(ctx, &riverdriver.JobGetStuckParams{Max: mostRunning, StuckHorizon: never})
	if err != nil {
		return fmt.Errorf("look at running jobs: %w", err)
	}
	for _, job := range running {
		if _, ok := beats[holder(job)]; !ok {
			beats[holder(job)] = 0 // it has ended, or was forgotten
		}
	}
	p.compare(beats)
	for _, job := range running {
		if id := holder(job); id != p.q.id && p.still[id].looks >= looksDead {
			if err := p.free(ctx, job); err != nil {
				return fmt.Errorf("free a job: %w", err)
			}
		}
	}
	for id, s := range p.still {
		if s.looks == looksForgotten {
			if err := p.forget(ctx, id); err != nil {
				return fmt.Errorf("forget a process: %w", err)
			}
		}
	}
	return nil
}

// never is later than anything.
var never = time.Date(9999, time.January, 1, 0, 0, 0, 0, time.UTC)

// compare counts the looks at which each pulse stood still.
func (p *pulse) compare(beats map[string]int64) {
	now := make(map[string]seen, len(beats))
	for id, beat := range beats {
		looks := 0
		if before, ok := p.still[id]; ok && before.beat == beat {
			looks = before.looks + 1
		}
		now[id] = seen{beat, looks}
	}
	p.still = now
}

// holder is the process that runs a job.
func holder(job *rivertype.JobRow) string {
	if len(job.AttemptedBy) == 0 {
		return ""
	}
	return job.AttemptedBy[len(job.AttemptedBy)-1]
}

// free takes a job from a dead process. Nothing happens if it ended, or another
// one took it up, since it was looked at. A job that ends its processes is a
// dead letter after its last try.
func (p *pulse) free(ctx context.Context, job *rivertype.JobRow) error {
	now := p.q.Now()
	state, again, ended := rivertype.JobStateAvailable, p.q.again(job.Attempt), (*time.Time)(nil)
	if w, ok := p.crew.workers[job.Queue]; ok && job.Attempt >= w.Tries {
		state, again, ended = rivertype.JobStateDiscarded, job.ScheduledAt, &now
	}
	cause, err := json.Marshal(rivertype.AttemptError{At: now, Attempt: job.Attempt, Error: "its process ended"})
	if err != nil {
		return err
	}
	p.q.Log.WarnContext(ctx, "job taken from a process that ended", slog.String("kind", job.Queue), slog.Int("try", job.Attempt))
	_, err = p.exec.JobRescueMany(ctx, &riverdriver.JobRescueManyParams{
		ID: []int64{job.ID}, Error: [][]byte{cause}, FinalizedAt: []*time.Time{ended}, ScheduledAt: []time.Time{again},
		State: []string{string(state)}, StuckHorizon: job.AttemptedAt.Add(time.Millisecond),
	})
	return err
}

// strike is one beat.
func (p *pulse) strike(ctx context.Context) error {
	return p.write(ctx, `INSERT INTO job_runs (id, paused, paused_by, outcome, holder, version) VALUES (?, false, '', '', '', 1)
		ON CONFLICT (id) DO UPDATE SET version = job_runs.version + 1`, p.q.id)
}

func (p *pulse) forget(ctx context.Context, id string) error {
	return p.write(ctx, "DELETE FROM job_runs WHERE id = ?", id)
}

func (p *pulse) write(ctx context.Context, query string, args ...any) error {
	db := p.q.DB
	return db.InTx(ctx, func(ctx context.Context) error {
		_, err := db.SQL(ctx).ExecContext(ctx, db.Rebind(query), args...)
		return err
	})
}

// beats reads every pulse.
func (p *pulse) beats(ctx context.Context) (map[string]int64, error) {
	db := p.q.DB
	rows, err := db.SQL(ctx).QueryContext(ctx, db.Rebind("SELECT id, version FROM job_runs WHERE id LIKE ?"), Processes+"%")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells more
	beats := map[string]int64{}
	for rows.Next() {
		var id string
		var beat int64
		if err := rows.Scan(&id, &beat); err != nil {
			return nil, err
		}
		beats[id] = beat
	}
	return beats, rows.Err()
}
