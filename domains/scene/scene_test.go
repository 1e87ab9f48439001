package scene_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/scene"
)

// world is the scenes over a real service of files.
type world struct {
	*scene.Service
	files *dossiertest.World
}

// each runs f on a world of its own on each kind of database.
func each(t *testing.T, f func(t *testing.T, w world)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		files := dossiertest.New(t, db)
		s, err := scene.New(db, files.Service, files.Clock.Now)
		must(t, "make the service", err)
		f(t, world{s, files})
	})
}

func must(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// fails says which fault was wanted and which came.
func fails(t *testing.T, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// on switches scenes on.
func (w world) on(t *testing.T, codes ...scene.Code) {
	t.Helper()
	for _, code := range codes {
		_, err := w.Switch(t.Context(), dossiertest.Officer("admin"), code, true)
		must(t, "switch a scene", err)
	}
}

// by has the holder of a document present it.
func (w world) by(t *testing.T, code scene.Code, number string) (scene.Acceptance, error) {
	t.Helper()
	return w.Accepts(t.Context(), w.files.Holder(number), code, scene.Presented{Document: w.files.ID(number)})
}

// TestCatalogue reads the file that the program is built with.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	seen, count := map[scene.Code]bool{}, map[scene.Class]int{}
	for _, s := range scene.Catalogue() {
		if seen[s.Code] || s.Code == "" || len(s.Code) > 64 {
			t.Errorf("%q is there twice, or no code", s.Code)
		}
		seen[s.Code] = true
		count[s.Class]++
		if !slices.Contains(s.Accepts, document.ResidentID) || !slices.Contains(s.Accepts, document.TaiwanPermit) {
			t.Errorf("%s does not take a permit like an identity card", s.Code)
		}
		for _, kind := range s.Accepts {
			if !slices.Contains(document.Kinds(), kind) {
				t.Errorf("%s takes %q, which is no kind", s.Code, kind)
			}
		}
		if !slices.Contains(dossier.Powers(), s.Power) || s.Source == "" || s.On {
			t.Errorf("%s needs no power, has no source, or is on by itself", s.Code)
		}
	}
	for _, class := range scene.Classes() {
		if count[class] != 15 {
			t.Errorf("%d scenes of %s, want 15", count[class], class)
		}
	}
	if len(seen) != 45 || len(count) != 3 {
		t.Errorf("%d scenes in %d classes, want 45 in 3", len(seen), len(count))
	}
}

// TestAccepts: the permit counts, or the permit that is linked to the pass; not
// one that is lost or expired, and none of somebody else's.
func TestAccepts(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		p, q := dossiertest.NewPerson(0), dossiertest.NewPerson(1)
		w.files.Join(p)
		w.files.Settle(q)
		w.on(t, "library_card")
		for number, linked := range map[string]bool{p.Permit: false, p.Pass: true} {
			a, err := w.by(t, "library_card", number)
			if err != nil || a.Document.ID != w.files.ID(p.Permit) || a.Linked != linked {
				t.Errorf("taken by %v, linked %v (%v); want the permit, %v", a.Document, a.Linked, err, linked)
			}
		}
		_, err := w.by(t, "library_card", q.Pass)
		fails(t, "a pass without a permit", err, scene.ErrDocumentNeeded)
		_, err = w.Accepts(t.Context(), w.files.Holder(q.Pass), "library_card", scene.Presented{Document: w.files.ID(p.Permit)})
		fails(t, "somebody else's permit", err, dossier.ErrNotFound)
		for name, by := range map[string]actor.Actor{"nobody": {}, "an auditor": {Role: actor.Auditor, Officer: "a"}} {
			_, err = w.Accepts(t.Context(), by, "library_card", scene.Presented{Document: w.files.ID(p.Permit)})
			fails(t, name, err, dossier.ErrNotFound)
		}
		_, err = w.Accepts(t.Context(), w.files.Holder(p.Pass), "library_card", scene.Presented{})
		fails(t, "nothing presented", err, dossier.ErrNotFound)
		_, err = w.Accepts(t.Context(), dossiertest.Officer("window"), "library_card", scene.Presented{Document: w.files.ID(p.Pass)})
		must(t, "at a window", err)

		_, err = w.files.ReportLoss(t.Context(), w.files.Holder(p.Pass), w.files.ID(p.Permit))
		must(t, "report a loss", err)
		_, err = w.by(t, "library_card", p.Pass)
		fails(t, "a permit that is lost", err, scene.ErrDocumentNeeded)
		w.files.Clock.Advance(20 * 365 * 24 * time.Hour)
		_, err = w.by(t, "library_card", q.Permit)
		fails(t, "a permit that has expired", err, scene.ErrDocumentNeeded)
	})
}

// TestWeakLink: a link on a paper lets its holder use the other document where the
// scene needs no more than the paper allows, and where the document that counts is
// the presented one.
func TestWeakLink(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		p := dossiertest.NewPerson(0)
		w.files.Settle(p)
		paper := dossier.Paper{Pass: w.files.Number(p.Pass), Permit: w.files.Number(p.Permit), Number: "MT-1", Date: civil.DateOf(dossiertest.Start)}
		for _, officer := range []string{"one", "two"} {
			_, _, err := w.files.EnterPaper(t.Context(), dossiertest.Officer(officer), paper)
			must(t, "enter a paper", err)
		}
		w.on(t, "library_card", "housing_fund")
		_, err := w.by(t, "library_card", p.Pass)
		must(t, "to read takes no more than a paper", err)
		_, err = w.by(t, "housing_fund", p.Pass)
		fails(t, "to be paid", err, dossier.ErrTooWeak)
		_, err = w.by(t, "housing_fund", p.Permit)
		must(t, "the permit itself", err)
		_, err = w.Accepts(t.Context(), w.files.Holder(p.Permit), "housing_fund",
			scene.Presented{Document: w.files.ID(p.Permit), Began: w.files.ID(p.Pass)})
		fails(t, "a step that began with the pass", err, dossier.ErrTooWeak)
	})
}

// TestSameDocumentThroughout: a step that demands the document with which it began
// is content with a linked one, and with no one else's.
func TestSameDocumentThroughout(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		p, q := dossiertest.NewPerson(0), dossiertest.NewPerson(1)
		w.files.Join(p)
		w.files.Settle(q)
		w.on(t, "bank_account")
		went := func(began, number string) error {
			_, err := w.Accepts(t.Context(), w.files.Holder(number), "bank_account",
				scene.Presented{Document: w.files.ID(number), Began: w.files.ID(began)})
			return err
		}
		for _, began := range []string{p.Pass, p.Permit} {
			for _, number := range []string{p.Pass, p.Permit} {
				must(t, "both are one person's", went(began, number))
			}
		}
		fails(t, "not linked", went(q.Pass, q.Permit), dossier.ErrNotFound)
		fails(t, "somebody else's", went(q.Pass, p.Pass), dossier.ErrNotFound)
	})
}

// TestSwitch: off until an officer switches it on; the row says who did it last,
// and switching to what it is writes nothing.
func TestSwitch(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		p := dossiertest.NewPerson(0)
		w.files.Settle(p)
		_, err := w.by(t, "library_card", p.Permit)
		fails(t, "before anybody switched it on", err, scene.ErrOff)
		for i, step := range []struct {
			by      string
			on      bool
			version int64
			last    string
		}{{"one", false, 0, ""}, {"one", true, 1, "one"}, {"two", true, 1, "one"}, {"two", false, 2, "two"}, {"one", true, 3, "one"}} {
			s, err := w.Switch(t.Context(), dossiertest.Officer(step.by), "library_card", step.on)
			if err != nil || s.On != step.on {
				t.Fatalf("step %d: on is %v (%v), want %v", i, s.On, err, step.on)
			}
			rows, err := w.files.DB.Client(t.Context()).SceneSwitch.Query().All(t.Context())
			must(t, "read the switches", err)
			if len(rows) == 0 && step.version == 0 {
				continue
			}
			if len(rows) != 1 || rows[0].Version != step.version || rows[0].OfficerID != step.last || rows[0].On != step.on {
				t.Errorf("step %d: the row is %v, want version %d by %s", i, rows, step.version, step.last)
			}
		}
		_, err = w.by(t, "library_card", p.Permit)
		must(t, "switched on", err)
		for name, by := range map[string]actor.Actor{"a person": w.files.Holder(p.Pass), "nobody": {}} {
			_, err = w.Switch(t.Context(), by, "library_card", false)
			fails(t, name, err, scene.ErrNotFound)
		}
		_, err = w.Switch(t.Context(), dossiertest.Officer("one"), "no_such_scene", true)
		fails(t, "no scene", err, scene.ErrNotFound)
	})
}

// TestSwitchedAtOnce: of officers who switch at the same moment none is lost
// without being told, and one row stands.
func TestSwitchedAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		done := make(chan error)
		for i := range 8 {
			go func() {
				_, err := w.Switch(context.WithoutCancel(t.Context()), dossiertest.Officer("admin"), "parcel", i%2 == 0)
				done <- err
			}()
		}
		for range 8 {
			if err := <-done; err != nil && !errors.Is(err, scene.ErrStale) {
				t.Errorf("switch: %v", err)
			}
		}
		n, err := w.files.DB.Client(t.Context()).SceneSwitch.Query().Count(t.Context())
		if err != nil || n != 1 {
			t.Errorf("%d rows (%v), want 1", n, err)
		}
	})
}
