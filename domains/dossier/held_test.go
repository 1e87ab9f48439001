package dossier_test

import (
	"errors"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
)

// TestHoldings: ended things are there; of a pair with somebody else neither the
// other half nor the reason is.
func TestHoldings(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		w := dossiertest.New(t, db)
		ctx := t.Context()
		p := dossiertest.NewPerson(1)
		link := w.Join(p)
		if _, err := w.Unlink(ctx, dossiertest.Officer("one"), link.ID, "mistaken"); err != nil {
			t.Fatal(err)
		}
		mine := w.ID(p.Pass)
		held, err := w.Holdings(ctx, 10, mine)
		if err != nil {
			t.Fatal(err)
		}
		if len(held.Documents) != 1 || held.Documents[0].Number.Canonical() != p.Pass || held.Documents[0].Created.IsZero() {
			t.Error("the document is another one, or not whole")
		}
		if len(held.Links) != 1 || held.Links[0].Holds() || held.Links[0].ProofKind != "window" {
			t.Error("the link that was cut is not there with its proof")
		}
		both, err := w.Holdings(ctx, 10, mine, w.ID(p.Permit))
		if err != nil || len(both.Links) != 1 || both.Links[0].CutReason != "mistaken" {
			t.Errorf("the reason is not told to who holds both (%v)", err)
		}
		one, err := w.Holdings(ctx, 1, mine, w.ID(p.Permit))
		if err != nil || len(one.Data) > 1 || len(one.Links) != 1 {
			t.Errorf("more than one of a kind (%v)", err)
		}
		none, err := w.Holdings(ctx, 10)
		if err != nil || len(none.Documents)+len(none.Links)+len(none.Data) != 0 {
			t.Errorf("nobody has something (%v)", err)
		}
	})
}

// TestHoldingsMaskWhatIsNotTheirs: the number that a permit carries, and the one
// that was asked about, are told in full while the file has that pass, and masked
// when the two were taken apart.
func TestHoldingsMaskWhatIsNotTheirs(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		w := dossiertest.New(t, db)
		ctx, p := t.Context(), dossiertest.NewPerson(1)
		w.Know(p, p.Pass)
		w.Take(w.PassEntry(p), w.PermitEntry(p, p.Pass))
		w.Finish()
		told := func(ids ...dossier.DocumentID) [2]string {
			t.Helper()
			held, err := w.Holdings(ctx, 10, ids...)
			if err != nil || len(held.Inquiries) != 1 {
				t.Fatalf("%d inquiries are held: %v", len(held.Inquiries), err)
			}
			for _, d := range held.Documents {
				if d.ID == w.ID(p.Permit) {
					return [2]string{d.NamesPass, held.Inquiries[0].Target}
				}
			}
			return [2]string{}
		}
		if got := told(w.ID(p.Pass), w.ID(p.Permit)); got != [2]string{p.Pass, p.Pass} {
			t.Errorf("one file is told %q, want the pass in full", got)
		}
		if _, err := w.Unlink(ctx, dossiertest.Officer("one"), w.File(p.Pass).Links[0].ID, "mistaken"); err != nil {
			t.Fatal(err)
		}
		masked := w.Number(p.Pass).Masked()
		if got := told(w.ID(p.Permit)); got != [2]string{masked, masked} {
			t.Errorf("the permit alone is told %q, want %s", got, masked)
		}
	})
}

// TestForget may be repeated, and touches nobody else.
func TestForget(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		w := dossiertest.New(t, db)
		ctx := t.Context()
		p, other := dossiertest.NewPerson(1), dossiertest.NewPerson(2)
		w.Join(p)
		w.Join(other)
		ids := []dossier.DocumentID{w.ID(p.Pass), w.ID(p.Permit)}
		before, err := w.Count(ctx, ids...)
		if err != nil || before.Documents != 2 || before.Data != 1 || before.Links != 1 {
			t.Fatalf("%+v are there (%v)", before, err)
		}
		for range 2 {
			if err := w.Forget(ctx, ids...); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Forget(ctx); err != nil {
			t.Errorf("forget nobody: %v", err)
		}
		if after, err := w.Count(ctx, ids...); err != nil || after != (dossier.Counts{Links: 1}) {
			t.Errorf("%+v are left (%v), want the link", after, err)
		}
		if _, err := w.DocumentsOf(ctx, ids[0]); !errors.Is(err, dossier.ErrNotFound) {
			t.Errorf("documents of a forgotten file: %v", err)
		}
		if file := w.File(other.Pass); len(file.Documents) != 2 || len(file.Data) != 1 || file.Documents[0].Holder.Names != other.Names {
			t.Error("somebody else has lost something")
		}
	})
}

// TestForgetSuperseded deletes earlier values and no others, so many at a time.
func TestForgetSuperseded(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		w := dossiertest.New(t, db)
		p := dossiertest.NewPerson(1)
		w.Settle(p)
		for _, work := range []string{"a", "b", "c", "d"} {
			w.Clock.Advance(time.Hour)
			if _, err := w.SaveData(t.Context(), w.Holder(p.Pass), []dossier.Input{{Code: "occupation", Value: work}}); err != nil {
				t.Fatal(err)
			}
		}
		for _, tt := range []struct {
			before time.Time
			want   int
		}{{w.Clock.Now().Add(-2 * time.Hour), 0}, {w.Clock.Now(), 2}, {w.Clock.Now().Add(1), 0}, {w.Clock.Now().Add(time.Second), 1}, {w.Clock.Now().Add(time.Second), 0}} {
			if n, err := w.ForgetSuperseded(t.Context(), tt.before, 10); err != nil || n != tt.want {
				t.Errorf("%d went (%v), want %d", n, err, tt.want)
			}
		}
		if data := w.File(p.Pass).Data; len(data) != 2 || data[1].Value != "d" {
			t.Error("the value that holds is gone")
		}
	})
}
