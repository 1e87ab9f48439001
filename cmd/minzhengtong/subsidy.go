package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"go.opentelemetry.io/otel/metric/noop"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/minzhengtong/minzhengtong/bff"
	"github.com/minzhengtong/minzhengtong/cmd/house"
	"github.com/minzhengtong/minzhengtong/domains/subsidy"
)

// subsidyCommand pays what nobody has to apply for.
type subsidyCommand struct {
	Run   subsidyRunCommand   `cmd:"" help:"Decide what a policy comes to for a year, for everybody who authorised it."`
	Check subsidyCheckCommand `cmd:"" help:"Work out an exported decision again, without a database, and hold it together with its bookings."`
}

// subsidyRunCommand decides a year.
type subsidyRunCommand struct {
	Policy string `arg:"" help:"The policy, such as pingtan_iit."`
	Year   string `arg:"" help:"A year that is over, such as 2025."`
	Page   int    `help:"People whom the authorities are asked about at once." default:"100"`
}

// Validate implements kong's check of a command's settings.
func (c *subsidyRunCommand) Validate() error {
	if c.Page < 1 {
		return fmt.Errorf("page: want 1 or more, got %d", c.Page)
	}
	return nil
}

// Run decides, and prints what it came to. Again, or beside servers that run, it changes
// nothing twice. Without gateways the sandbox of the data folder answers, in this process.
func (c *subsidyRunCommand) Run(ctx context.Context, s *Settings, t *terminal) error {
	return s.asking(ctx, t, func(h *house.House) error {
		tally, err := h.Subsidies.Run(ctx, subsidy.PolicyName(c.Policy), subsidy.Period(c.Year), c.Page, c.progress(t))
		if isTerminal(t.err) && tally != (subsidy.Tally{}) {
			_, _ = fmt.Fprintln(t.err) // as with printf
		}
		switch {
		case errors.Is(err, subsidy.ErrProgramme):
			return fmt.Errorf("there is no programme of this policy: %q; there are %s", c.Policy, strings.Join(programmes(), ", "))
		case errors.Is(err, subsidy.ErrPeriod):
			return fmt.Errorf("%s is not decided for %q: want a year that is over and of the programme", c.Policy, c.Year)
		case err != nil:
			err = fmt.Errorf("%w; who was decided stays decided, run it again for the rest", err)
		}
		// One entry for the run; each decision that changed has its own.
		err = errors.Join(err, h.Audit.Change(context.WithoutCancel(ctx), "command/subsidy-run", operator))
		t.printf("%s %s: %d entitled to %s yuan, %d not entitled, %d not known yet, %d passed over; %d decided otherwise than before\n",
			c.Policy, c.Year, tally.Entitled, yuan(tally.Fen), tally.NotEntitled, tally.NotYet, tally.Passed, tally.Changed)
		return err
	})
}

// subsidyCheckCommand checks what an auditor took out.
type subsidyCheckCommand struct {
	File string `arg:"" type:"existingfile" help:"The JSON that ExportDecision gave."`
}

// Run says whether the export holds together, by the policies that are built in.
func (c *subsidyCheckCommand) Run(ctx context.Context, t *terminal) error {
	raw, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	if err := subsidy.Check(ctx, subsidy.Policies(), raw); err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	t.printf("%s holds together\n", c.File)
	return nil
}

// progress shows how far a run is: a line that moves on a terminal, one for each page
// elsewhere.
func (c *subsidyRunCommand) progress(t *terminal) func(subsidy.Tally) {
	return func(n subsidy.Tally) {
		begin, end := "", "\n"
		if isTerminal(t.err) {
			begin, end = "\r", ""
		}
		_, _ = fmt.Fprintf(t.err, "%s%s %s: %d people, %d changed%s", begin, c.Policy, c.Year,
			n.Entitled+n.NotEntitled+n.NotYet+n.Passed, n.Changed, end) // as with printf
	}
}

// programmes are the policies that are decided.
func programmes() (names []string) {
	for _, p := range subsidy.Programmes() {
		names = append(names, string(p.Policy))
	}
	return names
}

// yuan writes fen as yuan.
func yuan(fen int64) string { return fmt.Sprintf("%d.%02d", fen/100, fen%100) }

// asking opens the house for a command that asks authorities.
func (s *Settings) asking(ctx context.Context, t *terminal, do func(*house.House) error) (err error) {
	ports := &servers{limit: time.Second}
	if s.sandboxed() {
		if err := ports.open(ctx, "sandbox", "sandbox-listen", "127.0.0.1:0"); err != nil {
			return err
		}
		defer ports.close()
	}
	g, err := s.open(ctx, t, s.Database == "")
	if err != nil {
		return err
	}
	defer g.close() //nolint:errcheck // nothing is left to do about it
	authorities, demo, err := g.authorities(ports)
	if err != nil {
		return err
	}
	defer authorities.Close()
	h, err := g.build(authorities, instruments{noop.NewMeterProvider(), tracenoop.NewTracerProvider()}, nil)
	if err != nil {
		return err
	}
	if demo != nil {
		ports.assign("sandbox", bff.NewHTTPServer(demo.handler, g.log, bff.Limits{}))
		ports.start()
		defer func() { err = errors.Join(err, ports.stop()) }()
	}
	return do(h)
}
