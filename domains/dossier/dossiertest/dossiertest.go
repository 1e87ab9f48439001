// Package dossiertest gives tests a real dossier.Service on a throw-away
// database, with a clock that stands still until it is moved and authorities
// that say what they were told to say.
//
// Everybody in it is invented. IDs are made of the clock and a counter, so that
// a test that runs alone runs the same each time.
package dossiertest

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/domains/vault/vaulttest"
)

// World is a service with all that it stands on. It is safe for concurrent use,
// except for the methods that end the test when something fails: those belong
// to the test's own goroutine.
type World struct {
	*dossier.Service
	DB          *entdb.DB
	Keys        *keyring.Keyring
	Vault       *vault.Vault
	Audit       *audit.Service
	Staff       *Staff
	Clock       *Clock
	Authorities *Authorities

	t testing.TB
}

// New returns a service on a migrated database. Its day is [Start]; its
// authorities answer and know nobody.
func New(t testing.TB, db *entdb.DB) *World {
	t.Helper()
	dir := t.TempDir()
	kek, err := keyring.LocalKEK(filepath.Join(dir, "kek"))
	if err != nil {
		t.Fatalf("make a key: %v", err)
	}
	keys, err := keyring.Open(filepath.Join(dir, "keys"), kek)
	if err != nil {
		t.Fatalf("make keys: %v", err)
	}
	clock := &Clock{now: Start}
	w := &World{
		DB: db, Keys: keys, Vault: vaulttest.New(t, keys), Staff: &Staff{}, Clock: clock,
		Authorities: newAuthorities(clock.Now), t: t,
	}
	newID, log := newIDs(clock.Now), slog.New(slog.DiscardHandler)
	w.Audit = newAudit(t, w, dir, newID, log)
	gate, err := guard.New(w.Staff)
	if err != nil {
		t.Fatalf("make the guard: %v", err)
	}
	w.Service, err = dossier.New(dossier.Deps{
		DB: db, Keys: keys, Vault: w.Vault, Guard: gate, Audit: w.Audit,
		ExitEntry: w.Authorities, Police: w.Authorities, LinkCheck: w.Authorities,
		Now: clock.Now, NewID: newID, Zone: Zone, Log: log,
	})
	if err != nil {
		t.Fatalf("make the service: %v", err)
	}
	return w
}

// newAudit returns a log whose signer and anchor lie in dir.
func newAudit(t testing.TB, w *World, dir string, newID func() string, log *slog.Logger) *audit.Service {
	t.Helper()
	signer, err := audit.OpenSigner(dir)
	if err != nil {
		t.Fatalf("make a signer: %v", err)
	}
	s, err := audit.New(audit.Deps{
		DB: w.DB, Keys: w.Keys, Vault: w.Vault, Signer: signer, Anchor: filepath.Join(dir, "anchor"),
		Now: w.Clock.Now, NewID: newID, Log: log,
	})
	if err != nil {
		t.Fatalf("make the log: %v", err)
	}
	return s
}

// newIDs makes UUIDv7 texts that sort by age.
func newIDs(now func() time.Time) func() string {
	var made atomic.Int64
	return func() string {
		ms := now().UnixMilli()
		return fmt.Sprintf("%08x-%04x-7000-8000-%012x", ms>>16, ms&0xffff, made.Add(1))
	}
}

// Number reads a well formed number of any kind.
func (w *World) Number(raw string) document.Number {
	w.t.Helper()
	number, err := w.Parse("", raw)
	if err != nil {
		w.t.Fatalf("read a number: %v", err)
	}
	return number
}

// ID is the document with this number.
func (w *World) ID(raw string) dossier.DocumentID {
	w.t.Helper()
	id, _, err := w.Locate(w.t.Context(), w.Number(raw))
	if err != nil {
		w.t.Fatalf("locate a document: %v", err)
	}
	return id
}

// Holder is the person who signed in by the document with this number.
func (w *World) Holder(raw string) actor.Actor {
	w.t.Helper()
	return actor.Actor{Role: actor.Person, Document: w.ID(raw)}
}

// File is the file of the document with this number.
func (w *World) File(raw string) dossier.Dossier {
	w.t.Helper()
	file, err := w.Get(w.t.Context(), w.Holder(raw))
	if err != nil {
		w.t.Fatalf("find a file: %v", err)
	}
	return file
}

// Finish has every inquiry that is due decided.
func (w *World) Finish() {
	w.t.Helper()
	for {
		n, err := w.FinishInquiries(w.t.Context(), 100)
		if err != nil {
			w.t.Fatalf("finish inquiries: %v", err)
		}
		if n == 0 {
			return
		}
	}
}

// Officer is an officer at a window who may do everything there.
func Officer(name string) actor.Actor {
	return actor.Actor{Role: actor.Officer, Officer: actor.OfficerID(name), Duties: actor.Duties(), Duty: actor.Accept}
}
