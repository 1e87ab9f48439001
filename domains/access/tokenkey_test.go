package access_test

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
)

// keysIn opens a keyring in a folder.
func keysIn(t testing.TB, dir string) *keyring.Keyring {
	t.Helper()
	kek, err := keyring.LocalKEK(filepath.Join(dir, "kek"))
	must(t, "make a key", err)
	keys, err := keyring.Open(dir, kek)
	must(t, "open a keyring", err)
	return keys
}

var anybody = actor.Actor{Role: actor.Person, Session: "session", Dossier: "file", Document: "document"}

func issue(t testing.TB, tokens *access.Tokens) string {
	t.Helper()
	token, _, err := tokens.Issue(anybody, "token", access.TokenLife)
	must(t, "issue a token", err)
	return token
}

// kids are the IDs of the published keys.
func kids(t testing.TB, tokens *access.Tokens) []string {
	t.Helper()
	var set struct{ Keys []struct{ Kid string } }
	must(t, "read the key set", json.Unmarshal(tokens.JWKS(), &set))
	var ids []string
	for _, k := range set.Keys {
		ids = append(ids, k.Kid)
	}
	return ids
}

// TestKeyIsMadeOnce: processes that start at once share one key, which is sealed.
func TestKeyIsMadeOnce(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		dir := t.TempDir()
		keysIn(t, dir)
		all := make([]*access.Tokens, 10)
		errs := make([]error, len(all))
		gate := make(chan struct{})
		var group sync.WaitGroup
		for i := range all {
			keys := keysIn(t, dir)
			group.Go(func() {
				<-gate
				all[i], errs[i] = access.OpenTokens(t.Context(), db, keys, at(issued))
			})
		}
		close(gate)
		group.Wait()
		for i, err := range errs {
			must(t, "open tokens", err)
			if _, _, err := all[0].Check(issue(t, all[i])); err != nil {
				t.Errorf("process %d has a key of its own: %v", i, err)
			}
		}
		rows, err := db.Client(t.Context()).TokenKey.Query().All(t.Context())
		must(t, "read keys", err)
		if len(rows) != 1 || len(rows[0].PrivateSealed) != 32+33 || rows[0].RetireTime != nil {
			t.Errorf("%d keys were made, want one, sealed", len(rows))
		}
	})
}

// TestKeysOfAnotherHouse: a keyring that does not open the key that signs stops
// the start, and so does a row that was changed.
func TestKeysOfAnotherHouse(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		keys := keysIn(t, t.TempDir())
		tokens, err := access.OpenTokens(t.Context(), db, keys, at(issued))
		must(t, "open tokens", err)
		if _, err := access.OpenTokens(t.Context(), db, keysIn(t, t.TempDir()), at(issued)); err == nil || !strings.Contains(err.Error(), "keyring") {
			t.Errorf("another keyring: %v, want an error that says what to look at", err)
		}
		other := access.NewTokens(key("thief"), at(issued))
		change := func(column string, value []byte) {
			must(t, "change a key", db.InTx(t.Context(), func(ctx context.Context) error {
				_, err := db.SQL(ctx).ExecContext(ctx, db.Rebind(`UPDATE "token_keys" SET "`+column+`" = ?`), value)
				return err
			}))
		}
		change("public", key("thief").Public().(ed25519.PublicKey))
		if _, err := access.OpenTokens(t.Context(), db, keys, at(issued)); err == nil {
			t.Error("a row with another public key is taken")
		}
		if err := tokens.Reload(t.Context()); err == nil {
			t.Error("a running process takes it")
		}
		if _, _, err := tokens.Check(issue(t, other)); !errors.Is(err, access.ErrToken) {
			t.Errorf("the thief's token: %v", err)
		}
		if _, _, err := tokens.Check(issue(t, tokens)); err != nil {
			t.Errorf("the keys that were loaded are gone: %v", err)
		}
	})
}

// TestRotation: a new key is published before it signs, the old one verifies as
// long as a token under it lives, and nothing of it afterwards.
func TestRotation(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		moment := issued
		now := func() time.Time { return moment }
		dir := t.TempDir()
		one, err := access.OpenTokens(t.Context(), db, keysIn(t, dir), now)
		must(t, "open tokens", err)
		two, err := access.OpenTokens(t.Context(), db, keysIn(t, dir), now)
		must(t, "open tokens", err)
		old := kids(t, one)
		must(t, "rotate", one.Rotate(t.Context()))
		must(t, "reload", two.Reload(t.Context()))
		if got := kids(t, two); len(got) != 2 || got[1] != old[0] {
			t.Fatalf("%d keys are published, want the new one and the old one", len(got))
		}
		signedBy := func(tokens *access.Tokens) string {
			var h struct{ Kid string }
			must(t, "read a header", json.Unmarshal([]byte(text(t, strings.Split(issue(t, tokens), ".")[0])), &h))
			return h.Kid
		}
		moment = issued.Add(access.KeyLead - time.Microsecond)
		if signedBy(one) != old[0] || signedBy(two) != old[0] {
			t.Error("the new key signs before its time")
		}
		last := issue(t, one)
		moment = issued.Add(access.KeyLead)
		if signedBy(one) == old[0] || signedBy(two) == old[0] {
			t.Error("the old key signs on")
		}
		moment = issued.Add(access.KeyLead + access.TokenLife - 2*time.Second)
		if _, _, err := two.Check(last); err != nil {
			t.Errorf("the last token of the old key in its last seconds: %v", err)
		}
		moment = issued.Add(access.KeyLead + access.TokenLife + time.Minute)
		// Whoever stole the old key signs with it at this very moment.
		row, err := db.Client(t.Context()).TokenKey.Get(t.Context(), old[0])
		must(t, "read the old key", err)
		seed, err := keysIn(t, dir).Unseal(row.PrivateSealed, "token_key/"+old[0])
		must(t, "open the old key", err)
		thief := access.NewTokens(ed25519.NewKeyFromSeed(seed), now)
		stolen := issue(t, thief)
		if _, _, err := thief.Check(stolen); err != nil {
			t.Fatalf("the thief's token is no token: %v", err)
		}
		refused(t, two, stolen)
		if got := kids(t, one); len(got) != 1 || got[0] == old[0] {
			t.Errorf("%d keys are published, want the new one", len(got))
		}
		must(t, "reload", one.Reload(t.Context()))
		refused(t, one, stolen)
	})
}

// TestRotationUnderLoad: two processes issue and check side by side while keys
// rotate and the clock moves. No honest token is refused, by neither.
func TestRotationUnderLoad(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		var clock atomic.Int64
		clock.Store(issued.UnixNano())
		now := func() time.Time { return time.Unix(0, clock.Load()).UTC() }
		dir := t.TempDir()
		processes := make([]*access.Tokens, 2)
		for i := range processes {
			var err error
			processes[i], err = access.OpenTokens(t.Context(), db, keysIn(t, dir), now)
			must(t, "open tokens", err)
		}
		old := issue(t, processes[0])
		var checks atomic.Int64
		use := func(from, to *access.Tokens) {
			for range 10 {
				token, _, err := from.Issue(anybody, "token", access.TokenLife)
				if err == nil {
					_, _, err = to.Check(token)
				}
				checks.Add(1)
				if err != nil {
					t.Errorf("an honest token: %v", err)
				}
			}
		}
		const steps, rotateEach = 120, 24 // an hour in steps of 30 seconds, the pace of the job
		for step := range steps {
			var group sync.WaitGroup
			for i := range 4 {
				group.Go(func() { use(processes[i%2], processes[i/2]) })
			}
			clock.Add(int64(30 * time.Second)) // while they are at it
			if step%rotateEach == 0 {
				must(t, "rotate", processes[step/rotateEach%2].Rotate(t.Context()))
			}
			for _, p := range processes {
				must(t, "reload", p.Reload(t.Context()))
			}
			group.Wait()
		}
		refused(t, processes[0], old)
		t.Logf("%d checks, %d rotations", checks.Load(), steps/rotateEach)
		if got := kids(t, processes[0]); len(got) > 3 {
			t.Errorf("%d keys are published after all that", len(got))
		}
	})
}

// TestUnknownKeyIsLookedFor: a process that has not reloaded takes a token under
// a key that another one made, and looks at most once a second.
func TestUnknownKeyIsLookedFor(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		stale, err := access.OpenTokens(t.Context(), r.DB, r.Keys, r.Clock.Now)
		must(t, "open tokens", err)
		r.use(t, stale)
		fresh, err := access.OpenTokens(t.Context(), r.DB, r.Keys, r.Clock.Now)
		must(t, "open tokens", err)
		s := r.enter(r.here(t), t, r.person.Pass)
		by := r.by(t, s)
		must(t, "rotate", fresh.Rotate(t.Context()))
		r.Clock.Advance(access.KeyLead)
		token, _, err := fresh.Issue(by, "token", access.TokenLife)
		must(t, "issue a token", err)
		if _, _, err := stale.Check(token); !errors.Is(err, access.ErrToken) {
			t.Fatalf("the process knows the key already: %v", err)
		}
		// Fifty at once: whoever waits for the look is let in as well.
		var group sync.WaitGroup
		for range 50 {
			group.Go(func() {
				if _, err := r.Sessions.Authenticate(t.Context(), token); err != nil {
					t.Errorf("a token under another process's key: %v", err)
				}
			})
		}
		group.Wait()
		unknown := issue(t, access.NewTokens(key("nobody"), r.Clock.Now))
		for range 5 {
			if _, err := r.Sessions.Authenticate(t.Context(), unknown); !errors.Is(err, access.ErrToken) {
				t.Errorf("a token under nobody's key: %v", err)
			}
		}
	})
}

// TestRotateAtOnce: processes that rotate side by side make one key each, and
// all but the last retire.
func TestRotateAtOnce(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		tokens, err := access.OpenTokens(t.Context(), db, keysIn(t, t.TempDir()), at(issued))
		must(t, "open tokens", err)
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				if err := tokens.Rotate(t.Context()); err != nil {
					t.Errorf("rotate: %v", err)
				}
			})
		}
		group.Wait()
		rows, err := db.Client(t.Context()).TokenKey.Query().All(t.Context())
		must(t, "read keys", err)
		open := 0
		for _, k := range rows {
			if k.RetireTime == nil {
				open++
			}
		}
		if len(rows) != 5 || open != 1 {
			t.Errorf("%d keys of which %d do not retire, want 5 and 1", len(rows), open)
		}
	})
}
