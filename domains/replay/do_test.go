package replay_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/replay"
)

func TestDoOnce(t *testing.T) {
	for _, owner := range []string{"", "document-1"} {
		t.Run("owner "+owner, func(t *testing.T) {
			each(t, func(t *testing.T, w world) {
				c := call()
				c.Owner = owner
				w.do(t, c, w.work("first"), "first", false)
				var about []actor.DocumentID
				answer, replayed, err := w.Do(t.Context(), c, func(_ context.Context, subjects []actor.DocumentID) error {
					about = subjects
					return nil
				}, w.work("second"))
				if err != nil || !replayed || string(answer) != "first" {
					t.Errorf("%q, replayed %v, %v; want the first answer", answer, replayed, err)
				}
				if want := []actor.DocumentID{"one", "two"}; !slices.Equal(about, want) {
					t.Errorf("the right was checked for %q, want %q", about, want)
				}
				if n := w.effects(t); n != 1 {
					t.Errorf("%d effects, want 1", n)
				}
			})
		})
	}
}

// An empty answer is an answer.
func TestEmptyAnswer(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.do(t, call(), w.work(""), "", false)
		w.do(t, call(), w.work("second"), "", true)
	})
}

func TestCallsAreApart(t *testing.T) {
	tests := []struct {
		name   string
		change func(*replay.Call)
	}{
		{"another caller", func(c *replay.Call) { c.Caller = "person/2" }},
		{"another procedure", func(c *replay.Call) { c.Procedure = "/s/Other" }},
		{"another key", func(c *replay.Call) { c.Key = "k-2" }},
		{"parts that join to the same text", func(c *replay.Call) { c.Caller, c.Procedure = "person/1/s", "/Write" }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			each(t, func(t *testing.T, w world) {
				other := call()
				tt.change(&other)
				w.do(t, call(), w.work("first"), "first", false)
				w.do(t, other, w.work("second"), "second", false)
				w.do(t, call(), w.work("third"), "first", true)
				if n := w.effects(t); n != 2 {
					t.Errorf("%d effects, want 2", n)
				}
			})
		})
	}
}

func TestOtherInputIsRefused(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.do(t, call(), w.work("first"), "first", false)
		other := call()
		other.Input = []byte("00000002")
		asked := false
		answer, _, err := w.Do(t.Context(), other, func(context.Context, []actor.DocumentID) error { asked = true; return nil }, w.work("second"))
		if !errors.Is(err, replay.ErrReused) || answer != nil || asked || w.effects(t) != 1 {
			t.Errorf("%v with %d bytes and %d effects, want %v", err, len(answer), w.effects(t), replay.ErrReused)
		}
		if _, _, err := w.Begin(t.Context(), other, allowed); !errors.Is(err, replay.ErrReused) {
			t.Errorf("Begin: %v, want %v", err, replay.ErrReused)
		}
		if err := w.End(t.Context(), other, nil, nil); !errors.Is(err, replay.ErrReused) {
			t.Errorf("End: %v, want %v", err, replay.ErrReused)
		}
	})
}

// Who has lost the right meanwhile gets the refusal, and nothing of the answer.
func TestRightWasLost(t *testing.T) {
	lost := fault.New(fault.NotFound, "TEST_LOST")
	each(t, func(t *testing.T, w world) {
		w.do(t, call(), w.work("first"), "first", false)
		refuse := func(context.Context, []actor.DocumentID) error { return lost }
		for name, ask := range map[string]func() ([]byte, bool, error){
			"Do":    func() ([]byte, bool, error) { return w.Do(t.Context(), call(), refuse, w.work("second")) },
			"Begin": func() ([]byte, bool, error) { return w.Begin(t.Context(), call(), refuse) },
		} {
			answer, replayed, err := ask()
			if !errors.Is(err, lost) || answer != nil || replayed {
				t.Errorf("%s: %v with %d bytes, replayed %v; want %v", name, err, len(answer), replayed, lost)
			}
		}
		if n := w.effects(t); n != 1 {
			t.Errorf("%d effects, want 1", n)
		}
		w.do(t, call(), w.work("third"), "first", true)
	})
}

func TestFailureKeepsNothing(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		_, _, err := w.Do(t.Context(), call(), allowed, func(ctx context.Context) ([]byte, []actor.DocumentID, error) {
			return []byte("first"), nil, errors.Join(w.effect(ctx), errTest)
		})
		if !errors.Is(err, errTest) || w.effects(t) != 0 || w.rows(t) != 0 {
			t.Errorf("%v, %d effects, %d keys; want nothing", err, w.effects(t), w.rows(t))
		}
		other := call()
		other.Input = []byte("corrected")
		w.do(t, other, w.work("second"), "second", false)
	})
}

// What surrounds the call and fails takes effect and key with it.
func TestOuterTransaction(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		err := w.db.InTx(t.Context(), func(ctx context.Context) error {
			if _, _, err := w.Do(ctx, call(), allowed, w.work("first")); err != nil {
				return err
			}
			return errTest
		})
		if !errors.Is(err, errTest) || w.effects(t) != 0 || w.rows(t) != 0 {
			t.Errorf("%v, %d effects, %d keys; want nothing", err, w.effects(t), w.rows(t))
		}
		must(t, w.db.InTx(t.Context(), func(ctx context.Context) error {
			_, _, err := w.Do(ctx, call(), allowed, w.work("second"))
			return err
		}))
		w.do(t, call(), w.work("third"), "second", true)
	})
}

func TestFiftyAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		var all sync.WaitGroup
		var tries, first atomic.Int64
		answers := make([]string, 50)
		for i := range answers {
			all.Go(func() {
				own := "answer " + string(rune('0'+i))
				answer, replayed, err := w.Do(t.Context(), call(), allowed, func(ctx context.Context) ([]byte, []actor.DocumentID, error) {
					tries.Add(1)
					return w.work(own)(ctx)
				})
				if err != nil {
					t.Errorf("call %d: %v", i, err)
				}
				if !replayed {
					first.Add(1)
				}
				answers[i] = string(answer)
			})
		}
		all.Wait()
		if n := w.effects(t); n != 1 || first.Load() != 1 {
			t.Errorf("%d effects and %d first answers, want 1 and 1", n, first.Load())
		}
		if slices.Sort(answers); answers[0] != answers[49] {
			t.Errorf("answers differ: %q and %q", answers[0], answers[49])
		}
		t.Logf("the work was tried %d times", tries.Load())
	})
}

func TestKeysEnd(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.do(t, call(), w.work("first"), "first", false)
		w.now.Store(int64(replay.Life/time.Second) - 1)
		w.do(t, call(), w.work("second"), "first", true)
		if n, err := w.Forget(t.Context(), 10); n != 0 || err != nil {
			t.Errorf("forgot %d, %v; want none", n, err)
		}
		w.now.Add(1)
		other := call()
		other.Input = []byte("anything")
		w.do(t, other, w.work("third"), "third", false)
		w.do(t, other, w.work("fourth"), "third", true)
		w.now.Add(int64(replay.Life / time.Second))
		for i, want := range []int{1, 0} {
			if n, err := w.Forget(t.Context(), 10); n != want || err != nil {
				t.Errorf("turn %d: forgot %d, %v; want %d", i, n, err, want)
			}
		}
	})
}

func TestCheckKey(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"a", "7f9c2ba4-e88f-4d1b", strings.Repeat("~", 200), "!\"#/"} {
		if err := replay.CheckKey(key); err != nil {
			t.Errorf("%q: %v", key, err)
		}
	}
	for _, key := range []string{"", " ", "a b", "a\n", "\x7f", "é", "１", strings.Repeat("a", 201)} {
		if err := replay.CheckKey(key); !errors.Is(err, replay.ErrKey) {
			t.Errorf("%q: %v, want %v", key, err, replay.ErrKey)
		}
	}
}

func TestMistakes(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		for _, change := range []func(*replay.Call){
			func(c *replay.Call) { c.Caller = "" },
			func(c *replay.Call) { c.Procedure = "" },
			func(c *replay.Call) { c.Key = "" },
		} {
			c := call()
			change(&c)
			if _, _, err := w.Do(t.Context(), c, allowed, w.work("first")); err == nil {
				t.Error("a call without a part was done")
			}
		}
		if _, err := replay.New(replay.Deps{}); err == nil || w.effects(t) != 0 {
			t.Errorf("New: %v with %d effects", err, w.effects(t))
		}
	})
}

// Nothing that was handed in stands in the row, nor in what a log would print.
func TestNothingInTheClear(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		c := call()
		w.do(t, c, w.work("an answer about a person"), "an answer about a person", false)
		r, err := w.db.Client(t.Context()).WriteKey.Query().Only(t.Context())
		must(t, err)
		kept := slices.Concat([]byte(r.ID), r.InputHash, r.AnswerSealed, []byte(c.String()+c.LogValue().String()))
		for _, secret := range []string{c.Caller, c.Key, string(c.Input), "answer"} {
			if bytes.Contains(kept, []byte(secret)) {
				t.Errorf("%q is kept in the clear", secret)
			}
		}
	})
}
