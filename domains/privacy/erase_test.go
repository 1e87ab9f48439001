package privacy_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/privacy"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/domains/vault/vaulttest"
	"github.com/minzhengtong/minzhengtong/gen/ent"
)

var errKilled = errors.New("killed")

// state is that of the one erasure, or "".
func (w *world) state(t *testing.T) string {
	t.Helper()
	var state string
	if w.count(t, "SELECT count(*) FROM erasures") == 0 {
		return ""
	}
	must(t, "state", w.deps.DB.SQL(t.Context()).QueryRowContext(t.Context(), "SELECT state FROM erasures").Scan(&state))
	return state
}

// has reports whether the data key of a document is there.
func (w *world) has(t *testing.T, id actor.DocumentID) bool {
	t.Helper()
	set, err := w.deps.Vault.Keys(t.Context(), string(id))
	must(t, "keys", err)
	return set.Has(string(id))
}

// with is the same service with something else to stand on.
func (w *world) with(t *testing.T, change func(*privacy.Deps)) *privacy.Service {
	t.Helper()
	deps := w.deps
	change(&deps)
	s, err := privacy.New(deps)
	must(t, "privacy", err)
	return s
}

func TestPhrase(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		p, me := w.joined(t, 1)
		_, them := w.joined(t, 2)
		preview, err := w.Preview(ctx, me)
		must(t, "preview", err)
		byPermit, err := w.Preview(ctx, w.files.Holder(p.Permit))
		must(t, "preview", err)
		theirs, err := w.Preview(ctx, them)
		must(t, "preview", err)
		if preview.Phrase != byPermit.Phrase || preview.Phrase == theirs.Phrase || len(preview.Phrase) != 9 {
			t.Errorf("phrases %q, %q and %q", preview.Phrase, byPermit.Phrase, theirs.Phrase)
		}
		for _, wrong := range []string{theirs.Phrase, "", "-", preview.Phrase + "0", preview.Phrase[:8]} {
			_, err := w.Erase(ctx, me, wrong)
			fails(t, "the phrase "+wrong, err, privacy.ErrNotConfirmed)
		}
		for _, l := range preview.Lines {
			if forgotten := l.Erasure == privacy.Forgotten; forgotten != (l.Source == "") || forgotten && l.KeepDays != 0 {
				t.Errorf("%s: forgotten %v, source %q", l.Kind, forgotten, l.Source)
			}
		}
		wide := strings.NewReplacer("0", "０", "1", "１", "2", "２", "-", " – ").Replace(preview.Phrase)
		if _, err := w.Erase(ctx, me, wide); err != nil {
			t.Errorf("the phrase in wide digits: %v", err)
		}
	})
}

// TestKilledBeforeTheCommit: what the transaction around it takes back has not
// happened, and no key is gone.
func TestKilledBeforeTheCommit(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, me := w.joined(t, 1)
		preview, err := w.Preview(t.Context(), me)
		must(t, "preview", err)
		err = w.deps.DB.InTx(t.Context(), func(ctx context.Context) error {
			if _, err := w.Erase(ctx, me, preview.Phrase); err != nil {
				return err
			}
			return errKilled
		})
		fails(t, "killed", err, errKilled)
		if w.state(t) != "" || !w.has(t, me.Document) {
			t.Error("something is gone")
		}
		if file := w.files.File(p.Permit); len(file.Documents) != 2 || len(file.Data) != 1 {
			t.Error("the file is not as it was")
		}
		n, err := w.Finish(t.Context(), 10)
		if err != nil || n != 0 {
			t.Errorf("%d erasures were carried on (%v)", n, err)
		}
	})
}

// TestWithinATransaction: the keys go when the caller's transaction has
// committed, and not before.
func TestWithinATransaction(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, me := w.joined(t, 1)
		preview, err := w.Preview(t.Context(), me)
		must(t, "preview", err)
		err = w.deps.DB.InTx(t.Context(), func(ctx context.Context) error {
			_, err := w.Erase(ctx, me, preview.Phrase)
			if !w.has(t, me.Document) {
				t.Error("the key is gone before the commit")
			}
			return err
		})
		must(t, "erase", err)
		if w.has(t, me.Document) || w.state(t) != "started" {
			t.Errorf("the key is there after the commit, or the state is %q", w.state(t))
		}
	})
}

// TestKilledAfterTheCommit: with every step after the commit failing, the person
// is gone for everybody, and the job carries on.
func TestKilledAfterTheCommit(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		p, me := w.joined(t, 1)
		preview, err := w.Preview(ctx, me)
		must(t, "preview", err)
		closed, err := vault.Open(ctx, "sqlite:"+t.TempDir()+"/v.db", w.files.Keys, vaulttest.Now)
		must(t, "vault", err)
		must(t, "close", closed.Close())
		deaf := w.with(t, func(d *privacy.Deps) { d.Vault = closed })
		_, err = deaf.Erase(ctx, me, preview.Phrase)
		must(t, "erase", err)
		if !w.has(t, me.Document) || w.state(t) != "started" || w.told.heard.Len() == 0 {
			t.Error("the vault answered, or nobody was told that it did not")
		}
		_, err = w.Export(ctx, me)
		fails(t, "export in between", err, guard.ErrNotFound)
		_, _, err = w.files.Locate(ctx, w.files.Number(p.Pass))
		fails(t, "locate in between", err, dossier.ErrNotFound)

		w.tell(t, me.Document, "in between")
		if n := w.count(t, "SELECT count(*) FROM notices"); n != 1 {
			t.Errorf("%d notices in between, want 1", n)
		}
		_, err = deaf.Finish(ctx, 10)
		fails(t, "finish without a vault", err, vault.ErrUnavailable)
		mute := w.with(t, func(d *privacy.Deps) { d.Audit = silent{} })
		_, err = mute.Finish(ctx, 10)
		fails(t, "finish without a log", err, errKilled)
		if w.has(t, me.Document) || w.state(t) != "started" {
			t.Error("the key is there, or the erasure is done and not in the log")
		}
		for want := 1; want >= 0; want-- {
			if n, err := w.Finish(ctx, 10); err != nil || n != want {
				t.Errorf("%d finished (%v), want %d", n, err, want)
			}
		}
		if w.state(t) != "done" {
			t.Errorf("the state is %q", w.state(t))
		}
		w.untold(t, []actor.DocumentID{me.Document})
	})
}

type silent struct{}

func (silent) Change(context.Context, string, actor.Actor, ...actor.DocumentID) error {
	return errKilled
}

// TestEraseBesideWrites: what is written while a person is erased is erased too,
// or refused.
func TestEraseBesideWrites(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		p, me := w.joined(t, 1)
		other := w.files.Holder(p.Permit)
		preview, err := w.Preview(ctx, me)
		must(t, "preview", err)
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				for n := range 5 {
					_, err := w.files.SaveData(ctx, other, []dossier.Input{{Code: "occupation", Value: fmt.Sprint("work ", i, n)}})
					if err == nil {
						_, err = w.Request(ctx, other, privacy.Wish{Document: other.Document, Item: dossier.ItemNameTaiwan, Value: "新", Reason: "because"})
					}
					if f := (*fault.Fault)(nil); err != nil && !errors.As(err, &f) {
						t.Errorf("a write beside: %v", err)
					}
				}
			})
		}
		wg.Go(func() {
			if _, err := w.Erase(ctx, me, preview.Phrase); err != nil {
				t.Errorf("erase: %v", err)
			}
		})
		wg.Wait()
		for _, query := range []string{
			"SELECT count(*) FROM data", "SELECT count(*) FROM corrections WHERE length(value_sealed) > 0 OR state = 'open'",
			"SELECT count(*) FROM documents WHERE erase_time IS NULL", "SELECT count(*) FROM locators",
		} {
			if n := w.count(t, query); n != 0 {
				t.Errorf("%s: %d, want 0", query, n)
			}
		}
	})
}

// TestTheOtherSideOfAReview: somebody who waited for an officer to look at a pair
// no longer waits when the other half is forgotten.
func TestTheOtherSideOfAReview(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		p, me := w.joined(t, 1)
		preview, err := w.Preview(ctx, me)
		must(t, "preview", err)
		q := dossiertest.NewPerson(9)
		w.files.Settle(q)
		first, second := w.files.ID(p.Pass), w.files.ID(q.Permit)
		w.write(t, func(ctx context.Context, c *ent.Client) error {
			return c.Review.Create().SetID(w.deps.NewID()).SetKind("proposal").SetFirstID(string(first)).
				SetSecondID(string(second)).SetReasons([]string{}).SetState("open").SetCreateTime(w.files.Clock.Now()).Exec(ctx)
		})
		_, err = w.Erase(ctx, me, preview.Phrase)
		must(t, "erase", err)
		if n := w.count(t, "SELECT count(*) FROM reviews WHERE state = 'kept_apart' AND close_time IS NOT NULL"); n != 1 {
			t.Error("the review is still open")
		}
	})
}
