package subsidy_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/subsidy"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	row "github.com/minzhengtong/minzhengtong/gen/ent/entitlement"
)

// TestWorkedExample: 25,080.00 of tax less 1,080.00 of refund, paid under both documents
// of one person, is 4,800.00, and tax on interest adds nothing.
func TestWorkedExample(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := dossiertest.NewPerson(0)
		w.Join(p)
		w.authorises(t, p.Permit)
		w.works(p.Pass).payments = []upstream.TaxPayment{wages("A1", 1_000_000, 0)}
		interest := wages("A3", 200_000, 0)
		interest.Category = "interest"
		w.works(p.Permit).payments = []upstream.TaxPayment{interest, wages("A2", 1_508_000, 108_000)}
		got := w.run(t, 1, 0, 0, 1)
		if got.Fen != 480_000 {
			t.Errorf("%d fen, want 480,000", got.Fen)
		}
		w.run(t, 1, 0, 0, 0) // again changes nothing
		if got := w.claims(t); !slices.Equal(got, []int64{480_000}) {
			t.Errorf("claims %v, want one of 480,000", got)
		}
		if got := w.kinds(); !slices.Equal(got, []string{"subsidy_entitled 4800.00"}) {
			t.Errorf("told %v", got)
		}
		if n := w.DB.Client(t.Context()).DataCall.Query().CountX(t.Context()); n != 2 {
			t.Errorf("%d reads were written down, want one for each run", n)
		}
	})
}

// TestCorrection: a refund that comes later lowers the base; the claim stays, and another
// one takes off the difference.
func TestCorrection(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.person(t, 0)
		k := w.works(p.Pass)
		k.payments = []upstream.TaxPayment{wages("A1", 100_000, 0)}
		w.run(t, 1, 0, 0, 1)
		k.payments[0].RefundedFen = 100_000
		w.run(t, 0, 1, 0, 1) // nothing is left
		k.payments[0].RefundedFen = 0
		k.payments = append(k.payments, wages("A2", 50, 0))
		w.run(t, 1, 0, 0, 1)
		k.stay, k.work, k.payments = upstream.StayAnswer{}, upstream.Engagement{}, nil // nobody knows anything any more
		w.run(t, 0, 0, 1, 1)
		if got := w.claims(t); !slices.Equal(got, []int64{20_000, -20_000, 20_010}) {
			t.Errorf("claims %v", got)
		}
		if got, want := w.kinds(), []string{"subsidy_entitled 200.00", "subsidy_lowered 200.00", "subsidy_entitled 200.10"}; !slices.Equal(got, want) {
			t.Errorf("told %v, want %v", got, want)
		}
		if n := w.DB.Client(t.Context()).Entitlement.Query().Where(row.Latest(true)).CountX(t.Context()); n != 1 {
			t.Errorf("%d decisions hold, want one", n)
		}
	})
}

// TestWhatChangedIsKept: other facts that come to the same are another decision, and no
// claim.
func TestWhatChangedIsKept(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.person(t, 0)
		k := w.works(p.Pass)
		k.payments = []upstream.TaxPayment{wages("A1", 100_000, 0)}
		w.run(t, 1, 0, 0, 1)
		k.stay.Days++
		w.run(t, 1, 0, 0, 1)
		if got := w.claims(t); !slices.Equal(got, []int64{20_000}) {
			t.Errorf("claims %v, want one", got)
		}
	})
}

// TestReceiptCountsOnce: whoever shows a receipt that counted for another file gets
// nothing for it, in the same run or later, and neither does the other year.
func TestReceiptCountsOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first, second := w.person(t, 0), w.person(t, 1)
		for _, p := range []dossiertest.Person{first, second} {
			w.works(p.Pass).payments = []upstream.TaxPayment{wages("A1", 100_000, 0)}
		}
		w.run(t, 1, 1, 0, 2)
		third := w.person(t, 2)
		w.works(third.Pass).payments = []upstream.TaxPayment{wages("A1", 100_000, 0), wages("A3", 500, 0)}
		w.run(t, 2, 1, 0, 1)
		if got := w.claims(t); !slices.Equal(got, []int64{20_000, 100}) {
			t.Errorf("claims %v, want one for each receipt", got)
		}
		for _, p := range []dossiertest.Person{first, second, third} {
			w.of(p.Pass).also = 2024
		}
		if got, err := w.Run(t.Context(), "pingtan_iit", "2024", 3, func(subsidy.Tally) {}); err != nil || got.NotEntitled != 3 {
			t.Errorf("%+v and %v: what counted for 2025 counts for 2024", got, err)
		}
	})
}

// TestBothDocumentsShowAReceipt: it counts once; with other figures it is unknown, and
// nothing is decided.
func TestBothDocumentsShowAReceipt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := dossiertest.NewPerson(0)
		w.Join(p)
		w.authorises(t, p.Pass)
		w.works(p.Pass).payments = []upstream.TaxPayment{wages("A1", 100_000, 0)}
		permit := w.works(p.Permit)
		permit.payments = []upstream.TaxPayment{wages("A1", 100_000, 0)}
		if got := w.run(t, 1, 0, 0, 1); got.Fen != 20_000 {
			t.Errorf("%d fen, want 20,000", got.Fen)
		}
		permit.payments = []upstream.TaxPayment{wages("A1", 100_001, 0)}
		w.run(t, 0, 0, 1, 1)
		if got := w.claims(t); !slices.Equal(got, []int64{20_000}) {
			t.Errorf("claims %v, want the first alone", got)
		}
	})
}

// TestFilesComeTogether: who was decided twice, under each document, is owed both sums,
// and no more once it is one file; taken apart, each has its own again.
func TestFilesComeTogether(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := dossiertest.NewPerson(0)
		w.World.Settle(p)
		w.authorises(t, p.Pass)
		w.authorises(t, p.Permit)
		w.works(p.Pass).payments = []upstream.TaxPayment{wages("A1", 100_000, 0)}
		w.works(p.Permit).payments = []upstream.TaxPayment{wages("A2", 50_000, 0)}
		w.run(t, 2, 0, 0, 2)
		link := w.Join(p)
		w.run(t, 1, 0, 0, 1)
		w.run(t, 1, 0, 0, 0)
		_, err := w.Unlink(t.Context(), w.Holder(p.Pass), link.ID, "not me")
		must(t, "unlink", err)
		w.run(t, 2, 0, 0, 2)
		var sum int64
		for _, fen := range w.claims(t) {
			sum += fen
		}
		if sum != 30_000 {
			t.Errorf("claims %v sum up to %d, want 30,000", w.claims(t), sum)
		}
	})
}

// TestNobodyIsAskedAboutWithoutLeave: not who never authorised it, and not who took it
// back or whose file went another way while the authorities were asked.
func TestNobodyIsAskedAboutWithoutLeave(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		silent, gone := dossiertest.NewPerson(0), dossiertest.NewPerson(1)
		w.World.Settle(silent)
		w.World.Settle(gone)
		c := w.authorises(t, gone.Pass)
		_, _, err := w.consents.Revoke(t.Context(), w.Holder(gone.Pass), c.ID)
		must(t, "revoke", err)
		stays := w.person(t, 2)
		w.works(stays.Pass).payments = []upstream.TaxPayment{wages("A1", 100_000, 0)}
		w.run(t, 1, 0, 0, 1)
		if got := w.asked; !slices.Equal(slices.Compact(slices.Sorted(slices.Values(got))), []string{w.Number(stays.Pass).Canonical()}) {
			t.Errorf("%d documents were asked about, want one", len(got))
		}
		w.of(stays.Pass).payments[0].PaidFen = 200_000
		w.hook = func() { w.hook = nil; w.Join(stays) }
		if got := w.run(t, 0, 0, 0, 0); got.Passed != 1 {
			t.Errorf("%+v, want one passed over", got)
		}
		w.run(t, 1, 0, 0, 1)
	})
}

// TestAuthoritiesAreGone: the run fails, what was decided before stays, and the next run
// goes on.
func TestAuthoritiesAreGone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for i := range 5 {
			p := w.person(t, i)
			w.works(p.Pass).payments = []upstream.TaxPayment{wages(fmt.Sprint("A", i), 100_000, 0)}
		}
		pages := 0
		w.hook = func() {
			if pages++; pages == 2 {
				w.down = upstream.ErrUnavailable
			}
		}
		got, err := w.Run(t.Context(), "pingtan_iit", "2025", 3, func(subsidy.Tally) {})
		if !errors.Is(err, upstream.ErrUnavailable) || got.Changed != 3 {
			t.Fatalf("%+v and %v, want three and no answer", got, err)
		}
		w.hook, w.down = nil, nil
		w.run(t, 5, 0, 0, 2)
	})
}

// TestManyRunAtOnce: however many decide the same at once, it is decided once.
func TestManyRunAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for i := range 4 {
			p := w.person(t, i)
			w.works(p.Pass).payments = []upstream.TaxPayment{wages(fmt.Sprint("A", i), 100_000, 0)}
		}
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				_, err := w.Run(context.WithoutCancel(t.Context()), "pingtan_iit", "2025", 3, func(subsidy.Tally) {})
				if err != nil {
					t.Errorf("run: %v", err)
				}
			})
		}
		all.Wait()
		w.run(t, 4, 0, 0, 0)
		if got := w.claims(t); !slices.Equal(got, []int64{20_000, 20_000, 20_000, 20_000}) {
			t.Errorf("claims %v, want four", got)
		}
	})
}

// TestBadRuns: only a programme's years that are over are decided.
func TestBadRuns(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for period, want := range map[subsidy.Period]error{
			"2026": subsidy.ErrPeriod, "2023": subsidy.ErrPeriod, "": subsidy.ErrPeriod, "02025": subsidy.ErrPeriod, "2025": nil, "2024": nil,
		} {
			if _, err := w.Run(t.Context(), "pingtan_iit", period, 3, func(subsidy.Tally) {}); !errors.Is(err, want) {
				t.Errorf("%q: %v, want %v", period, err, want)
			}
		}
		_, err := w.Run(t.Context(), "startup_incentive", "2025", 3, func(subsidy.Tally) {})
		fails(t, "a policy that is no programme", err, subsidy.ErrProgramme)
		if c, err := w.consents.Holding(t.Context(), "subsidy_payment", consent.ID(""), 10); err != nil || len(c) != 0 {
			t.Errorf("%d consents hold: %v", len(c), err)
		}
	})
}
