package credential_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/credential"
)

// delegate is somebody who acts for a holder, with some licences or with all.
func (w *world) delegate(holder actor.Actor, licences ...credential.Credential) actor.Actor {
	_, by := w.person(2)
	by.Delegate, by.Delegation, by.Document = by.Document, "charge", holder.Document
	for _, c := range licences {
		by.Licences = append(by.Licences, string(c.Number))
	}
	return by
}

// TestDelegateOfSomeLicences: to whoever was charged with one licence the other one is not
// there: not in lists, by its number, in what is shown, among the shares, or in who looked.
func TestDelegateOfSomeLicences(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, holder := w.person(1)
		one, other := w.licensed(t, p, "case-1"), w.licensed(t, p, "case-2")
		by := w.delegate(holder, one)
		end := w.files.Clock.Now().Add(time.Hour)
		list, err := w.Mine(t.Context(), by, "")
		must(t, "list", err)
		if len(list) != 1 || list[0].Number != one.Number {
			t.Errorf("the delegate sees %d licences", len(list))
		}
		for name, try := range map[string]func(credential.Credential) error{
			"story":    func(c credential.Credential) error { _, err := w.Story(t.Context(), by, "", c.Number); return err },
			"download": func(c credential.Credential) error { _, err := w.Mined(t.Context(), by, "", c.Number); return err },
			"sheet": func(c credential.Credential) error {
				_, err := w.Sheet(t.Context(), by, "", c.Number, "en")
				return err
			},
			"code": func(c credential.Credential) error {
				_, _, err := w.ShowCode(t.Context(), by, "", choose(c))
				return err
			},
			"share": func(c credential.Credential) error {
				_, _, err := w.Share(t.Context(), by, "", choose(c), "x", end)
				return err
			},
		} {
			if err := try(one); err != nil {
				t.Errorf("%s of the one: %v", name, err)
			}
			if err := try(other); !errors.Is(err, credential.ErrNotFound) {
				t.Errorf("%s of the other: %v", name, err)
			}
		}
		both := append(choose(one), choose(other)...)
		if _, _, err := w.ShowCode(t.Context(), by, "", both); !errors.Is(err, credential.ErrNotFound) {
			t.Errorf("a code of both: %v", err)
		}
		w.sharesWithin(t, holder, by, choose(one), choose(other), both)
	})
}

// sharesWithin has a holder share some licences, of which the first alone is within a
// delegate's reach, and everything looked at.
func (w *world) sharesWithin(t *testing.T, holder, by actor.Actor, choices ...[]credential.Choice) {
	t.Helper()
	before, err := w.Shares(t.Context(), by, "")
	must(t, "list shares", err)
	var ids []credential.PresentationID
	for _, chosen := range choices {
		s, token, err := w.Share(t.Context(), holder, "", chosen, "x", w.files.Clock.Now().Add(time.Hour))
		must(t, "share", err)
		_, err = w.Open(t.Context(), registrar, token)
		must(t, "open", err)
		ids = append(ids, s.ID)
	}
	shares, err := w.Shares(t.Context(), by, "")
	must(t, "list shares", err)
	if len(shares) != len(before)+1 || !slices.ContainsFunc(shares, func(s credential.Presentation) bool { return s.ID == ids[0] }) {
		t.Errorf("the delegate sees %d shares, want one more than %d", len(shares), len(before))
	}
	for i, id := range ids {
		err := w.Unshare(t.Context(), by, "", id)
		if want := i > 0; errors.Is(err, credential.ErrPresentation) != want || !want && err != nil {
			t.Errorf("take back share %d: %v", i, err)
		}
	}
	uses, _, err := w.Uses(t.Context(), by, "", credential.UseCursor{}, 10)
	must(t, "read who looked", err)
	if len(uses) != 2 || uses[0].Number != choices[0][0].Number || uses[1].Number != uses[0].Number {
		t.Errorf("the delegate sees that %v", uses)
	}
}

// TestDelegateOfAllLicences: without a list a delegate has all of them, later ones too.
func TestDelegateOfAllLicences(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, holder := w.person(1)
		by := w.delegate(holder)
		for i, matter := range []string{"case-1", "case-2"} {
			c := w.licensed(t, p, matter)
			list, err := w.Mine(t.Context(), by, "")
			must(t, "list", err)
			if _, _, err := w.ShowCode(t.Context(), by, "", choose(c)); err != nil || len(list) != i+1 {
				t.Errorf("the delegate sees %d licences, and shows the latest: %v", len(list), err)
			}
		}
	})
}
