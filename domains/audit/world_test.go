package audit_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/audit/audittest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
)

// each runs f on a log of its own on each kind of database.
func each(t *testing.T, f func(t *testing.T, w *audittest.World)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) { f(t, audittest.New(t, db)) })
}

func must(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func fails(t *testing.T, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// doc is the ID of the nth document.
func doc(n int) actor.DocumentID {
	return actor.DocumentID(fmt.Sprintf("01890000-0000-7000-8000-%012d", n))
}

// person is the holder of the nth document.
func person(n int) actor.Actor {
	return actor.Actor{Role: actor.Person, Document: doc(n), Session: "01890000-0000-7000-8000-00000000aaaa"}
}

// officer is one who reviews.
var officer = actor.Actor{
	Role: actor.Officer, Officer: "01890000-0000-7000-8000-0000000000f1", Office: "01890000-0000-7000-8000-0000000000c1",
	Department: "exit_entry", Area: "350100", Duties: []actor.Duty{actor.Review}, Duty: actor.Review,
}

const find = "dossier.v1.DeskService/FindDossier"

// look writes an entry of somebody's call about documents.
func look(t *testing.T, w *audittest.World, by actor.Actor, why string, documents ...actor.DocumentID) {
	t.Helper()
	ctx, l := audit.Begin(t.Context(), by, find, "request-1")
	audit.Concerns(ctx, documents...)
	if why != "" {
		l.Why(why)
	}
	must(t, "finish a look", w.Finish(ctx, l, audit.OK))
}

// fill writes n entries about documents 0 to 9 and numbers them, in checkpoints
// of the given size.
func fill(t *testing.T, w *audittest.World, n, each int) {
	t.Helper()
	for first := 0; first < n; first += each {
		must(t, "write entries", w.DB.InTx(t.Context(), func(ctx context.Context) error {
			for i := first; i < min(first+each, n); i++ {
				ctx, l := audit.Begin(ctx, officer, find, fmt.Sprint("request-", i))
				audit.Concerns(ctx, doc(i%10), doc(i%7))
				if i%3 == 0 {
					l.Why("於窗口辦理")
				}
				if err := w.Finish(ctx, l, audit.OK); err != nil {
					return err
				}
			}
			return nil
		}))
		number(t, w)
	}
}

// number gives all that waits a place.
func number(t *testing.T, w *audittest.World) {
	t.Helper()
	_, err := w.Number(t.Context(), 1<<20)
	must(t, "number", err)
}

func anchorAll(t *testing.T, w *audittest.World) {
	t.Helper()
	_, err := w.Service.Anchor(t.Context())
	must(t, "anchor", err)
}

// verify returns what Verify finds with the anchor.
func verify(t *testing.T, w *audittest.World) audit.Report {
	t.Helper()
	r, err := audit.Verify(t.Context(), w.DB, w.Anchor, w.VerifierKey(), nil)
	must(t, "verify", err)
	return r
}

// sound fails the test unless Verify finds nothing wrong in a log of that size.
func sound(t *testing.T, w *audittest.World, size int64) {
	t.Helper()
	r := verify(t, w)
	if !r.OK() || r.Size != size {
		t.Fatalf("verify: %+v (%v), want %d good entries", r, r.First, size)
	}
}

// exec runs a statement with the rights of whoever owns the database.
func exec(t *testing.T, w *audittest.World, query string, args ...any) {
	t.Helper()
	must(t, "run "+query, w.DB.InTx(t.Context(), func(ctx context.Context) error {
		_, err := w.DB.SQL(ctx).ExecContext(ctx, w.DB.Rebind(query), args...)
		return err
	}))
}

// ask reads one value.
func ask[T any](t *testing.T, w *audittest.World, query string, args ...any) T {
	t.Helper()
	var out T
	must(t, "run "+query, w.DB.SQL(t.Context()).QueryRowContext(t.Context(), w.DB.Rebind(query), args...).Scan(&out))
	return out
}
