package dossier_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
)

// TestKeysRotateWhileTheFilesAreInUse goes through both rotations step by step.
// Meanwhile somebody reads, writes and imports without pause, and after each step
// every number finds its file and none can be taken a second time.
func TestKeysRotateWhileTheFilesAreInUse(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		const people = 8
		var entries []dossier.Entry
		for i := range people {
			p := dossiertest.NewPerson(i)
			entries = append(entries, w.PassEntry(p), w.PermitEntry(p, p.Pass))
			w.Authorities.SetPass(p.Pass, p.Paper(0))
			paper := p.Paper(0)
			paper.Names = p.Pass
			w.Authorities.SetPermit(p.Permit, paper)
		}
		_, err := w.TakeDocuments(t.Context(), entries)
		must(t, "import", err)
		w.Finish()
		stop := use(t, w, people)

		check := func(step string) {
			t.Helper()
			for i := range people {
				p := dossiertest.NewPerson(i)
				oneFile(t, w, p.Pass, p.Permit)
			}
			taken, err := w.TakeDocuments(t.Context(), entries)
			must(t, step+": import again", err)
			for _, one := range taken {
				if one.Effect != dossier.Unchanged {
					t.Fatalf("%s: a number was taken a second time: %q, %v", step, one.Effect, one.Fault)
				}
			}
		}
		reseal := func() {
			must(t, "reseal", w.Reseal(t.Context(), func(int, int) {}))
			_, err := w.Vault.Reseal(t.Context())
			must(t, "reseal the data keys", err)
		}
		for _, which := range []keyring.Which{keyring.Sealing, keyring.Indexing} {
			old := primary(t, w, which)
			next, err := w.Keys.Add(which)
			must(t, "add", err)
			check("added")
			reseal()
			check("added and resealed")
			must(t, "promote", w.Keys.Promote(which, next))
			check("promoted")
			reseal()
			check("promoted and resealed")
			must(t, "retire", w.Keys.Retire(which, old))
			check("retired")
			reseal()
			check("retired and resealed")
		}
		stop()
	})
}

// primary is the key that is written with.
func primary(t *testing.T, w *dossiertest.World, which keyring.Which) uint32 {
	t.Helper()
	if which == keyring.Sealing {
		return w.Keys.SealingKey()
	}
	return w.Keys.IndexKeys()[0]
}

// use reads files and saves data without pause until stop is called, which
// fails the test with what went wrong.
func use(t *testing.T, w *dossiertest.World, people int) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	holders := make([]string, people)
	for i := range holders {
		holders[i] = dossiertest.NewPerson(i).Pass
	}
	var group sync.WaitGroup
	var mu sync.Mutex
	var failures []error
	group.Go(func() {
		for i := 0; ctx.Err() == nil; i++ {
			pass := holders[i%len(holders)]
			number, err := w.Parse("", pass)
			if err == nil {
				_, err = w.Find(ctx, dossiertest.Officer("a"), number)
			}
			if err == nil {
				_, err = w.SaveData(ctx, w.Holder(pass), []dossier.Input{{Code: "occupation", Value: string(rune('a' + i%26))}})
			}
			if err != nil && !errors.Is(err, context.Canceled) {
				mu.Lock()
				failures = append(failures, err)
				mu.Unlock()
			}
		}
	})
	return func() {
		cancel()
		group.Wait()
		for _, err := range failures {
			t.Errorf("in use: %v", err)
		}
	}
}
