package consent_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/notice/noticetest"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/domains/vault/vaulttest"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	documentrow "github.com/minzhengtong/minzhengtong/gen/ent/document"
	file "github.com/minzhengtong/minzhengtong/gen/ent/dossier"
)

var start = time.Date(2026, time.March, 30, 1, 0, 0, 0, time.UTC)

// unknown is the number of a pass that is on no file.
const unknown = "19999999"

// errNoFile is what package dossier says of a file that is not the caller's.
var errNoFile = fault.New(fault.NotFound, "DOSSIER_NOT_FOUND")

// errNoLicence is what package credential says of a licence that is not there, and errBroken
// what a database that is gone says.
var (
	errNoLicence = fault.New(fault.NotFound, "CREDENTIAL_NOT_FOUND")
	errBroken    = errors.New("broken")
)

// world is the service on a real database with documents named a to d, each in
// a file of its own, a firm in which the holder of a has a role, and two
// departments. It plays package dossier: what is one file it reads from the
// tables.
type world struct {
	*consent.Service
	db    *entdb.DB
	vault *vault.Vault

	// ticks is the clock, in microseconds since start. Each look moves it by
	// one, so no two looks show the same.
	ticks   atomic.Int64
	made    atomic.Int64
	numbers map[actor.DocumentID]document.Number

	mu      sync.Mutex
	changes []string // actions that were noted
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) { f(t, newWorld(t, db)) })
}

func newWorld(t testing.TB, db *entdb.DB) *world {
	t.Helper()
	dir := t.TempDir()
	kek, err := keyring.LocalKEK(filepath.Join(dir, "kek"))
	must(t, "make a key", err)
	keys, err := keyring.Open(filepath.Join(dir, "keys"), kek)
	must(t, "make keys", err)
	w := &world{db: db, vault: vaulttest.New(t, keys), numbers: map[actor.DocumentID]document.Number{}}
	w.Service, err = consent.New(consent.Deps{DB: db, Vault: w.vault, Audit: w, Files: w, Now: w.now, Queue: noticetest.NewQueue(db, w.now), NewID: w.newID, Licence: w.licence})
	must(t, "make the service", err)
	w.write(t, func(ctx context.Context, c *ent.Client) error {
		for _, id := range []string{"tax", "police"} {
			if err := c.Department.Create().SetID(id).SetName("部门 " + id).SetCreateTime(start).Exec(ctx); err != nil {
				return err
			}
		}
		for i, id := range []actor.DocumentID{"a", "b", "c", "d"} {
			if err := w.addDocument(ctx, c, id, document.TaiwanPass, fmt.Sprintf("1000000%d", i)); err != nil {
				return err
			}
		}
		code, err := document.ComposeCreditCode("91350128MAYYY001")
		if err != nil {
			return err
		}
		return w.addDocument(ctx, c, "firm", document.CreditCode, code)
	})
	return w
}

// licence plays package credential: a, and whoever is in one file with it, has two licences.
func (w *world) licence(_ context.Context, documents []actor.DocumentID, number string) error {
	switch {
	case number == "BROKEN":
		return errBroken
	case !slices.Contains(documents, "a") || number != "L-1" && number != "L-2":
		return errNoLicence
	}
	return nil
}

func (w *world) addDocument(ctx context.Context, c *ent.Client, id actor.DocumentID, kind document.Kind, raw string) error {
	number, err := document.Parse(kind, raw, civil.DateOf(start))
	if err != nil {
		return err
	}
	w.numbers[id] = number
	fileKind := file.KindPerson
	if kind.OfFirm() {
		fileKind = file.KindFirm
	}
	home := "file-" + string(id)
	if err := c.Dossier.Create().SetID(home).SetKind(fileKind).SetCreateTime(start).Exec(ctx); err != nil {
		return err
	}
	return c.Document.Create().SetID(string(id)).SetKind(documentrow.Kind(kind)).SetDossierID(home).SetOriginID(home).
		SetNumberSealed([]byte{0}).SetRecorded("valid").SetOrigin("register").SetCreateTime(start).Exec(ctx)
}

func (w *world) write(t testing.TB, work func(ctx context.Context, c *ent.Client) error) {
	t.Helper()
	err := w.db.InTx(t.Context(), func(ctx context.Context) error { return work(ctx, w.db.Client(ctx)) })
	must(t, "write", err)
}

// join puts a document into the file of another one, or, of itself, into its own.
func (w *world) join(ctx context.Context, id, other actor.DocumentID) error {
	return w.db.InTx(ctx, func(ctx context.Context) error {
		home := "file-" + string(other)
		if id != other {
			r, err := w.db.Client(ctx).Document.Get(ctx, string(other))
			if err != nil {
				return err
			}
			home = r.DossierID
		}
		return w.db.Client(ctx).Document.UpdateOneID(string(id)).SetDossierID(home).Exec(ctx)
	})
}

// FileDocuments implements [consent.Files].
func (w *world) FileDocuments(ctx context.Context, id actor.DocumentID) ([]actor.DocumentID, error) {
	c := w.db.Client(ctx)
	mine, err := c.Document.Query().Where(documentrow.ID(string(id))).All(ctx)
	if err != nil {
		return nil, err
	}
	if len(mine) == 0 {
		return nil, errNoFile
	}
	all, err := c.Document.Query().Where(documentrow.DossierID(mine[0].DossierID)).All(ctx)
	ids := make([]actor.DocumentID, len(all))
	for i, r := range all {
		ids[i] = actor.DocumentID(r.ID)
	}
	return ids, err
}

// Find implements [consent.Files].
func (w *world) Find(_ context.Context, number document.Number) (actor.DocumentID, error) {
	for id, n := range w.numbers {
		if n.Kind() == number.Kind() && n.Canonical() == number.Canonical() {
			return id, nil
		}
	}
	return "", errNoFile
}

// Number implements [consent.Files].
func (w *world) Number(_ context.Context, id actor.DocumentID) (document.Number, error) {
	if n, ok := w.numbers[id]; ok {
		return n, nil
	}
	return document.Number{}, errNoFile
}

// RoleIn implements [consent.Files].
func (w *world) RoleIn(ctx context.Context, by actor.Actor, firm actor.DossierID) (actor.DocumentID, error) {
	documents, err := w.FileDocuments(ctx, by.Document)
	if err == nil && (firm != "file-firm" || !slices.Contains(documents, "a")) {
		err = errNoFile
	}
	return "firm", err
}

// Change implements [consent.Audit].
func (w *world) Change(_ context.Context, action string, _ actor.Actor, _ ...actor.DocumentID) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.changes = append(w.changes, action)
	return nil
}

func (w *world) now() time.Time {
	return start.Add(time.Duration(w.ticks.Add(1)) * time.Microsecond)
}

func (w *world) advance(d time.Duration) { w.ticks.Add(d.Microseconds()) }

func (w *world) newID() string { return fmt.Sprintf("01957000-0000-7000-8000-%012x", w.made.Add(1)) }

func (w *world) parse(t testing.TB, raw string) document.Number {
	t.Helper()
	n, err := document.Guess(raw, civil.DateOf(start))
	must(t, "read a number", err)
	return n
}

func must(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// as is a person who signed in by a document.
func as(id actor.DocumentID) actor.Actor { return actor.Actor{Role: actor.Person, Document: id} }

// officer is an officer of a department.
func officer(party string) actor.Actor {
	return actor.Actor{Role: actor.Officer, Officer: "officer", Office: "window", Department: party}
}

// terms are such that can be given now, for a day.
func (w *world) terms() consent.Terms {
	text, err := w.Text("window_check", "en")
	if err != nil {
		panic(err) // the purpose is shipped
	}
	return consent.Terms{
		Party: "tax", Purpose: "window_check", Scopes: []string{"occupation", consent.Records},
		Expires: w.now().Add(24 * time.Hour), TextVersion: text.Version, TextLanguage: "en",
	}
}

func (w *world) give(t testing.TB, id actor.DocumentID) consent.Consent {
	t.Helper()
	c, err := w.Give(t.Context(), as(id), w.terms())
	must(t, "give", err)
	return c
}

// claim is a read that the consent allows, under the document.
func (w *world) claim(c consent.Consent, id actor.DocumentID) consent.Claim {
	documents, err := w.FileDocuments(context.Background(), id)
	if err != nil {
		panic(err) // the test fails all the same
	}
	return consent.Claim{
		Voucher: fmt.Sprint("voucher-", w.made.Add(1)), Document: id, File: documents, Party: c.Party,
		Purpose: c.Purpose, Scopes: c.Scopes[:1], Consent: c.ID,
	}
}

// read returns the consent as its holder sees it.
func (w *world) read(t testing.TB, id actor.DocumentID, c consent.ID) consent.Consent {
	t.Helper()
	list, err := w.List(t.Context(), as(id))
	must(t, "list", err)
	i := slices.IndexFunc(list, func(x consent.Consent) bool { return x.ID == c })
	if i < 0 {
		t.Fatal("the consent is not listed")
	}
	return list[i]
}
