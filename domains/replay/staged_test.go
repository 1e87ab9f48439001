package replay_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/replay"
)

// A process that dies between effect and answer leaves a key without an answer,
// and the call that comes again is served again.
func TestStagedCrash(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		begin := func(want string) {
			t.Helper()
			answer, replayed, err := w.Begin(t.Context(), call(), allowed)
			if err != nil || string(answer) != want || replayed != (want != "") {
				t.Errorf("Begin: %q, replayed %v, %v; want %q", answer, replayed, err, want)
			}
		}
		begin("")
		must(t, w.db.InTx(t.Context(), w.effect))
		begin("") // after the crash
		other := call()
		other.Input = []byte("other")
		if _, _, err := w.Begin(t.Context(), other, allowed); !errors.Is(err, replay.ErrReused) {
			t.Errorf("other input: %v, want %v", err, replay.ErrReused)
		}
		must(t, w.End(t.Context(), call(), []byte("answer"), nil))
		begin("answer")
		must(t, w.End(t.Context(), call(), []byte("late"), nil))
		begin("answer")
	})
}

// Sides that begin at once may all serve the call; the first answer stays.
func TestStagedAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				_, replayed, err := w.Begin(t.Context(), call(), allowed)
				if err == nil && !replayed {
					err = w.End(t.Context(), call(), []byte{byte('a' + i)}, nil)
				}
				if err != nil {
					t.Errorf("side %d: %v", i, err)
				}
			})
		}
		all.Wait()
		first, _, err := w.Begin(t.Context(), call(), allowed)
		must(t, err)
		second, replayed, err := w.Begin(t.Context(), call(), allowed)
		if err != nil || !replayed || string(first) != string(second) || len(first) != 1 || w.rows(t) != 1 {
			t.Errorf("%q then %q, %v, %d rows; want one answer", first, second, err, w.rows(t))
		}
	})
}

// The answer goes with its owner's data; the effect still takes place once.
func TestErasedAnswer(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		c := call()
		c.Owner = "document-1"
		w.do(t, c, w.work("first"), "first", false)
		must(t, w.vault.Shred(t.Context(), c.Owner))
		later := c
		later.Key = "k-2"
		w.do(t, later, w.work("second"), "second", false) // nothing is kept of it
		for _, c := range []replay.Call{c, later} {
			answer, _, err := w.Do(t.Context(), c, allowed, w.work("third"))
			if !errors.Is(err, replay.ErrGone) || answer != nil {
				t.Errorf("%v with %d bytes, want %v", err, len(answer), replay.ErrGone)
			}
		}
		if n := w.effects(t); n != 2 {
			t.Errorf("%d effects, want 2", n)
		}
	})
}

// An answer opens in its own row only.
func TestAnswersCannotBeSwapped(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		for _, owner := range []string{"", "document-1"} {
			one, two := call(), call()
			one.Key, two.Key, one.Owner, two.Owner = owner+"one", owner+"two", owner, owner
			w.do(t, one, w.work("first"), "first", false)
			w.do(t, two, w.work("second"), "second", false)
		}
		must(t, w.db.InTx(t.Context(), func(ctx context.Context) error {
			rows, err := w.db.Client(ctx).WriteKey.Query().All(ctx)
			if err != nil {
				return err
			}
			for _, r := range rows {
				for _, other := range rows {
					if other.ID != r.ID && other.Owner == r.Owner {
						if err := r.Update().SetAnswerSealed(other.AnswerSealed).Exec(ctx); err != nil {
							return err
						}
					}
				}
			}
			return nil
		}))
		for _, owner := range []string{"", "document-1"} {
			c := call()
			c.Key, c.Owner = owner+"one", owner
			if answer, _, err := w.Do(t.Context(), c, allowed, w.work("x")); err == nil {
				t.Errorf("a swapped answer of %d bytes was given", len(answer))
			}
		}
	})
}

// After a rotation of both keys, what was kept before is still found and opens,
// also once the old sealing key is retired.
func TestRotation(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		mine := call()
		mine.Key, mine.Owner = "k-2", "document-1"
		w.do(t, call(), w.work("first"), "first", false)
		w.do(t, mine, w.work("second"), "second", false)
		old := w.keys.SealingKey()
		for _, which := range []keyring.Which{keyring.Sealing, keyring.Indexing} {
			key, err := w.keys.Add(which)
			must(t, err)
			must(t, w.keys.Promote(which, key))
		}
		_, err := w.vault.Reseal(t.Context())
		must(t, err)
		for i, want := range []int{1, 0} {
			var rows, changed int
			must(t, w.Reseal(t.Context(), func(seen, written int) { rows, changed = seen, written }))
			if rows != 1 || changed != want {
				t.Errorf("turn %d: %d rows seen, %d written; want 1 and %d", i, rows, changed, want)
			}
		}
		must(t, w.keys.Retire(keyring.Sealing, old))
		w.do(t, call(), w.work("x"), "first", true)
		w.do(t, mine, w.work("x"), "second", true)
	})
}
