package search_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/search"
)

const kind = search.Kind("policy")

var start = time.Date(2026, time.November, 24, 1, 0, 0, 0, time.UTC)

// world is a service on a database of its own.
type world struct {
	*search.Service
	t  testing.TB
	db *entdb.DB
}

func newWorld(t testing.TB, db *entdb.DB) *world {
	t.Helper()
	s, err := search.New(db, func() string { return uuid.Must(uuid.NewV7()).String() })
	if err != nil {
		t.Fatal(err)
	}
	return &world{s, t, db}
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) { f(t, newWorld(t, db)) })
}

// add indexes a text of an hour after start.
func (w *world) add(owner string, hour int, head, body string) {
	w.t.Helper()
	w.write(search.Text{Kind: kind, Owner: owner, Head: head, Body: body, Order: start.Add(time.Duration(hour) * time.Hour)})
}

// write indexes texts, all in one transaction.
func (w *world) write(texts ...search.Text) {
	w.t.Helper()
	err := w.db.InTx(w.t.Context(), func(ctx context.Context) error {
		for _, t := range texts {
			if err := w.Index(ctx, t); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatalf("index: %v", err)
	}
}

func (w *world) remove(owner string) {
	w.t.Helper()
	err := w.db.InTx(w.t.Context(), func(ctx context.Context) error { return w.Remove(ctx, kind, owner) })
	if err != nil {
		w.t.Fatalf("remove: %v", err)
	}
}

// find is the first hundred owners that a query finds, as one text.
func (w *world) find(query string) string {
	w.t.Helper()
	owners, _, err := w.Find(w.t.Context(), kind, query, search.Page{Limit: 100})
	if err != nil {
		w.t.Fatalf("find %q: %v", query, err)
	}
	return fmt.Sprint(owners)
}
