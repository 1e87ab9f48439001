package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"go.opentelemetry.io/otel/metric/noop"
	tracenoop "go.opentelemetry.io/otel/trace/noop"
	"golang.org/x/term"

	"github.com/minzhengtong/minzhengtong/cmd/house"
	"github.com/minzhengtong/minzhengtong/domains/intake"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// importCommand imports one register file.
type importCommand struct {
	Kind     string `arg:"" help:"passes, permits, firms, records, registrations or filings. Import persons first, then firms." enum:"passes,permits,firms,records,registrations,filings"`
	File     string `arg:"" help:"The CSV file." type:"existingfile"`
	Encoding string `help:"utf-8 or gb18030, which reads GBK too." enum:"utf-8,gb18030" default:"utf-8"`
	Rejects  string `help:"Where to list the rows that were left out. Empty: beside the file." type:"path" default:""`
	Batch    int    `help:"Rows in one transaction." default:"500"`
}

// Validate implements kong's check of a command's settings.
func (c *importCommand) Validate() error {
	if c.Batch < 1 {
		return fmt.Errorf("batch: want 1 or more, got %d", c.Batch)
	}
	return nil
}

// Run imports the file, and goes on where an earlier run was stopped.
func (c *importCommand) Run(ctx context.Context, s *Settings, t *terminal) error {
	g, err := s.open(ctx, t, s.Database == "")
	if err != nil {
		return err
	}
	defer g.close() //nolint:errcheck // nothing is left to do about it
	h, err := g.offline()
	if err != nil {
		return err
	}
	return runImport(ctx, t, h, intake.Options{
		Kind: intake.Kind(c.Kind), Path: c.File, Encoding: c.Encoding, Rejects: c.Rejects, Batch: c.Batch,
	})
}

// offline builds the house for a command that asks no authority. The address is
// one at which nobody answers.
func (g *ground) offline() (*house.House, error) {
	nobody, err := upstream.New(upstream.Config{BaseURL: "http://127.0.0.1:0", Now: time.Now}, g.log)
	if err != nil {
		return nil, err
	}
	return g.build(nobody, instruments{noop.NewMeterProvider(), tracenoop.NewTracerProvider()}, nil)
}

// runImport imports a file and shows progress and summary.
func runImport(ctx context.Context, t *terminal, h *house.House, o intake.Options) error {
	show := newProgress(t, string(o.Kind))
	o.Progress = func(p intake.Progress) { show.at(p) }
	sum, err := h.Intake.Run(ctx, o)
	show.end()
	if !sum.Skipped && sum.Added+sum.Changed > 0 {
		// One entry for the run; what it changed stands in its row.
		err = errors.Join(err, h.Audit.Change(context.WithoutCancel(ctx), "command/import-"+string(o.Kind), operator))
	}
	if sum.Skipped || sum.Total == 0 { // left alone, or refused before the first row
		return err
	}
	resumed := ""
	if sum.Resumed {
		resumed = ", went on where it was"
	}
	t.printf("%s: %d added, %d changed, %d unchanged, %d rejected in %s%s\n", o.Kind,
		sum.Added, sum.Changed, sum.Unchanged, sum.Rejected, sum.Elapsed.Round(10*time.Millisecond), resumed)
	if len(sum.Ignored) > 0 {
		t.printf("  columns that nothing reads: %s\n", strings.Join(sum.Ignored, ", "))
	}
	if sum.Rejected > 0 {
		t.printf("  rejected rows with their reasons: %s\n", sum.Rejects)
	}
	return err
}

// progress shows how far an import is: a bar on a terminal, a line every five
// seconds elsewhere.
type progress struct {
	t    *terminal
	name string
	bar  *progressbar.ProgressBar
	last time.Time
}

func newProgress(t *terminal, name string) *progress {
	return &progress{t: t, name: name, last: time.Now()}
}

func (p *progress) at(now intake.Progress) {
	if isTerminal(p.t.err) {
		if p.bar == nil {
			p.bar = progressbar.NewOptions64(now.Total, progressbar.OptionSetWriter(p.t.err), progressbar.OptionSetDescription(p.name),
				progressbar.OptionShowBytes(true), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond))
		}
		_ = p.bar.Set64(now.Done) // a bar that cannot be drawn stops nothing
		return
	}
	if now.Done < now.Total && time.Since(p.last) >= 5*time.Second { // the end has a line of its own
		p.last = time.Now()
		p.t.printf("%s: %d %%, line %d\n", p.name, now.Done*100/max(now.Total, 1), now.Line)
	}
}

func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Finish() // likewise
	}
}

// isTerminal reports whether somebody watches.
func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
