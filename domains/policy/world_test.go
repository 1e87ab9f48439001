package policy_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/policy"
	"github.com/minzhengtong/minzhengtong/domains/search"
)

var start = time.Date(2026, time.November, 24, 1, 0, 0, 0, time.UTC)

var (
	author    = officer("author", "tax")
	publisher = officer("publisher", "tax")
	stranger  = officer("stranger", "service-hall")
)

func officer(id, department string) actor.Actor {
	return actor.Actor{Role: actor.Officer, Officer: actor.OfficerID(id), Department: department, Duty: actor.Approve}
}

// world is a service on a database of its own. Its clock goes on by a second with
// each look.
type world struct {
	*policy.Service
	t  testing.TB
	db *entdb.DB

	mu  sync.Mutex
	now time.Time
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(time.Second)
	return w.now
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		w := &world{t: t, db: db, now: start}
		newID := func() string { return uuid.Must(uuid.NewV7()).String() }
		finder, err := search.New(db, newID)
		w.must("make the search", err)
		gate, err := guard.New(staff{})
		w.must("make the guard", err)
		w.Service, err = policy.New(policy.Deps{DB: db, Search: finder, Checker: gate.Checker, Now: w.clock, NewID: newID})
		w.must("make the service", err)
		f(t, w)
	})
}

// staff is what the guard asks about officers; policies never do.
type staff struct{ guard.Staff }

func (w *world) must(what string, err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("%s: %v", what, err)
	}
}

func (w *world) fails(what string, err, want error) {
	w.t.Helper()
	if !errors.Is(err, want) {
		w.t.Errorf("%s: %v, want %v", what, err, want)
	}
}

// good is a draft that is in order.
func good() policy.Draft {
	return policy.Draft{
		Title: "关于补贴的通知（示例）", Body: "第一段。\n第二段，居住证。", Language: "zh-Hans", Issuer: "示例机关（虚构）",
		Number: "示例第1号", URL: "https://www.example.org/1", From: "2026-01-01", To: "2026-12-31",
	}
}

// draft keeps a draft of the author's.
func (w *world) draft(d policy.Draft) policy.Policy {
	w.t.Helper()
	p, err := w.Draft(w.t.Context(), author, d)
	w.must("draft", err)
	return p
}

// public drafts and publishes a text.
func (w *world) public(d policy.Draft) policy.Policy {
	w.t.Helper()
	p, err := w.Publish(w.t.Context(), publisher, w.draft(d).ID)
	w.must("publish", err)
	return p
}

// titles are those that a query finds.
func (w *world) titles(query string) []string {
	w.t.Helper()
	found, _, err := w.Search(w.t.Context(), query, search.Page{Limit: 100})
	w.must("search", err)
	list := make([]string, len(found))
	for i, p := range found {
		list[i] = p.Title
	}
	return list
}

// inTx does something in a transaction that does not come about.
func (w *world) inTx(do func(ctx context.Context) error) {
	w.t.Helper()
	undone := errors.New("undone")
	err := w.db.InTx(w.t.Context(), func(ctx context.Context) error {
		if err := do(ctx); err != nil {
			return err
		}
		return undone
	})
	w.fails("a transaction", err, undone)
}
