package staff

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
)

// TestUnknownLoginsTakeTheSameWork: an unknown login's password is compared as
// any other, with a hash that stands in. A damaged one shows that it is read.
func TestUnknownLoginsTakeTheSameWork(t *testing.T) {
	t.Parallel()
	kek, err := keyring.LocalKEK(filepath.Join(t.TempDir(), "kek"))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := keyring.Open(t.TempDir(), kek)
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Deps{
		DB: entdbtest.New(t), Keys: keys, Now: func() time.Time { return time.Unix(1_800_000_000, 0) }, NewID: func() string { return "id" },
		Ended: func(context.Context, string) error { return nil }, Secret: func() string { return "secret" },
		Cost: Cost{Memory: 64, Time: 1, Threads: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	if c, _, _, err := parsePHC(s.nobody.hash); err != nil || c != s.hasher.cost {
		t.Errorf("nobody's password costs %+v, want %+v: %v", c, s.hasher.cost, err)
	}
	if _, err := s.Verify(t.Context(), "none", "password", "123456"); !errors.Is(err, ErrWrong) {
		t.Errorf("an unknown login: %v", err)
	}
	s.nobody.hash = "damaged"
	if _, err := s.Verify(t.Context(), "none", "password", "123456"); !errors.Is(err, errPHC) {
		t.Errorf("an unknown login's password is not compared: %v", err)
	}
	s.nobody = credentials{hash: s.mustHash(t), secret: "no base32"}
	if _, err := s.Verify(t.Context(), "none", "password", "123456"); err == nil || errors.Is(err, ErrWrong) {
		t.Errorf("an unknown login's code is not computed: %v", err)
	}
}

func (s *Service) mustHash(t *testing.T) string {
	t.Helper()
	phc, err := s.hasher.hash(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	return phc
}
