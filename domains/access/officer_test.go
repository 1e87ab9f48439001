package access_test

import (
	"crypto/ed25519"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/staff"
)

// TestOfficerSignIn: whatever is wrong about the proof is one failure, and a code
// works once.
func TestOfficerSignIn(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		o := r.hire(t, "lin", actor.Accept)
		code := o.now(t, r)
		for name, x := range map[string][3]string{
			"login": {"nobody", o.password, code}, "password": {o.Login, "wrong", code}, "code": {o.Login, o.password, wrong(code)},
		} {
			_, err := r.Sessions.SignInOfficer(r.here(t), x[0], x[1], x[2], "")
			if !errors.Is(err, access.ErrFailed) || err.Error() != access.ErrFailed.Error() {
				t.Errorf("wrong %s: %v, want %v", name, err, access.ErrFailed)
			}
		}
		s, err := r.Sessions.SignInOfficer(r.here(t), o.Login, o.password, code, "")
		must(t, "sign in", err)
		if s.Dossier != "" || s.Document != "" || s.Kind != "" || !s.Ends.Equal(r.Clock.Now().Add(access.StaffSession)) {
			t.Error("an officer's session has a person's fields, or another end")
		}
		if _, err = r.Sessions.SignInOfficer(r.here(t), o.Login, o.password, code, ""); !errors.Is(err, access.ErrFailed) {
			t.Errorf("the code again: %v", err)
		}
		last := s
		for range 20 { // ten hours at a window
			r.Clock.Advance(29 * time.Minute)
			last, err = r.Sessions.Refresh(t.Context(), last.Refresh)
			must(t, "refresh", err)
		}
		r.Clock.Advance(29 * time.Minute)
		for range 5 {
			if last, err = r.Sessions.Refresh(t.Context(), last.Refresh); err != nil {
				break
			}
			r.Clock.Advance(29 * time.Minute)
		}
		if !errors.Is(err, access.ErrEnded) {
			t.Errorf("after twelve hours: %v, want %v", err, access.ErrEnded)
		}
	})
}

// TestFirstPasswordOpensNothing: it says so, and only after a right proof.
func TestFirstPasswordOpensNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t, entdbtest.New(t))
	o := r.hire(t, "lin", actor.Accept)
	shown, err := r.Staff.ResetCredentials(t.Context(), chief, o.ID)
	must(t, "reset", err)
	o.secret = secretIn(t, shown.URI)
	_, err = r.Sessions.SignInOfficer(r.here(t), o.Login, shown.Password, o.now(t, r), "")
	if !errors.Is(err, staff.ErrExpired) {
		t.Errorf("a first password: %v, want %v", err, staff.ErrExpired)
	}
	if _, err = r.Sessions.SignInOfficer(r.here(t), o.Login, o.password, o.now(t, r), ""); !errors.Is(err, access.ErrFailed) {
		t.Errorf("the password of before: %v", err)
	}
}

// TestProviderIsNotConfigured says so.
func TestProviderIsNotConfigured(t *testing.T) {
	t.Parallel()
	r := newRig(t, entdbtest.New(t))
	if _, err := r.Sessions.StartProviderSignIn(t.Context()); !errors.Is(err, staff.ErrNoProvider) {
		t.Errorf("start: %v, want %v", err, staff.ErrNoProvider)
	}
	_, err := r.Sessions.CompleteProviderSignIn(r.here(t), "state", "code", "")
	if !errors.Is(err, staff.ErrNoProvider) && !errors.Is(err, access.ErrFailed) {
		t.Errorf("complete: %v", err)
	}
}

// TestSystem: an assertion buys one access token, once, while the account is
// active.
func TestSystem(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		must(t, "make a department", r.Staff.EnsureDepartment(t.Context(), staff.Department{ID: "tax", Name: "稅務"}))
		must(t, "make a system", r.Staff.EnsureSystem(t.Context(), staff.System{
			ID: "tax-bridge", Name: "Tax", Department: "tax", PublicKey: key("tax").Public().(ed25519.PublicKey), State: staff.Active}))
		assertion := func(id string) string {
			now := r.Clock.Now()
			token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, jwt.MapClaims{
				"iss": "tax-bridge", "sub": "tax-bridge", "aud": "minzhengtong", "jti": id, "iat": now.Unix(), "exp": now.Add(4 * time.Minute).Unix(),
			})
			signed, err := token.SignedString(key("tax"))
			must(t, "sign an assertion", err)
			return signed
		}
		once := assertion("one")
		s, err := r.Sessions.SignInSystem(r.here(t), once)
		must(t, "sign a system in", err)
		if s.Refresh != "" || !s.RefreshExpires.IsZero() || s.Holder != "tax-bridge" || !s.Ends.Equal(r.Clock.Now().Add(access.SystemSession)) {
			t.Error("a system's session has a refresh token, or another end")
		}
		if by := r.by(t, s); by.Role != actor.System || by.Officer != "tax-bridge" || by.Department != "tax" || by.Session != s.ID {
			t.Errorf("the system acts as %+v", by)
		}
		for name, bad := range map[string]string{"again": once, "an access token": s.Token, "garbage": strings.Repeat("x", 30)} {
			if _, err := r.Sessions.SignInSystem(r.here(t), bad); !errors.Is(err, access.ErrFailed) {
				t.Errorf("%s: %v, want %v", name, err, access.ErrFailed)
			}
		}
		if _, err := r.Sessions.Authenticate(t.Context(), assertion("two")); !errors.Is(err, access.ErrToken) {
			t.Errorf("an assertion as access token: %v", err)
		}
		devices, err := r.Sessions.Devices(t.Context(), r.by(t, s))
		if err != nil || len(devices) != 1 || !devices[0].Current {
			t.Errorf("a system sees %d sessions (%v), want its own", len(devices), err)
		}
		must(t, "disable", r.Staff.SetSystemState(t.Context(), "tax-bridge", staff.Disabled))
		if r.alive(t, s) {
			t.Error("a disabled system acts")
		}
	})
}
