package intake_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/intake"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/tax"
)

// due is what is on file about the holder of plainPass, as "vat_small 2026-Q3 done".
func (d *desk) due(t testing.TB) []string {
	t.Helper()
	number, err := d.files.Parse("", plainNumber)
	if err != nil {
		t.Fatal(err)
	}
	id, _, err := d.files.Locate(t.Context(), number)
	if err != nil {
		t.Fatal(err)
	}
	held, err := d.taxes.Holdings(t.Context(), 100, id)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, o := range held.Obligations {
		list = append(list, string(o.Kind)+" "+string(o.Period)+" "+string(o.State))
	}
	slices.Sort(list)
	return list
}

// TestFromFileToDue imports a registration, has it worked out, and imports what was
// decided on its returns.
func TestFromFileToDue(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		d := newDesk(t, db, keys(t))
		d.take(t, intake.Passes, passes(plainPass))
		planned := []string{"vat_small 2026-Q4 open", "vat_small 2027-Q1 open", "vat_small 2027-Q2 open", "vat_small 2027-Q3 open"}
		done, ended := slices.Clone(planned), slices.Clone(planned)
		done[0] = "vat_small 2026-Q4 done"
		ended[2], ended[3] = "vat_small 2027-Q2 void", "vat_small 2027-Q3 void"
		filed := func(outcome, ref, at string) string {
			return filingHeader + edit(filingHeader, plainFiling, "period=2026-Q4", "outcome="+outcome, "return_ref="+ref, "decide_time="+at)
		}
		for _, step := range []struct {
			what, content string
			kind          intake.Kind
			counts        [4]int64
			want          []string
		}{
			{"a registration", taxHeader + plainTax, intake.Registrations, [4]int64{1, 0, 0, 0}, planned},
			{"again, in full width", taxHeader + edit(taxHeader, plainTax, "area=３５０１２８", "cycle=ｑｕａｒｔｅｒ"), intake.Registrations, [4]int64{0, 0, 1, 0}, planned},
			{"accepted", filed("accepted", "F1", "2027-01-05T10:00:00+08:00"), intake.Filings, [4]int64{0, 1, 0, 0}, done},
			{"the same decision", filed("accepted", "F1", "2027-01-05T02:00:00Z"), intake.Filings, [4]int64{0, 0, 1, 0}, done},
			{"rejected after all", filed("rejected", "F1", "2027-01-06T10:00:00+08:00"), intake.Filings, [4]int64{0, 1, 0, 0}, planned},
			{"it ended", taxHeader + edit(taxHeader, plainTax, "valid_to=20270331"), intake.Registrations, [4]int64{0, 1, 0, 0}, ended},
			{"another tax of that name", taxHeader + edit(taxHeader, plainTax, "tax=vat_general"), intake.Registrations, [4]int64{0, 0, 0, 1}, ended},
		} {
			sum := d.take(t, step.kind, step.content)
			if got := counts(sum.Progress); got != step.counts {
				t.Errorf("%s: %v with %q, want %v", step.what, got, rejected(t, sum), step.counts)
			}
			if _, err := d.taxes.PlanDue(t.Context(), 10); err != nil {
				t.Fatal(err)
			}
			if got := d.due(t); !slices.Equal(got, step.want) {
				t.Errorf("%s: due is %q, want %q", step.what, got, step.want)
			}
		}
	})
}

// TestTaxesGoOn stops and kills imports of registrations and filings in every batch:
// nothing is lost or doubled.
func TestTaxesGoOn(t *testing.T) {
	t.Parallel()
	files := registers(t, synthetic.Options{Seed: 9, People: 40, Firms: 12})
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		ring := keys(t)
		calm, d := newDesk(t, entdbtest.New(t), ring), newDesk(t, db, ring)
		for _, kind := range kinds {
			calm.take(t, kind, files[kind])
			if kind != intake.Registrations && kind != intake.Filings {
				d.take(t, kind, files[kind])
				continue
			}
			calls, next := 0, d.newID
			for stopped := true; stopped; calls++ {
				left := 5 + calls // a batch makes 7 IDs, or the run's and 7
				d.newID = func() string {
					if left--; left < 0 && calls%2 == 1 {
						panic("killed")
					}
					return next()
				}
				stopped = !d.some(t, kind, files[kind])
			}
			d.newID = next
			if calls < 4 {
				t.Errorf("%s: stopped %d times, want more", kind, calls)
			}
		}
		same(t, snapshot(t, d), snapshot(t, calm))
	})
}

// some imports a batch and reports whether the file is finished.
func (d *desk) some(t *testing.T, kind intake.Kind, content string) (finished bool) {
	t.Helper()
	defer func() {
		if p := recover(); p != nil && p != "killed" {
			panic(p)
		}
	}()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := d.Run(ctx, intake.Options{Kind: kind, Path: d.file(t, content), Batch: 7, Progress: func(intake.Progress) { cancel() }})
	if err != nil && !errors.Is(err, intake.ErrStopped) {
		t.Fatal(err)
	}
	return err == nil
}

// TestBadTaxRows are rejected, and no others.
func TestBadTaxRows(t *testing.T) {
	t.Parallel()
	o := synthetic.Options{Seed: 5, People: 200, Firms: 60}
	files := registers(t, o)
	d := newDesk(t, entdbtest.New(t), keys(t))
	for _, kind := range kinds[:3] {
		d.take(t, kind, files[kind])
	}
	o.Bad, o.Messy = 0.1, 0.1
	var content strings.Builder
	tally, err := synthetic.WriteRegistrations(&content, synthetic.New(o))
	if err != nil {
		t.Fatal(err)
	}
	sum := d.take(t, intake.Registrations, content.String())
	if tally.Bad == 0 || int(sum.Rejected) != tally.Bad || int(sum.Added) != tally.Rows-tally.Bad {
		t.Errorf("%d added and %d rejected, want %d and %d", sum.Added, sum.Rejected, tally.Rows-tally.Bad, tally.Bad)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	whole := intake.Deps{
		DB: &entdb.DB{}, Files: &dossier.Service{}, Taxes: &tax.Service{}, Now: time.Now, NewID: func() string { return "" },
	}
	for what, lose := range map[string]func(d *intake.Deps){
		"a database": func(d *intake.Deps) { d.DB = nil }, "files": func(d *intake.Deps) { d.Files = nil },
		"taxes": func(d *intake.Deps) { d.Taxes = nil }, "a clock": func(d *intake.Deps) { d.Now = nil }, "IDs": func(d *intake.Deps) { d.NewID = nil },
	} {
		d := whole
		lose(&d)
		if _, err := intake.New(d); err == nil {
			t.Errorf("without %s it is made", what)
		}
	}
}
