//go:build unix

package house_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/intake"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
)

// TestSubsidiesAreDecidedByNight: of all taxpayers of the sandbox, each of whom authorised
// it under the pass, the timetable decides what last year comes to, to the fen, and reads
// about each of them once. What counts of them is what stands under the documents of their
// files: a permit that ran out, or that the registers contradict, is not linked.
//
// It does not run beside the time machine, whose clock waits for nobody.
func TestSubsidiesAreDecidedByNight(t *testing.T) {
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		pop := synthetic.New(synthetic.Options{Seed: 1, People: 300, Today: civil.DateOf(bfftest.Start)})
		s := bfftest.New(t, db, bfftest.Options{Population: pop})
		must(t, "make a department", db.InTx(t.Context(), func(ctx context.Context) error {
			return db.Client(ctx).Department.Create().SetID("finance").SetName("财政金融局（示例）").SetCreateTime(s.Now()).Exec(ctx)
		}))
		takeRegister(t, s, pop, intake.Passes, synthetic.WritePasses)
		takeRegister(t, s, pop, intake.Permits, synthetic.WritePermits)
		for n := 1; n > 0; {
			var err error
			n, err = s.Files.FinishInquiries(t.Context(), 200)
			must(t, "link", err)
		}
		text, err := s.Consents.Text("subsidy_payment", "zh-Hant-TW")
		must(t, "read the text", err)
		owed := 0
		for _, p := range pop.Taxpayers() {
			pass, _ := p.Person.Pass()
			id, _, err := s.Files.Locate(t.Context(), s.Number(t, pass.Number))
			must(t, "locate", err)
			_, err = s.Consents.Give(t.Context(), as(id), consent.Terms{
				Party: "finance", Purpose: "subsidy_payment", Scopes: []string{consent.TaxPayments, consent.MainlandDays, consent.Engagements},
				Expires: s.Now().AddDate(0, 6, 0), TextVersion: text.Version, TextLanguage: text.Language,
			})
			must(t, "authorise", err)
			owed += subsidyOf(t, s, p, id)
		}
		if owed > synthetic.SubsidyFen || owed < synthetic.SubsidyFen*9/10 {
			t.Fatalf("%d fen are owed to those who are linked, of %d", owed, synthetic.SubsidyFen)
		}
		must(t, "want the job", s.Jobs.Want(t.Context(), "decide-subsidies"))
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); s.Jobs.Run(ctx) }()
		defer func() { cancel(); <-ended }()
		end := time.After(time.Minute)
		for one(t, db, "SELECT count(*) FROM job_runs WHERE id = 'decide-subsidies' AND outcome = 'ok' AND wanted_time IS NULL") == 0 {
			select {
			case <-time.After(50 * time.Millisecond):
			case <-end:
				t.Fatal("the job does not come to its end")
			}
		}
		for query, want := range map[string]int{
			"SELECT count(*) FROM entitlements WHERE outcome = 'entitled' AND period = '2025' AND latest": synthetic.MostTaxpayers,
			"SELECT CAST(sum(fen) AS bigint) FROM claims":                                                 owed,
			"SELECT count(*) FROM data_calls":                                                             synthetic.MostTaxpayers,
			"SELECT count(*) FROM notices WHERE kind = 'subsidy_entitled'":                                synthetic.MostTaxpayers,
		} {
			if got := one(t, db, query); got != want {
				t.Errorf("%s: %d, want %d", query, got, want)
			}
		}
	})
}

// subsidyOf is a fifth of the tax on wages in Pingtan that stands under the documents of a
// file, rounded half up.
func subsidyOf(t *testing.T, s *bfftest.Server, p synthetic.Taxpayer, id actor.DocumentID) int {
	t.Helper()
	documents, err := s.Files.DocumentsOf(t.Context(), id)
	must(t, "read a file", err)
	var net int64
	for _, r := range p.Receipts {
		under := slices.ContainsFunc(documents, func(d dossier.Document) bool { return d.Number.Canonical() == r.DocumentNumber })
		if under && r.Category == "wages" && r.Area == area {
			net += r.PaidFen - r.RefundedFen
		}
	}
	return int((net*2000 + 5000) / 10000)
}

// takeRegister imports a register of the population.
func takeRegister(
	t *testing.T, s *bfftest.Server, pop *synthetic.Population, kind intake.Kind,
	write func(io.Writer, *synthetic.Population) (synthetic.Tally, error),
) {
	t.Helper()
	var register bytes.Buffer
	_, err := write(&register, pop)
	must(t, "write a register", err)
	path := filepath.Join(t.TempDir(), string(kind)+".csv")
	must(t, "write a register", os.WriteFile(path, register.Bytes(), 0o600))
	sum, err := s.Intake.Run(t.Context(), intake.Options{Kind: kind, Path: path, Batch: 500})
	must(t, "import a register", err)
	if sum.Rejected > 0 {
		t.Fatalf("%d rows of %s are rejected", sum.Rejected, kind)
	}
}

// one is the number that a query gives.
func one(t *testing.T, db *entdb.DB, query string) (n int) {
	t.Helper()
	must(t, query, db.SQL(t.Context()).QueryRowContext(t.Context(), query).Scan(&n))
	return n
}
