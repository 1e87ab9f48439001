package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/minzhengtong/minzhengtong/cmd/house"
	"github.com/minzhengtong/minzhengtong/jobs"
)

// jobsCommand looks after the timetable and the queue, beside servers that run.
// They see what it changed within seconds.
type jobsCommand struct {
	List   jobsListCommand   `cmd:"" help:"List the timetable, with last and next runs."`
	Run    jobsRunCommand    `cmd:"" help:"Have a job run once, now."`
	Pause  jobsPauseCommand  `cmd:"" help:"Keep a job from running until it is resumed."`
	Resume jobsResumeCommand `cmd:"" help:"Let a paused job run again."`
	Dead   jobsDeadCommand   `cmd:"" help:"List dead letters: work that was given up."`
	Retry  jobsRetryCommand  `cmd:"" help:"Give a dead letter all its tries again."`
	Drop   jobsDropCommand   `cmd:"" help:"Delete a dead letter. What it was to do stays undone."`
}

// looking opens the house for a command that changes nothing.
func (s *Settings) looking(ctx context.Context, t *terminal, do func(*house.House) error) error {
	g, err := s.open(ctx, t, s.Database == "")
	if err != nil {
		return err
	}
	defer g.close() //nolint:errcheck // nothing is left to do about it
	h, err := g.offline()
	if err != nil {
		return err
	}
	return do(h)
}

// jobsListCommand lists the timetable.
type jobsListCommand struct{}

// Run lists the lines, and says when there are dead letters.
func (jobsListCommand) Run(ctx context.Context, s *Settings, t *terminal) error {
	return s.looking(ctx, t, func(h *house.House) error {
		lines, err := h.Jobs.List(ctx)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
		row := func(cells ...any) { _, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", cells...) } // as with printf
		row("job", "schedule", "runs in", "last run", "next run", "what it does")
		for _, l := range lines {
			row(l.Name, l.Schedule, runsIn(l), lastRun(l), nextRun(l), l.What)
		}
		if err := table.Flush(); err != nil {
			return err
		}
		letters, err := h.Queue.Dead(ctx, 1)
		if err == nil && len(letters) > 0 {
			t.printf("\nThere are dead letters: minzhengtong jobs dead\n")
		}
		return err
	})
}

// runsIn says which processes run a line, and how late they may.
func runsIn(l jobs.Line) string {
	if !l.Leader {
		return "every process"
	}
	return "one, within " + l.Grace.String()
}

// lastRun says how the newest run went. What every process runs is noted each
// minute.
func lastRun(l jobs.Line) string {
	switch {
	case l.Holder != "":
		return "running since " + clock(l.Start)
	case l.Start.IsZero():
		return "-"
	case l.End.IsZero():
		return clock(l.Start) + " cut off"
	}
	return clock(l.Start) + " " + l.Outcome
}

// nextRun says when a line runs next, or why not.
func nextRun(l jobs.Line) string {
	switch {
	case !l.Wanted.IsZero():
		return "now, as somebody asked"
	case l.Paused:
		return "paused by " + l.PausedBy
	}
	return clock(l.Next)
}

// clock is a time in the zone of business.
func clock(at time.Time) string { return at.In(shanghai).Format(time.DateTime) }

// jobsRunCommand has a job run.
type jobsRunCommand struct {
	Name string `arg:"" help:"The job; see jobs list."`
}

// Run leaves word for the processes that run.
func (c *jobsRunCommand) Run(ctx context.Context, s *Settings, t *terminal) error {
	err := s.inHouse(ctx, t, "jobs-run", func(ctx context.Context, h *house.House) error { return h.Jobs.Want(ctx, c.Name) })
	if err == nil {
		t.printf("A server runs %s within seconds; if none is up, the next that starts does. See: minzhengtong jobs list\n", c.Name)
	}
	return err
}

// jobsPauseCommand pauses a job.
type jobsPauseCommand struct {
	Name string `arg:"" help:"The job; see jobs list."`
}

// Run pauses the job and says how it goes on.
func (c *jobsPauseCommand) Run(ctx context.Context, s *Settings, t *terminal) error {
	err := s.inHouse(ctx, t, "jobs-pause", func(ctx context.Context, h *house.House) error {
		return h.Jobs.Pause(ctx, c.Name, string(operator.Officer))
	})
	if err == nil {
		t.printf("%s is paused in every server within seconds; a batch that runs comes to its end. To go on: minzhengtong jobs resume %s\n", c.Name, c.Name)
	}
	return err
}

// jobsResumeCommand resumes a job.
type jobsResumeCommand struct {
	Name string `arg:"" help:"The job; see jobs list."`
}

// Run resumes the job.
func (c *jobsResumeCommand) Run(ctx context.Context, s *Settings, t *terminal) error {
	err := s.inHouse(ctx, t, "jobs-resume", func(ctx context.Context, h *house.House) error { return h.Jobs.Resume(ctx, c.Name) })
	if err == nil {
		t.printf("%s runs again at its times. Not to wait for them: minzhengtong jobs run %s\n", c.Name, c.Name)
	}
	return err
}

// jobsDeadCommand lists dead letters.
type jobsDeadCommand struct {
	Most int `help:"How many at most." default:"100"`
}

// Run lists the newest dead letters and says what can be done with one.
func (c *jobsDeadCommand) Run(ctx context.Context, s *Settings, t *terminal) error {
	return s.looking(ctx, t, func(h *house.House) error {
		letters, err := h.Queue.Dead(ctx, c.Most)
		if err != nil {
			return err
		}
		if len(letters) == 0 {
			t.printf("There are no dead letters.\n")
			return nil
		}
		table := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
		row := func(cells ...any) { _, _ = fmt.Fprintf(table, "%v\t%v\t%v\t%v\t%v\t%v\n", cells...) } // as with printf
		row("number", "kind", "about", "tries", "given up", "cause")
		for _, l := range letters {
			row(l.Number, l.Job.Kind, l.Job.ID, l.Tries, clock(l.Since), fmt.Sprintf("%.80q", l.Cause))
		}
		if err := table.Flush(); err != nil {
			return err
		}
		t.printf("\nOnce the cause is mended: minzhengtong jobs retry NUMBER. To give one up for good: minzhengtong jobs drop NUMBER\n")
		return nil
	})
}

// jobsRetryCommand retries a dead letter.
type jobsRetryCommand struct {
	Number int64 `arg:"" help:"The dead letter; see jobs dead."`
}

// Run puts the work back into the queue.
func (c *jobsRetryCommand) Run(ctx context.Context, s *Settings, t *terminal) error {
	err := s.inHouse(ctx, t, "jobs-retry", func(ctx context.Context, h *house.House) error { return h.Queue.Retry(ctx, c.Number) })
	if err != nil {
		return fmt.Errorf("%w; see minzhengtong jobs dead", err)
	}
	t.printf("It is tried again. If it fails for good, it comes back under another number: minzhengtong jobs dead\n")
	return nil
}

// jobsDropCommand drops a dead letter.
type jobsDropCommand struct {
	Number int64 `arg:"" help:"The dead letter; see jobs dead."`
}

// Run deletes the letter.
func (c *jobsDropCommand) Run(ctx context.Context, s *Settings, t *terminal) error {
	err := s.inHouse(ctx, t, "jobs-drop", func(ctx context.Context, h *house.House) error { return h.Queue.Drop(ctx, c.Number) })
	if err != nil {
		return fmt.Errorf("%w; see minzhengtong jobs dead", err)
	}
	t.printf("Dead letter %d is gone.\n", c.Number)
	return nil
}
