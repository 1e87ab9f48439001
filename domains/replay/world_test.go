package replay_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/replay"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/domains/vault/vaulttest"
)

var noon = time.Date(2026, time.November, 24, 4, 0, 0, 0, time.UTC)

var errTest = errors.New("test")

// world is a service with its parts. Effects are rows of a table that has
// nothing to do with it.
type world struct {
	*replay.Service
	db    *entdb.DB
	keys  *keyring.Keyring
	vault *vault.Vault
	now   *atomic.Int64 // seconds after noon
}

func each(t *testing.T, f func(t *testing.T, w world)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		dir := t.TempDir()
		kek, err := keyring.LocalKEK(filepath.Join(dir, "kek"))
		must(t, err)
		keys, err := keyring.Open(dir, kek)
		must(t, err)
		w := world{db: db, keys: keys, vault: vaulttest.New(t, keys), now: new(atomic.Int64)}
		w.Service, err = replay.New(replay.Deps{DB: db, Keys: keys, Vault: w.vault, Now: func() time.Time {
			return noon.Add(time.Duration(w.now.Load()) * time.Second)
		}})
		must(t, err)
		f(t, w)
	})
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// effect writes one more row than there were.
func (w world) effect(ctx context.Context) error {
	table := w.db.Client(ctx).LimitBucket
	n, err := table.Query().Count(ctx)
	if err != nil {
		return err
	}
	return table.Create().SetID(string(rune('a' + n))).SetFullTime(noon).Exec(ctx)
}

// effects counts them.
func (w world) effects(t *testing.T) int {
	t.Helper()
	n, err := w.db.Client(t.Context()).LimitBucket.Query().Count(t.Context())
	must(t, err)
	return n
}

// rows counts the keys that are kept.
func (w world) rows(t *testing.T) int {
	t.Helper()
	n, err := w.db.Client(t.Context()).WriteKey.Query().Count(t.Context())
	must(t, err)
	return n
}

// work writes an effect and answers.
func (w world) work(answer string) replay.Work {
	return func(ctx context.Context) ([]byte, []actor.DocumentID, error) {
		return []byte(answer), []actor.DocumentID{"one", "two"}, w.effect(ctx)
	}
}

func call() replay.Call {
	return replay.Call{Caller: "person/1", Procedure: "/s/Write", Key: "k-1", Input: []byte("00000001")}
}

// allowed is a right that still holds.
func allowed(context.Context, []actor.DocumentID) error { return nil }

// do does a call that may be repeated, and checks its answer.
func (w world) do(t *testing.T, c replay.Call, work replay.Work, answer string, replayed bool) {
	t.Helper()
	got, again, err := w.Do(t.Context(), c, allowed, work)
	if err != nil || string(got) != answer || again != replayed {
		t.Errorf("%d bytes, replayed %v, error %v; want %d bytes, replayed %v", len(got), again, err, len(answer), replayed)
	}
}
