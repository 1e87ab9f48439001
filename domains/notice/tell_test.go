package notice_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	row "github.com/minzhengtong/minzhengtong/gen/ent/notice"
)

// sequences are those in the inbox of a document, in order.
func (w *world) sequences(t *testing.T, id actor.DocumentID) []int64 {
	t.Helper()
	rows, err := w.db.Client(t.Context()).Notice.Query().Where(row.DocumentID(string(id))).Order(row.BySequence()).All(t.Context())
	must(t, "read notices", err)
	list := make([]int64, len(rows))
	for i, r := range rows {
		list[i] = r.Sequence
	}
	return list
}

func (w *world) wantSequences(t *testing.T, id actor.DocumentID, n int) {
	t.Helper()
	got := w.sequences(t, id)
	if len(got) != n {
		t.Fatalf("%d notices in the inbox of %s, want %d", len(got), id, n)
	}
	for i, s := range got {
		if s != int64(i+1) {
			t.Fatalf("sequences of %s are %v, want 1 to %d", id, got, n)
		}
	}
}

func TestAKeyIsToldOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.tell(t, message("a", "one"), message("a", "one"), message("b", "two"))
		w.tell(t, message("a", "one"), message("c", "one"), message("a", "three"))
		w.wantSequences(t, "a", 2)
		w.wantSequences(t, "b", 1)
		w.wantSequences(t, "c", 0)
		if n := w.queue.Len(); n != 3 {
			t.Errorf("%d deliveries were asked for, want 3", n)
		}
	})
}

func TestWhatIsRolledBackWasNotTold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		failed := errors.New("failed")
		err := w.db.InTx(t.Context(), func(ctx context.Context) error {
			must(t, "tell", w.Tell(ctx, message("a", "one")))
			return failed
		})
		if !errors.Is(err, failed) || w.queue.Len() != 0 {
			t.Errorf("got %v and %d jobs, want %v and none", err, w.queue.Len(), failed)
		}
		w.tell(t, message("a", "one"))
		w.wantSequences(t, "a", 1)
		if err := w.Tell(t.Context(), message("a", "two")); !errors.Is(err, entdb.ErrOutsideTx) {
			t.Errorf("outside of a transaction: %v, want %v", err, entdb.ErrOutsideTx)
		}
	})
}

func TestManyTellOneInbox(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.tell(t, message("a", "first")) // so that the data key is there
		var all sync.WaitGroup
		for i := range 50 {
			all.Go(func() {
				// Each key is told by two of them.
				m := message("a", fmt.Sprint("key-", i/2))
				if err := w.db.InTx(t.Context(), func(ctx context.Context) error { return w.Tell(ctx, m) }); err != nil {
					t.Errorf("tell %d: %v", i, err)
				}
			})
		}
		all.Wait()
		w.wantSequences(t, "a", 26)
	})
}

func TestTellManyFillsManyInboxes(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var messages []notice.Message
		for i := range 1201 {
			messages = append(messages, message(actor.DocumentID("abcd"[i%4:i%4+1]), fmt.Sprint("key-", i)))
		}
		w.write(t, func(ctx context.Context) error {
			told, err := w.TellMany(ctx, messages)
			if told != 1201 {
				t.Errorf("told %d, want 1201", told)
			}
			return err
		})
		w.wantSequences(t, "a", 301)
		w.wantSequences(t, "d", 300)
	})
}

func TestBadMessages(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for name, change := range map[string]func(*notice.Message){
			"nobody":        func(m *notice.Message) { m.Document = "" },
			"no key":        func(m *notice.Message) { m.Key = "" },
			"unknown topic": func(m *notice.Message) { m.Topic = "weather" },
			"no kind":       func(m *notice.Message) { m.Kind = "Alarm!" },
			"too much":      func(m *notice.Message) { m.Args["x"] = string(make([]byte, 20<<10)) },
		} {
			m := message("a", "key")
			change(&m)
			if err := w.db.InTx(t.Context(), func(ctx context.Context) error { return w.Tell(ctx, m) }); err == nil {
				t.Errorf("%s: was told", name)
			}
		}
		w.wantSequences(t, "a", 0)
	})
}

func TestWhoWasErasedIsNotTold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		must(t, "shred", w.vault.Shred(t.Context(), "a"))
		w.tell(t, message("a", "one"), message("b", "two"))
		w.wantSequences(t, "a", 0)
		w.wantSequences(t, "b", 1)
	})
}
