package tax_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/tax"
)

// licence is one that runs out on a day.
func licence(doc actor.DocumentID, name, last string) tax.Paper {
	return tax.Paper{Document: doc, Kind: tax.LicenceRenewal, Name: name, Last: date(last)}
}

// papers are the papers of a document with where they stand, as "A 2026-10-04 open".
func (w *world) papers(t testing.TB, doc actor.DocumentID) []string {
	t.Helper()
	var list []string
	for _, o := range w.held(t, doc) {
		list = append(list, o.Name+" "+o.Due.String()+" "+string(o.State))
	}
	slices.Sort(list)
	return list
}

// heardSince is what was heard since it was asked last, as "planned A".
func (w *world) heardSince() []string {
	var list []string
	for _, h := range w.heard {
		list = append(list, string(h.change)+" "+h.Name)
	}
	w.listen()
	return list
}

// TestRaised goes through the life of papers, two of which run out on one day.
func TestRaised(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		me := w.person(0)
		raise := func(name, last string) func() error {
			return func() error { return w.Raise(t.Context(), licence(me, name, last)) }
		}
		withdraw := func(name, last string) func() error {
			return func() error { return w.Withdraw(t.Context(), licence(me, name, last)) }
		}
		finish := func(name, last string) func() error {
			return func() error {
				id := w.held(t, me)[string(me)+" licence_renewal "+last+" "+name].ID
				_, err := w.Complete(t.Context(), as(me), id)
				return err
			}
		}
		for _, step := range []struct {
			what  string
			do    func() error
			stand []string
			told  []string
		}{
			{"nothing to withdraw", withdraw("A", "2026-10-04"), nil, nil},
			{"raised", raise("A", "2026-10-04"), []string{"A 2026-10-04 open"}, []string{"planned A"}},
			{"again", raise("A", "2026-10-04"), []string{"A 2026-10-04 open"}, nil},
			{"another on the same day", raise("B", "2026-10-04"), []string{"A 2026-10-04 open", "B 2026-10-04 open"}, []string{"planned B"}},
			{"one withdrawn", withdraw("A", "2026-10-04"), []string{"A 2026-10-04 void", "B 2026-10-04 open"}, []string{"settled A"}},
			{"withdrawn again", withdraw("A", "2026-10-04"), []string{"A 2026-10-04 void", "B 2026-10-04 open"}, nil},
			{"back", raise("A", "2026-10-04"), []string{"A 2026-10-04 open", "B 2026-10-04 open"}, []string{"revived A"}},
			{"renewed", raise("A", "2027-10-04"), []string{"A 2026-10-04 void", "A 2027-10-04 open", "B 2026-10-04 open"}, []string{"settled A", "planned A"}},
			{"the old day comes late", raise("A", "2026-10-04"), []string{"A 2026-10-04 void", "A 2027-10-04 open", "B 2026-10-04 open"}, nil},
			{"the renewal withdrawn", withdraw("A", "2027-10-04"), []string{"A 2026-10-04 void", "A 2027-10-04 void", "B 2026-10-04 open"}, []string{"settled A"}},
			{"the old day holds again", raise("A", "2026-10-04"), []string{"A 2026-10-04 open", "A 2027-10-04 void", "B 2026-10-04 open"}, []string{"revived A"}},
			{"done by hand", finish("B", "2026-10-04"), []string{"A 2026-10-04 open", "A 2027-10-04 void", "B 2026-10-04 done"}, []string{"settled B"}},
			{"done stays done", raise("B", "2026-10-04"), []string{"A 2026-10-04 open", "A 2027-10-04 void", "B 2026-10-04 done"}, nil},
			{"and is not withdrawn", withdraw("B", "2026-10-04"), []string{"A 2026-10-04 open", "A 2027-10-04 void", "B 2026-10-04 done"}, nil},
			{"what is done was renewed", raise("B", "2028-10-04"), []string{"A 2026-10-04 open", "A 2027-10-04 void", "B 2026-10-04 done", "B 2028-10-04 open"}, []string{"planned B"}},
		} {
			must(t, step.what, step.do())
			if got := w.papers(t, me); !slices.Equal(got, step.stand) {
				t.Errorf("%s: papers are %q, want %q", step.what, got, step.stand)
			}
			if got := w.heardSince(); !slices.Equal(got, step.told) {
				t.Errorf("%s: told was %q, want %q", step.what, got, step.told)
			}
		}
		o := w.one(t, me, tax.LicenceRenewal, "2028-10-04 B")
		if o.Name != "B" || o.Due != date("2028-10-04") || o.Basis != tax.Printed {
			t.Errorf("raised is %+v", o)
		}
	})
}

// TestRaisedApart: kind and document tell papers of one name apart.
func TestRaisedApart(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		me, other := w.person(0), w.person(1)
		benefit := licence(me, "A", "2026-10-04")
		benefit.Kind = tax.BenefitRecertification
		for _, p := range []tax.Paper{benefit, licence(other, "A", "2026-10-04"), licence(me, "A", "2026-12-01")} {
			must(t, "raise", w.Raise(t.Context(), p))
		}
		for doc, want := range map[actor.DocumentID][]string{me: {"A 2026-10-04 open", "A 2026-12-01 open"}, other: {"A 2026-10-04 open"}} {
			if got := w.papers(t, doc); !slices.Equal(got, want) {
				t.Errorf("papers are %q, want %q", got, want)
			}
		}
	})
}

// TestRaiseRefuses what is no paper, and a document that is not on file.
func TestRaiseRefuses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		me := w.person(0)
		fails(t, "for nobody", w.Raise(t.Context(), licence("nobody", "A", "2026-10-04")), dossier.ErrPersonUnknown)
		for what, spoil := range map[string]func(p *tax.Paper){
			"a tax":           func(p *tax.Paper) { p.Kind = "vat_general" },
			"no kind":         func(p *tax.Paper) { p.Kind = "poll_tax" },
			"no name":         func(p *tax.Paper) { p.Name = "" },
			"65 bytes":        func(p *tax.Paper) { p.Name = strings.Repeat("x", 65) },
			"broken letters":  func(p *tax.Paper) { p.Name = "\xff" },
			"no day":          func(p *tax.Paper) { p.Last.Day = 32 },
			"the day of none": func(p *tax.Paper) { p.Last = date("9999-12-31") },
		} {
			p := licence(me, strings.Repeat("x", 64), "2026-10-04")
			spoil(&p)
			if w.Raise(t.Context(), p) == nil {
				t.Errorf("%s is raised", what)
			}
		}
		must(t, "raise a name of 64 bytes", w.Raise(t.Context(), licence(me, strings.Repeat("x", 64), "2026-10-04")))
	})
}
