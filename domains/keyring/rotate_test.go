package keyring

import (
	"bytes"
	"errors"
	"slices"
	"testing"
)

// pair is two processes on one folder.
func pair(t *testing.T) (operator, worker *Keyring) {
	t.Helper()
	dir, kek := t.TempDir(), newKEK(t)
	return mustOpen(t, dir, kek), mustOpen(t, dir, kek)
}

func must(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func mustAdd(t *testing.T, k *Keyring, which Which) uint32 {
	t.Helper()
	id, err := k.Add(which)
	must(t, "Add", err)
	return id
}

func TestSealingKeysRotateWithoutStopping(t *testing.T) {
	t.Parallel()
	operator, worker := pair(t)
	first := operator.SealingKey()
	old := mustSeal(t, worker, "old")

	added := mustAdd(t, operator, Sealing)
	if got := operator.SealingKey(); got != first {
		t.Fatalf("after Add the primary is %d, want still %d", got, first)
	}
	must(t, "Reload after Add", worker.Reload())

	// Promoted here, not yet known there: each reads what the other writes.
	must(t, "Promote", operator.Promote(Sealing, added))
	must(t, "worker reads the new key", opens(worker, mustSeal(t, operator, "a"), "a"))
	late := mustSeal(t, worker, "b")
	if by, _ := SealedBy(late); by != first {
		t.Errorf("before Reload the worker seals with %d, want %d", by, first)
	}
	must(t, "operator reads the old key", opens(operator, late, "b"))
	must(t, "Reload after Promote", worker.Reload())
	if got := worker.SealingKey(); got != added {
		t.Errorf("after Reload the worker seals with %d, want %d", got, added)
	}

	plain, err := worker.Unseal(old, place)
	must(t, "open for sealing again", err)
	fresh := mustSeal(t, worker, string(plain))

	must(t, "Retire", operator.Retire(Sealing, first))
	must(t, "worker reads until it reloads", opens(worker, old, "old"))
	must(t, "Reload after Retire", worker.Reload())
	for name, k := range map[string]*Keyring{"operator": operator, "worker": worker} {
		if err := opens(k, old, "old"); !errors.Is(err, ErrRetired) {
			t.Errorf("%s, under the retired key: %v, want ErrRetired", name, err)
		}
		must(t, name+" reads what was sealed again", opens(k, fresh, "old"))
	}
	must(t, "same keys", sameKeys(operator, worker))
}

func TestAProcessThatSkipsAReloadIsTold(t *testing.T) {
	t.Parallel()
	operator, worker := pair(t)
	must(t, "Promote", operator.Promote(Sealing, mustAdd(t, operator, Sealing)))
	sealed := mustSeal(t, operator, "1")
	if err := opens(worker, sealed, "1"); !errors.Is(err, ErrUnknownKey) {
		t.Errorf("before Reload: %v, want ErrUnknownKey", err)
	}
	must(t, "Reload", worker.Reload())
	must(t, "after Reload", opens(worker, sealed, "1"))
}

func TestIndexingKeysRotateWithoutLosingDuplicates(t *testing.T) {
	t.Parallel()
	operator, worker := pair(t)
	first := operator.IndexKeys()[0]
	added := mustAdd(t, operator, Indexing)

	steps := []struct {
		name             string
		do               func() error
		operator, worker []uint32
	}{
		{"added", func() error { return nil }, []uint32{first, added}, []uint32{first}},
		{"added and reloaded", worker.Reload, []uint32{first, added}, []uint32{first, added}},
		{"promoted", func() error { return operator.Promote(Indexing, added) }, []uint32{added, first}, []uint32{first, added}},
		{"promoted and reloaded", worker.Reload, []uint32{added, first}, []uint32{added, first}},
		{"retired", func() error { return operator.Retire(Indexing, first) }, []uint32{added}, []uint32{added, first}},
		{"retired and reloaded", worker.Reload, []uint32{added}, []uint32{added}},
	}
	for _, step := range steps {
		must(t, step.name, step.do())
		if got := operator.IndexKeys(); !slices.Equal(got, step.operator) {
			t.Errorf("%s: operator indexes under %v, want %v", step.name, got, step.operator)
		}
		if got := worker.IndexKeys(); !slices.Equal(got, step.worker) {
			t.Errorf("%s: worker indexes under %v, want %v", step.name, got, step.worker)
		}
		if !collide(operator.Indexes("pass", "00000001"), worker.Indexes("pass", "00000001")) {
			t.Errorf("%s: the same number written by both would not collide", step.name)
		}
	}
}

// collide says whether a unique constraint on (key, hash) would fire.
func collide(a, b []Index) bool {
	return slices.ContainsFunc(a, func(x Index) bool {
		return slices.ContainsFunc(b, func(y Index) bool { return x.Key == y.Key && bytes.Equal(x.Hash, y.Hash) })
	})
}

func TestStepsThatAreRefused(t *testing.T) {
	t.Parallel()
	k := mustOpen(t, t.TempDir(), newKEK(t))
	first, retired := k.SealingKey(), mustAdd(t, k, Sealing)
	must(t, "Retire", k.Retire(Sealing, retired))
	before := k.Status()
	tests := []struct {
		name string
		err  error
		want error
	}{
		{"retire the primary", k.Retire(Sealing, first), ErrInUse},
		{"retire an unknown key", k.Retire(Sealing, first^1), ErrNoKey},
		{"promote an unknown key", k.Promote(Sealing, first^1), ErrNoKey},
		{"promote a retired key", k.Promote(Sealing, retired), ErrKeyRetired},
		{"a key of the other keyset", k.Promote(Indexing, first), ErrNoKey},
		{"an unknown keyset", k.Promote("signing", first), ErrNoKeyset},
		{"promote the primary again", k.Promote(Sealing, first), nil},
		{"retire again", k.Retire(Sealing, retired), nil},
	}
	for _, tt := range tests {
		if !errors.Is(tt.err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, tt.err, tt.want)
		}
	}
	if _, err := k.Add("signing"); !errors.Is(err, ErrNoKeyset) {
		t.Errorf("add to an unknown keyset: %v, want ErrNoKeyset", err)
	}
	if after := k.Status(); after.Generation != before.Generation || !slices.Equal(after.Keys, before.Keys) {
		t.Errorf("refused steps changed %v to %v", before, after)
	}
}

func TestStatusShowsEveryKey(t *testing.T) {
	t.Parallel()
	k := mustOpen(t, t.TempDir(), newKEK(t))
	first, index := k.SealingKey(), k.IndexKeys()[0]
	second, third := mustAdd(t, k, Sealing), mustAdd(t, k, Sealing)
	must(t, "Promote", k.Promote(Sealing, second))
	must(t, "Retire", k.Retire(Sealing, first))
	want := []Key{{Sealing, first, Retired}, {Sealing, second, Primary}, {Sealing, third, Enabled}, {Indexing, index, Primary}}
	if got := k.Status(); !slices.Equal(got.Keys, want) || got.Generation != 5 {
		t.Errorf("status is %v, want generation 5 and %v", got, want)
	}
}
