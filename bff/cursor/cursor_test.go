package cursor_test

import (
	"encoding/base64"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
)

// place is where a page ends.
type place struct {
	At time.Time
	ID string
}

var here = place{time.Date(2026, time.November, 23, 1, 2, 3, 456_789_000, time.UTC), "01890000-0000-7000-8000-000000000000"}

func codec(t testing.TB) cursor.Codec {
	t.Helper()
	dir := t.TempDir()
	kek, err := keyring.LocalKEK(filepath.Join(dir, "kek"))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := keyring.Open(dir, kek)
	if err != nil {
		t.Fatal(err)
	}
	return cursor.Codec{Keys: keys}
}

func TestSize(t *testing.T) {
	t.Parallel()
	for asked, want := range map[int32]int{0: 50, 1: 1, 50: 50, 199: 199, 200: 200, 201: 200, 1<<31 - 1: 200} {
		if got := cursor.Rows.Size(asked); got != want {
			t.Errorf("Size(%d) is %d, want %d", asked, got, want)
		}
	}
}

func TestTokensAreGoodForOneListAndCaller(t *testing.T) {
	t.Parallel()
	c := codec(t)
	token, err := c.Write("records", "caller", here)
	if err != nil {
		t.Fatal(err)
	}
	if len(token) > 400 {
		t.Errorf("the token has %d characters; the contract takes 400", len(token))
	}
	if raw, _ := base64.RawURLEncoding.DecodeString(token); strings.Contains(token, here.ID) || strings.Contains(string(raw), here.ID) {
		t.Error("the token can be read")
	}
	var got place
	if err := c.Read("records", "caller", token, &got); err != nil || got != here {
		t.Errorf("reads %+v (%v), want %+v", got, err, here)
	}
	for name, r := range map[string]struct{ list, caller, token string }{
		"another caller":    {"records", "other", token},
		"nobody":            {"records", "", token},
		"another list":      {"reviews", "caller", token},
		"garbage":           {"records", "caller", "garbage!"},
		"well formed":       {"records", "caller", base64.RawURLEncoding.EncodeToString(make([]byte, 80))},
		"padded":            {"records", "caller", token + "="},
		"cut":               {"records", "caller", token[:len(token)-4]},
		"one byte":          {"records", "caller", "AA"},
		"one letter turned": {"records", "caller", turned(token)},
	} {
		got := here
		err := c.Read(r.list, r.caller, r.token, &got)
		if !errors.Is(err, cursor.ErrToken) {
			t.Errorf("%s: %v, want %v", name, err, cursor.ErrToken)
		}
		if got != here {
			t.Errorf("%s: the position was changed", name)
		}
	}
	if other := codec(t); !errors.Is(other.Read("records", "caller", token, &got), cursor.ErrToken) {
		t.Error("another house reads the token")
	}
}

// turned is a token with another letter in its middle.
func turned(token string) string {
	letter := "A"
	if token[len(token)/2] == 'A' {
		letter = "B"
	}
	return token[:len(token)/2] + letter + token[len(token)/2+1:]
}

func TestNoTokenIsTheBeginning(t *testing.T) {
	t.Parallel()
	got := here
	if err := codec(t).Read("records", "caller", "", &got); err != nil || got != here {
		t.Errorf("an empty token: %v, and the position changed: %v", err, got != here)
	}
}

func TestTokensOutliveARotation(t *testing.T) {
	t.Parallel()
	c := codec(t)
	token, err := c.Write("records", "caller", here)
	if err != nil {
		t.Fatal(err)
	}
	id, err := c.Keys.Add(keyring.Sealing)
	if err == nil {
		err = c.Keys.Promote(keyring.Sealing, id)
	}
	if err != nil {
		t.Fatal(err)
	}
	var got place
	if err := c.Read("records", "caller", token, &got); err != nil || got != here {
		t.Errorf("after a rotation: %+v, %v", got, err)
	}
}
