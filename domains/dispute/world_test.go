package dispute_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dispute"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/limit"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/notice/noticetest"
)

// The departments of the tests: public security owns passes and permits, the tax bureau
// owns none of them.
const (
	police dispute.Department = "police"
	bureau dispute.Department = "tax"
)

// draft is a kind whose subjects are documents, too, and which officers made.
const draft dispute.Kind = "draft"

// drafts are documents that some officers made.
type drafts struct {
	dispute.Documents
	makers []string
}

// Makers implements [dispute.Subjects].
func (d drafts) Makers(context.Context, string) ([]string, error) { return d.makers, nil }

// shared is a kind of one subject, which stands on every file.
const shared dispute.Kind = "shared"

// common is what stands on every file, under its first document.
type common struct{ dispute.Documents }

// Find implements [dispute.Subjects].
func (common) Find(_ context.Context, file []dossier.Document, _ string) (dispute.Standing, error) {
	return dispute.Standing{Document: file[0].ID, Owner: police}, nil
}

// world is the service over real files, notices, log and vault.
type world struct {
	*dossiertest.World
	*dispute.Service
	deps    dispute.Deps
	notices *notice.Service
	made    atomic.Int64
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) { f(t, newWorld(t, db)) })
}

func newWorld(t testing.TB, db *entdb.DB) *world {
	t.Helper()
	w := &world{World: dossiertest.New(t, db)}
	word := func(_ actor.Preference, id string, _ map[string]string) (string, string) { return id, "en" }
	var err error
	w.notices, err = notice.New(notice.Deps{
		DB: db, Keys: w.Keys, Vault: w.Vault, Files: w.World.Service, Limits: free{}, Queue: noticetest.NewQueue(db, w.Clock.Now),
		Words:     notice.Words{Message: word, Convert: func(_ actor.Preference, text, language string) (string, string) { return text, language }},
		Suppliers: map[notice.Channel]notice.Supplier{}, Unsubscribe: func(string) string { return "" },
		NewSecret: func() string { return strings.Repeat("s", 20) + w.newID() }, Now: w.Clock.Now, NewID: w.newID, Log: slog.New(slog.DiscardHandler),
	})
	must(t, "make notices", err)
	gate, err := guard.New(w.Staff)
	must(t, "make the guard", err)
	owners := dispute.Documents{document.TaiwanPass: police, document.TaiwanPermit: police}
	w.deps = dispute.Deps{
		DB: db, Vault: w.Vault, Files: w.World.Service, Guard: gate, Notices: w.notices, Audit: w.Audit, Now: w.Clock.Now, NewID: w.newID,
		Kinds: map[dispute.Kind]dispute.Subjects{dispute.DocumentKind: owners, draft: drafts{owners, []string{"maker"}}, shared: common{owners}},
	}
	w.Service, err = dispute.New(w.deps)
	must(t, "make the service", err)
	return w
}

// free refuses nothing.
type free struct{}

// Take implements notice.Limits.
func (free) Take(context.Context, limit.Name, string) error { return nil }

func (w *world) newID() string { return fmt.Sprintf("01957000-0000-7000-8000-%012x", w.made.Add(1)) }

func must(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func fails(t testing.TB, what string, got error, want *fault.Fault) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// officer is one of a department, with the duty to review.
func officer(name string, of dispute.Department) actor.Actor {
	by := dossiertest.Officer(name)
	by.Department = string(of)
	return by
}

// person is somebody with a pass and a permit in one file.
func (w *world) person(t testing.TB, i int) dossiertest.Person {
	t.Helper()
	p := dossiertest.NewPerson(i)
	w.Join(p)
	return p
}

// about is a document as a subject.
func (w *world) about(raw string) dispute.Subject {
	return dispute.Subject{Kind: dispute.DocumentKind, ID: string(w.ID(raw))}
}

// filed is a dispute about a document, by its holder.
func (w *world) filed(t testing.TB, raw, reason string) dispute.Dispute {
	t.Helper()
	d, err := w.File(t.Context(), w.Holder(raw), w.about(raw), reason)
	must(t, "file", err)
	return d
}

// lister returns a page of a list.
type lister func(ctx context.Context, by actor.Actor, after dispute.Cursor, limit int) ([]dispute.Dispute, dispute.Cursor, error)

// File is the disputes' and not the files'.
func (w *world) File(ctx context.Context, by actor.Actor, subject dispute.Subject, reason string) (dispute.Dispute, error) {
	return w.Service.File(ctx, by, subject, reason)
}

// pages reads a list to its end, in pages of a size, and returns how many there were.
func pages(t testing.TB, ask lister, by actor.Actor, size int) (all []dispute.Dispute, n int) {
	t.Helper()
	for after := (dispute.Cursor{}); ; n++ {
		page, next, err := ask(t.Context(), by, after, size)
		must(t, "list", err)
		if len(page) > size {
			t.Fatalf("a page of %d, want %d at most", len(page), size)
		}
		if all = append(all, page...); next == (dispute.Cursor{}) {
			return all, n + 1
		}
		after = next
	}
}

// told are the kinds of notices under a document, the oldest first.
func (w *world) told(t testing.TB, raw string) []string {
	t.Helper()
	held, err := w.notices.Holdings(t.Context(), 100, w.ID(raw))
	must(t, "read notices", err)
	var kinds []string
	for _, n := range held.Notices {
		kinds = append([]string{n.Kind}, kinds...)
		if strings.Contains(fmt.Sprintf("%+v", n), "SECRET") {
			t.Error("a notice tells what was said")
		}
	}
	return kinds
}

// at is a moment of Shanghai's clock.
func at(t testing.TB, text string) time.Time {
	t.Helper()
	moment, err := time.ParseInLocation("2006-01-02 15:04:05", text, dossiertest.Zone)
	must(t, "read a time", err)
	return moment
}

// until moves the clock there.
func (w *world) until(t testing.TB, text string) {
	t.Helper()
	w.Clock.Advance(at(t, text).Sub(w.Clock.Now()))
}
