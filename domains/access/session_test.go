package access_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	row "github.com/minzhengtong/minzhengtong/gen/ent/session"
)

// TestOpenedSession: what a sign-in hands out, and what stays of it.
func TestOpenedSession(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		now := r.Clock.Now()
		s := r.enter(r.here(t), t, r.person.Pass)
		switch {
		case !s.Expires.Equal(now.Add(access.TokenLife)), !s.RefreshExpires.Equal(now.Add(access.PersonIdle)), !s.Ends.Equal(now.Add(access.PersonSession)):
			t.Errorf("good until %v, %v, %v", s.Expires, s.RefreshExpires, s.Ends)
		case !strings.HasPrefix(s.Refresh, "mztr_") || len(s.Refresh) != 5+43:
			t.Error("the refresh token has another form")
		case s.Holder != "" || s.Office != "" || s.Duties != nil:
			t.Error("a person's session says something of an office")
		}
		by := r.by(t, s)
		if by.Role != actor.Person || by.Session != s.ID || by.Document != s.Document || by.Dossier != s.Dossier || by.Duty != "" {
			t.Errorf("the actor is %+v", by)
		}
		tokens, err := r.DB.Client(t.Context()).RefreshToken.Query().All(t.Context())
		must(t, "read refresh tokens", err)
		if len(tokens) != 1 || len(tokens[0].Hash) != 32 || strings.Contains(string(tokens[0].Hash), s.Refresh) {
			t.Error("what is kept of the refresh token is not its hash")
		}
		current, err := r.Sessions.Current(t.Context(), by, s.Token)
		must(t, "describe the session", err)
		if current.Token != "" || current.Refresh != "" || current.Device != "" || current.ID != s.ID || !current.Expires.Equal(s.Expires) ||
			!current.RefreshExpires.Equal(s.RefreshExpires) || !current.Ends.Equal(s.Ends) || current.Kind != s.Kind || current.Dossier != s.Dossier {
			t.Error("the session describes itself in another way, or with its tokens")
		}
	})
}

// TestRefresh: each refresh gives new tokens of the same session, and neither
// moves its end.
func TestRefresh(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		first := r.enter(r.here(t), t, r.person.Pass)
		last := first
		for range 3 {
			r.Clock.Advance(20 * 24 * time.Hour)
			next, err := r.Sessions.Refresh(t.Context(), last.Refresh)
			must(t, "refresh", err)
			if next.ID != first.ID || next.Refresh == last.Refresh || next.Token == last.Token || !next.Ends.Equal(first.Ends) || r.alive(t, last) || !r.alive(t, next) {
				t.Fatal("the refreshed session is another, or has its old tokens")
			}
			last = next
		}
		if want := last.Ends; !last.RefreshExpires.Equal(r.Clock.Now().Add(access.PersonIdle)) && !last.RefreshExpires.Equal(want) {
			t.Errorf("refreshable until %v", last.RefreshExpires)
		}
		r.Clock.Advance(29 * 24 * time.Hour)
		last, err := r.Sessions.Refresh(t.Context(), last.Refresh)
		must(t, "refresh on the last day but one", err)
		if !last.RefreshExpires.Equal(first.Ends) {
			t.Errorf("refreshable until %v, want the session's end %v", last.RefreshExpires, first.Ends)
		}
		r.Clock.Advance(24*time.Hour - time.Minute)
		last, err = r.Sessions.Refresh(t.Context(), last.Refresh)
		must(t, "refresh in the last minute", err)
		if !last.Expires.Equal(first.Ends) {
			t.Errorf("the last access token is good until %v, want the session's end %v", last.Expires, first.Ends)
		}
		r.Clock.Advance(time.Minute)
		r.ended(t, "past the end", last.Refresh)
	})
}

// ended fails unless a refresh token is refused with the one answer for it.
func (r *rig) ended(t testing.TB, what, refresh string) {
	t.Helper()
	s, err := r.Sessions.Refresh(t.Context(), refresh)
	if !errors.Is(err, access.ErrEnded) || err.Error() != access.ErrEnded.Error() || s.Token != "" {
		t.Errorf("%s: %v, want %v", what, err, access.ErrEnded)
	}
}

// TestIdleSession: one that nobody refreshes ends by itself.
func TestIdleSession(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		person := r.enter(r.here(t), t, r.person.Pass)
		o := r.hire(t, "lin", actor.Accept)
		clerk := r.enterOfficer(t, o)
		r.Clock.Advance(access.StaffIdle - time.Minute)
		r.ended(t, "an officer who was away for the whole time", clerk.Refresh)
		r.Clock.Advance(access.PersonIdle)
		r.ended(t, "a person who was away for the whole time", person.Refresh)
	})
}

// TestRefreshIsNothingElse: no other token refreshes, and a refresh token does
// nothing else.
func TestRefreshIsNothingElse(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		s := r.enter(r.here(t), t, r.person.Pass)
		for name, token := range map[string]string{
			"access token": s.Token, "device token": s.Device, "unknown": "mztr_" + strings.Repeat("A", 43), "empty": "",
			"without its prefix": strings.TrimPrefix(s.Refresh, "mztr_"), "longer": s.Refresh + "A", "padded": s.Refresh + "=",
			"cut": s.Refresh[:len(s.Refresh)-1], "newline": s.Refresh + "\n", "1 MiB": "mztr_" + strings.Repeat("A", 1<<20),
			"prefix twice": "mztr_" + s.Refresh, "wide": strings.Replace(s.Refresh, "m", "ｍ", 1),
		} {
			r.ended(t, name, token)
		}
		for name, token := range map[string]string{"refresh token": s.Refresh, "device token": s.Device} {
			if _, err := r.Sessions.Authenticate(t.Context(), token); !errors.Is(err, access.ErrToken) {
				t.Errorf("%s as access token: %v", name, err)
			}
		}
		if _, known := r.Sessions.ReadDevice(s.Refresh); known {
			t.Error("a refresh token is a device token")
		}
		_, err := r.Sessions.Refresh(t.Context(), s.Refresh)
		must(t, "the refresh token after all that", err)
		if log := r.log.text(); strings.Contains(log, s.Refresh) || strings.Contains(log, s.Token) || !strings.Contains(log, "unknown refresh token") {
			t.Error("the log holds a token, or not the cause")
		}
	})
}

// TestReuseEndsTheFamily: whichever token of a session is used a second time,
// none works afterwards, and the row says why.
func TestReuseEndsTheFamily(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		first := r.enter(r.here(t), t, r.person.Pass)
		other := r.enter(r.here(t), t, r.person.Permit)
		second, err := r.Sessions.Refresh(t.Context(), first.Refresh)
		must(t, "refresh", err)
		third, err := r.Sessions.Refresh(t.Context(), second.Refresh)
		must(t, "refresh", err)
		r.ended(t, "the first one again", first.Refresh)
		r.ended(t, "the newest one after that", third.Refresh)
		for name, s := range map[string]access.Session{"first": first, "second": second, "third": third} {
			if r.alive(t, s) {
				t.Errorf("the %s access token outlived its session", name)
			}
		}
		if got := r.sessionRow(t, first).EndReason; got == nil || *got != row.EndReasonRefreshReused {
			t.Errorf("ended because of %v, want %v", got, row.EndReasonRefreshReused)
		}
		if !r.alive(t, other) {
			t.Error("another session of the same person ended too")
		}
	})
}

// TestFiftyRefreshAtOnce: one of fifty wins, and nothing is left of its session.
func TestFiftyRefreshAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		s := r.enter(r.here(t), t, r.person.Pass)
		won := make([]access.Session, 50)
		errs := make([]error, len(won))
		gate := make(chan struct{})
		var group sync.WaitGroup
		for i := range won {
			group.Go(func() {
				<-gate
				won[i], errs[i] = r.Sessions.Refresh(t.Context(), s.Refresh)
			})
		}
		close(gate)
		group.Wait()
		winners := 0
		for i, err := range errs {
			switch {
			case err == nil:
				winners++
				r.ended(t, "the winner's next token", won[i].Refresh)
				if r.alive(t, won[i]) {
					t.Error("the winner's access token is alive")
				}
			case !errors.Is(err, access.ErrEnded):
				t.Errorf("a loser: %v, want %v", err, access.ErrEnded)
			}
		}
		if winners != 1 || r.alive(t, s) {
			t.Errorf("%d of 50 won, want 1 and a dead session", winners)
		}
	})
}

// TestReplayAfterTheEnd: a token that was good does nothing once its session,
// its document or its holder's right has gone. No clock has moved meanwhile.
func TestReplayAfterTheEnd(t *testing.T) {
	tests := map[string]func(t *testing.T, r *rig, s access.Session){
		"signed out": func(t *testing.T, r *rig, s access.Session) {
			must(t, "sign out", r.Sessions.SignOut(t.Context(), r.by(t, s), ""))
		},
		"signed out everywhere": func(t *testing.T, r *rig, s access.Session) {
			_, err := r.Sessions.SignOutEverywhere(t.Context(), r.by(t, s))
			must(t, "sign out everywhere", err)
		},
		"document lost": func(t *testing.T, r *rig, s access.Session) { r.lose(t, s.Document) },
		"holder changed": func(t *testing.T, r *rig, s access.Session) {
			must(t, "end all", r.Sessions.EndAll(t.Context(), string(s.Document)))
		},
	}
	for name, end := range tests {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, r *rig) {
				s := r.enter(r.here(t), t, r.person.Pass)
				if !r.alive(t, s) {
					t.Fatal("the token is not good to begin with")
				}
				end(t, r, s)
				if r.alive(t, s) {
					t.Error("the access token works on")
				}
				r.ended(t, "the refresh token", s.Refresh)
			})
		})
	}
}

// lose records what a report of loss does.
func (r *rig) lose(t testing.TB, id actor.DocumentID) {
	t.Helper()
	must(t, "lose a document", r.DB.InTx(t.Context(), func(ctx context.Context) error {
		return r.DB.Client(ctx).Document.UpdateOneID(string(id)).SetRecorded("lost").Exec(ctx)
	}))
}

// TestOfficerNow: an officer acts as the account is at each call.
func TestOfficerNow(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		o := r.hire(t, "lin", actor.Accept)
		s := r.enterOfficer(t, o)
		by := r.by(t, s)
		if by.Role != actor.Officer || by.Officer != o.ID || by.Office != "350128" || by.Department != "exit-entry" || by.Area != "350128" ||
			!by.Has(actor.Accept) || by.Session != s.ID || s.Office != "350128" || len(s.Duties) != 1 || s.Holder != o.ID {
			t.Errorf("the officer acts as %+v", by)
		}
		if !s.RefreshExpires.Equal(r.Clock.Now().Add(-time.Minute).Add(access.StaffIdle)) {
			t.Errorf("refreshable until %v", s.RefreshExpires)
		}
		// Straight into the row, so that only Authenticate can notice.
		set := func(duties []string, state string) {
			must(t, "change an account", r.DB.InTx(t.Context(), func(ctx context.Context) error {
				_, err := r.DB.SQL(ctx).ExecContext(ctx, r.DB.Rebind(`UPDATE "officers" SET "duties" = ?, "state" = ? WHERE "id" = ?`),
					`["`+strings.Join(duties, `","`)+`"]`, state, string(o.ID))
				return err
			}))
		}
		set([]string{"review"}, "active")
		if by = r.by(t, s); by.Has(actor.Accept) || !by.Has(actor.Review) {
			t.Error("the same token has the duties of before")
		}
		set([]string{"audit"}, "active")
		if by = r.by(t, s); by.Role != actor.Auditor {
			t.Errorf("who audits acts as %s", by.Role)
		}
		next, err := r.Sessions.Refresh(t.Context(), s.Refresh)
		must(t, "refresh an auditor's session", err)
		if by = r.by(t, next); by.Role != actor.Auditor {
			t.Errorf("who audits acts as %s after a refresh", by.Role)
		}
		set([]string{"accept"}, "disabled")
		if r.alive(t, s) || r.alive(t, next) {
			t.Error("a disabled officer acts")
		}
		r.ended(t, "a disabled officer's refresh", next.Refresh)
	})
}

// TestRoleChangeEndsSessions: package staff ends what was open when it takes
// duties away, disables or resets.
func TestRoleChangeEndsSessions(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		o := r.hire(t, "lin", actor.Accept)
		s := r.enterOfficer(t, o)
		_, err := r.Staff.SetState(t.Context(), chief, o.ID, staff.Disabled)
		must(t, "disable", err)
		_, err = r.Staff.SetState(t.Context(), chief, o.ID, staff.Active)
		must(t, "enable", err)
		if r.alive(t, s) {
			t.Error("a token from before the account was disabled works again")
		}
		r.ended(t, "its refresh token", s.Refresh)
		s = r.enterOfficer(t, o)
		must(t, "change the password", r.Sessions.ChangePassword(r.here(t), o.Login, o.password, o.now(t, r), "another-password-of-mine"))
		if r.alive(t, s) {
			t.Error("a token from before the password's change works")
		}
	})
}

// TestSessionOfAnother: a token that names a session of somebody else, or none,
// is worth nothing, although our key signed it.
func TestSessionOfAnother(t *testing.T) {
	t.Parallel()
	r := newRig(t, entdbtest.New(t))
	pass, permit := r.enter(r.here(t), t, r.person.Pass), r.enter(r.here(t), t, r.person.Permit)
	mixed := r.by(t, pass)
	mixed.Session = permit.ID
	none := r.by(t, pass)
	none.Session = ""
	unknown := r.by(t, pass)
	unknown.Session = "01890000-0000-7000-8000-000000000000"
	clerk := actor.Actor{Role: actor.Officer, Officer: actor.OfficerID(pass.Document), Session: pass.ID}
	system := actor.Actor{Role: actor.System, Officer: actor.OfficerID(pass.Document), Session: pass.ID}
	for name, by := range map[string]actor.Actor{"another's": mixed, "none": none, "unknown": unknown, "as an officer": clerk, "as a system": system} {
		token, _, err := r.Tokens.Issue(by, "token", access.TokenLife)
		must(t, "issue a token", err)
		if _, err := r.Sessions.Authenticate(t.Context(), token); !errors.Is(err, access.ErrToken) || err.Error() != access.ErrToken.Error() {
			t.Errorf("%s: %v, want %v", name, err, access.ErrToken)
		}
	}
}
