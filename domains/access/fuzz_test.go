package access_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
)

// FuzzToken: no text but the one that was issued is taken, none panics, and every
// refusal is the same. More seeds lie in testdata/fuzz.
func FuzzToken(f *testing.F) {
	house := access.NewTokens(key("house"), at(issued))
	good := issue(f, house)
	f.Add(good)
	f.Add(strings.ToUpper(good))
	f.Add(good + "." + good)
	f.Fuzz(func(t *testing.T, token string) {
		by, _, err := house.Check(token)
		switch {
		case err == nil && (token != good || by.Document != anybody.Document):
			t.Errorf("%q is taken for a token", token)
		case err != nil && (!errors.Is(err, access.ErrToken) || by.Role != ""):
			t.Errorf("%q: %v and %+v", token, err, by)
		}
	})
}

// FuzzOpaque: nothing but what was sealed names a device, and nothing but what
// was issued refreshes a session.
func FuzzOpaque(f *testing.F) {
	r := newRig(f, entdbtest.New(f))
	s := r.enter(r.here(f), f, r.person.Pass)
	f.Add("mztr_" + strings.Repeat("A", 43))
	f.Add("mztd_" + strings.Repeat("A", 150))
	f.Fuzz(func(t *testing.T, text string) {
		if device, known := r.Sessions.ReadDevice(text); known && text != s.Device || !known && device != "" {
			t.Errorf("%q names a device", text)
		}
		if text == s.Refresh {
			return
		}
		if _, err := r.Sessions.Refresh(t.Context(), text); !errors.Is(err, access.ErrEnded) {
			t.Errorf("%q refreshes a session: %v", text, err)
		}
	})
}
