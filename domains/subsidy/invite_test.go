package subsidy_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/work"
)

// TestInvite: of those who paid tax in Pingtan, who has not authorised it is told once, and
// nothing is asked about them; who authorised it, paid elsewhere or is not on file is not.
func TestInvite(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var people []dossiertest.Person
		for i := range 5 {
			p := dossiertest.NewPerson(i)
			w.World.Settle(p)
			people = append(people, p)
		}
		for i, p := range people {
			w.works(p.Pass).payments = []upstream.TaxPayment{wages(p.Pass, 100_000, 0)}
			w.works(p.Permit).payments = []upstream.TaxPayment{wages(p.Permit, 100_000, 0)}
			if i == 3 { // elsewhere
				w.works(p.Pass).payments[0].Area, w.works(p.Permit).payments[0].Area = "350200", "350200"
			}
		}
		w.authorises(t, people[0].Pass)
		w.Join(people[1])
		w.works(dossiertest.NewPerson(90).Pass).payments = []upstream.TaxPayment{wages("nobody", 1, 0)}

		n, err := w.InviteLastYear(t.Context())
		must(t, "invite", err)
		// The permit of the first is a file of its own; the second has one, the third and the fifth two each.
		if want := 1 + 1 + 2 + 2; n != want || len(w.told) != want {
			t.Errorf("%d invited and %d told, want %d", n, len(w.told), want)
		}
		if len(w.asked) > 0 {
			t.Errorf("the authorities were asked about %d documents", len(w.asked))
		}
		for _, m := range w.told {
			if m.Kind != "subsidy_invited" || m.Args["Year"] != "2025" || len(m.Args) != 1 {
				t.Errorf("told %q with %d arguments", m.Kind, len(m.Args))
			}
			if m.Document == w.ID(people[0].Pass) || m.Document == w.ID(people[3].Pass) {
				t.Errorf("%s is invited", m.Document)
			}
		}
		if n, err := w.InviteLastYear(t.Context()); n != 0 || err != nil {
			t.Errorf("%d are invited again, %v", n, err)
		}
		w.Join(people[2]) // whichever document the notice stands under
		if n, err := w.InviteLastYear(t.Context()); n != 0 || err != nil {
			t.Errorf("%d are invited again once files came together, %v", n, err)
		}
		w.down = upstream.ErrUnavailable
		if _, err := w.InviteLastYear(t.Context()); !errors.Is(err, upstream.ErrUnavailable) {
			t.Errorf("with a bureau that is gone: %v", err)
		}
	})
}

// TestGiven: who authorises it is decided at once, and once.
func TestGiven(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := dossiertest.NewPerson(0)
		w.World.Settle(p)
		w.works(p.Pass).payments = []upstream.TaxPayment{wages("A1", 100_000, 0)}
		c := w.authorises(t, p.Pass)
		if !slices.ContainsFunc(w.queued, func(j work.Job) bool { return j.Kind == consent.GivenWork && j.ID == string(c.ID) }) {
			t.Fatal("giving a consent asks for nothing")
		}
		for range 2 {
			must(t, "decide", w.Given(t.Context(), string(c.ID)))
		}
		if got := w.claims(t); !slices.Equal(got, []int64{20_000}) {
			t.Errorf("claims %v, want one of a fifth", got)
		}
		must(t, "decide on no consent", w.Given(t.Context(), "none"))
		_, _, err := w.consents.Revoke(t.Context(), w.Holder(p.Pass), c.ID)
		must(t, "take it back", err)
		asked := len(w.asked)
		must(t, "decide on one that was taken back", w.Given(t.Context(), string(c.ID)))
		if len(w.asked) != asked {
			t.Error("the authorities are asked about somebody who took it back")
		}
	})
}
