package notice_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/notice"
)

func TestList(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.join(t, "b", "a")
		for i := range 7 {
			w.tell(t, message(actor.DocumentID("ab"[i%2:i%2+1]), fmt.Sprint("key-", i)))
		}
		w.tell(t, message("c", "another's"))
		var seen []notice.ID
		p := notice.Page{Limit: 3}
		for more := true; more; {
			l, err := w.List(t.Context(), as("b"), p)
			must(t, "list", err)
			if l.Unread != 7 || l.Position.Last["a"] != 4 || l.Position.Last["b"] != 3 {
				t.Errorf("unread %d at %v, want 7 at 4 and 3", l.Unread, l.Position)
			}
			for _, n := range l.Notices {
				if n.Args["Name"] != "canary-argument" || n.Lines[0]["Line"] != "canary-line" || n.Kind != "alarm" || n.About != "obligation" {
					t.Errorf("notice says %v", n.Args)
				}
				seen = append(seen, n.ID)
				p.After = notice.Cursor{Created: n.Created, ID: n.ID}
			}
			more = l.More
		}
		if len(seen) != 7 || !slices.IsSortedFunc(seen, func(a, b notice.ID) int { return -cmp(a, b) }) {
			t.Errorf("pages show %v, want seven, the newest first", seen)
		}
		unread, err := w.MarkRead(t.Context(), as("a"), seen[:2])
		if err != nil || unread != 5 {
			t.Errorf("after reading two: %d, %v", unread, err)
		}
		if unread, err = w.MarkRead(t.Context(), as("c"), seen); err != nil || unread != 1 {
			t.Errorf("another reads them: %d, %v; want the own one", unread, err)
		}
		if unread, err = w.Unread(t.Context(), as("a")); err != nil || unread != 5 {
			t.Errorf("after another read them: %d, %v", unread, err)
		}
		l, err := w.List(t.Context(), as("a"), notice.Page{UnreadOnly: true, Limit: 100})
		if err != nil || len(l.Notices) != 5 {
			t.Errorf("unread ones are %d, %v", len(l.Notices), err)
		}
	})
}

func cmp(a, b notice.ID) int {
	if a < b {
		return -1
	}
	return 1
}

func TestWhoReads(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for name, by := range map[string]actor.Actor{
			"nobody":     {},
			"an officer": {Role: actor.Officer, Officer: "o", Document: "a"},
			"a delegate": {Role: actor.Person, Document: "a", Delegate: "b", Delegation: "x"},
			"no file":    as("nowhere"),
		} {
			if _, err := w.List(t.Context(), by, notice.Page{}); !errors.Is(err, guard.ErrNotFound) {
				t.Errorf("%s: %v, want %v", name, err, guard.ErrNotFound)
			}
		}
	})
}

// TestResume: with disconnects at random, links and cuts in between, a client sees
// each notice of a document that was in the file when it was told once, in the
// order of its inbox.
func TestResume(t *testing.T) {
	seed := rand.Uint64()
	each(t, func(t *testing.T, w *world) {
		dice := rand.New(rand.NewPCG(seed, 1))
		var at notice.Position
		got := map[actor.DocumentID][]int64{}
		read := func() {
			for {
				limit := 1 + dice.IntN(4)
				events, next, err := w.After(t.Context(), as("a"), at, limit)
				must(t, "read", err)
				keep := len(events)
				if keep > 0 && dice.IntN(3) == 0 {
					keep = dice.IntN(keep) // the connection broke on the way
				}
				for _, e := range events[:keep] {
					got[e.Notice.Document] = append(got[e.Notice.Document], e.Notice.Sequence)
					at = e.Position
				}
				if keep == len(events) {
					at = next
				}
				if len(events) == 0 {
					return
				}
			}
		}
		read()
		joined, first := false, int64(0)
		told := map[actor.DocumentID]int64{}
		for i := range 60 {
			switch roll := dice.IntN(10); {
			case roll == 0:
				w.join(t, "b", map[bool]actor.DocumentID{true: "b", false: "a"}[joined])
				joined = !joined
				read()
				if joined && first == 0 {
					first = told["b"] + 1
				}
			case roll < 4:
				w.tell(t, message("b", fmt.Sprint("b-", i)))
				told["b"]++
			default:
				w.tell(t, message("a", fmt.Sprint("a-", i)))
				told["a"]++
			}
			if dice.IntN(3) == 0 {
				read()
			}
		}
		if !joined {
			w.join(t, "b", "a")
			if first == 0 {
				read()
				first = told["b"] + 1
			}
		}
		read()
		check := func(id actor.DocumentID, from, to int64) {
			var want []int64
			for i := from; i <= to; i++ {
				want = append(want, i)
			}
			if !slices.Equal(got[id], want) {
				t.Errorf("seed %d: of %s came %v, want %d to %d", seed, id, got[id], from, to)
			}
		}
		check("a", 1, told["a"])
		check("b", first, told["b"])
	})
}

// TestPositionsThatCannotBe: a position of another database or hand is cut to
// what is there.
func TestPositionsThatCannotBe(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.tell(t, message("a", "one"), message("b", "another's"))
		for _, last := range []int64{-1, 7, 1 << 62} {
			at := notice.Position{Last: map[actor.DocumentID]int64{"a": last, "b": 0, "nowhere": 3}}
			events, next, err := w.After(t.Context(), as("a"), at, 10)
			if err != nil || len(events) != 0 || next.Last["a"] != 1 {
				t.Errorf("from %d: %d notices at %v, %v", last, len(events), next, err)
			}
		}
	})
}

// watch starts a watcher and returns what it sends.
func watch(t *testing.T, s *notice.Service, pace notice.Pace) <-chan notice.Event {
	t.Helper()
	events := make(chan notice.Event)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- s.Watch(ctx, as("a"), notice.Position{}, pace, func(e notice.Event) error {
			select {
			case events <- e:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("the watcher ended with %v", err)
		}
	})
	if e := <-events; e.Notice != nil {
		t.Error("a watcher begins without a sign of life")
	}
	return events
}

func TestWatchWakesAfterCommit(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		events := watch(t, w.Service, notice.Pace{Poll: time.Hour, Beat: time.Hour})
		for i := range 5 {
			w.tell(t, message("a", fmt.Sprint("key-", i)))
			if e := <-events; e.Notice.Sequence != int64(i+1) || e.Position.Last["a"] != int64(i+1) {
				t.Errorf("got %d at %v, want %d", e.Notice.Sequence, e.Position, i+1)
			}
		}
	})
}

func TestWatchSeesOtherProcesses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		events := watch(t, w.another(t, nil), notice.Pace{Poll: time.Millisecond, Beat: time.Hour})
		w.tell(t, message("a", "key"))
		if e := <-events; e.Notice == nil || e.Notice.Sequence != 1 {
			t.Errorf("got %v, want the notice", e)
		}
		w.join(t, "b", "a")
		if e := <-events; e.Notice != nil || len(e.Position.Last) != 2 {
			t.Errorf("after a link: %v, want a sign of life that names both", e)
		}
		w.tell(t, message("b", "another key"))
		if e := <-events; e.Notice == nil || e.Notice.Document != "b" {
			t.Errorf("got %v, want the notice of b", e)
		}
	})
}

func TestWatchBeats(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		events := watch(t, w.Service, notice.Pace{Poll: time.Hour, Beat: time.Millisecond})
		if e := <-events; e.Notice != nil {
			t.Errorf("got %v, want a sign of life", e)
		}
	})
}
