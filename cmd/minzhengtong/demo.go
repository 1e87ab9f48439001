package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/cmd/house"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/intake"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
)

// demo is the synthetic population of a data folder and the authorities that
// know it, in this process.
type demo struct {
	pop     *synthetic.Population
	folder  string
	handler *sandbox.Sandbox
	token   string
}

// populationFile says which population a data folder holds.
type populationFile struct {
	Seed   uint64     `json:"seed"`
	People int        `json:"people"`
	Firms  int        `json:"firms"`
	Today  civil.Date `json:"today"`
}

// openDemo prepares the sandbox for the population of the data folder. A folder
// keeps the population with which it began.
func openDemo(s *Settings, log *slog.Logger) (*demo, error) {
	folder := filepath.Join(s.Data, "demo")
	options, err := keepPopulation(folder, s)
	if err != nil {
		return nil, err
	}
	d := &demo{pop: synthetic.New(options), folder: folder, token: rand.Text()}
	d.handler = sandbox.New(d.pop, time.Now, d.token, log)
	return d, nil
}

// report hands the events of the sandbox's payment gateway over, until ctx ends. What
// the house does not take, it asks for.
func (d *demo) report(ctx context.Context, h *house.House, log *slog.Logger) {
	d.handler.OnPaymentEvent(func(e sandbox.SignedEvent) {
		if err := h.Subsidies.Report(ctx, e.Raw, e.Signature); err != nil {
			log.WarnContext(ctx, "an event of the payment gateway was not taken", slog.Any("error", err))
		}
	})
}

// keepPopulation reads which population the folder holds, or notes the one that
// the settings ask for.
func keepPopulation(folder string, s *Settings) (synthetic.Options, error) {
	want := populationFile{Seed: s.Seed, People: s.People, Firms: s.Firms, Today: today()}
	path := filepath.Join(folder, "population.json")
	raw, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return synthetic.Options{}, fmt.Errorf("data: %w", err)
		}
		raw, err = json.Marshal(want)
		if err == nil {
			err = writeWhole(path, func(w io.Writer) error { _, err := w.Write(raw); return err })
		}
	}
	if err != nil {
		return synthetic.Options{}, fmt.Errorf("demo: %w", err)
	}
	var have populationFile
	if err := json.Unmarshal(raw, &have); err != nil {
		return synthetic.Options{}, fmt.Errorf("demo: %s: %w; remove the data folder to begin anew", path, err)
	}
	if have.Seed != want.Seed || have.People != want.People || have.Firms != want.Firms {
		return synthetic.Options{}, fmt.Errorf(
			"people, firms or seed: the data folder holds %d people and %d firms of seed %d; choose another folder with --data",
			have.People, have.Firms, have.Seed)
	}
	return synthetic.Options{Seed: have.Seed, People: have.People, Firms: have.Firms, Today: have.Today}, nil
}

// registers are the files of a population, in the order of their import.
var registers = []struct {
	kind  intake.Kind
	write func(io.Writer, *synthetic.Population) (synthetic.Tally, error)
}{
	{intake.Passes, synthetic.WritePasses},
	{intake.Permits, synthetic.WritePermits},
	{intake.Firms, synthetic.WriteFirms},
	{intake.Records, synthetic.WriteRecords},
	{intake.Registrations, synthetic.WriteRegistrations},
	{intake.Filings, synthetic.WriteFilings},
}

// fill loads the registers, works out what is due, and makes the officers and what
// they have published.
func (d *demo) fill(ctx context.Context, t *terminal, h *house.House) error {
	if err := d.load(ctx, t, h); err != nil {
		return err
	}
	if err := plan(ctx, h); err != nil {
		return err
	}
	if err := d.employ(ctx, h); err != nil {
		return err
	}
	return d.publish(ctx, h)
}

// load writes the population's registers as files and imports them. What was
// imported before is left alone; what was interrupted goes on.
func (d *demo) load(ctx context.Context, t *terminal, h *house.House) error {
	for _, r := range registers {
		path := filepath.Join(d.folder, string(r.kind)+".csv")
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
			if err := d.write(path, r.write); err != nil {
				return fmt.Errorf("demo: %w", err)
			}
		}
		if err := runImport(ctx, t, h, intake.Options{Kind: r.kind, Path: path, SkipFinished: true}); err != nil {
			return err
		}
	}
	return nil
}

// plan works out what is due, so that the first to sign in sees it and does not wait
// for the timetable.
func plan(ctx context.Context, h *house.House) error {
	for {
		const atOnce = 200
		n, err := h.Tax.PlanDue(ctx, atOnce)
		if err != nil || n == 0 {
			return err
		}
	}
}

// write makes one register's file, whole or not at all.
func (d *demo) write(path string, write func(io.Writer, *synthetic.Population) (synthetic.Tally, error)) error {
	return writeWhole(path, func(w io.Writer) error {
		_, err := write(w, d.pop)
		return err
	})
}

// writeWhole writes a file so that it is there with all its content or not.
func writeWhole(path string, write func(io.Writer) error) error {
	temp, err := os.CreateTemp(filepath.Dir(path), ".unfinished-*")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name()) //nolint:errcheck // gone already when all went well
	if err := errors.Join(write(temp), temp.Sync(), temp.Close()); err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}

// introduce prints whom one can sign in as.
func (d *demo) introduce(t *terminal) {
	t.printf("\nThe authorities are a sandbox in this process.\nSynthetic people to sign in as (all of them: %s):\n\n", filepath.Join(d.folder, "*.csv"))
	t.printf("  %-26s %-10s %-20s %s\n", "", "pass", "permit", "phone")
	for _, c := range []struct {
		planted synthetic.Case
		what    string
	}{
		{synthetic.Plain, "linked by the permit"},
		{synthetic.PermitSilent, "link it yourself"},
		{synthetic.PassOnly, "one document"},
		{synthetic.BirthContradiction, "registers contradict"},
	} {
		if p, ok := d.first(c.planted); ok {
			pass, _ := p.Pass()
			permit, _ := p.Permit()
			t.printf("  %-26s %-10s %-20s %s\n", c.what, pass.Number, permit.Number, p.Phone)
		}
	}
	if p, ok := d.director(); ok {
		pass, _ := p.Pass()
		permit, _ := p.Permit()
		t.printf("  %-26s %-10s %-20s %s\n", "runs a firm, has deadlines", pass.Number, permit.Number, p.Phone)
	}
	if p, ok := d.payee(); ok {
		pass, _ := p.Person.Pass()
		permit, _ := p.Person.Permit()
		t.printf("  %-26s %-10s %-20s %s, account %s\n", "a subsidy is due to", pass.Number, permit.Number, p.Person.Phone, p.Account.Number)
	}
	t.printf("\nThe README shows what to do with them. Officers: admin, window-1, window-2, window-3, tax-1, pay-1, pay-2,\nauditor; a token for one of them: minzhengtong staff token --officer window-1.\n")
}

// first is the first person with a planted case, among those that are quick to
// go through, with documents in force.
func (d *demo) first(planted synthetic.Case) (synthetic.Person, bool) {
	day := today()
	for i := range min(d.pop.People(), 5000) {
		if p := d.pop.Person(i); p.Case == planted && inForce(p, day) {
			return p, true
		}
	}
	return synthetic.Person{}, false
}

// director is the first legal representative of a firm, with documents in force.
func (d *demo) director() (synthetic.Person, bool) {
	day := today()
	for i := range d.pop.Firms() {
		f := d.pop.Firm(i)
		find := d.pop.FindPass
		if f.RepresentativeKind == document.TaiwanPermit {
			find = d.pop.FindPermit
		}
		if p, ok := find(f.RepresentativeNumber); ok && f.State == synthetic.StateIssued && p.Case == synthetic.Plain && inForce(p, day) {
			return p, true
		}
	}
	return synthetic.Person{}, false
}

// payee is the first person to whom a subsidy is due, with documents in force.
func (d *demo) payee() (synthetic.Taxpayer, bool) {
	day := today()
	for _, p := range d.pop.Taxpayers() {
		if p.Person.Case == synthetic.Plain && inForce(p.Person, day) {
			return p, true
		}
	}
	return synthetic.Taxpayer{}, false
}

// inForce reports whether all documents of a person are good on a day.
func inForce(p synthetic.Person, day civil.Date) bool {
	return !slices.ContainsFunc(p.Documents(), func(d synthetic.Document) bool {
		return d.State != synthetic.StateIssued || d.ValidTo.Before(day)
	})
}

// demoCommand works with synthetic people.
type demoCommand struct {
	Generate generateCommand `cmd:"" help:"Write register files of a synthetic population."`
}

// generateCommand writes the register files.
type generateCommand struct {
	Folder string             `arg:"" help:"Where to write passes.csv, permits.csv, firms.csv, records.csv, registrations.csv and filings.csv." type:"path"`
	Shares map[string]float64 `help:"How many people have which difficulty, as case=weight;… See below for the cases." placeholder:"CASE=WEIGHT"`
	Messy  float64            `help:"Share of rows that are untidy but readable." default:"0"`
	Bad    float64            `help:"Share of rows that are wrong." default:"0"`
	Today  string             `help:"The day on which the registers were written, YYYY-MM-DD. Empty: today."`
}

// Help lists the cases with their usual shares.
func (generateCommand) Help() string {
	text := "Cases and their usual shares:\n\n"
	shares := synthetic.DefaultShares()
	for _, c := range slices.Sorted(maps.Keys(shares)) {
		text += fmt.Sprintf("  %-26s %.3f\n", c, shares[c])
	}
	return text
}

// Validate implements kong's check of a command's settings.
func (c *generateCommand) Validate() error {
	var mistakes []error
	usual := synthetic.DefaultShares()
	for _, name := range slices.Sorted(maps.Keys(c.Shares)) {
		if _, known := usual[synthetic.Case(name)]; !known || !(c.Shares[name] >= 0) || math.IsInf(c.Shares[name], 0) {
			mistakes = append(mistakes, fmt.Errorf("shares: %q: want a known case and a weight of 0 or more", name))
		}
	}
	mistakes = append(mistakes, checkShare("messy", c.Messy), checkShare("bad", c.Bad))
	if _, err := civil.ParseDate(c.Today); c.Today != "" && err != nil {
		mistakes = append(mistakes, fmt.Errorf("today: want YYYY-MM-DD, got %q", c.Today))
	}
	return errors.Join(mistakes...)
}

// checkShare fails unless share is a part of a whole.
func checkShare(name string, share float64) error {
	if share >= 0 && share <= 1 {
		return nil
	}
	return fmt.Errorf("%s: want 0 to 1, got %g", name, share)
}

// Run writes the files. The same settings write the same bytes.
func (c *generateCommand) Run(s *Settings, t *terminal) error {
	options := synthetic.Options{Seed: s.Seed, People: s.People, Firms: s.Firms, Messy: c.Messy, Bad: c.Bad, Today: today()}
	if c.Today != "" {
		options.Today, _ = civil.ParseDate(c.Today) // Validate has read it
	}
	if len(c.Shares) > 0 {
		options.Shares = map[synthetic.Case]float64{}
		for name, weight := range c.Shares {
			options.Shares[synthetic.Case(name)] = weight
		}
	}
	if err := os.MkdirAll(c.Folder, 0o750); err != nil {
		return fmt.Errorf("generate: %w", err)
	}
	pop := synthetic.New(options)
	for _, r := range registers {
		var tally synthetic.Tally
		path := filepath.Join(c.Folder, string(r.kind)+".csv")
		err := writeWhole(path, func(w io.Writer) (err error) { tally, err = r.write(w, pop); return err })
		if err != nil {
			return fmt.Errorf("generate: %w", err)
		}
		t.printf("%s: %d rows, %d untidy, %d wrong\n", path, tally.Rows, tally.Messy, tally.Bad)
	}
	return nil
}
