package access_test

import (
	"errors"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/gen/ent"
)

// sessionRow is a session as it is stored.
func (r *rig) sessionRow(t testing.TB, s access.Session) *ent.Session {
	t.Helper()
	found, err := r.DB.Client(t.Context()).Session.Get(t.Context(), string(s.ID))
	must(t, "read a session", err)
	return found
}

// TestDevices: a person sees the sessions of the whole file, the newest first,
// and nobody else's.
func TestDevices(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		pass := r.enter(r.here(t), t, r.person.Pass)
		r.Clock.Advance(time.Minute)
		permit := r.enter(r.here(t), t, r.person.Permit)
		list := func(s access.Session) []access.Device {
			t.Helper()
			devices, err := r.Sessions.Devices(t.Context(), r.by(t, s))
			must(t, "list devices", err)
			return devices
		}
		if got := list(pass); len(got) != 1 || got[0].Session != pass.ID || !got[0].Current || got[0].Name != "測試機" || got[0].Kind != document.TaiwanPass {
			t.Errorf("before the documents are linked %d devices are listed", len(got))
		}
		r.LinkThem(t)
		got := list(pass)
		if len(got) != 2 || got[0].Session != permit.ID || got[1].Session != pass.ID || got[0].Current || !got[1].Current || got[0].Kind != document.TaiwanPermit {
			t.Errorf("%d devices are listed, want the permit's and the pass's", len(got))
		}
		if !got[1].Expires.Equal(pass.RefreshExpires) || !got[1].Created.Equal(pass.Expires.Add(-access.TokenLife)) {
			t.Error("the times of a device are others")
		}
		r.lose(t, permit.Document)
		if got := list(pass); len(got) != 1 {
			t.Errorf("%d devices are listed after the permit was lost, want 1", len(got))
		}
		r.Clock.Advance(access.PersonIdle - 2*time.Minute)
		next, err := r.Sessions.Refresh(t.Context(), pass.Refresh)
		must(t, "refresh", err)
		r.Clock.Advance(time.Minute)
		if got := list(next); len(got) != 1 || !got[0].Refreshed.Equal(r.Clock.Now().Add(-time.Minute)) {
			t.Error("a refreshed device is not listed as such")
		}
	})
}

// TestSignOut: one of one's own ends, an ended one ends again without harm, and
// somebody else's looks like one that is not there.
func TestSignOut(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		mine, second := r.enter(r.here(t), t, r.person.Pass), r.enter(r.here(t), t, r.person.Pass)
		foreign := r.enter(r.here(t), t, r.person.Permit) // another file until they are linked
		by := r.by(t, mine)
		clerk := r.enterOfficer(t, r.hire(t, "lin", actor.Accept))
		for name, id := range map[string]actor.SessionID{
			"another's": foreign.ID, "an officer's": clerk.ID, "none": "01890000-0000-7000-8000-000000000000", "no ID": "me",
		} {
			if err := r.Sessions.SignOut(t.Context(), by, id); !errors.Is(err, access.ErrSessionNotFound) {
				t.Errorf("%s: %v, want %v", name, err, access.ErrSessionNotFound)
			}
		}
		for range 2 {
			must(t, "sign out there", r.Sessions.SignOut(t.Context(), by, second.ID))
		}
		if r.alive(t, second) || !r.alive(t, mine) || !r.alive(t, foreign) || !r.alive(t, clerk) {
			t.Error("another session than the one named has ended")
		}
		ended := *r.sessionRow(t, second).EndTime
		r.Clock.Advance(time.Second)
		must(t, "sign out there again", r.Sessions.SignOut(t.Context(), by, second.ID))
		if again := *r.sessionRow(t, second).EndTime; !again.Equal(ended) {
			t.Error("ending it again moved its end")
		}
		must(t, "sign out here", r.Sessions.SignOut(t.Context(), by, ""))
		if r.alive(t, mine) {
			t.Error("the present session is alive")
		}
	})
}

// TestSignOutEverywhere: of the whole file, and of nobody else.
func TestSignOutEverywhere(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		r.Settle(dossiertest.NewPerson(1))
		other := r.person
		r.person = dossiertest.NewPerson(1)
		stranger := r.enter(r.here(t), t, r.person.Pass)
		r.person = other
		r.LinkThem(t)
		pass, permit := r.enter(r.here(t), t, r.person.Pass), r.enter(r.here(t), t, r.person.Permit)
		by := r.by(t, permit)
		n, err := r.Sessions.SignOutEverywhere(t.Context(), by)
		must(t, "sign out everywhere", err)
		if n != 2 || r.alive(t, pass) || r.alive(t, permit) || !r.alive(t, stranger) {
			t.Errorf("%d sessions ended, want the two of the file", n)
		}
		if n, err = r.Sessions.SignOutEverywhere(t.Context(), by); n != 0 || err != nil {
			t.Errorf("again: %d sessions ended (%v), want 0", n, err)
		}
		// A delegate ends the own sessions, not those of the one acted for.
		mine := r.enter(r.here(t), t, r.person.Pass)
		delegate := actor.Actor{Role: actor.Person, Document: mine.Document, Delegate: stranger.Document, Delegation: "d", Session: stranger.ID}
		if n, err = r.Sessions.SignOutEverywhere(t.Context(), delegate); n != 1 || err != nil || !r.alive(t, mine) || r.alive(t, stranger) {
			t.Errorf("a delegate ended %d sessions (%v), want the own one", n, err)
		}
	})
}

// LinkThem links the person's two documents at a window.
func (r *rig) LinkThem(t testing.TB) {
	t.Helper()
	_, err := r.LinkAtWindow(t.Context(), dossiertest.Officer("window"), r.Number(r.person.Pass), r.Number(r.person.Permit), "both seen")
	must(t, "link", err)
}

// TestForgetSessions: 30 days after its end a session goes with its tokens, and
// none before.
func TestForgetSessions(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		ended, running := r.enter(r.here(t), t, r.person.Pass), r.enter(r.here(t), t, r.person.Permit)
		must(t, "sign out", r.Sessions.SignOut(t.Context(), r.by(t, ended), ""))
		forget := func(want int, when string) {
			t.Helper()
			n, err := r.Sessions.ForgetSessions(t.Context(), 10)
			if err != nil || n != want {
				t.Errorf("%s: %d sessions are forgotten (%v), want %d", when, n, err, want)
			}
		}
		r.Clock.Advance(30*24*time.Hour - time.Microsecond)
		forget(0, "just before")
		r.Clock.Advance(time.Microsecond)
		forget(1, "30 days after the end")
		forget(0, "again")
		if left, err := r.DB.Client(t.Context()).RefreshToken.Query().Count(t.Context()); err != nil || left != 1 {
			t.Errorf("%d refresh tokens are left (%v), want 1", left, err)
		}
		r.ended(t, "a forgotten token", ended.Refresh)
		r.Clock.Advance(access.PersonSession)
		forget(1, "30 days after the other expired")
		r.ended(t, "the other", running.Refresh)
	})
}

// TestForgottenHolder: what is held can be shown, and goes whole when the holder
// is forgotten.
func TestForgottenHolder(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		s, other := r.enter(r.here(t), t, r.person.Pass), r.enter(r.here(t), t, r.person.Permit)
		must(t, "sign out", r.Sessions.SignOut(t.Context(), r.by(t, s), ""))
		mine := []actor.DocumentID{s.Document}
		kept, err := r.Sessions.KeptSessions(t.Context(), mine, 10)
		if err != nil || len(kept) != 1 || kept[0].Session != s.ID || kept[0].Device != "測試機" || kept[0].Ended.IsZero() || !kept[0].Expires.Equal(s.Ends) {
			t.Errorf("%d sign-ins are held (%v), want the one that ended", len(kept), err)
		}
		for range 2 {
			must(t, "forget", r.Sessions.EndSessions(t.Context(), mine))
		}
		if kept, err = r.Sessions.KeptSessions(t.Context(), mine, 10); err != nil || len(kept) != 0 || !r.alive(t, other) {
			t.Errorf("%d sign-ins are held (%v), want none", len(kept), err)
		}
		r.ended(t, "a forgotten token", s.Refresh)
	})
}
