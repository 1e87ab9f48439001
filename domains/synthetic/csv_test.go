package synthetic_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
)

type writer = func(io.Writer, *synthetic.Population) (synthetic.Tally, error)

var writers = map[string]writer{
	"passes":  synthetic.WritePasses,
	"permits": synthetic.WritePermits,
	"firms":   synthetic.WriteFirms,
	"records": synthetic.WriteRecords,

	"registrations": synthetic.WriteRegistrations,
	"filings":       synthetic.WriteFilings,
}

// TestSameSeedSameBytes pins the bytes, so that a change of the generator is a
// decision. Print the new sums and put them here.
func TestSameSeedSameBytes(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"passes":  "1afa9f7d8682aa17",
		"permits": "3cb0d4f9f68345f5",
		"firms":   "9daa9cb9b221f2e2",
		"records": "ba0e8bd8b72ba55a",

		"registrations": "c67fc09b87984d9d",
		"filings":       "06f9f728c309bc59",
	}
	o := synthetic.Options{Seed: 42, People: 2000, Firms: 200, Messy: 0.01, Bad: 0.01}
	for name, write := range writers {
		if got := sum(t, write, o); got != want[name] {
			t.Errorf("%s: %s, want %s", name, got, want[name])
		}
		other := o
		other.Seed++
		if sum(t, write, other) == want[name] {
			t.Errorf("%s: another seed gives the same bytes", name)
		}
	}
}

func sum(t *testing.T, write writer, o synthetic.Options) string {
	t.Helper()
	h := sha256.New()
	if _, err := write(h, synthetic.New(o)); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:8])
}

func TestClean(t *testing.T) {
	t.Parallel()
	pop := synthetic.New(synthetic.Options{Seed: 1, People: 2000})
	for name, write := range writers {
		rows, tally := read(t, write, pop)
		if tally.Rows != len(rows) || tally.Bad+tally.Messy != 0 {
			t.Errorf("%s: %+v for %d rows", name, tally, len(rows))
		}
	}
}

func TestPlantedRows(t *testing.T) {
	t.Parallel()
	pop := synthetic.New(synthetic.Options{Seed: 1, People: 8000, Messy: 0.05, Bad: 0.03})
	rows, tally := read(t, synthetic.WritePermits, pop)
	refused, untidy := 0, 0
	for _, row := range rows {
		number, err := document.Parse(document.TaiwanPermit, row[0], today)
		_, dateErr := civil.ParseDate(row[4])
		switch {
		case err != nil || dateErr != nil || row[2] == "":
			refused++
		case number.Canonical() != row[0]:
			untidy++
		}
	}
	if refused != tally.Bad || untidy == 0 || untidy > tally.Messy {
		t.Errorf("%d rows refused and %d untidy, want %d and nearly %d", refused, untidy, tally.Bad, tally.Messy)
	}
	if want := 0.03 * float64(tally.Rows); float64(tally.Bad) < want/2 || float64(tally.Bad) > want*2 {
		t.Errorf("%d bad rows of %d, want about 3 %%", tally.Bad, tally.Rows)
	}
}

func TestSilentRegister(t *testing.T) {
	t.Parallel()
	pop := synthetic.New(synthetic.Options{People: 100, Shares: map[synthetic.Case]float64{synthetic.RegisterSilent: 1}})
	rows, _ := read(t, synthetic.WritePermits, pop)
	for _, row := range rows {
		if row[9] != "" {
			t.Fatal("a silent register names the pass")
		}
	}
	if permit, _ := pop.Person(0).Permit(); permit.ExitEntryNumber == "" {
		t.Error("the permit itself is silent too")
	}
}

func TestFullDisk(t *testing.T) {
	t.Parallel()
	full := errors.New("disk full")
	for name, write := range writers {
		_, err := write(failing{full}, synthetic.New(synthetic.Options{}))
		if !errors.Is(err, full) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v, want %v", name, err, full)
		}
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// read parses what a writer wrote and drops the header.
func read(t *testing.T, write writer, pop *synthetic.Population) ([][]string, synthetic.Tally) {
	t.Helper()
	var buf bytes.Buffer
	tally, err := write(&buf, pop)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&buf).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:], tally
}

func BenchmarkWritePermits(b *testing.B) {
	pop := synthetic.New(synthetic.Options{Seed: 1, People: 20_000})
	rows := 0
	for b.Loop() {
		tally, err := synthetic.WritePermits(io.Discard, pop)
		if err != nil {
			b.Fatal(err)
		}
		rows += tally.Rows
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkFindPass(b *testing.B) {
	pop := synthetic.New(synthetic.Options{Seed: 1, People: 1_000_000})
	pass := pop.Person(777_778).Documents()[0]
	for b.Loop() {
		pop.FindPass(pass.Number)
	}
}
