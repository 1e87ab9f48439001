package access_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
)

// TestDeviceIsKnownAgain: a device keeps its ID through sign-ins and refreshes of
// whomever, and without its token it is another one.
func TestDeviceIsKnownAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		first := r.enter(r.here(t), t, r.person.Pass)
		id, known := r.Sessions.ReadDevice(first.Device)
		if !known || len(id) != 36 || id != r.sessionRow(t, first).DeviceID {
			t.Fatalf("the device token does not name the session's device")
		}
		again := r.enter(r.from(t.Context(), "192.0.2.1", first.Device), t, r.person.Permit)
		if got := r.sessionRow(t, again).DeviceID; got != id {
			t.Error("a known device got another ID")
		}
		refreshed, err := r.Sessions.Refresh(t.Context(), again.Refresh)
		must(t, "refresh", err)
		if got, known := r.Sessions.ReadDevice(refreshed.Device); !known || got != id {
			t.Error("a refresh gave the device another ID")
		}
		if other := r.enter(r.here(t), t, r.person.Pass); r.sessionRow(t, other).DeviceID == id {
			t.Error("a device without its token is the known one")
		}
	})
}

// TestDeviceTokens: what we did not seal, or sealed long ago, names no device.
func TestDeviceTokens(t *testing.T) {
	t.Parallel()
	r := newRig(t, entdbtest.New(t))
	s := r.enter(r.here(t), t, r.person.Pass)
	other := newRig(t, entdbtest.New(t))
	foreign := other.enter(other.here(t), t, other.person.Pass).Device
	flipped := []byte(s.Device)
	flipped[20] ^= 1
	for name, token := range map[string]string{
		"empty": "", "prefix": "mztd_", "access token": s.Token, "of another house": foreign, "flipped": string(flipped), "cut": s.Device[:len(s.Device)-2],
		"longer": s.Device + "AA", "newline": s.Device + "\n", "inner newline": s.Device[:30] + "\n" + s.Device[30:], "1 MiB": "mztd_" + strings.Repeat("A", 1<<20),
		"its ID": r.sessionRow(t, s).DeviceID, "without its prefix": strings.TrimPrefix(s.Device, "mztd_"),
	} {
		if id, known := r.Sessions.ReadDevice(token); known || id != "" {
			t.Errorf("%s: a device is known", name)
		}
	}
	id, err := r.Keys.Add(keyring.Sealing)
	must(t, "add a key", err)
	must(t, "promote a key", r.Keys.Promote(keyring.Sealing, id))
	r.Clock.Advance(access.DeviceLife - time.Second)
	if _, known := r.Sessions.ReadDevice(s.Device); !known {
		t.Error("after almost a year and a rotation the device is a stranger")
	}
	r.Clock.Advance(time.Second)
	if _, known := r.Sessions.ReadDevice(s.Device); known {
		t.Error("after a year without a sign-in the device is known")
	}
}

// TestDeviceName is what people type, or what attackers hope others read.
func TestDeviceName(t *testing.T) {
	t.Parallel()
	r := newRig(t, entdbtest.New(t))
	for typed, want := range map[string]string{
		"  Pixel\t9 \n": "Pixel 9", "": "", "我的手機": "我的手機", "a\u202eb\x00c\u200bd": "a b c d", "bad\xffbyte": "badbyte",
		strings.Repeat("長", 120): strings.Repeat("長", 100), strings.Repeat("x", 200): strings.Repeat("x", 100),
	} {
		c, err := r.Sessions.StartSignIn(r.here(t), r.Number(r.person.Pass), "en")
		must(t, "start a sign-in", err)
		s, err := r.Sessions.CompleteSignIn(r.here(t), c.ID, r.code(t, r.person.Phone), typed)
		must(t, "complete a sign-in", err)
		kept, err := r.Sessions.KeptSessions(t.Context(), []actor.DocumentID{s.Document}, 1)
		must(t, "read the sessions", err)
		if got := kept[0].Device; got != want {
			t.Errorf("%q is kept as %q, want %q", typed, got, want)
		}
		if sealed := r.sessionRow(t, s).DeviceNameSealed; want != "" && bytes.Contains(sealed, []byte(want)) {
			t.Errorf("%q is kept in clear", typed)
		}
		r.Clock.Advance(time.Hour)
	}
}
