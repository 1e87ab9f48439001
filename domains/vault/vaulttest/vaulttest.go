// Package vaulttest gives tests a vault of their own.
package vaulttest

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/vault"
)

// New returns an empty vault in a file that goes away with the test.
func New(t testing.TB, keys *keyring.Keyring) *vault.Vault {
	t.Helper()
	return Open(t, "sqlite:"+filepath.Join(folder(t), "vault.db"), keys)
}

// memory is a folder that is no disk, where there is one: a vault waits for the
// disk at each key that it makes.
const memory = "/dev/shm"

// folder returns a folder that goes away with the test.
func folder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp(memory, "vaulttest-") //nolint:usetesting // not where the test keeps its files, but in memory
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) }) // the vault in it is closed by then
	return dir
}

// Now is what the clock of these vaults says; it stands.
func Now() time.Time { return time.Date(2026, time.November, 24, 1, 0, 0, 0, time.UTC) }

// Open returns the vault at a URL, closed with the test.
func Open(t testing.TB, url string, keys *keyring.Keyring) *vault.Vault {
	t.Helper()
	v, err := vault.Open(t.Context(), url, keys, Now)
	if err != nil {
		t.Fatalf("open the vault: %v", err)
	}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Errorf("close the vault: %v", err)
		}
	})
	return v
}
