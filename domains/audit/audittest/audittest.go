// Package audittest gives tests a log of their own.
package audittest

import (
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/domains/vault/vaulttest"
)

// Start is when a world's clock begins.
var Start = time.Date(2026, time.November, 24, 1, 0, 0, 0, time.UTC)

// World is a log and what it stands on.
type World struct {
	*audit.Service
	DB     *entdb.DB
	Keys   *keyring.Keyring
	Vault  *vault.Vault
	Signer *audit.Signer
	Anchor string // the anchor file's path

	mu  sync.Mutex
	now time.Time
}

// New returns a log on a database, with a keyring and a vault that go away with
// the test.
func New(t testing.TB, db *entdb.DB) *World {
	t.Helper()
	dir := t.TempDir()
	kek, err := keyring.LocalKEK(filepath.Join(dir, "kek"))
	if err != nil {
		t.Fatalf("key-encryption key: %v", err)
	}
	keys, err := keyring.Open(filepath.Join(dir, "keys"), kek)
	if err != nil {
		t.Fatalf("keyring: %v", err)
	}
	return On(t, db, keys, vaulttest.New(t, keys))
}

// On is [New] with a keyring and a vault of the test's own.
func On(t testing.TB, db *entdb.DB, keys *keyring.Keyring, v *vault.Vault) *World {
	t.Helper()
	dir := t.TempDir()
	signer, err := audit.OpenSigner(dir)
	if err != nil {
		t.Fatalf("audit key: %v", err)
	}
	w := &World{DB: db, Keys: keys, Vault: v, Signer: signer, Anchor: filepath.Join(dir, "audit-anchor"), now: Start}
	w.Service = w.Process(t)
	return w
}

// Process is another process on the same database and files.
func (w *World) Process(t testing.TB) *audit.Service {
	t.Helper()
	s, err := audit.New(audit.Deps{
		DB: w.DB, Keys: w.Keys, Vault: w.Vault, Signer: w.Signer, Anchor: w.Anchor,
		Now: w.Now, NewID: func() string { return uuid.Must(uuid.NewV7()).String() }, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatalf("audit: %v", err)
	}
	return s
}

// Now is the world's time. It stands until the test moves it.
func (w *World) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// Advance moves the clock.
func (w *World) Advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}
